// The page as HTML in which what no reader sees bears the attribute data-mtcrawler-hidden: what is not shown, and what
// `withheld` names. This is the only place that sets it, on the page that is shown, and for no longer than the page is
// written down. It goes with the HTML because positions would not: what stands in <noscript> and <template> is no element
// of the shown page, and is one for whoever parses the HTML. And a saved page is whole in one file.
// Only the outermost hidden element is marked: where a whole article is hidden nothing in it is, and the judgement is
// left to those who read the page.
(/** @type {{ most: number; withheld: ElementName[] }} */ { most, withheld }) => {
  const MARK = "data-mtcrawler-hidden";
  const seen = { visibilityProperty: true };
  const scope = document.querySelectorAll("article :is(p,div,section,aside,form,ul,ol,table,blockquote,figure,h2,h3,h4)");
  const engine = /** @type {Page | undefined} */ (/** @type {any} */ (window)[Symbol.for("mtcrawler.overlays")]);
  const unseen = withheld.map((name) => engine?.node(name) ?? null).filter((node) => node !== null);
  for (const element of scope) {
    if (!element.checkVisibility(seen) && element.parentElement?.checkVisibility(seen)) unseen.push(element);
  }
  for (const element of document.querySelectorAll(`[${MARK}]`)) element.removeAttribute(MARK);
  for (const element of unseen) element.setAttribute(MARK, "");
  const html = "<!DOCTYPE html>" + document.documentElement.outerHTML;
  for (const element of unseen) element.removeAttribute(MARK);
  return html.length > most ? html.length : html;
};
