// What the page says about who may read it, and how much of the text a reader can see. Nothing is changed.
/** @param {string} text */
const words = (text) => (text.match(/\S+/g) || []).length;

const statusOf = () =>
  /** @type {PerformanceNavigationTiming | undefined} */ (performance.getEntriesByType("navigation")[0])?.responseStatus || 0;

const LONG_SCRIPT = 60000;
/**
 * A script that holds a whole article is sent without the text of it: of long values only the beginning.
 * @param {string} text
 */
const shortened = (text) => {
  if (text.length <= LONG_SCRIPT) return text;
  try {
    return JSON.stringify(JSON.parse(text), (_key, value) => (typeof value === "string" ? value.slice(0, 1000) : value));
  } catch {
    return text;
  }
};

/**
 * Which scripts and meta tags declare something is for mtcrawler/access/evidence.py to say, which reads them. What is
 * longer than `longest` characters all together is counted and not sent.
 * @param {Declaring} declaring
 */
const declarations = ({ json_ld, longest }) => {
  const declares = new RegExp(json_ld);
  /** @type {string[]} */
  const found = [];
  let room = longest;
  let unread = 0;
  for (const script of document.querySelectorAll('script[type^="application/ld+json" i]')) {
    if (!declares.test(script.textContent)) continue;
    const text = shortened(script.textContent);
    if (text.length > room) unread += 1;
    else {
      room -= text.length;
      found.push(text);
    }
  }
  return { found, unread };
};

/** @param {Declaring} declaring */
const metas = (declaring) => {
  const names = new RegExp(declaring.metas);
  const found = /** @type {Record<string, string>} */ ({});
  const all = /** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll("meta[property],meta[name],meta[itemprop]"));
  for (const meta of all) {
    const given = meta.getAttribute("name") || meta.getAttribute("property") || meta.getAttribute("itemprop") || "";
    const name = given.trim().toLowerCase();
    const content = (meta.content || "").trim().slice(0, 200);
    if (content && names.test(name)) found[name] ??= content;
  }
  return found;
};

/** @param {CSSStyleDeclaration} style */
const blurred = (style) => /blur\((?!0)/.test(style.filter);
/** @param {CSSStyleDeclaration} style */
const masked = (style) => /gradient/.test(style.maskImage || style.webkitMaskImage || "");

/** @param {Element} node */
const fades = (node) => {
  for (const pseudo of ["::after", "::before"]) {
    const style = getComputedStyle(node, pseudo);
    if (style.content !== "none" && style.position === "absolute" && /gradient/.test(style.backgroundImage)) return true;
  }
  return false;
};

/**
 * What is done to an element by itself and all that is around it, up to what holds the title: each is looked at once,
 * however deep the page. `cuts` are where boxes cut their text short, of the kind that wraps only the text: the page as
 * a whole is cut by other things.
 * @param {Story} story
 */
const effectsOn = (story) => {
  const known = /** @type {Map<Element, Effects>} */ (new Map());
  const none = /** @type {Effects} */ ({ blurred: false, masked: false, cuts: [] });
  /** @param {Element} node */
  const ends = (node) =>
    node === document.body || node === document.documentElement || (story.title && node.contains(story.title));
  return (/** @type {Element | null} */ element) => {
    const way = [];
    let node = element;
    for (; node && !ends(node) && !known.has(node); node = mt.up(node)) way.push(node);
    let effects = (node && known.get(node)) || none;
    for (const inner of way.reverse()) {
      const style = getComputedStyle(inner);
      const cut = /hidden|clip/.test(style.overflowY) && inner.scrollHeight > inner.clientHeight + 20;
      const changed = blurred(style) || masked(style) || cut;
      if (changed) {
        effects = {
          blurred: effects.blurred || blurred(style),
          masked: effects.masked || masked(style),
          cuts: cut ? [...effects.cuts.slice(0, MOST_CUTS), inner.getBoundingClientRect().bottom] : effects.cuts,
        };
      }
      known.set(inner, effects);
    }
    return effects;
  };
};
const MOST_CUTS = 8;

const SOFT = /\S{4,}/;

mt.facts = ({ vendors, selectors }) => {
  const story = mt.story();
  const counted = { visible: 0, blurred: 0, clipped: 0, hidden: 0 };
  const withheld = [];
  let last = null;
  let clear = 0;
  let faded = false;
  const effects = effectsOn(story);
  const inStory = story.paragraphs.filter((paragraph) => story.region && mt.within(paragraph, story.region));
  for (const paragraph of inStory) {
    const size = words(paragraph.textContent);
    let state = /** @type {keyof typeof counted} */ ("visible");
    if (!paragraph.checkVisibility({ visibilityProperty: true, opacityProperty: true })) state = "hidden";
    else {
      const own = effects(paragraph);
      if (own.blurred) state = "blurred";
      if (own.masked) faded = true;
      const around = effects(mt.up(paragraph));
      const { bottom } = paragraph.getBoundingClientRect();
      if (state === "visible" && around.cuts.some((cut) => bottom > cut + 8)) state = "clipped";
    }
    counted[state] += size;
    if (state === "visible") {
      last = paragraph;
      clear += 1;
    } else withheld.push(mt.name(paragraph));
  }
  for (const node of [last, story.body, story.region, last && mt.up(last)]) if (node && fades(node)) faded = true;
  for (const node of story.region?.querySelectorAll('[class*="fade" i],[class*="gradient" i]') || []) {
    const style = getComputedStyle(node);
    if (/gradient/.test(style.backgroundImage) && mt.shown(node) && node.getBoundingClientRect().height > 20) faded = true;
  }
  const selected = selectors.map((selector) => {
    const nodes = [...document.querySelectorAll(selector)];
    const seen = nodes.filter((node) => mt.shown(node) && node.getBoundingClientRect().height > 2);
    return { selector, words: seen.reduce((sum, node) => sum + words(node.innerText || ""), 0) };
  });
  /** @param {string} path */
  const reach = (path) => {
    let value = /** @type {any} */ (window);
    for (const key of path.split(".")) value = value?.[key];
    return value !== undefined;
  };
  /** @param {Vendor} vendor */
  const present = ({ globals = [], scripts = [], elements = [] }) =>
    globals.some(reach) ||
    scripts.some((part) => document.querySelector(`script[src*="${part}"]`)) ||
    elements.some((selector) => document.querySelector(selector));
  return {
    status: statusOf(),
    words: counted,
    paragraphs: clear,
    faded,
    trails_off: Boolean(last && SOFT.test(last.textContent) && /(…|\.\.\.|\[…\])\s*$/.test(last.textContent)),
    selected,
    vendors: vendors.filter(present).map(({ name }) => name),
    withheld,
  };
};

/**
 * A publisher's selector may be no selector at all.
 * @param {string} text
 */
const isSelector = (text) => {
  try {
    document.createDocumentFragment().querySelector(text);
    return true;
  } catch {
    return false;
  }
};

const SELECTOR = /"cssSelector"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|\[([^\]]*)\])/g;

// Everything one look needs, in one call: what the page declares and what stands over it.
mt.look = ({ rules, vendors, most, declaring }) => {
  const size = document.getElementsByTagName("*").length;
  if (size > most) return { too_large: size };
  const { found: json_ld, unread } = declarations(declaring);
  const selectors = /** @type {Set<string>} */ (new Set());
  for (const text of json_ld) {
    for (const [, one, many] of text.matchAll(SELECTOR)) {
      for (const selector of many ? many.match(/"((?:[^"\\]|\\.)*)"/g) || [] : [`"${one}"`]) selectors.add(JSON.parse(selector));
    }
  }
  for (const selector of selectors) if (!isSelector(selector)) selectors.delete(selector);
  const facts = { ...mt.facts({ vendors, selectors: [...selectors] }), json_ld, unread, metas: metas(declaring) };
  return { facts, scan: mt.scan({ rules }) };
};

// The names of what is in the page but kept from the reader: paragraphs that cannot be seen, declared sections, and,
// where a wall stops all scrolling, what lies below the view. Nothing is marked.
mt.withheld = ({ paragraphs, sections, fold }) => {
  const names = new Set(paragraphs);
  const story = mt.story();
  for (const paragraph of story.paragraphs) {
    const declared = sections.some((selector) => paragraph.closest(selector));
    const below = fold && mt.within(paragraph, story.region) && paragraph.getBoundingClientRect().top >= innerHeight;
    if (declared || below) names.add(mt.name(paragraph));
  }
  return [...names];
};
