// What stands guard from the first moment of a page: shadow roots stay open, nothing asks, opens or leaves unasked.
// Runs before the page's own scripts, so that its listeners come first.
mt.guarded = false;
mt.hushed = { wheel: false, scroll: false, jump: false };
mt.hosts = new Set();

const attachShadow = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (init) {
  const root = attachShadow.call(this, { ...init, mode: "open" });
  mt.hosts.add(new WeakRef(this));
  return root;
};

window.open = () => null;

if (window.Notification) {
  // A denied permission is the honest answer of a browser nobody sits at; most push prompts then never appear.
  Notification.requestPermission = (callback) => {
    callback?.("denied");
    return Promise.resolve("denied");
  };
  Object.defineProperty(Notification, "permission", { get: () => "denied", configurable: true });
}

const here = () => location.href.split("#")[0];

mt.leaves = (anchor) => {
  const raw = anchor.getAttribute("href");
  if (raw === null) return false;
  const target = raw.trim();
  if (target.startsWith("#")) {
    // A jump to a part of the text, as in a table of contents, closes nothing.
    const part = target.slice(1) && mt.story().region?.querySelector(`[id="${CSS.escape(target.slice(1))}"]`);
    return Boolean(part || (target.length > 1 && anchor.closest("li") && !anchor.hasAttribute("role")));
  }
  if (/^javascript:/i.test(target)) return false;
  // A link in a drawing has an object for an address.
  return !String(/** @type {any} */ (anchor.href).baseVal ?? anchor.href).startsWith(`${here()}#`);
};

// From the first act on nothing may carry the page away, whatever a button turns out to do.
window.addEventListener(
  "submit",
  (event) => {
    if (!mt.guarded || /** @type {HTMLFormElement} */ (event.target).method === "dialog") return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
window.addEventListener(
  "click",
  (event) => {
    if (!mt.guarded) return;
    const anchor = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (anchor && mt.leaves(anchor)) event.preventDefault();
  },
  true,
);
window.navigation?.addEventListener("navigate", (event) => {
  const same = event.hashChange || event.destination.sameDocument;
  if (mt.guarded && event.cancelable && !same) event.preventDefault();
});

// A real mouse presses what it was aimed at (acts.js) or nothing, whatever has come up in its way since.
mt.aimed = null;
for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
  /** @param {Event} event */
  const miss = (event) => {
    if (!mt.aimed || !event.isTrusted) return;
    const [hit] = /** @type {Element[]} */ (event.composedPath());
    if (mt.purely(() => hit.nodeType === Node.ELEMENT_NODE && mt.within(hit, mt.aimed))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener(type, miss, true);
}

// Scroll locks that listen: swallowed only once the wheel was proved dead (proof.js).
for (const type of ["wheel", "mousewheel", "DOMMouseScroll", "touchmove"]) {
  /** @param {Event} event */
  const hush = (event) => {
    if (mt.hushed.wheel) event.stopImmediatePropagation();
  };
  window.addEventListener(type, hush, { capture: true, passive: true });
}
window.addEventListener(
  "scroll",
  (event) => {
    if (mt.hushed.scroll) event.stopImmediatePropagation();
  },
  { capture: true, passive: true },
);
