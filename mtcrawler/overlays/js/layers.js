// What stands over the page: found by touching it in many places, never by names alone.
const FIELDS = "input,select,textarea";
const SIGNS = ["cookie", "consent", "gdpr", "cmp", "privacy"];
const SIGN = SIGNS.map((word) => `[id*="${word}" i],[class*="${word}" i]`).join(",");
// A page can have any number of boxes that might be layers; each costs a look at all of it.
const MOST_LAYERS = 200;
// Milliseconds of touching, after which a page is touched at fewer points: thousands of pieces in one line cost that.
const TOUCHING = 600;
/**
 * @param {Element} node
 * @param {string} position
 */
const isOver = (node, position) =>
  position === "fixed" || node.matches(":modal") || (node.hasAttribute("popover") && node.matches(":popover-open"));

class Finder {
  /** @param {Story} story */
  constructor(story) {
    this.story = story;
    this.styles = /** @type {Map<Element, CSSStyleDeclaration>} */ (new Map());
    this.roots = /** @type {Map<Element, Around>} */ (new Map());
    this.top = doc.body;
    this.found = /** @type {Map<Element, Found>} */ (new Map());
    this.points = { all: 0, story: 0 };
    this.began = mt.now();
    this.faults = 0;
    this.area = story.region ? story.region.getBoundingClientRect() : null;
    // Shown instead of the article: then whatever is in view stands in its way, wherever it stands.
    this.instead = Boolean(story.body && !mt.visible(story.body));
  }

  /** @param {Element} node */
  style(node) {
    let style = this.styles.get(node);
    if (!style) {
      style = getComputedStyle(node);
      this.styles.set(node, style);
    }
    return style;
  }

  /**
   * Hit where it is not: something of it stands over the page that is no node, a pseudo-element or a root closed by the parser.
   * @param {Element} hit
   * @param {number} x
   * @param {number} y
   */
  beyond(hit, x, y) {
    if (this.story.kept.has(hit) || hit === doc.body || hit === doc.documentElement) return false;
    const box = hit.getBoundingClientRect();
    return x < box.left - 1 || x > box.right + 1 || y < box.top - 1 || y > box.bottom + 1;
  }

  /**
   * The outermost thing around a point that stands over the page and does not hold the article.
   * @param {Element} hit
   */
  root(hit) {
    const way = [];
    let node = /** @type {Element | null} */ (hit);
    for (; node && !this.roots.has(node); node = mt.up(node)) {
      if (node === this.top || node === doc.documentElement || this.story.kept.has(node)) break;
      way.push(node);
    }
    let around = (node && this.roots.get(node)) || { over: null, sticky: null, floating: null, last: null };
    // Of two that stand over the page, one in the other, the outer one is the layer.
    for (const each of way.reverse()) {
      const { position, zIndex } = this.style(each);
      around = { ...around, last: around.last || each };
      if (isOver(each, position)) around.over ||= each;
      else if (position === "sticky") around.sticky ||= each;
      else if (position === "absolute" ? parseInt(zIndex, 10) >= 1 : position === "relative" && parseInt(zIndex, 10) >= 10) around.floating ||= each;
      this.roots.set(each, around);
    }
    const { over, sticky, floating } = around;
    const root = over || sticky || floating || (this.instead ? around.last : null);
    return root && { root, how: over ? "fixed" : sticky ? "sticky" : "floating" };
  }

  /**
   * @param {Element} root
   * @param {string} how
   * @returns {Found}
   */
  note(root, how) {
    const entry = this.found.get(root) || { root, how, hits: 0, story: 0, instead: this.instead };
    if (this.found.size < MOST_LAYERS) this.found.set(root, entry);
    return entry;
  }

  /** Every other point first, as on a chessboard: where these meet next to nothing, the others would not either. */
  touch() {
    this.touchThose(0);
    if ([...this.found.values()].some(({ hits, story }) => story || hits > 0.2 * this.points.all)) this.touchThose(1);
  }

  /** @param {number} colour */
  touchThose(colour, columns = 13, rows = 11) {
    const { area } = this;
    // The outer rows lie close to the edges, where thin bars stand.
    for (let row = 0; row < rows; row += 1) {
      for (let column = (row + colour) % 2; column < columns; column += 2) {
        if (column % 6 > 1 && mt.now() - this.began > TOUCHING) continue;
        const x = ((column + 0.5) / columns) * innerWidth;
        const y = 10 + (row / (rows - 1)) * (innerHeight - 20);
        const inside = Boolean(area && x >= area.left && x <= area.right && y >= area.top && y <= area.bottom);
        this.points.all += 1;
        if (inside) this.points.story += 1;
        const hit = mt.at(x, y);
        const answer = hit && (this.root(hit) || (this.beyond(hit, x, y) && { root: hit, how: "fixed" }));
        if (!answer) continue;
        const entry = this.note(answer.root, answer.how);
        entry.hits += 1;
        if (inside) entry.story += 1;
      }
    }
  }

  /**
   * What touching can miss: dialogs, small boxes between the points, banners that stand in the flow, known markup.
   * @param {Rules} rules
   */
  look(rules) {
    for (const node of mt.all('dialog[open],[popover],[role="dialog"],[role="alertdialog"],[aria-modal="true"]')) {
      if (this.story.kept.has(node) || !mt.shown(node) || !mt.boxed(node)) continue;
      if (node.hasAttribute("popover") && !node.matches(":popover-open,[role],dialog")) continue;
      const answer = this.root(node);
      this.note(answer?.root || node, answer?.how || "flow").dialog = true;
    }
    const shallow = [...(doc.body?.children || [])].flatMap((node) => (mt.usurped(node) ? [...mt.held(node)] : [node, ...mt.children(node)])).slice(0, 300);
    for (const node of shallow) {
      if (mt.usurped(node) || this.story.kept.has(node) || !isOver(node, this.style(node).position)) continue;
      if (mt.shown(node) && mt.boxed(node)) this.note(this.root(node)?.root || node, "fixed");
    }
    const around = this.story.region;
    for (const node of mt.all(SIGN)) {
      if (this.found.size >= MOST_LAYERS) break;
      if (this.story.kept.has(node) || (around && mt.within(node, around)) || this.covered(node)) continue;
      if (/^(SCRIPT|STYLE|LINK|IFRAME|A|BUTTON|HTML|BODY)$/.test(node.tagName) || !mt.shown(node) || !mt.boxed(node)) continue;
      if (node.querySelector("button,a,input,[role=button]") || node.shadowRoot) this.note(node, "flow").sign = true;
    }
    // Most pages have nothing that any rule names: then one question is enough.
    const named = rules.filter(Boolean);
    if (!named.length || !mt.all(named.join(",")).length) return;
    for (const [index, selector] of rules.entries()) {
      for (const node of selector ? mt.all(selector) : []) {
        if (this.story.kept.has(node) || !mt.shown(node) || node.getBoundingClientRect().height < 2) continue;
        const above = this.root(node);
        const holder = above && !this.story.region?.contains(above.root) ? above.root : node;
        this.note(holder, above?.how || "flow").rule ??= index;
      }
    }
  }

  /** @param {Element} node */
  covered(node) {
    for (const root of this.found.keys()) if (mt.within(node, root)) return true;
    return false;
  }
}

const SWITCHES = 'input[type="checkbox"],[role="switch"],[role="checkbox"]';
/** @param {Element} node */
const isOn = (node) =>
  (node.checked || node.getAttribute("aria-checked") === "true") &&
  !(node.disabled || node.hasAttribute("disabled") || node.getAttribute("aria-disabled") === "true");

/**
 * Everything that is counted in a layer, in one walk through what is rendered of it.
 * @param {Element} root
 */
const count = (root) => {
  const fields = /** @type {Record<string, number>} */ ({});
  const frames = /** @type {{ id: ElementName; rect: Rect; names: string }[]} */ ([]);
  const found = { links: 0, linked: 0, paragraphs: 0, pictures: 0, checked: 0, fields, frames };
  mt.walk(root, (node) => {
    if (!node.checkVisibility({ visibilityProperty: true })) return getComputedStyle(node).display !== "none";
    if (node.tagName === "A" && node.hasAttribute("href")) {
      found.links += 1;
      found.linked += node.textContent.trim().length;
    } else if (node.tagName === "P") found.paragraphs += Number(node.textContent.trim().length > 80);
    else if (node.tagName === "IFRAME") {
      if (mt.boxed(node)) frames.push({ id: mt.name(node), rect: mt.rect(node), names: own(node) });
    } else if (node.matches("img,picture,video,canvas")) found.pictures += Number(node.getBoundingClientRect().width > 280);
    else if (node.matches(FIELDS)) {
      const kind = /** @type {HTMLInputElement} */ (node).type || "text";
      fields[kind] = (fields[kind] || 0) + 1;
    }
    if (node.matches(SWITCHES)) found.checked += Number(isOn(node));
    return true;
  }, 2500);
  return found;
};

/**
 * Whether text of the story lies under a thing, and not beside the room that it takes in the flow.
 * @param {Element} root
 * @param {DOMRect} box
 * @param {Story} story
 */
const covers = (root, box, story) => {
  const texts = story.passages.map(({ element }) => element);
  return [...texts, ...(story.title ? [story.title] : [])].some((text) => {
    const { left, right, top, bottom, height } = text.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    return height > 2 && x > box.left && x < box.right && y > box.top && y < box.bottom && !mt.within(text, root);
  });
};

/**
 * @param {Found} entry
 * @param {Story} story
 */
const describe = (entry, story) => {
  const { root } = entry;
  const box = mt.extent(root);
  const style = getComputedStyle(root);
  return {
    id: mt.name(root),
    how: entry.how,
    tag: root.tagName.toLowerCase(),
    names: own(root),
    role: root.getAttribute("role") || "",
    label: root.getAttribute("aria-label") || "",
    modal: [root, ...root.querySelectorAll(':modal,[aria-modal="true"]')].some(
      (node) => node.matches(':modal,[aria-modal="true"]') && mt.shown(node) && mt.boxed(node),
    ),
    top: root.matches(":modal") || (root.hasAttribute("popover") && root.matches(":popover-open")),
    dialog: Boolean(entry.dialog),
    sign: Boolean(entry.sign),
    rule: entry.rule ?? null,
    z: parseInt(style.zIndex, 10) || 0,
    hidden: !mt.shown(root),
    rect: [box.x, box.y, box.width, box.height].map(Math.round),
    hits: entry.hits,
    story_hits: entry.story,
    covers: entry.how !== "floating" || Boolean(entry.instead) || covers(root, box, story),
    in_story: Boolean(story.region && mt.within(root, story.region)),
    instead: Boolean(entry.instead),
    place: story.region && mt.place(root, story),
    text: mt.text(root),
    ...count(root),
    nav: root.matches("header,nav,[role=banner],[role=navigation]") || Boolean(root.querySelector("nav,[role=navigation],[role=search]")),
    h1: Boolean(root.querySelector("h1")),
    challenge: root.matches(CHALLENGES) || Boolean(root.querySelector(CHALLENGES)),
    player: Boolean(root.querySelector("video,audio,[class*=player i],[aria-label*=play i]")),
    controls: mt.controls(root),
  };
};

/**
 * Of things in one another the outermost; but what covers the page does so wherever its markup lies, in a header too.
 * @param {Found[]} entries
 */
const outermost = (entries) =>
  entries.filter(({ root, how, rule }) => {
    if (rule !== undefined) return true;
    const outer = entries.filter((entry) => entry.root !== root && mt.within(root, entry.root));
    return outer.every((entry) => how === "fixed" && entry.how !== "fixed");
  });

// What asks whether a reader is one, by the vendor's own markup: none of ours to answer.
const CHALLENGES =
  'iframe[src*="challenges.cloudflare.com"],iframe[src*="captcha-delivery.com"],iframe[src*="hcaptcha.com"],' +
  'iframe[src*="/recaptcha/"],iframe[src*="arkoselabs.com"],.cf-turnstile,.h-captcha,.g-recaptcha,#px-captcha,#sec-cpt-container';
const LINKS = 5;
/**
 * The site's own bar on top of the view, with its menu: a page has one whatever it offers, and leaves the rest to the text.
 * @param {Element} root
 * @param {DOMRect} box
 */
const isHeader = (root, box) =>
  box.top <= 5 && box.width >= 0.9 * innerWidth && box.height < 0.4 * innerHeight && root.querySelectorAll("a[href]").length >= LINKS;

/**
 * What is a part of the page unless its words say otherwise: a box in the flow, the site's header, a column that stays.
 * @param {Found} entry
 */
const isPart = ({ root, how, story, dialog, sign, rule, instead }) => {
  if (dialog || sign || instead || rule !== undefined || story) return false;
  // What stands in a frame, and what is written on a field's button, is no text of the page.
  if (how === "inline") return !root.querySelector("iframe,input");
  const box = root.getBoundingClientRect();
  if (root.querySelector("iframe,dialog,[role=dialog],[aria-modal]")) return false;
  return isHeader(root, box) || (how === "sticky" && box.bottom < innerHeight - 4 && box.top > 5);
};

/**
 * As much of it as it takes to tell by its words whether it is worth a closer look.
 * @param {Found} entry
 */
const outline = (entry) => {
  if (!isPart(entry)) return null;
  const { root, how, hits, story } = entry;
  return { id: mt.name(root), how, outlined: true, names: own(root), text: mt.text(root), rect: mt.rect(root), hits, story_hits: story };
};

/**
 * @param {Found} entry
 * @param {Story} story
 */
const told = (entry, story) => {
  try {
    return describe(entry, story);
  } catch (error) {
    return { fault: String(error) }; // One that cannot be described takes nothing from the others.
  }
};

/** @type {Map<ElementName, Found>} */
const outlined = new Map();
mt.scan = ({ rules = [], brief = false } = {}) => {
  mt.finish();
  const story = mt.story();
  const finder = new Finder(story);
  finder.touch();
  finder.look(rules);
  for (const box of mt.boxes(story, (node) => finder.covered(node))) if (!finder.found.has(box)) finder.note(box, "inline");
  const entries = outermost([...finder.found.values()]).filter((entry) => !mt.veiled.has(entry.root));
  mt.roots = entries.map((entry) => entry.root);
  return {
    url: location.href,
    view: [innerWidth, innerHeight],
    points: finder.points,
    locked: mt.locked(story),
    in_layer: Boolean(story.layer),
    chars: mt.measure(story, mt.roots),
    layers: entries.map((entry) => {
      const lines = brief && outline(entry);
      if (lines) outlined.set(lines.id, entry);
      return lines || told(entry, story);
    }),
  };
};

// Those of the outlined boxes that are still there, in full.
mt.describe = ({ ids }) => {
  const entries = ids.map((id) => outlined.get(id)).filter((entry) => entry?.root.isConnected);
  return entries.map((entry) => told(/** @type {Found} */ (entry), mt.story()));
};

// A child frame that is a layer's content: all of it is the layer.
mt.inside = () => {
  mt.finish();
  const story = { ...mt.story(), region: null, body: null, passages: [], around: [] };
  return told({ root: doc.body || doc.documentElement, how: "frame", hits: 0, story: 0 }, story);
};
