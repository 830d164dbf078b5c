// What is done to a layer: pressed as a reader would, or veiled; everything that was changed can be taken back.
const Observer = MutationObserver;
const OPENING = 180;
mt.veiled = new Set();
mt.roots = [];
/** @type {Change[]} */
const changes = [];

/** @param {Animation} animation */
const finite = (animation) => {
  const timing = animation.effect?.getComputedTiming();
  return timing && Number.isFinite(timing.endTime) && animation.playState === "running";
};

// Running fades are brought to their end at once: their end events fire, and nobody has to wait.
mt.finish = () => {
  const all = doc.getAnimations();
  for (const reference of mt.hosts) all.push(...(reference.deref()?.shadowRoot?.getAnimations?.() || []));
  for (const animation of all) {
    const target = /** @type {KeyframeEffect | null} */ (animation.effect)?.target;
    if (finite(animation) && target && !mt.story().body?.contains(target)) animation.finish();
  }
};

/** @param {Element} root */
const touched = (root) => {
  for (const [x, y] of [[0.5, 0.5], [0.15, 0.15], [0.85, 0.85], [0.5, 0.9], [0.5, 0.1]]) {
    const box = root.getBoundingClientRect();
    const hit = mt.at(box.left + box.width * x, box.top + box.height * y);
    if (hit && mt.within(hit, root)) return true;
  }
  return false;
};

mt.gone = (root) => {
  if (!root || !root.isConnected || !mt.shown(root)) return true;
  if (mt.boxed(root)) return getComputedStyle(root).pointerEvents === "none" && !touched(root) && !mt.text(root, 20);
  // A wrapper without a size of its own is gone when nothing in it is left to see.
  let seen = false;
  mt.walk(root, (node) => {
    if (!seen && node !== root && mt.shown(node) && mt.boxed(node)) seen = true;
    return !seen;
  }, 600);
  return !seen;
};

// Ends the watch that the last wait has left, and says what has moved since.
/** @type {() => Moved} */
let meanwhile = () => ({ moved: false, elsewhere: false });
let pressed = 0;

/**
 * Whether a change is one of the layer itself, or of what it stands in: all else may move for reasons of its own.
 * @param {MutationRecord} record
 * @param {Element} root
 */
const concerns = ({ type, target }, root) => {
  if (mt.usurped(target)) return true;
  const shadow = target.nodeType === Node.DOCUMENT_FRAGMENT_NODE;
  const node = /** @type {Element} */ (shadow ? /** @type {ShadowRoot} */ (target).host : target);
  return mt.within(node, root) || (type === "attributes" && mt.within(root, node));
};

// Until it is gone, or until nothing of it has moved for a while: a page that does nothing is not waited for. A wait that
// goes `further` misses nothing since the one before; with `by` it ends so long after the press, if nothing has moved.
mt.settle = async (root, { still = 180, most = 1200, by = 0, opens = false, further = false, act = () => {} } = {}) => {
  const before = meanwhile();
  const start = mt.now();
  let moved = further && before.moved;
  let elsewhere = further && before.elsewhere;
  let patience = Math.max(still, by - (start - pressed));
  let last = start;
  let over = false;
  const observer = new Observer((records) => {
    const own = mt.purely(() => !root || records.some((record) => concerns(record, root)));
    moved ||= own;
    elsewhere ||= !own;
    if (over && moved) observer.disconnect();
    if (over) return;
    // What settings bring up may stand anywhere; yet a page on which something always moves is not waited for.
    if (own || (opens && mt.now() - start < OPENING)) last = mt.now();
    if (opens) patience = 80;
    // It was told to go, and may be fading by script.
    const fades = () => records.some(({ type, target }) => type === "attributes" && root && mt.within(root, /** @type {Element} */ (target)));
    if (mt.purely(fades)) patience = Math.max(still, 450);
  });
  const options = { subtree: true, childList: true, attributes: true };
  observer.observe(document, options);
  mt.purely(() => {
    for (const reference of mt.hosts) {
      const inner = reference.deref()?.shadowRoot;
      if (inner) observer.observe(inner, options);
    }
  });
  const told = (/** @type {boolean} */ gone) => ({ gone, moved: gone || moved, elsewhere, ms: mt.now() - start });
  try {
    act();
    if (mt.gone(root)) return told(true);
    await mt.pause(0);
    for (let late = false; ; ) {
      mt.finish();
      if (mt.gone(root)) return told(true);
      const now = mt.now();
      const ended = now - last > patience || now - start > most;
      if (ended && late) {
        over = !moved;
        return told(false);
      }
      // On a busy machine the page's own clock may be as late as this one: what is due there is done first.
      late = ended;
      await mt.pause(ended ? 0 : 16);
    }
  } finally {
    if (!over) observer.disconnect();
    meanwhile = () => {
      observer.disconnect();
      return { moved, elsewhere };
    };
  }
};

/**
 * Switches that a press may have set without anything else moving.
 * @param {Element | null} root
 */
const switches = (root) => {
  let state = "";
  if (root) {
    mt.purely(() =>
      mt.walk(root, (node) => {
        if (node.matches("input")) state += node.checked ? 1 : 0;
      }, 2000),
    );
  }
  return state;
};

mt.press = async ({ control, root, still, most, opens }) => {
  const node = mt.node(control);
  const layer = mt.node(root);
  if (!node?.isConnected) return { gone: mt.gone(layer), moved: false, elsewhere: true, ms: 0 };
  mt.guarded = true;
  if (window.jQuery?.fx) window.jQuery.fx.off = true; // Its fades are no animations that could be finished.
  const before = switches(layer);
  pressed = mt.now();
  const act = () => {
    if (typeof node.click === "function") node.click();
    else node.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true }));
  };
  let answer = await mt.settle(layer, { still, most, opens, act });
  // What was pressed is no longer to be seen: the layer is on its way out.
  if (layer && !opens && !answer.gone && !mt.shown(node)) answer = { ...(await mt.settle(layer, { still: 450, most })), moved: true };
  return { ...answer, moved: answer.moved || before !== switches(layer) };
};

mt.wait = ({ root, ...waiting }) => mt.settle(mt.node(root), waiting);

// Where a mouse can press it: in its middle, if nothing lies over that. Until `release` a mouse presses nothing else.
mt.aim = ({ control }) => {
  const node = mt.node(control);
  mt.aimed = node;
  if (!node || !mt.shown(node)) return null;
  if (!mt.boxed(node)) node.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const { left, top, width, height } = node.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const hit = width && height ? mt.at(x, y) : null;
  return hit && mt.within(hit, node) ? { x, y } : null;
};
mt.release = () => {
  mt.aimed = null;
};

/**
 * @param {Element} node
 * @param {string} property
 * @param {string} value
 */
const set = (node, property, value) => {
  changes.push([node, property, node.style.getPropertyValue(property), node.style.getPropertyPriority(property)]);
  node.style.setProperty(property, value, "important");
};
mt.change = set;
mt.remember = (undo) => changes.push(undo);

/** @param {Element} node */
const closeNatively = (node) => {
  // A modal dialog that is merely not displayed keeps the page inert: it has to be closed, unheard by scripts that reopen it.
  /** @param {Event} event */
  const deaf = (event) => event.stopImmediatePropagation();
  window.addEventListener("close", deaf, true);
  window.addEventListener("cancel", deaf, true);
  const html = /** @type {HTMLElement} */ (node);
  if (node.matches("dialog[open]")) HTMLDialogElement.prototype.close.call(/** @type {HTMLDialogElement} */ (node));
  if (node.hasAttribute("popover") && node.matches(":popover-open")) HTMLElement.prototype.hidePopover.call(html);
  later(() => {
    window.removeEventListener("close", deaf, true);
    window.removeEventListener("cancel", deaf, true);
  }, 200);
};

/**
 * @param {Element} node
 * @param {Element} model
 */
const looksLike = (node, model) =>
  node.tagName === model.tagName && node.id === model.id && node.className === model.className && (node.id || node.className);

// Hidden, not removed: scripts that put a removed overlay back find it where they left it.
mt.veil = ({ roots }) => {
  mt.guarded = true;
  const nodes = mt.nodes(roots).filter((node) => !mt.story().kept.has(node));
  for (const node of nodes) {
    mt.walk(node, (each) => {
      if (each.matches("dialog[open],[popover]")) closeNatively(each);
    }, 500);
    set(node, "display", "none");
    mt.veiled.add(node);
  }
  let times = 0;
  const keeper = new Observer((records) => {
    if (times > 50) return keeper.disconnect();
    for (const { target: changed, addedNodes, type } of records) {
      const target = /** @type {Element} */ (changed);
      if (type === "attributes" && mt.veiled.has(target) && target.style.display !== "none") {
        times += 1;
        target.style.setProperty("display", "none", "important");
      }
      for (const added of /** @type {NodeListOf<Element>} */ (addedNodes)) {
        if (added.nodeType !== Node.ELEMENT_NODE || !nodes.some((node) => !node.isConnected && looksLike(added, node))) continue;
        times += 1;
        set(added, "display", "none");
        mt.veiled.add(added);
      }
    }
    return undefined;
  });
  keeper.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["style", "class", "hidden"] });
  for (const node of nodes) if (node.getRootNode() !== document) keeper.observe(node, { attributes: true, attributeFilter: ["style"] });
  changes.push(() => keeper.disconnect());
  return nodes.length;
};

// Whether a layer that was hidden would be gone without that: the page itself has closed it since.
mt.went = (name) => {
  const node = /** @type {HTMLElement | null} */ (mt.node(name));
  if (!node?.isConnected) return true;
  if (!mt.veiled.has(node)) return false;
  const { style } = node;
  if (!style.getPropertyPriority("display")) return mt.gone(node);
  style.removeProperty("display");
  const gone = mt.gone(node);
  style.setProperty("display", "none", "important");
  return gone;
};

mt.undo = () => {
  for (const change of changes.splice(0).reverse()) {
    if (typeof change === "function") change();
    else {
      const [node, property, value, priority] = change;
      if (value) node.style.setProperty(property, value, priority);
      else node.style.removeProperty(property);
    }
  }
  mt.veiled.clear();
  mt.hushed = { wheel: false, scroll: false, jump: false };
};

// An act, and the look that follows every act. Where it is known how the page is then left (`ends`), that is proved at once.
mt.acted = async ({ act, argument, rules, ends }) => {
  const answer = await mt[act](argument);
  if (ends && answer.gone) return { answer, ...(await mt.settled({ ...ends, rules })) };
  // Where nothing has moved, all is as it was seen.
  const same = argument.control && !argument.opens && !(answer.gone || answer.moved || answer.elsewhere);
  return { answer, scan: same ? null : mt.scan({ rules }) };
};
