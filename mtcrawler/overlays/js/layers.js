// What stands over the page: found by touching it in many places, never by names alone.
const FIELDS = "input,select,textarea";
const SIGNS = ["cookie", "consent", "gdpr", "cmp", "privacy"];
const SIGN = SIGNS.map((word) => `[id*="${word}" i],[class*="${word}" i]`).join(",");
const MOST_BOXES = 24;
// A page can have any number of boxes that might be layers; each costs a look at all of it.
const MOST_LAYERS = 200;
/**
 * @param {Element} node
 * @param {CSSStyleDeclaration} style
 */
const isOver = (node, style) =>
  style.position === "fixed" || node.matches(":modal") || (node.hasAttribute("popover") && node.matches(":popover-open"));

class Finder {
  /** @param {Story} story */
  constructor(story) {
    this.story = story;
    this.styles = /** @type {Map<Element, CSSStyleDeclaration>} */ (new Map());
    this.roots = /** @type {Map<Element, { root: Element; how: string } | null>} */ (new Map());
    this.found = /** @type {Map<Element, Found>} */ (new Map());
    this.points = { all: 0, story: 0 };
    this.area = story.region ? story.region.getBoundingClientRect() : null;
    // Shown instead of the article: then whatever is in view stands in its way, wherever it stands.
    this.instead = Boolean(story.body && !story.body.checkVisibility({ visibilityProperty: true }));
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
    if (this.story.kept.has(hit) || hit === document.body || hit === document.documentElement) return false;
    const box = hit.getBoundingClientRect();
    return x < box.left - 1 || x > box.right + 1 || y < box.top - 1 || y > box.bottom + 1;
  }

  /**
   * The outermost thing around a point that stands over the page and does not hold the article.
   * @param {Element} hit
   */
  root(hit) {
    const known = this.roots.get(hit);
    if (known !== undefined) return known;
    let over = null;
    let sticky = null;
    let floating = null;
    let last = null;
    for (let node = /** @type {Element | null} */ (hit); node && node !== document.body && node !== document.documentElement; node = mt.up(node)) {
      if (this.story.kept.has(node)) break;
      last = node;
      const style = this.style(node);
      if (isOver(node, style)) over = node;
      else if (style.position === "sticky") sticky = node;
      else if (style.position === "absolute" && parseInt(style.zIndex, 10) >= 1) floating = node;
      else if (style.position === "relative" && parseInt(style.zIndex, 10) >= 10) floating = node;
    }
    const root = over || sticky || floating || (this.instead ? last : null);
    const answer = root && { root, how: over ? "fixed" : sticky ? "sticky" : "floating" };
    this.roots.set(hit, answer);
    return answer;
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

  touch(columns = 13, rows = 11) {
    const { area } = this;
    // The outer rows lie close to the edges, where thin bars stand.
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
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
    const shallow = [...document.body.children].flatMap((node) => [node, ...mt.children(node)]).slice(0, 300);
    for (const node of shallow) {
      if (this.story.kept.has(node) || !isOver(node, this.style(node))) continue;
      if (mt.shown(node) && mt.boxed(node)) this.note(this.root(node)?.root || node, "fixed");
    }
    const around = this.story.region;
    for (const node of mt.all(SIGN)) {
      if (this.found.size >= MOST_LAYERS) break;
      if (this.story.kept.has(node) || (around && mt.within(node, around)) || this.covered(node)) continue;
      if (/^(SCRIPT|STYLE|LINK|IFRAME|A|BUTTON|HTML|BODY)$/.test(node.tagName) || !mt.shown(node) || !mt.boxed(node)) continue;
      if (node.querySelector("button,a,input,[role=button]") || node.shadowRoot) this.note(node, "flow").sign = true;
    }
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

  // Boxes in the article's own flow that hold something to press: a message between paragraphs, a gate at the end.
  inline() {
    const { body, region } = this.story;
    if (!body || !region) return;
    const boxes = /** @type {Set<Element>} */ (new Set());
    for (const control of region.querySelectorAll("button,a,input,[role=button],iframe,form")) {
      if (boxes.size >= MOST_BOXES) break;
      let node = /** @type {Element | null} */ (control);
      while (node && node.parentElement !== body && node.parentElement !== region && node !== region) node = node.parentElement;
      if (node && node !== region && !this.story.kept.has(node) && node.tagName !== "P") boxes.add(node);
    }
    // Siblings after the text, as far as they are near: gates often stand just outside of it.
    for (let level = /** @type {Element | null} */ (body); level && level !== document.body; level = level.parentElement) {
      for (let after = level.nextElementSibling, steps = 0; after && steps < 4; after = after.nextElementSibling, steps += 1) {
        if (after.matches("footer,nav,script,style") || this.covered(after)) continue;
        if (after.querySelector("button,a,input,iframe,[role=button]")) boxes.add(after);
      }
      if (level === region) break;
    }
    for (const box of boxes) {
      if (this.found.has(box) || !mt.shown(box) || box.getBoundingClientRect().height < 30) continue;
      if (box.textContent.length > 4000 || this.covered(box)) continue;
      this.note(box, "inline");
    }
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
  const found = { links: 0, paragraphs: 0, pictures: 0, checked: 0, fields, frames };
  mt.walk(root, (node) => {
    if (!node.checkVisibility({ visibilityProperty: true })) return getComputedStyle(node).display !== "none";
    if (node.tagName === "A" && node.hasAttribute("href")) found.links += 1;
    else if (node.tagName === "P") found.paragraphs += Number(node.textContent.trim().length > 80);
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
 * @param {Found} entry
 * @param {Pick<Story, "region" | "body">} story
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
    in_story: Boolean(story.region && mt.within(root, story.region)),
    instead: Boolean(entry.instead),
    after_story: Boolean(story.body && story.body.compareDocumentPosition(root) & Node.DOCUMENT_POSITION_FOLLOWING),
    text: mt.text(root),
    ...count(root),
    nav: root.matches("header,nav,[role=banner],[role=navigation]") || Boolean(root.querySelector("nav,[role=navigation],[role=search]")),
    h1: Boolean(root.querySelector("h1")),
    player: Boolean(root.querySelector("video,audio,[class*=player i],[aria-label*=play i]")),
    controls: mt.controls(root),
  };
};

/** @param {Found[]} entries */
const innermostOnly = (entries) => {
  const roots = entries.map((entry) => entry.root);
  return entries.filter((entry) => {
    const outer = roots.some((root) => root !== entry.root && mt.within(entry.root, root));
    return !outer || entry.rule !== undefined;
  });
};

mt.scan = ({ rules = [] } = {}) => {
  mt.finish();
  const story = mt.story();
  const finder = new Finder(story);
  finder.touch();
  finder.look(rules);
  finder.inline();
  const entries = innermostOnly([...finder.found.values()]).filter((entry) => !mt.veiled.has(entry.root));
  mt.roots = entries.map((entry) => entry.root);
  return {
    url: location.href,
    view: [innerWidth, innerHeight],
    points: finder.points,
    locked: mt.locked(story),
    in_layer: Boolean(story.layer),
    chars: mt.measure(story, mt.roots),
    layers: entries.map((entry) => describe(entry, story)),
  };
};

// A child frame that is a layer's content: all of it is the layer.
mt.inside = () => {
  mt.finish();
  return describe({ root: document.body, how: "frame", hits: 0, story: 0 }, { region: null, body: null });
};
