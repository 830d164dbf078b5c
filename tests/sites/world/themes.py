"""What a content management system and its theme make of a story or a list: fragments of HTML with places in them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "skins"
PLACE: Final = re.compile(r"\{\{(\w+)\}\}")


def filled(fragment: str, values: dict[str, Any]) -> str:
    """The fragment with its places filled; one without a value is left empty."""
    return PLACE.sub(lambda place: str(values.get(place[1], "")), fragment)


@cache
def theme(name: str) -> Theme:
    """The theme of this name, with what it does not say itself taken from the common one."""
    common, own = (tomllib.loads((FOLDER / f"{one}.toml").read_text("utf-8")) for one in ("common", name))
    return Theme({**common, **own})


class Theme:
    """Fragments by name; values that are text are escaped by whoever gives them."""

    def __init__(self, fragments: dict[str, Any]) -> None:
        self._fragments = fragments
        self.states = frozenset(fragments["states"].split())

    def has(self, name: str) -> bool:
        """Whether it shows such a thing at all."""
        return bool(self._fragments.get(name))

    def make(self, fragment: str, /, **values: Any) -> str:
        """A fragment, filled."""
        return filled(self._fragments.get(fragment, ""), values)

    def each(self, fragment: str, rows: Iterable[dict[str, Any]]) -> str:
        """A fragment for each of these, joined as the theme joins them."""
        between: str = self._fragments.get(f"{fragment}_joined", "\n")
        return between.join(self.make(fragment, **row) for row in rows)

    def block(self, block: dict[str, Any], media: str, sign: str) -> str:
        """A block of a body; `media` is the origin of pictures, `sign` the word before a photographer's name."""
        match block["type"]:
            case "paragraph":
                return self.make("p", text=escape(block["text"]))
            case "heading":
                return self.make("h2", text=escape(block["text"]))
            case "list":
                items = self.each("li", ({"text": escape(item)} for item in block["items"]))
                return self.make("ol" if block["ordered"] else "ul", items=items)
            case "quote":
                return self.make("quote", text=escape(block["text"]))
            case "table":
                cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in block["rows"])
                return self.make("table", rows="".join(f"<tr>{row}</tr>" for row in cells))
            case "image":
                return self.picture("figure", media + block["url"], block["caption"], block["credit"], sign)
            case _:
                return self.make("embed", url=block["url"])

    def picture(self, fragment: str, src: str, caption: str, credit: str, sign: str) -> str:
        """A picture with its words."""
        told = {"caption": escape(caption), "credit": escape(credit), "alt": escape(caption[:60]), "l_photo": sign}
        return self.make(fragment, src=src, small=src.replace(".jpg", "-300x200.jpg"), **told)
