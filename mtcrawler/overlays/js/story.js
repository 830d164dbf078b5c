// Where the article stands, found by the mass of its paragraphs; it and everything around it is protected.
const LAYER = 'dialog,[role="dialog"],[role="alertdialog"],[aria-modal="true"],[popover]';
const NOTICE = /cookie|consent|gdpr|privacy|cmp\b|onetrust|didomi|usercentrics/i;
const NOTICES = /cookie|consent|partner|datenschutz|einwillig|personenbezogen|données|traceur|персональн|соглас|privacidad|privacy|toestemming/gi;

/**
 * @param {Element | null} node
 * @param {Map<Element, Element | null>} memo
 * @returns {Element | null}
 */
const fixedAbove = (node, memo) => {
  if (!node) return null;
  const seen = memo.get(node);
  if (seen !== undefined) return seen;
  const found = getComputedStyle(node).position === "fixed" ? node : fixedAbove(mt.up(node), memo);
  memo.set(node, found);
  return found;
};

/** @param {string} text */
const plain = (text) => text.toLowerCase().replace(/\s+/g, " ").trim();

/**
 * A layer that holds real paragraphs under the page's own headline is a reader, not a popup.
 * @param {Element} layer
 */
const isReader = (layer) => {
  const texts = [...layer.querySelectorAll("p")].map((paragraph) => paragraph.textContent.trim());
  const text = texts.filter((each) => each.length > 60).join(" ");
  if (text.length <= 600) return false;
  const title = plain(document.title);
  for (const heading of layer.querySelectorAll("h1, h2, h3")) {
    const headline = plain(heading.textContent);
    if (headline.length > 14 && title.includes(headline)) return true;
  }
  if (layer.querySelector("article, [itemprop=articleBody]")) return true;
  if (NOTICE.test(`${layer.id} ${layer.className}`) || (text.match(NOTICES) || []).length > text.length / 400) return false;
  return Boolean(layer.querySelector("h1, time"));
};

/**
 * A card that leads to another story: many of them outweigh the story of the page.
 * @param {Element} holder
 */
const isTeaser = (holder) =>
  holder !== document.body &&
  holder.childElementCount < 9 &&
  Boolean(holder.querySelector("h2 a, h3 a, h4 a, a h2, a h3, a h4")) &&
  !holder.querySelector("h1");

const runs = () => {
  /** @type {[Element, number][]} */
  const found = [];
  for (const paragraph of mt.all("p")) {
    const length = paragraph.textContent.trim().length;
    if (length >= 40) found.push([paragraph, Math.min(length, 1200)]);
  }
  if (found.reduce((sum, [, length]) => sum + length, 0) > 500) return found;
  // Texts that use no paragraphs: whoever holds long runs of text directly.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let count = 0; count < 6000 && walker.nextNode(); count += 1) {
    const { parentElement: holder, data } = /** @type {Text} */ (walker.currentNode);
    const length = data.trim().length;
    if (holder && length >= 60 && !/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|TEXTAREA|P)$/.test(holder.tagName)) {
      found.push([holder, Math.min(length, 1200)]);
    }
  }
  return found;
};

const findStory = () => {
  const scores = /** @type {Map<Element, number>} */ (new Map());
  const memo = /** @type {Map<Element, Element | null>} */ (new Map());
  const readers = /** @type {Map<Element, boolean>} */ (new Map());
  const teasers = /** @type {Map<Element, boolean>} */ (new Map());
  const paragraphs = runs();
  for (const [paragraph, length] of paragraphs) {
    const layer = paragraph.closest(LAYER) || fixedAbove(paragraph, memo);
    if (layer && !readers.has(layer)) readers.set(layer, isReader(layer));
    const parent = mt.up(paragraph);
    if (parent && !teasers.has(parent)) teasers.set(parent, isTeaser(parent));
    let weight = (layer && !readers.get(layer)) || (parent && teasers.get(parent)) ? length * 0.1 : length;
    for (let holder = parent, depth = 0; holder && depth < 3; holder = mt.up(holder), depth += 1) {
      if (depth && holder === document.body) break;
      scores.set(holder, (scores.get(holder) || 0) + weight);
      weight *= 0.6;
    }
  }
  let body = null;
  let best = -1;
  for (const [holder, score] of scores) {
    if (holder !== document.documentElement && score > best) [body, best] = [holder, score];
  }
  const anchor = body || document.querySelector("h1, main, article");
  const kept = new Set();
  for (let node = anchor; node; node = mt.up(node)) kept.add(node);
  const region = anchor?.closest("article, [itemprop=articleBody], main, [role=main]") || anchor;
  const title = region?.querySelector("h1") || document.querySelector("h1");
  const layer = anchor ? anchor.closest(LAYER) || fixedAbove(anchor, memo) : null;
  return { body, region, title, kept, layer, paragraphs: paragraphs.map(([paragraph]) => paragraph) };
};

/** @type {Story | null} */
let known = null;
mt.story = () => {
  if (!known) {
    known = findStory();
    // Good for as long as no other script can run.
    queueMicrotask(() => {
      known = null;
    });
  }
  return known;
};

// How much of the article the page still holds, in characters, whatever stands over it; layers do not count.
mt.measure = (story = mt.story(), without = []) => {
  if (!story.region) return 0;
  let sum = 0;
  for (const paragraph of story.paragraphs) {
    if (!mt.within(paragraph, story.region) || !paragraph.checkVisibility({ visibilityProperty: true })) continue;
    if (without.some((root) => mt.within(paragraph, root))) continue;
    sum += paragraph.textContent.trim().length;
  }
  return sum;
};
