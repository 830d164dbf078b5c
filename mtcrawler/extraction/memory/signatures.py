"""Who signs an article where its site is known to show it: a line of its own over the text or right after it."""

from __future__ import annotations

from typing import Final

from lxml.html import HtmlElement

from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.memory.fields import LINE, Lines, at, ends_sentence, folded
from mtcrawler.extraction.memory.paths import path_of, step_of
from mtcrawler.extraction.metadata.names import is_full_name, names_in, opens_byline
from mtcrawler.markup.text import inline_text

OF_TEXT: Final = HEADINGS.keys() | {"p", "li", "td", "dd", "dt"}
"""Elements that without a class stand all over a text; in them bold type and links are crossheads and subjects, too."""


def names_at(path: str | None, lines: Lines) -> list[dict[str, str | None]]:
    """What a byline says at this path, as structured data would: names with the addresses of their pages.

    Nothing unless the path stands once on the page, over the text or right after it, and its line names nobody and says
    nothing else.
    """
    if path is None or not _is_marked(path) or not (there := _there(path, lines)):
        return []
    line, found = lines[there[0]], at(path, lines)
    said = [{"name": " ".join(inline_text(one).split()), "url": one.get("href")} for one in found]
    apart = {lines[one].segment for one in there} != {line.segment}
    if apart or line.place not in {"head", "end"} or len(line.text) > LINE or ends_sentence(line.text):
        return []
    return said if names_in([line.text]) == names_in(said) else []


def same_names(path: str, lines: Lines, declared: frozenset[str]) -> bool | None:
    """Whether a byline at this path names those whom the page declares; None where nothing stands there."""
    if not _there(path, lines):
        return None
    return {folded(name) for name in names_in(names_at(path, lines))} == declared


def signing(path: str | None, lines: Lines, page: Observation) -> list[dict[str, str | None]]:
    """The names at this path, where all of them are full names of people of whom the story itself does not tell."""
    said = names_at(path, lines)
    names = names_in(said)
    signed = {lines[one].segment for one in at(path, lines)} if names else set()
    if not names or not (
        all(map(is_full_name, names)) or all(opens_byline(lines[one].text) for one in at(path, lines))
    ):
        return []
    told = "\n".join(one.text for index, one in enumerate(page.segments) if index not in signed).casefold()
    return [] if any(name.casefold() in told for name in names) else said


def _there(path: str, lines: Lines) -> list[HtmlElement]:
    """Everything at this path that says something."""
    last = path.rpartition(">")[2]
    return [one for one in lines if step_of(one) == last and path_of(one) == path and inline_text(one).strip()]


def _is_marked(path: str) -> bool:
    """Whether a path is that of more than plain elements of a text."""
    for step in reversed(path.split(">")):
        if "." in step:
            return True
        if step in OF_TEXT:
            return False
    return False
