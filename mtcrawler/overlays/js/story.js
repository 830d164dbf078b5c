// Where the article stands, found by the mass of its prose; it and everything around it is protected. The same rules
// read markup without a browser in mtcrawler/markup/story.py, where their words and numbers are kept (`LOCATING`).
const LAYER = 'dialog,[role="dialog"],[role="alertdialog"],[aria-modal="true"],[popover]';
const NOTICE = /cookie|consent|gdpr|privacy|cmp\b|onetrust|didomi|usercentrics/i;
const NOTICES = /cookie|consent|partner|datenschutz|einwillig|personenbezogen|données|traceur|персональн|соглас|privacidad|privacy|toestemming/gi;
const { phrasing, dull, beside, remarks, regions, headlines, prose, long, share, mass, side, other, depth, decay } = LOCATING;
const PHRASING = new Set(phrasing);
const DULL = new Set(dull);
const REMARKS = new RegExp(remarks, "i");
const GAPLESS = new RegExp(LOCATING.gapless, "g");
const MOST_TEXTS = 20000;

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
  const title = plain(doc.title);
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
  holder !== doc.body &&
  holder.childElementCount < 9 &&
  Boolean(holder.querySelector("h2 a, h3 a, h4 a, a h2, a h3, a h4")) &&
  !holder.querySelector("h1");

/** @param {string} text */
const sizeOf = (text) => text.length + 2 * (text.match(GAPLESS)?.length || 0);

mt.words = (text) => (text.replace(GAPLESS, " $& ").match(/\S+/g) || []).length;
mt.textOf = ({ texts }) => texts.map(({ data }) => data).join("");
mt.wordsOf = (passage) => (passage.words ??= mt.words(mt.textOf(passage)));

/**
 * Every element that holds text directly, with phrases counted to what they stand in; in page order.
 * @param {Element} top
 * @returns {Passage[]}
 */
const gather = (top) => {
  const found = /** @type {Map<Element, Passage>} */ (new Map());
  const shadows = [...mt.hosts].map((host) => host.deref()).filter((host) => host?.isConnected && host.shadowRoot);
  for (const root of [top, ...shadows.map((host) => /** @type {ShadowRoot} */ (host?.shadowRoot))]) {
    const walker = doc.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let count = 0; count < MOST_TEXTS && walker.nextNode(); count += 1) {
      const text = /** @type {Text} */ (walker.currentNode);
      const data = text.data.trim();
      let holder = data ? holderOf(text) || /** @type {ShadowRoot} */ (root).host : null;
      let linked = false;
      while (holder && PHRASING.has(holder.localName)) {
        linked ||= holder.localName === "a";
        holder = holderOf(holder);
      }
      if (!holder || DULL.has(holder.localName)) continue;
      let passage = found.get(holder);
      if (!passage) {
        passage = { element: holder, size: 0, prose: 0, texts: [] };
        found.set(holder, passage);
      }
      const size = sizeOf(data);
      passage.size += size;
      if (!linked) passage.prose += size;
      passage.texts.push(text);
    }
  }
  return [...found.values()];
};

/** @param {Text | Element} node */
const holderOf = (node) => {
  const parent = mt.parent(node);
  return parent instanceof Element ? parent : null;
};

mt.seen = (passage) => (passage.seen ??= mt.visible(passage.element));
mt.isProse = ({ size, prose: own, element }) => own >= prose && own >= share * size && element.localName !== "figcaption";

/** What stands around a text: each element is looked at once, however deep the page. */
const places = () => {
  const known = /** @type {Map<Element, Place>} */ (new Map());
  const nowhere = /** @type {Place} */ ({ beside: false, remark: false, layer: null });
  const readers = /** @type {Map<Element, boolean>} */ (new Map());
  return (/** @type {Element | null} */ element) => {
    const way = [];
    let node = element;
    for (; node && !known.has(node); node = mt.up(node)) way.push(node);
    let place = (node && known.get(node)) || nowhere;
    for (const inner of way.reverse()) {
      const names = `${inner.id} ${inner.getAttribute("class") || ""}`;
      const remark = inner.matches("nav") || (REMARKS.test(names) && !inner.querySelector("h1"));
      const apart = remark || inner.matches(beside);
      const over = !place.layer && (inner.matches(LAYER) || getComputedStyle(inner).position === "fixed");
      if (over && !readers.has(inner)) readers.set(inner, isReader(inner));
      const layer = place.layer || (over ? inner : null);
      if (apart || over) {
        const away = place.beside || apart || Boolean(over && !readers.get(inner));
        place = { beside: away, remark: place.remark || remark, layer };
      }
      known.set(inner, place);
    }
    return place;
  };
};

// The page's own headline; where none is, the first that is shown.
const headlineOf = () => {
  const all = mt.all("h1");
  const title = plain(String(doc.title));
  const named = all.find((heading) => {
    const headline = plain(heading.textContent);
    return headline.length > headlines && title.includes(headline);
  });
  return named || all.find((heading) => heading.checkVisibility({ visibilityProperty: true })) || all[0] || null;
};

/**
 * How much likelier a text belongs to the story of the page than to another one below it.
 * @param {Element | null} title
 */
const belonging = (title) => {
  const home = title?.closest("article");
  const several = home && doc.querySelectorAll("article").length > 1;
  const later = mt.all("h1").filter((heading) => title && heading !== title && follows(title, heading));
  return (/** @type {Element} */ element) => {
    if (several && home.contains(element)) return 1 / other;
    return later.length && later.some((heading) => follows(heading, element)) ? other : 1;
  };
};

/**
 * @param {Element} one
 * @param {Element} next
 */
const follows = (one, next) => Boolean(one.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING);

/** @param {Element} element */
const only = (element) => element.childElementCount === 1 && element !== doc.body;

const findStory = () => {
  const top = doc.body || doc.documentElement;
  const passages = top && !mt.usurped(top) ? gather(top) : [];
  const title = headlineOf();
  const place = places();
  const belongs = belonging(title);
  const teasers = /** @type {Map<Element, boolean>} */ (new Map());
  const seeds = passages.filter(mt.isProse).map((passage) => {
    const parent = mt.up(passage.element);
    if (parent && !teasers.has(parent)) teasers.set(parent, isTeaser(parent));
    const apart = place(passage.element).beside || (parent && teasers.get(parent));
    const weight = Math.min(passage.prose, long) * (apart ? side : 1) * belongs(passage.element);
    return { passage, parent, weight, seen: mt.seen(passage) };
  });
  // What waits unseen for its turn outweighs the story at times; where nothing at all is seen yet, it is the story.
  const shown = seeds.reduce((sum, seed) => sum + (seed.seen ? seed.weight : 0), 0);
  const scores = /** @type {Map<Element, number>} */ (new Map());
  for (const { parent, weight, seen } of seeds) {
    let left = weight * (seen || shown < mass ? 1 : side);
    for (let holder = parent, step = 0; holder && step < depth; holder = mt.up(holder)) {
      if (step && holder === doc.body) break;
      scores.set(holder, (scores.get(holder) || 0) + left);
      if (only(holder)) continue;
      left *= decay;
      step += 1;
    }
  }
  let body = null;
  let best = -1;
  for (const [holder, score] of scores) {
    if (holder !== doc.documentElement && score > best) [body, best] = [holder, score];
  }
  const anchor = body || doc.querySelector("h1, main, article");
  const kept = new Set();
  for (let node = anchor; node; node = mt.up(node)) kept.add(node);
  const region = anchor?.closest(regions) || anchor;
  const own = Boolean(body && place(body).beside);
  const story = passages.filter(({ element }) => region && mt.within(element, region) && (own || !place(element).beside));
  const heading = region?.querySelector("h1") || title;
  const layer = anchor ? place(anchor).layer : null;
  return { body, region, title: heading, kept, layer, passages: story, around: passages, beside: place };
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
  let sum = 0;
  for (const passage of story.passages) {
    if (!mt.isProse(passage) || !mt.visible(passage.element)) continue;
    if (without.some((root) => mt.within(passage.element, root))) continue;
    sum += passage.size;
  }
  return sum;
};
