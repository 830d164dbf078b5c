"""A page before it is HTML, and the templates that make HTML of it: everything is escaped, and nothing in it is run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import DictLoader, Environment, StrictUndefined

from mtcrawler.browse.library import Library
from mtcrawler.model.printable import safe

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_WEB: Final = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Page:
    """What a template shows. `pictures` are loaded from the publisher only where the reader has asked for them."""

    template: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    pictures: bool = False


class Templates:
    """Makes HTML of pages. `secrets` are hidden in whatever runs and errors say; articles are shown as they are."""

    def __init__(self, library: Library, foot: str) -> None:
        self._library = library
        folder = files("mtcrawler.browse").joinpath("templates")
        texts = {
            file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".html")
        }
        self._environment = Environment(
            loader=DictLoader(texts),
            autoescape=True,
            finalize=_shown,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.tests["web"] = lambda url: isinstance(url, str) and url.startswith(_WEB)
        self._environment.filters.update(
            number=number, moment=moment, link=link, language=language, count=count, hidden=library.secrets.shown
        )
        self._environment.globals.update(foot=foot, where=library.where)

    def html(self, page: Page) -> bytes:
        """The page as UTF-8."""
        state = self._library.updater.progress.state
        template = self._environment.get_template(f"{page.template}.html")
        text = template.render(here=page.template, title=page.title, pictures=page.pictures, state=state, **page.values)
        return text.encode("utf-8", "replace")


def _shown(value: Any) -> Any:
    """A text without what could reorder or hide what is read."""
    return safe(value) if type(value) is str else value


def number(value: float) -> str:
    """A whole number with thin spaces between thousands."""
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def count(value: int, one: str, many: str | None = None) -> str:
    """A number of things."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def moment(value: datetime | str | None) -> str:
    """A moment for people, in the offset that it was given with; "" where there is none."""
    if value is None:
        return ""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return f"{at.day} {at:%B %Y, %H:%M}"


def link(path: str, **asked: Any) -> str:
    """A path with what is asked for in it; what is empty is left out."""
    given = {name: str(value) for name, value in asked.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def language(tag: str) -> str:
    """A language for the lang attribute; "" (nobody knows) for what is none."""
    return tag if _LANGUAGE.fullmatch(tag) else ""
