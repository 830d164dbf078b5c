"""The posts of a live blog, as its structured data has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from itertools import islice
from typing import Any, Final

from mtcrawler.extraction.body.words import words_of
from mtcrawler.extraction.metadata.statements import plain_text
from mtcrawler.markup.dates import moment
from mtcrawler.markup.document import fragment
from mtcrawler.markup.json_values import Node
from mtcrawler.markup.structured import string
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Block, Heading, Paragraph, Post

MOST: Final = 2_000  # posts; a day of a large event has some 500


def with_updates(blocks: list[Block], article: Node, zone: tzinfo | None) -> list[Block]:
    """The body of a live blog: what stands before its posts, and the posts, oldest first; any other body as it is."""
    posts = sorted(_posts(article, zone), key=lambda post: post.time)
    if not posts:
        return blocks
    told = {plain for post in posts for block in post.blocks for plain in _plain(block)}
    before: list[Block] = []
    for block in blocks:
        if any(plain in told for plain in _plain(block)):
            break
        before.append(block)
    return [*before, *posts]


def _posts(article: Node, zone: tzinfo | None) -> Iterator[Post]:
    updates = article.get("liveBlogUpdate")
    for number, update in enumerate(islice(updates if isinstance(updates, list) else [updates], MOST)):
        if not isinstance(update, Mapping):
            continue
        time = moment(string(update, "datePublished") or string(update, "dateCreated"), zone)
        blocks = list(_blocks(update))
        if time is not None and blocks:
            yield Post(id=_identity(update, number), time=time, blocks=blocks)


def _identity(update: Mapping[str, Any], number: int) -> int | str:
    for name in ("@id", "identifier", "url"):
        if text := string(update, name):
            return text.rpartition("#")[2] if "#" in text else text
    return number


def _blocks(update: Mapping[str, Any]) -> Iterator[Block]:
    headline, body = string(update, "headline"), string(update, "articleBody") or string(update, "description")
    if headline and (text := plain_text(headline)):
        yield Heading(level=2, text=text)
    for part in _paragraphs(body or ""):
        if text := " ".join(part.split()):
            yield Paragraph(text=text)


def _paragraphs(body: str) -> list[str]:
    """The paragraphs of a text that may be markup."""
    if "<p" in body or "<br" in body:
        root = fragment(body)
        parts = [inline_text(one) for one in root.iter("p")] or inline_text(root).split("\n")
        return [plain_text(part) for part in parts]
    return [plain_text(part) for part in body.split("\n")]


def _plain(block: Block) -> list[str]:
    text = getattr(block, "text", None)
    return [" ".join(words_of(text))] if isinstance(text, str) and text else []
