// Whether the page can be read again: scrolled, seen, whole. Locks that were left behind are opened.
const STOPPED = new Set(["hidden", "clip"]);
const root = () => doc.documentElement;

// What scrolls the page; in quirks mode a page whose body scrolls by itself has none.
const pageScroller = () => doc.scrollingElement || root();

/** @param {Element | null} node */
const scrollerOf = (node) => {
  for (let each = node; each && each !== doc.body && each !== root(); each = mt.up(each)) {
    const style = getComputedStyle(each);
    if (/auto|scroll/.test(style.overflowY) && each.scrollHeight > each.clientHeight + 8) return each;
  }
  return null;
};

mt.locked = (story = mt.story()) => {
  if (!doc.body) return false;
  if (scrollerOf(story.body || story.title)) return false;
  const html = getComputedStyle(root());
  const body = getComputedStyle(doc.body);
  const low = story.region ? story.region.getBoundingClientRect().bottom > innerHeight : false;
  const tall = low || pageScroller().scrollHeight > innerHeight + 8;
  const stopped = STOPPED.has(html.overflowY) || (STOPPED.has(body.overflowY) && html.overflowY === "visible");
  const clipped = STOPPED.has(body.overflowY) && doc.body.clientHeight <= innerHeight && low;
  return tall && (stopped || clipped || body.position === "fixed" || html.position === "fixed");
};

// Only what keeps a reader from the text and could not have been meant without the overlay.
mt.unlock = () => {
  const story = mt.story();
  const opened = [];
  /**
   * @param {Element} node
   * @param {string} property
   * @param {string} value
   */
  const open = (node, property, value) => {
    opened.push(`${node.tagName.toLowerCase()} ${property}`);
    mt.change(node, property, value);
  };
  if (mt.locked(story)) {
    for (const node of [root(), doc.body]) {
      const style = getComputedStyle(node);
      if (STOPPED.has(style.overflowY)) open(node, "overflow", node === root() ? "auto" : "visible");
      if (style.position === "fixed") {
        const top = parseFloat(style.top) || 0;
        open(node, "position", "static");
        window.scrollTo(0, -top);
      }
      if (Math.abs(node.clientHeight - innerHeight) < 4 && node.scrollHeight > innerHeight + 8) {
        open(node, "height", "auto");
        open(node, "max-height", "none");
      }
    }
  }
  for (let node = story.body || story.title; node; node = mt.up(node)) {
    const style = getComputedStyle(node);
    if (/blur|opacity|grayscale|brightness/.test(style.filter)) open(node, "filter", "none");
    if (style.visibility === "hidden") open(node, "visibility", "visible");
    if (parseFloat(style.opacity) < 0.3) open(node, "opacity", "1");
    if (style.pointerEvents === "none") open(node, "pointer-events", "auto");
    if (style.touchAction === "none") open(node, "touch-action", "auto");
    if (node.inert) {
      node.inert = false;
      mt.remember(() => {
        node.inert = true;
      });
      opened.push("inert");
    }
    if (node.getAttribute("aria-hidden") === "true") {
      node.removeAttribute("aria-hidden");
      mt.remember(() => node.setAttribute("aria-hidden", "true"));
    }
    const framed = node !== doc.body && node !== root();
    if (framed && STOPPED.has(style.overflowY) && node.scrollHeight > node.clientHeight + 50 && !scrollerOf(node)) {
      open(node, "overflow", "visible");
      open(node, "height", "auto");
      open(node, "max-height", "none");
    }
  }
  return opened;
};

// A real turn of the wheel is answered here: armed before it is made, asked after.
/** @type {{ scroller: Element; start: number } | null} */
let turned = null;
mt.arm = ({ unlock = false } = {}) => {
  if (unlock) mt.unlock();
  const story = mt.story();
  const inner = scrollerOf(story.body || story.title);
  const scroller = inner || pageScroller();
  if (scroller.scrollHeight <= scroller.clientHeight + 8 && !mt.locked(story)) return null;
  const start = scroller.scrollTop;
  const down = start + scroller.clientHeight + 4 < scroller.scrollHeight;
  turned = { scroller, start };
  const box = inner ? inner.getBoundingClientRect() : { left: 0, top: 0, width: innerWidth, height: innerHeight };
  const by = down ? 60 : -60;
  return { x: box.left + box.width * 0.45, y: box.top + box.height * 0.6, by, locked: mt.locked(story) };
};
mt.turned = async ({ most = 250 } = {}) => {
  if (!turned) return false;
  const { scroller, start } = turned;
  const began = mt.now();
  while (mt.now() - began < most) {
    if (Math.abs(scroller.scrollTop - start) >= 2) {
      // Some scripts let it go and throw it back.
      await mt.pause(40);
      if (Math.abs(scroller.scrollTop - start) < 2) return false;
      const scrollTo = /** @type {(this: Element, options: ScrollToOptions) => void} */ (Element.prototype.scrollTo);
      scrollTo.call(scroller, { top: start, behavior: "instant" });
      return true;
    }
    await mt.pause(8);
  }
  return false;
};
mt.hush = ({ what }) => {
  mt.hushed[what] = true;
  if (what === "jump") holdStill();
};

// The last resort against scripts that keep throwing the page back: they may no longer move it at all.
const holdStill = () => {
  for (const name of /** @type {const} */ (["scrollTo", "scroll"])) {
    const native = /** @type {(...place: unknown[]) => void} */ (window[name]);
    window[name] = (/** @type {unknown[]} */ ...place) => {
      if (!mt.hushed.jump) native.apply(window, place);
    };
  }
  const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, "scrollTop") || {};
  for (const node of [root(), doc.body]) {
    /**
     * @this {Element}
     * @param {number} value
     */
    const guarded = function (value) {
      if (!mt.hushed.jump) set?.call(this, value);
    };
    Object.defineProperty(node, "scrollTop", { get, set: guarded, configurable: true });
  }
};

// Nine points of the view: how many still belong to one of these layers. What fades invisibly is given time to go.
/** @param {Element[]} nodes */
const pointsOf = (nodes) => {
  let hits = 0;
  for (const x of [0.15, 0.5, 0.85]) {
    for (const y of [0.2, 0.5, 0.85]) {
      const hit = mt.at(innerWidth * x, innerHeight * y);
      if (hit && nodes.some((node) => mt.within(hit, node))) hits += 1;
    }
  }
  return hits;
};
mt.standing = async ({ roots, most = 900 }) => {
  const nodes = mt.nodes(roots);
  const began = mt.now();
  for (;;) {
    const hits = mt.purely(() => pointsOf(nodes));
    if (!hits || mt.now() - began > most) return { hits, chars: mt.measure(mt.story(), nodes) };
    await mt.pause(30);
  }
};

// The end of a proof, and a look at what has come up since: nothing is left locked, nothing stands, the text is whole.
mt.settled = async ({ roots, unlock, whole, rules }) => {
  const opened = unlock ? mt.unlock() : [];
  const { hits, chars } = await mt.standing({ roots });
  const holds = !hits && chars >= whole;
  const went = mt.purely(() => roots.filter(mt.went));
  if (!holds) mt.undo();
  return { opened, holds, went, scan: mt.scan({ rules }) };
};
