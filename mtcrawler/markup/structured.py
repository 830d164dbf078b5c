"""What a page says about itself to machines: JSON-LD and meta tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lxml.html import HtmlElement

from mtcrawler.markup.json_values import Node, nodes_of, unwrapped

ACCESSIBLE: Final = "isaccessibleforfree"
"""The lower-cased name by which microdata says what JSON-LD does."""


def json_ld(root: HtmlElement) -> tuple[Node, ...]:
    """Every JSON-LD object of the page, as `nodes_of` reads them."""
    return nodes_of(script.text_content() for script in root.iter("script") if _is_json_ld(script))


def linked_values(root: HtmlElement) -> list[Any]:
    """What every JSON-LD script of the page says, as it says it; raises ValueError where one of them is no JSON."""
    return [unwrapped(script.text_content()) for script in root.iter("script") if _is_json_ld(script)]


def of_type(nodes: tuple[Node, ...], *types: str) -> Node:
    """The first object of one of these types, or an empty one."""
    return next((node for node in nodes if is_of(node, *types)), {})


def is_of(node: Node, *types: str) -> bool:
    """Whether an object is of one of these types, with or without the vocabulary's address or prefix before it."""
    declared = node.get("@type")
    names = declared if isinstance(declared, list) else [declared]
    return any(isinstance(name, str) and name.rpartition("/")[2].rpartition(":")[2] in types for name in names)


def string(node: Node, *path: str) -> str | None:
    """The text at this path, or None where there is none or it is empty; of several texts the first.

    A value may have its type or its language beside it, as `@value`.
    """
    value: Any = node
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("@value")
    return value.strip() or None if isinstance(value, str) else None


def metas(root: HtmlElement) -> dict[str, str]:
    """The page's meta tags by lower-cased name, property or http-equiv; the first of a name counts.

    Of microdata there is `isaccessibleforfree` alone.
    """
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        name = tag.get("name") or tag.get("property") or tag.get("http-equiv")
        if name is None and (said := tag.get("itemprop")) and said.strip().lower() == ACCESSIBLE:
            name = ACCESSIBLE
        content = tag.get("content")
        if name and content:
            found.setdefault(name.strip().lower(), content.strip())
    return found


def _is_json_ld(script: HtmlElement) -> bool:
    return (script.get("type") or "").split(";")[0].strip().lower() == "application/ld+json"
