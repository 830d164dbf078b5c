// The page as HTML, with a mark on what no reader sees. Only the outermost hidden element is marked: where a whole
// article is hidden nothing in it is, and the judgement is left to those who read the page.
(/** @type {number} */ most) => {
  const seen = { visibilityProperty: true };
  const scope = document.querySelectorAll("article :is(p,div,section,aside,form,ul,ol,table,blockquote,figure,h2,h3,h4)");
  for (const element of scope) {
    const hidden = !element.checkVisibility(seen) && Boolean(element.parentElement?.checkVisibility(seen));
    element.toggleAttribute("data-mtcrawler-hidden", hidden);
  }
  const html = "<!DOCTYPE html>" + document.documentElement.outerHTML;
  return html.length > most ? html.length : html;
};
