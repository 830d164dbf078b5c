// What is done to a layer: pressed as a reader would, or veiled; everything that was changed can be taken back.
const Observer = MutationObserver;
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

// Ends the watch that the last wait has left, and says whether anything has moved since.
let meanwhile = () => false;

// Until it is gone, or until nothing has moved for a while: a page that does nothing is not waited for. Where nothing has
// moved the watch goes on, so that a wait that goes `further` misses nothing between the two.
mt.settle = async (root, { still = 180, most = 1200, opens = false, further = false, act = () => {} } = {}) => {
  const before = meanwhile() && further;
  const start = mt.now();
  let moved = start;
  let patience = still;
  let over = false;
  const observer = new Observer((records) => {
    moved = mt.now();
    if (over) return observer.disconnect();
    if (opens) patience = 80;
    // It was told to go, and may be fading by script.
    const fades = () => records.some(({ type, target }) => type === "attributes" && root && mt.within(root, /** @type {Element} */ (target)));
    if (mt.purely(fades)) patience = still > 450 ? still : 450;
    return undefined;
  });
  const options = { subtree: true, childList: true, attributes: true };
  observer.observe(document, options);
  mt.purely(() => {
    for (const reference of mt.hosts) {
      const inner = reference.deref()?.shadowRoot;
      if (inner) observer.observe(inner, options);
    }
  });
  try {
    act();
    if (mt.gone(root)) return { gone: true, moved: true, ms: 0 };
    await mt.pause(0);
    for (;;) {
      mt.finish();
      const now = mt.now();
      if (mt.gone(root)) return { gone: true, ms: now - start };
      if (now - moved > patience || now - start > most) {
        over = moved === start;
        return { gone: false, moved: before || !over, ms: now - start };
      }
      await mt.pause(16);
    }
  } finally {
    if (!over) observer.disconnect();
    meanwhile = () => {
      observer.disconnect();
      return moved > start;
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
  if (!node?.isConnected) return { gone: mt.gone(layer), moved: false, ms: 0 };
  mt.guarded = true;
  if (window.jQuery?.fx) window.jQuery.fx.off = true; // Its fades are no animations that could be finished.
  const before = switches(layer);
  const act = () => {
    if (typeof node.click === "function") node.click();
    else node.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true }));
  };
  let answer = await mt.settle(layer, { still, most, opens, act });
  // What was pressed is no longer to be seen: the layer is on its way out.
  if (layer && !opens && !answer.gone && !mt.shown(node)) answer = { ...(await mt.settle(layer, { still: 450, most })), moved: true };
  return { ...answer, moved: answer.moved || before !== switches(layer) };
};

mt.wait = ({ root, still, most, opens, further }) => mt.settle(mt.node(root), { still, most, opens, further });

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
  return { answer, scan: mt.scan({ rules }) };
};
