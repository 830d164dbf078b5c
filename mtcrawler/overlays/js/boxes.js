// Boxes in the article's own flow that hold something to press: a message between paragraphs, a gate at the end; and where
// a thing stands to the text.
const MOST_BOXES = 24;
const PRESSED = "button,a,input,iframe,form,[role=button]";
const LARGEST = 4000; // characters of a box
const NEAR = 4; // siblings after the text, at each level
const BETWEEN = 80; // words
const INSIDE = 300;
const OVERLAP = 10; // pixels by which a column may reach into another

/**
 * What follows an element, as far as it is near: of something large its own beginning.
 * @param {Element} element
 * @returns {Element[]}
 */
const following = (element) => {
  const found = [];
  const ways = [];
  for (let after = element.nextElementSibling; after && ways.length < NEAR; after = after.nextElementSibling) {
    if (mt.usurped(after)) break;
    if (!after.matches("script,style,link,template,noscript")) ways.push(after);
  }
  for (let steps = 0; ways.length && steps < 3 * NEAR; steps += 1) {
    const next = /** @type {Element} */ (ways.shift());
    // Another article's gate is that article's.
    if (next.matches("footer,nav,article") || !next.querySelector(PRESSED)) continue;
    if (next.textContent.length <= LARGEST) found.push(next);
    else ways.unshift(...[...next.children].slice(0, 2).filter((child) => !mt.usurped(child)));
  }
  return found;
};

/**
 * Whether something outside of the article stands where its text ends.
 * @param {Element} box
 * @param {Story} story
 */
const ends = (box, story) => {
  const { between, inside, beside } = mt.place(box, story);
  return !beside && between <= BETWEEN && inside <= INSIDE;
};

mt.boxes = (story, covered) => {
  const { body, region } = story;
  if (!body || !region) return [];
  const boxes = /** @type {Set<Element>} */ (new Set());
  for (const control of region.querySelectorAll(PRESSED)) {
    if (boxes.size >= MOST_BOXES) break;
    let node = /** @type {Element | null} */ (mt.usurped(control) ? mt.up(control) : control);
    for (let above = node && mt.up(node); above && above !== body && above !== region && node !== region; above = mt.up(above)) node = above;
    if (node && node !== region && !story.kept.has(node) && node.tagName !== "P") boxes.add(node);
  }
  // Gates often stand outside of the text, and of all that is marked as the article.
  for (let level = /** @type {Element | null} */ (body); level && level !== doc.body; level = mt.up(level)) {
    for (const after of following(level)) if (!covered(after) && (mt.within(after, region) || ends(after, story))) boxes.add(after);
  }
  return [...boxes].filter(
    (box) => mt.shown(box) && box.getBoundingClientRect().height >= 30 && box.textContent.length <= LARGEST && !covered(box),
  );
};

// Whether one of two stands in another column than the other.
mt.apart = (one, other) => {
  const [box, column] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return box.left >= column.right - OVERLAP || box.right <= column.left + OVERLAP;
};

// Where it stands to the text: words of the story before it and after it, and of other things between the two. What
// stands inside of it is neither.
mt.place = (root, story) => {
  const { beside, remark } = story.beside(root);
  // What stands apart inside of the article may still be its end.
  const away = remark || (beside && !(story.region && mt.within(root, story.region)));
  const place = { before: 0, after: 0, between: 0, inside: 0, trails: false, beside: away };
  const where = (/** @type {Passage} */ { element }) => root.compareDocumentPosition(element);
  let last = /** @type {Passage | null} */ (null);
  for (const passage of story.passages) {
    if (!mt.isProse(passage) || !mt.seen(passage)) continue;
    const at = where(passage);
    if (passage.element === root || at & Node.DOCUMENT_POSITION_CONTAINED_BY) continue;
    if (at & Node.DOCUMENT_POSITION_FOLLOWING) place.after += mt.wordsOf(passage);
    else {
      place.before += mt.wordsOf(passage);
      last = passage;
    }
  }
  for (const passage of story.around) {
    const at = where(passage);
    if (passage.element === root || at & Node.DOCUMENT_POSITION_CONTAINED_BY) place.inside += mt.wordsOf(passage);
    else if (at & Node.DOCUMENT_POSITION_FOLLOWING) break;
  }
  if (!last) return place;
  place.trails = mt.trails(last);
  if (mt.apart(root, last.element)) place.beside = true;
  for (let index = story.around.indexOf(last) + 1; index < story.around.length; index += 1) {
    const passage = story.around[index];
    const at = where(passage);
    if (passage.element === root || at & (Node.DOCUMENT_POSITION_CONTAINED_BY | Node.DOCUMENT_POSITION_FOLLOWING)) break;
    if (mt.seen(passage)) place.between += mt.wordsOf(passage);
  }
  return place;
};
