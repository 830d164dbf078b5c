// How much of the text a reader can see, and where it ends. Nothing is changed.
/** @param {CSSStyleDeclaration} style */
const blurred = (style) => /blur\((?!0)/.test(style.filter);
/** @param {CSSStyleDeclaration} style */
const masked = (style) => /gradient/.test(style.maskImage || style.webkitMaskImage || "");

/**
 * A gradient from nothing to something: one between two colours is an ornament.
 * @param {CSSStyleDeclaration} style
 */
const dissolves = ({ backgroundImage }) => /gradient/.test(backgroundImage) && /rgba\([^)]*, 0\)|\/ 0\)/.test(backgroundImage);

/**
 * Whether a box from `top` to `bottom` lies over the end of a text.
 * @param {number} top
 * @param {number} bottom
 * @param {DOMRect} end
 */
const overEnd = (top, bottom, end) => bottom - top > 20 && top < end.bottom && bottom > end.bottom - 60;

/**
 * What is painted after or before an element, by its style alone, and lies over the end of a text.
 * @param {Element} node
 * @param {DOMRect} end
 */
const fades = (node, end) => {
  for (const pseudo of ["::after", "::before"]) {
    const style = getComputedStyle(node, pseudo);
    if (style.content === "none" || style.position !== "absolute" || !dissolves(style)) continue;
    let holder = /** @type {Element | null} */ (node);
    while (holder && holder !== doc.body && getComputedStyle(holder).position === "static") holder = mt.up(holder);
    const bottom = (holder || node).getBoundingClientRect().bottom - (parseFloat(style.bottom) || 0);
    if (overEnd(bottom - (parseFloat(style.height) || 0), bottom, end)) return true;
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
    node === doc.body || node === doc.documentElement || (story.title && node.contains(story.title));
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
const TRAILS = /(…|\.\.\.|\[…\])\s*$/;

mt.trails = (passage) => Boolean(passage && SOFT.test(mt.textOf(passage)) && TRAILS.test(mt.textOf(passage)));

/**
 * Hidden apart from the story: what is transparent with all of it is a page that fades in.
 * @param {Element} node
 * @param {Set<Element>} kept
 */
const transparent = (node, kept) => {
  if (node.checkVisibility({ opacityProperty: true }) || !node.checkVisibility()) return false;
  for (let each = /** @type {Element | null} */ (node); each && !kept.has(each); each = mt.up(each)) {
    const { opacity, transitionDuration, animationName } = getComputedStyle(each);
    // What fades in when a reader comes to it is kept from nobody.
    if (opacity === "0") return animationName === "none" && /^0s(, 0s)*$/.test(transitionDuration);
  }
  return false;
};

/**
 * How each passage of the story is to be seen. A story of which nothing at all is seen, and that takes its room, waits
 * for a script: nothing says that it is kept from anybody. What scrolling shows is awaited, but for what stands in a
 * part that the page names by one of the `selectors`.
 * @param {Story} story
 * @param {string[]} selectors
 */
const statesOf = (story, selectors) => {
  const effects = effectsOn(story);
  const states = /** @type {Map<Passage, State>} */ (new Map());
  let veiled = false;
  for (const passage of story.passages) {
    const { element } = passage;
    let state = /** @type {State} */ ("visible");
    if (!mt.visible(element) || transparent(element, story.kept)) {
      const named = selectors.some((selector) => element.closest(selector));
      state = !named && mt.awaitsScroll(element) ? "awaited" : "hidden";
    } else {
      const own = effects(element);
      if (own.blurred) state = "blurred";
      else if (own.cuts.length) {
        const around = effects(mt.up(element));
        const { bottom } = element.getBoundingClientRect();
        if (around.cuts.some((cut) => bottom > cut + 8)) state = "clipped";
      }
      veiled = own.masked;
    }
    states.set(passage, state);
  }
  const prose = story.passages.filter(mt.isProse);
  const unseen = (/** @type {Passage} */ passage) => /hidden|awaited/.test(states.get(passage) || "");
  const waits = prose.every((passage) => unseen(passage) && passage.element.checkVisibility());
  if (waits) for (const passage of story.passages) states.set(passage, "visible");
  return { states, veiled };
};

/**
 * Whether something fades the text out where it ends.
 * @param {Story} story
 * @param {Element} last
 */
const fadesOut = (story, last) => {
  const end = last.getBoundingClientRect();
  for (const node of [last, story.body, story.region, mt.up(last)]) if (node && fades(node, end)) return true;
  for (const node of mt.up(story.region || last)?.querySelectorAll('[class*="fade" i],[class*="gradient" i]') || []) {
    const box = node.getBoundingClientRect();
    const over = overEnd(box.top, box.bottom, end) && box.left < end.right && box.right > end.left;
    if (over && dissolves(getComputedStyle(node)) && mt.shown(node)) return true;
  }
  return false;
};

/**
 * Whether no other passage of prose stands beside this element and is marked as it is.
 * @param {Story} story
 * @param {Element} element
 */
const isApart = (story, element) =>
  !story.passages.some(
    (other) =>
      other.element !== element &&
      mt.isProse(other) &&
      mt.up(other.element) === mt.up(element) &&
      other.element.tagName === element.tagName &&
      other.element.className === element.className,
  );

/** @param {Element} element */
const pressedIn = (element) =>
  [...element.querySelectorAll("a,button,[role=button]")].slice(0, 8).map((one) => (one.textContent || "").replace(/\s+/g, " ").trim().slice(0, 160));

const CLOSING_WORDS = 70;
const CLOSING_LINES = 3;
/**
 * The last lines of the story, and what comes right after it: here a page says that the rest is for others.
 * @param {Story} story
 * @param {Passage | undefined} last
 */
const closingOf = (story, last) => {
  if (!last) return [];
  const lines = [];
  for (const passage of story.around.slice(story.around.indexOf(last))) {
    const { element, size } = passage;
    const away = passage !== last && (story.beside(element).beside || !mt.seen(passage) || mt.apart(element, last.element));
    if (size < 12 || away) continue;
    if (mt.wordsOf(passage) > CLOSING_WORDS && passage !== last) break;
    if (mt.wordsOf(passage) <= CLOSING_WORDS) {
      const said = mt.textOf(passage).replace(/\s+/g, " ").trim();
      lines.push({ id: mt.name(element), text: said, pressed: pressedIn(element), apart: isApart(story, element) });
    }
    if (lines.length === CLOSING_LINES) break;
  }
  return lines;
};

/** @param {string} path */
const reach = (path) => {
  let value = /** @type {any} */ (window);
  for (const key of path.split(".")) value = value?.[key];
  return value !== undefined;
};

/**
 * The names of the vendors whose script, element or object is in the page. Most pages have none of their elements: that
 * is asked for all of them at once.
 * @param {Vendor[]} vendors
 */
const present = (vendors) => {
  const sources = [...doc.querySelectorAll("script[src]")].map((script) => script.getAttribute("src") || "");
  const selectors = vendors.flatMap(({ elements = [] }) => elements);
  const any = selectors.length > 0 && doc.querySelector(selectors.join(",")) !== null;
  const found = vendors.filter(
    ({ globals = [], scripts = [], elements = [] }) =>
      globals.some(reach) ||
      scripts.some((part) => sources.some((source) => source.includes(part))) ||
      (any && elements.some((selector) => doc.querySelector(selector))),
  );
  return found.map(({ name }) => name);
};

mt.facts = ({ vendors, selectors }) => {
  const story = mt.story();
  const counted = { visible: 0, awaited: 0, blurred: 0, clipped: 0, hidden: 0 };
  const withheld = [];
  const awaited = { names: /** @type {ElementName[]} */ ([]), characters: 0 };
  const { states, veiled } = statesOf(story, selectors);
  const painted = story.passages.filter((passage) => states.get(passage) === "visible");
  const visible = story.passages.filter((passage) => /visible|awaited/.test(states.get(passage) || ""));
  const last = visible.findLast(mt.isProse);
  const ends = new Set([painted.findLast(mt.isProse), last]);
  const twins = new Set(visible.length < story.passages.length ? visible.map((passage) => mt.textOf(passage).trim()) : []);
  let characters = 0;
  const kept = selectors.map(() => 0);
  const waits = mt.waiting(story, last?.element);
  for (const passage of story.passages) {
    const state = /** @type {State} */ (states.get(passage));
    const text = mt.textOf(passage);
    if (state === "visible" || state === "awaited") {
      const length = text.replace(/\s+/g, " ").trim().length;
      counted[state] += mt.wordsOf(passage);
      characters += length;
      if (state === "awaited") {
        awaited.names.push(mt.name(passage.element));
        awaited.characters += length;
      }
      continue;
    }
    if (mt.folded(passage.element)) continue;
    withheld.push(mt.name(passage.element));
    if (twins.has(text.trim())) continue; // the same once more, for phones
    const size = mt.wordsOf(passage);
    const named = selectors.map((selector) => Boolean(passage.element.closest(selector)));
    if (state === "hidden" && !named.includes(true) && waits(passage.element)) continue;
    counted[state] += size;
    for (const [index, inside] of named.entries()) if (inside) kept[index] += size;
  }
  const selected = selectors.map((selector, index) => {
    const seen = [...doc.querySelectorAll(selector)].filter((node) => !mt.usurped(node) && mt.shown(node) && node.getBoundingClientRect().height > 2);
    return { selector, words: seen.reduce((sum, node) => sum + mt.words(node.innerText || ""), 0), kept: kept[index] };
  });
  return {
    words: counted,
    characters,
    paragraphs: visible.filter(mt.isProse).length,
    faded: Boolean(last && (veiled || fadesOut(story, last.element))),
    trails_off: mt.trails(last),
    closing: [...new Map([...ends].flatMap((end) => closingOf(story, end)).map((line) => [line.id, line])).values()],
    selected,
    vendors: present(vendors),
    withheld,
    awaited,
  };
};
