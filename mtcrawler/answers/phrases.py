"""What a title or a headline says that stands in an article's place, in twenty languages (phrases.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from mtcrawler.model.reasons import Fate

FATES: Final = {
    "challenge": Fate.BLOCKED,
    "missing": Fate.MISSING,
    "maintenance": Fate.MAINTENANCE,
    "login": Fate.LOGIN,
    "consent": Fate.CONSENT,
}
"""What a page is by its phrases; of several the first counts."""
_APART: Final = re.compile(r"(?<!\s)\s++[-–—·•:»«/]\s++|[|–—·•»«]")
"""What stands between a title and the site's own name."""
_COLON: Final = re.compile("[:：]")
_SIGNS: Final = re.compile(r"[!.…?,;\"“”„()\[\]*#¡¿。！？]+")
_OPENING: Final = re.compile(r"^\W*(?:o+ps+|u+ps+|oups|упс|ой|whoops|uh oh|hoppla|sorry)\b[\s!,.…–—-]+(?=\w{3})")
"""What an error page says first, and no headline does."""
_LONGEST: Final = 200
"""Characters of a title that is looked at; a longer one is no phrase."""


def said_by(titles: Iterable[str], beside: Collection[str] | None = None) -> Fate | None:
    """What a page with these titles is; None where they are not such phrases.

    Beside a phrase a title may have the site's name, and none but these names where they are given. Before a colon the
    site's name may stand, too; after it a headline goes on.
    """
    names = None if beside is None else {name_of(name) for name in beside} | {""}
    parts = {part for title in titles if len(title) <= _LONGEST for part in _parts(title, names)}
    return next((fate for fate, phrases in _phrases().items() if any(map(phrases.fullmatch, parts))), None)


def name_of(text: str) -> str:
    """A name as it is compared with others: "The Paper" of thepaper.example."""
    return "".join(filter(str.isalnum, text.casefold()))


def _parts(title: str, names: Collection[str] | None) -> list[str]:
    """What may be a phrase: the title as a whole, and what stands beside the site's name.

    A number alone is an error's only where nothing else stands there.
    """
    text = title.lower().replace("’", "'").replace("‘", "'").replace("\xa0", " ")
    whole, parts = _plain(text), [_last(part, names) for part in _APART.split(text)]
    if names is not None and not all(name_of(part) in names or _is_phrase(part) for part in parts):
        return [whole]
    return [whole, *(part for part in parts if not part.isdecimal())]


def _last(part: str, names: Collection[str] | None) -> str:
    """What stands after the last colon, where before it is a phrase, too, or what may be the site's name."""
    *before, last = map(_plain, _COLON.split(part))
    if names is None or all(name_of(one) in names or _is_phrase(one) for one in before):
        return last
    return _plain(part)


def _is_phrase(part: str) -> bool:
    return any(phrases.fullmatch(part) for phrases in _phrases().values())


def _plain(part: str) -> str:
    return " ".join(_SIGNS.sub(" ", _OPENING.sub("", part)).split())


@cache
def _phrases() -> dict[Fate, re.Pattern[str]]:
    told = tomllib.loads(files(__package__).joinpath("phrases.toml").read_text("utf-8"))
    return {fate: re.compile("|".join(map(_pattern, told[name]))) for name, fate in FATES.items()}


def _pattern(phrase: str) -> str:
    return re.escape(phrase).replace(r"\*", r"\S+(?: \S+){0,2}")
