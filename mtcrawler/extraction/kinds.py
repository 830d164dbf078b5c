"""What sort of piece a page is, by the rules of its site's definition."""

from __future__ import annotations

from lxml.html import HtmlElement

from mtcrawler.markup.css import outermost
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Kind
from mtcrawler.sites.definition import KindRule, SiteDefinition


def kind_of(definition: SiteDefinition, root: HtmlElement, scope: HtmlElement, path: str) -> Kind | None:
    """The kind of the first rule that holds. `scope` is the article's element, `path` its address's."""
    if not definition.kinds:
        return None
    stated = _stated(definition, root)
    return next((rule.kind for rule in definition.kinds if _holds(rule, scope, path, stated)), None)


def _stated(definition: SiteDefinition, root: HtmlElement) -> str | None:
    """What the page states; where pages append the next article, the first mark is this one's."""
    mark = definition.kind_mark
    found = next(iter(mark.at(root)), None) if mark else None
    stated: str | None = found.get(mark.attribute) if mark and found is not None else None
    return stated


def _holds(rule: KindRule, scope: HtmlElement, path: str, stated: str | None) -> bool:
    if rule.path is not None and not rule.path.of(path):
        return False
    if (rule.stated is not None and rule.stated != stated) or (rule.unstated and stated is not None):
        return False
    if rule.has is None:
        return True
    found = rule.has(scope)
    if rule.says is None:
        return bool(found)
    return rule.says.search(" ".join(inline_text(one) for one in outermost(found))) is not None
