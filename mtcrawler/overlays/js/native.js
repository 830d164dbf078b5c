// The page's own scripts share every function with ours, and its forms and pictures can take the place of a document's
// properties by their names. What is used here is therefore what was there before any script of the page had run.
const { getOwnPropertyDescriptor: described, getOwnPropertyNames: namesOf, keys: keysOf, defineProperty: define } = Object;
const used = new Set(USED);

/**
 * Without a prototype, as one may have been given whatever names.
 * @param {PropertyDescriptor} descriptor
 */
const bare = (descriptor) => Object.assign(Object.create(null), descriptor);

mt.now = performance.now.bind(performance);

/** The document, as the browser made it: no `<form name="body">` stands in the place of its body. */
const doc = /** @type {Document} */ ({});
for (const kind of [Document.prototype, Node.prototype]) {
  for (const name of namesOf(kind)) {
    const { get, set, value } = /** @type {PropertyDescriptor} */ (described(kind, name));
    if (!used.has(name) || described(doc, name)) continue;
    if (get) define(doc, name, bare({ get: get.bind(document), set: set?.bind(document) }));
    else if (typeof value === "function") define(doc, name, bare({ value: value.bind(document) }));
  }
}

const KINDS = [
  Array, Array.prototype, String.prototype, RegExp.prototype, Number, Math, Object, Map.prototype, Set.prototype,
  WeakMap.prototype, WeakRef.prototype, Node.prototype, Element.prototype, HTMLElement.prototype, Document.prototype,
  DocumentFragment.prototype, CharacterData.prototype, NodeList.prototype, HTMLCollection.prototype, TreeWalker.prototype,
  CSSStyleDeclaration.prototype, DOMTokenList.prototype, Animation.prototype, Performance.prototype,
];
const GLOBALS = ["Map", "Set", "WeakMap", "WeakRef", "Node", "NodeFilter", "RegExp", "DOMRect", "getComputedStyle", "performance"];
/** @type {{ owner: object; name: PropertyKey; native: PropertyDescriptor }[]} */
const NATIVE = [];
/**
 * @param {object} owner
 * @param {PropertyKey} name
 */
const keep = (owner, name) => {
  const native = described(owner, name);
  if (native?.configurable) NATIVE[NATIVE.length] = { owner, name, native };
};
for (const kind of KINDS) {
  for (const name of namesOf(kind)) if (used.has(name)) keep(kind, name);
  if (Symbol.iterator in kind) keep(kind, Symbol.iterator);
}
for (const name of GLOBALS) keep(window, name);
// What an element has from a kind above, a page may give to the kind below.
/** @type {{ owner: object; name: string }[]} */
const ABSENT = [];
for (const [kind, above] of [[Element, Node], [HTMLElement, Node], [HTMLElement, Element]]) {
  for (const name of namesOf(above.prototype)) {
    if (used.has(name) && !described(kind.prototype, name)) ABSENT[ABSENT.length] = { owner: kind.prototype, name };
  }
}
// What is sent as JSON is sent as it is, whatever the page's scripts want arrays to be written as; and every object has
// what they have given to all objects.
const WRITTEN = [Object.prototype, Array.prototype, String.prototype, Number.prototype, Boolean.prototype];

/**
 * @param {Changed[]} changed
 * @param {object} owner
 * @param {string} name
 */
const aside = (changed, owner, name) => {
  const now = described(owner, name);
  if (!now?.configurable) return;
  changed[changed.length] = { owner, name, before: now };
  delete /** @type {any} */ (owner)[name];
};

let pure = false;
mt.purely = (act) => {
  if (pure) return act();
  pure = true;
  /** @type {Changed[]} */
  const changed = [];
  // No method is called before all are the browser's own again, not even an array's.
  for (let index = 0; index < NATIVE.length; index += 1) {
    const { owner, name, native } = NATIVE[index];
    const now = described(owner, name);
    if (now && now.value === native.value && now.get === native.get) continue;
    if (now && !now.configurable) continue;
    changed[changed.length] = { owner, name, before: now };
    define(owner, name, bare(native));
  }
  for (let index = 0; index < WRITTEN.length; index += 1) aside(changed, WRITTEN[index], "toJSON");
  for (let index = 0; index < ABSENT.length; index += 1) aside(changed, ABSENT[index].owner, ABSENT[index].name);
  const more = keysOf(Object.prototype);
  for (let index = 0; index < more.length; index += 1) aside(changed, Object.prototype, more[index]);
  try {
    return act();
  } finally {
    for (let index = changed.length - 1; index >= 0; index -= 1) {
      const { owner, name, before } = changed[index];
      if (before) define(owner, name, bare(before));
      else delete /** @type {any} */ (owner)[name];
    }
    pure = false;
  }
};

// A form is asked for by the names of its fields first: one whose fields bear the names of what is used here is seen
// through, as if its children stood in its place.
const ASKED = [
  "assignedSlot", "attributes", "checkVisibility", "childElementCount", "children", "className", "closest",
  "compareDocumentPosition", "contains", "getAttribute", "getBoundingClientRect", "getRootNode", "hasAttribute", "id",
  "innerText", "isConnected", "localName", "matches", "nextElementSibling", "nodeType", "parentElement", "parentNode",
  "querySelector", "querySelectorAll", "shadowRoot", "style", "tagName", "textContent",
];
const parentOf = /** @type {() => Node | null} */ (described(Node.prototype, "parentNode")?.get);
const childrenOf = /** @type {() => HTMLCollection} */ (described(Element.prototype, "children")?.get);
mt.usurped = (node) => {
  if (!(node instanceof HTMLFormElement)) return false;
  for (let index = 0; index < ASKED.length; index += 1) if (described(node, ASKED[index])) return true;
  return false;
};
mt.parent = (node) => {
  let parent = /** @type {Node | null} */ (node.parentNode);
  while (parent && mt.usurped(parent)) parent = parentOf.call(parent);
  return parent;
};
mt.held = (form) => childrenOf.call(form);
