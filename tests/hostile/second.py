"""Pages whose second answer is hostile: the first declares a character set that its bytes are not in."""

from __future__ import annotations

from tests.hostile.answers import Answer
from tests.hostile.pages import article

CANARY = "The canary was asked"
SIGN = "€"
LATIN = "text/html; charset=windows-1252"
RUSSIAN = "Мост снова открыт для всех жителей города, и по нему опять идут трамваи. "


def spoilt(path: str, extra: str = "") -> Answer:
    """An article in windows-1252, as it says, with one letter in UTF-8."""
    return Answer(article(extra, path=path, headline=f"A Boat for 5 {SIGN}").encode(), LATIN)


def russian(path: str, extra: str = "") -> Answer:
    """An article that says it is in UTF-8 and is in windows-1251."""
    return Answer(article(extra, path=path, words=RUSSIAN).encode("windows-1251"))


def path_of(number: int) -> str:
    """The path of an article."""
    return f"/2026/11/22/a-boat-that-went-astray-a9{1000 + number}"


def leading(places: tuple[str, ...]) -> dict[str, list[Answer]]:
    """Articles that redirect to these addresses when they are asked for again; by path.

    A page that is tried over plain HTTP first is shown at the second time and asked for again at the third.
    """
    made: dict[str, list[Answer]] = {}
    for place in places:
        for first in (spoilt, russian):
            for times in (1, 2):
                path = path_of(len(made))
                made[path] = [first(path)] * times + [Answer.away(place)]
    return made
