"""The body of an article as plain values for the template, within bounds: a page of 100 MB helps nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from mtcrawler.model.article import (
    Aside,
    Block,
    Embed,
    Heading,
    ImageBlock,
    ListBlock,
    Paragraph,
    Post,
    Quote,
    Table,
)

MOST_SIGNS: Final = 1_000_000
"""Characters of a body that are shown."""
MOST_BLOCKS: Final = 5_000
MOST_CELLS: Final = 20_000
DEEPEST: Final = 4
"""Levels of lists that are shown within each other; what is deeper stands at the last one."""

Shown = dict[str, Any]


@dataclass(slots=True)
class Body:
    """The blocks that are shown. `cut` says that there are more; `posts` is how many entries a live blog has."""

    blocks: list[Shown] = field(default_factory=list)
    posts: int = 0
    pictures: int = 0
    cut: bool = False
    _signs: int = 0
    _blocks: int = 0
    _level: int = 1

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> Body:
        """The body of an article."""
        body = cls()
        body.blocks = body._shown(blocks, 0)
        return body

    def _shown(self, blocks: Iterable[Block], depth: int) -> list[Shown]:
        found: list[Shown] = []
        for block in blocks:
            self._blocks += 1
            if self._blocks > MOST_BLOCKS or self._signs > MOST_SIGNS:
                self.cut = True
                break
            if isinstance(block, Post) and depth:  # a post in a post is no more than its blocks
                found += self._shown(block.blocks, depth + 1) if depth < DEEPEST else []
            else:
                found.append(self._one(block, depth))
        return found

    def _one(self, block: Block, depth: int) -> Shown:
        match block:
            case Paragraph():
                return {"type": "paragraph", "text": self._text(block.text)}
            case Heading():
                # Levels without a gap: whoever listens to a page finds their way by them.
                self._level = max(2, min(block.level, self._level + 1))
                return {"type": "heading", "level": self._level, "text": self._text(block.text)}
            case ListBlock():
                return {"type": "list", "ordered": block.ordered, "items": self._items(block, 1)}
            case Quote():
                return {"type": "quote", "text": self._text(block.text), "cite": block.cite}
            case Table():
                return {"type": "table", "rows": self._rows(block)}
            case ImageBlock():
                self.pictures += 1
                return {"type": "image", "image": block}
            case Aside():
                return {"type": "aside", "parts": self._text(block.text).split("\n\n")}
            case Embed():
                return {"type": "embed", "provider": block.provider, "url": block.url}
            case Post():
                self.posts += 1
                self._level = 1
                return {
                    "type": "post",
                    "time": block.time,
                    "number": self.posts,
                    "blocks": self._shown(block.blocks, 1),
                }

    def _items(self, block: ListBlock, depth: int) -> list[Shown]:
        """The items, each with the list in it, if there is one."""
        items: list[Shown] = []
        for item in block.items:
            self._blocks += 1
            if self._blocks > MOST_BLOCKS or self._signs > MOST_SIGNS:
                self.cut = True
                break
            if isinstance(item, str):
                items.append({"text": self._text(item), "ordered": False, "items": []})
            elif depth >= DEEPEST:
                items += self._flat(item)
            elif items and not items[-1]["items"]:
                items[-1].update(ordered=item.ordered, items=self._items(item, depth + 1))
            else:
                items.append({"text": "", "ordered": item.ordered, "items": self._items(item, depth + 1)})
        return items

    def _flat(self, block: ListBlock) -> list[Shown]:
        """The items of a list and of those in it, at one level."""
        found: list[Shown] = []
        waiting: list[str | ListBlock] = list(reversed(block.items))
        while waiting and self._blocks <= MOST_BLOCKS:
            item = waiting.pop()
            self._blocks += 1
            if isinstance(item, str):
                found.append({"text": self._text(item), "ordered": False, "items": []})
            else:
                waiting += reversed(item.items)
        return found

    def _rows(self, block: Table) -> list[list[str]]:
        wide = min(max(map(len, block.rows), default=0), 50)
        rows = block.rows[: max(1, MOST_CELLS // max(1, wide))]
        self.cut = self.cut or len(rows) < len(block.rows)
        return [[self._text(cell) for cell in row[:wide]] + [""] * (wide - len(row)) for row in rows]

    def _text(self, text: str) -> str:
        room = max(0, MOST_SIGNS - self._signs)
        self._signs += len(text)
        self.cut = self.cut or len(text) > room
        return text[:room]
