// The page as HTML in which what no reader sees bears the attribute data-mtcrawler-hidden: what is not shown, and what
// `withheld` names. This is the only place that sets it, on the page that is shown, and for no longer than the page is
// written down. It goes with the HTML because positions would not: what stands in <noscript> and <template> is no element
// of the shown page, and is one for whoever parses the HTML. And a saved page is whole in one file.
// Only the outermost hidden element is marked: where a whole article is hidden nothing in it is, and the judgement is
// left to those who read the page. What a closed <details> holds is not hidden: a reader opens it.
// Open shadow roots that hold paragraphs are written as the templates they could have come as.
(/** @type {{ most: number; withheld: ElementName[] }} */ { most, withheld }) => {
  const MARK = "data-mtcrawler-hidden";
  /** @param {Element | null} element */
  const seen = (element) => Boolean(element && (engine ? engine.visible(element) : element.checkVisibility({ visibilityProperty: true })));
  const PROSE = 20; // words that a shadow root's paragraphs have; buttons and players have fewer
  const scope = document.querySelectorAll("article :is(p,div,section,aside,form,ul,ol,table,blockquote,figure,h2,h3,h4)");
  const engine = /** @type {Page | undefined} */ (/** @type {any} */ (window)[Symbol.for("mtcrawler.overlays")]);
  const unseen = withheld.map((name) => engine?.node(name) ?? null).filter((node) => node !== null);
  for (const element of scope) {
    if (seen(element) || !seen(element.parentElement)) continue;
    if (!engine?.folded(element)) unseen.push(element);
  }
  for (const element of document.querySelectorAll(`[${MARK}]`)) element.removeAttribute(MARK);
  for (const element of unseen) element.setAttribute(MARK, "");
  /** @type {ShadowRoot[]} */
  const shadowRoots = [];
  /** @param {Document | ShadowRoot} root */
  const collect = (root) => {
    const before = shadowRoots.length;
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) collect(element.shadowRoot);
    if (!(root instanceof ShadowRoot)) return;
    const words = [...root.querySelectorAll("p")].map((paragraph) => paragraph.textContent || "").join(" ").match(/\S+/g);
    if (shadowRoots.length > before || (words?.length ?? 0) >= PROSE) shadowRoots.push(root);
  };
  collect(document);
  const page = document.documentElement;
  let html = page.outerHTML;
  if (shadowRoots.length) {
    const [opening] = /** @type {Element} */ (page.cloneNode(false)).outerHTML.split("</html>");
    html = `${opening}${page.getHTML({ shadowRoots })}</html>`;
  }
  html = `<!DOCTYPE html>${html}`;
  for (const element of unseen) element.removeAttribute(MARK);
  return html.length > most ? html.length : html;
};
