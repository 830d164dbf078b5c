// What nobody sees and nobody is kept from: it waits for a reader who scrolls, presses a heading, or points at something.
const REVEALED =
  "[data-aos],[data-sal],[data-sr-id],[uk-scrollspy],.aos-init,.wow,.elementor-invisible,.et-waypoint," +
  ".wpb_animate_when_almost_visible,.animate-on-scroll,.reveal-on-scroll,.scroll-reveal";

const PAID = /paywall|premium|locked|subscri|member|regwall/i;

/**
 * Whether a script shows it when a reader scrolls there: it takes its room, and all that makes it unseen says so.
 * @param {Element} node
 */
mt.awaitsScroll = (node) => {
  if (!node.checkVisibility()) return false;
  let awaits = false;
  for (let each = /** @type {Element | null} */ (node); each; each = mt.up(each)) {
    const { opacity, visibility } = getComputedStyle(each);
    const above = mt.up(each);
    const begins = visibility === "hidden" && !(above && getComputedStyle(above).visibility === "hidden");
    if (opacity !== "0" && !begins) continue;
    if (!each.matches(REVEALED) || PAID.test(each.getAttribute("class") || "")) return false;
    awaits = true;
  }
  return awaits;
};

const UNFOLDS = ["h2 ", "h3 ", "h4 ", "[role=tablist] "].map((holder) => `${holder}[aria-controls]`).join(",");

/** The names of what a heading or a tab that can be seen shows when it is pressed. */
const unfolded = () => {
  const controls = mt.all(UNFOLDS).filter((control) => mt.shown(control));
  return new Set(controls.flatMap((control) => (control.getAttribute("aria-controls") || "").split(/\s+/)));
};

/**
 * What it answers, asked for once, and only where somebody needs it.
 * @template T
 * @param {() => T} ask
 */
const once = (ask) => {
  let answer = /** @type {T | undefined} */ (undefined);
  return () => (answer ??= ask());
};

const HEADINGS = "h2,h3,h4,h5,h6,dt";
const PRESSES = ["button", "summary", "[role=button]", "[aria-expanded]"].map((each) => `${each}:not(a[href])`).join(",");
const FOLDS = /accordion|accordeon|\bfaq/i;
const NAMED = ["accordion", "accordeon", "faq"].map((name) => `[class*="${name}" i]`).join(",");

/** @param {Element} element */
const wordsIn = (element) => element.textContent.replace(/\s+/g, "");

/**
 * Whether the heading before it shows it when it is pressed: one that is nothing but a heading, no link, and can be
 * pressed, or is one of several that are called so. A headline of a teaser before the rest of a paid text is none.
 * @param {Element} hidden
 * @param {Story} story
 * @param {() => Element[]} named
 */
const unfolds = (hidden, story, named) => {
  const control = hidden.previousElementSibling;
  const heading = control?.matches(HEADINGS) ? control : control?.querySelector(HEADINGS);
  if (!control || !heading || !mt.shown(heading) || wordsIn(heading) !== wordsIn(control)) return false;
  if (heading.closest("a[href]") || control.querySelector("a[href]")) return false;
  if (control.matches(PRESSES) || control.querySelector(PRESSES)) return true;
  const holder = mt.up(hidden);
  const own = [heading, control, ...(holder && !story.kept.has(holder) ? [holder] : [])];
  const classes = own.flatMap((node) => [...node.classList]).filter((name) => FOLDS.test(name));
  return classes.some((name) => named().filter((node) => node.classList.contains(name)).length > 1);
};

const NOTE = 60; // words
/**
 * Whether it stands in a note that is laid over the text when a reader points at something. A paragraph that is laid so
 * by itself is one of the story's.
 * @param {Element} element
 * @param {Element | null} end
 */
const isNote = (element, end) => {
  for (let each = /** @type {Element | null} */ (element); each && each !== end; each = mt.up(each)) {
    const { position, opacity } = getComputedStyle(each);
    const laid = position === "absolute" || position === "fixed";
    if (laid && each === element && each.localName === "p") return false;
    if (laid && (opacity === "0" || !mt.visible(each))) return mt.words(each.textContent || "") <= NOTE;
  }
  return false;
};

/** @param {Element | undefined} element */
const languageOf = (element) => (element?.closest("[lang]")?.getAttribute("lang") || "").slice(0, 2).toLowerCase();

/**
 * Whether an unseen text waits for its turn: another story, which begins with a headline of its own; what a heading or a
 * tab shows; a picture's line in a gallery; a note; the same in another language than what is `shown`.
 * @param {Story} story
 * @param {Element | undefined} shown
 */
mt.waiting = (story, shown) => {
  const known = /** @type {Map<Element, boolean>} */ (new Map());
  const own = languageOf(shown);
  const names = once(unfolded);
  const named = once(() => mt.all(NAMED).filter((node) => story.region?.contains(node)));
  const tabs = once(() => mt.all("[role=tab]").some((tab) => mt.shown(tab)));
  /** @param {Element} element */
  const opens = (element) => names().has(element.id) || (element.getAttribute("role") === "tabpanel" && tabs());
  return (/** @type {Element} */ element) => {
    const way = [element];
    for (let above = mt.up(element); above && !mt.visible(above); above = mt.up(above)) way.push(above);
    const outer = way[way.length - 1];
    if (!known.has(outer)) {
      const first = story.around.find((passage) => outer.contains(passage.element));
      const headed = outer !== element && Boolean(first && /^H[12]$/.test(first.element.tagName));
      const folded = way.some(opens) || way.some((each) => unfolds(each, story, named));
      known.set(outer, headed || Boolean(own && languageOf(outer) !== own) || folded);
    }
    return known.get(outer) || isNote(element, story.region) || Boolean(element.closest("figcaption"));
  };
};
