// The page as the eye has it: one tree through shadow roots and slots, and what is visible in it.
mt.up = (node) => {
  if (node.assignedSlot) return node.assignedSlot;
  const parent = mt.parent(node);
  if (!parent) return null;
  if (parent.nodeType === Node.DOCUMENT_FRAGMENT_NODE) return /** @type {ShadowRoot} */ (parent).host || null;
  return parent.nodeType === Node.ELEMENT_NODE ? /** @type {Element} */ (parent) : null;
};

mt.within = (node, ancestor) => {
  // In one tree the rendered parents are the tree's own: only other trees have to be climbed out of.
  if (!ancestor || ancestor.contains(node)) return Boolean(ancestor);
  if (ancestor.getRootNode() === node.getRootNode()) return false;
  for (let each = /** @type {Element | null} */ (node); each; each = mt.up(each)) if (each === ancestor) return true;
  return false;
};

mt.at = (x, y) => {
  let hit = doc.elementFromPoint(x, y);
  while (hit?.shadowRoot) {
    const inner = hit.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === hit) break;
    hit = inner;
  }
  return hit && mt.usurped(hit) ? mt.up(hit) : hit;
};

// What has no box of its own is seen where its children are.
/** @param {Element} node */
const boxOf = (node) => {
  let box = /** @type {Element | null} */ (node);
  while (box && getComputedStyle(box).display === "contents") box = mt.up(box);
  return box || node;
};

mt.visible = (node) => node.checkVisibility(SEEN) || (boxOf(node) !== node && boxOf(node).checkVisibility(SEEN));
const SEEN = { visibilityProperty: true };
const CLEAR = { visibilityProperty: true, opacityProperty: true };

// A page that is not painted yet hides nothing: that it is transparent as a whole passes.
mt.shown = (node) => {
  if (!node.isConnected) return false;
  if (node.checkVisibility(CLEAR)) return true;
  if (!mt.visible(node)) return false;
  for (let each = /** @type {Element | null} */ (node); each; each = mt.up(each)) {
    const whole = each === doc.body || each === doc.documentElement;
    if (!whole && getComputedStyle(each).opacity === "0") return false;
  }
  return true;
};

// In a closed <details> and hidden by nothing else: a reader opens it, and HTTP gives what it holds.
mt.folded = (node) => {
  const closed = node.closest("details:not([open])");
  if (!closed) return false;
  for (let each = /** @type {Element | null} */ (node); each && each !== closed; each = mt.up(each)) {
    const { display, visibility } = getComputedStyle(each);
    if (display === "none" || visibility === "hidden") return false;
  }
  const above = mt.up(closed);
  return mt.shown(closed) || Boolean(above && mt.folded(above));
};

mt.boxed = (node) => {
  const box = node.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
};

// Children as rendered: a host shows its shadow tree, a slot what was put into it.
mt.children = (node) => {
  if (node.shadowRoot) return node.shadowRoot.children;
  if (node instanceof HTMLSlotElement) {
    const given = node.assignedElements();
    if (given.length) return given;
  }
  return node.children;
};

mt.walk = (root, visit, limit = 4000) => {
  const stack = [root];
  let seen = 0;
  for (let node = stack.pop(); node && seen < limit; node = stack.pop()) {
    seen += 1;
    const through = mt.usurped(node);
    if (!through && visit(node) === false) continue;
    const children = through ? mt.held(node) : mt.children(node);
    for (let index = children.length - 1; index >= 0; index -= 1) stack.push(children[index]);
  }
};

mt.all = (selector) => {
  const found = [...doc.querySelectorAll(selector)];
  for (const reference of mt.hosts) {
    const host = reference.deref();
    if (host?.isConnected && host.shadowRoot) found.push(...host.shadowRoot.querySelectorAll(selector));
  }
  return found.filter((node) => !mt.usurped(node));
};

/** @param {Element} root */
const hasShadow = (root) => {
  for (const reference of mt.hosts) {
    const host = reference.deref();
    if (host && mt.within(host, root)) return true;
  }
  return Boolean(root.shadowRoot);
};

mt.text = (root, limit = 3000) => {
  if (!hasShadow(root)) return (root.innerText || "").trim().slice(0, limit);
  /** @type {string[]} */
  const parts = [];
  mt.walk(root, (node) => {
    if (/^(STYLE|SCRIPT|TEMPLATE|NOSCRIPT)$/.test(node.tagName) || !mt.shown(node)) return false;
    const holder = node.shadowRoot || node;
    for (const child of holder.childNodes) {
      if (child.nodeType !== Node.TEXT_NODE) continue;
      const text = /** @type {Text} */ (child).data.trim();
      if (text) parts.push(text);
    }
    return true;
  });
  return parts.join(" ").slice(0, limit);
};

// Names for elements that outlive one call, without keeping the elements alive.
const named = /** @type {Map<ElementName, WeakRef<Element>>} */ (new Map());
const names = /** @type {WeakMap<Element, ElementName>} */ (new WeakMap());
let next = 1;
mt.name = (node) => {
  const known = names.get(node);
  if (known) return known;
  names.set(node, next);
  named.set(next, new WeakRef(node));
  next += 1;
  return next - 1;
};
mt.node = (name) => (name === null ? null : named.get(name)?.deref() || null);
mt.nodes = (some) => some.map((name) => mt.node(name)).filter((node) => node !== null);

mt.rect = (node) => {
  const box = node.getBoundingClientRect();
  return [box.x, box.y, box.width, box.height].map(Math.round);
};

// Where a layer is to be seen: its own box, or that of what stands out of it when it has no size of its own.
mt.extent = (root) => {
  const own = root.getBoundingClientRect();
  if (own.width > 1 && own.height > 1 && mt.boxed(root)) return own;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  mt.walk(root, (node) => {
    const box = node.getBoundingClientRect();
    if (node === root || box.width <= 1 || box.height <= 1) return true;
    if (!mt.shown(node) || !mt.boxed(node)) return false;
    [left, top] = [Math.min(left, box.left), Math.min(top, box.top)];
    [right, bottom] = [Math.max(right, box.right), Math.max(bottom, box.bottom)];
    return false;
  }, 800);
  return right > left ? new DOMRect(left, top, right - left, bottom - top) : own;
};

const later = setTimeout.bind(window);
mt.pause = (ms) => new Promise((resolve) => later(resolve, ms));
