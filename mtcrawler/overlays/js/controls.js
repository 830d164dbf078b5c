// What a reader could press inside a layer, described so that words and places can be judged elsewhere.
const PRESSABLE =
  'button,a,summary,area,input[type="button"],input[type="submit"],input[type="image"],input[type="reset"],' +
  '[role="button"],[role="link"],[onclick],[tabindex]';
const CLOSING = /close|dismiss|cancel|exit|hide|schlie|ferm|cerrar|chiud|zamk|sluit|fechar/i;

/** @param {Element} node */
const own = (node) => {
  const name = [node.id, typeof node.className === "string" ? node.className : node.getAttribute("class") || ""];
  for (const { name: key, value } of node.attributes || []) {
    if (key.startsWith("data-") || key.endsWith("name") || key === "part") {
      name.push(`${key}=${value.slice(0, 40)}`);
    } else if (key.startsWith("aria-") || /^(on|@|:|v-|x-|ng-)/.test(key)) continue;
  }
  return name.join(" ").slice(0, 300);
};

/** @param {Element} node */
const submits = (node) => {
  const field = /** @type {HTMLButtonElement | HTMLInputElement | null} */ (node.closest("button,input"));
  if (!field || !field.form) return field?.type === "submit" && Boolean(field.getAttribute("form"));
  return field.type === "submit" || field.type === "image";
};

/** @param {Element} node */
const toggles = (node) =>
  Boolean(node.closest('[role="switch"],[role="checkbox"],[role="radio"],[role="menuitemcheckbox"],[role="tab"],select')) ||
  node.matches('input[type="checkbox"],input[type="radio"]') ||
  Boolean(node.closest("label")?.control?.matches('input[type="checkbox"],input[type="radio"]'));

/** @param {Element} node */
const labelOf = (node) => {
  if (node instanceof HTMLInputElement) return node.value || node.alt || "";
  return mt.text(node, 200);
};

/** @param {Element} node */
const titleOf = (node) => {
  const pieces = [node.getAttribute("aria-label"), node.getAttribute("title"), node.getAttribute("alt")];
  const labelled = node.getAttribute("aria-labelledby");
  const tree = /** @type {Document} */ (node.getRootNode());
  if (labelled) for (const id of labelled.split(/\s+/)) pieces.push(tree.getElementById?.(id)?.textContent ?? null);
  for (const part of node.querySelectorAll?.("img[alt],svg title,[aria-label]") || []) {
    pieces.push(part.getAttribute("alt") || part.getAttribute("aria-label") || part.textContent);
  }
  return [...new Set(pieces.map((piece) => piece?.trim()).filter(Boolean))].join(" · ").slice(0, 160);
};

/**
 * @param {Element} node
 * @param {CSSStyleDeclaration} style
 * @param {string} parentCursor
 */
const isPressable = (node, style, parentCursor) =>
  node.matches(PRESSABLE) ||
  (style.cursor === "pointer" && parentCursor !== "pointer") ||
  (CLOSING.test(own(node)) && !node.children.length && /^(I|SPAN|DIV|SVG|IMG|P|B|STRONG|EM)$/i.test(node.tagName));

/** @param {Element} node */
const portray = (node, style = getComputedStyle(node)) => {
  const pressable = node.closest(PRESSABLE);
  const anchor = /** @type {HTMLAnchorElement | HTMLAreaElement | null} */ (node.closest("a[href],area[href]"));
  return {
    id: mt.name(node),
    label: labelOf(node).slice(0, 160),
    title: titleOf(node),
    names: own(node),
    tag: node.tagName.toLowerCase(),
    submit: submits(node),
    leaves: Boolean(anchor && (mt.leaves(anchor) || anchor.target === "_blank")),
    toggle: toggles(node),
    disabled: Boolean(node.disabled || pressable?.disabled || node.getAttribute("aria-disabled") === "true"),
    faint: parseFloat(style.opacity) < 0.05,
    rect: mt.rect(node),
  };
};

// What a rule's selector names, inside the layer or, where it is nowhere there, on the page.
mt.find = ({ root, selector }) => {
  const layer = mt.node(root);
  const named = mt.all(selector).filter((node) => mt.shown(node) && node.getBoundingClientRect().width > 2);
  const inside = named.filter((node) => layer && mt.within(node, layer));
  return (inside.length ? inside : named).slice(0, 5).map((node) => portray(node));
};

mt.controls = (root, limit = 60) => {
  const whole = mt.extent(root);
  const most = Math.min(0.5 * whole.width * whole.height, 0.4 * innerWidth * innerHeight);
  /** @type {object[]} */
  const found = [];
  mt.walk(root, (node) => {
    if (found.length >= limit || /^(STYLE|SCRIPT|TEMPLATE|IFRAME)$/.test(node.tagName)) return false;
    const visible = node.checkVisibility({ visibilityProperty: true });
    if (!visible && getComputedStyle(node).display === "none") return false;
    // A layer may itself be the button: a × that stands apart from its box.
    if (!visible || (node === root && (node.children.length > 2 || whole.width * whole.height > 10000))) return true;
    const box = node.getBoundingClientRect();
    if (box.width < 4 || box.height < 4) return true;
    // A clickable backdrop is a place, not a button.
    if (node !== root && box.width * box.height > most && !node.matches("button,input")) return true;
    const parent = mt.up(node);
    const style = getComputedStyle(node);
    if (!isPressable(node, style, parent && parent !== root ? getComputedStyle(parent).cursor : "auto")) return true;
    found.push(portray(node, style));
    // What stands inside a button is the button; inside a wrapper that only looks pressable there may be more.
    return !node.matches("button,a[href],input,[role=button]");
  });
  return found;
};
