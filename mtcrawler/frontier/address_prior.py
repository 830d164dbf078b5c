"""How likely an address is an article's, by itself: a small linear model over what addresses of news sites have."""

from __future__ import annotations

import math
import re
from typing import Final
from urllib.parse import unquote, urlsplit

HUBS: Final = frozenset(
    """
    tag tags category categories topic topics thema themen author authors autor autoren profile about contact login
    signin sign-in register registration subscribe subscription abo abonnement newsletter newsletters search suche
    privacy terms impressum datenschutz page archive archives archiv rss feed feeds shop account user users help faq
    jobs careers advertise advertising podcasts videos video galleries gallery photos photo live events sitemap games
    weather wetter index home kategorie rubrik section sections people staff team members policy cookies cookie legal
    imprint kontakt hilfe tema temas etiqueta mot-cle label labels
    """.split()
)
"""Steps of a path that lead to lists and to what a site says of itself, in lower case."""

_WORDS = re.compile(r"[-_+, .]+")
_FILE = re.compile(r"\.(s?html?|php|aspx?|jsp|cms|ece|story|amp)\Z", re.IGNORECASE)
_DATED = re.compile(r"/(19|20)\d\d[/-]?\d\d")
_SUFFIXED = re.compile(r"\.(s?html?|php|aspx?|cms|ece|jsp)\Z", re.IGNORECASE)
_NUMBERED = re.compile(r"(^|&)(id|p|story|article|aid|nid|newsid|article_?id)=", re.IGNORECASE)
_NUMBER = re.compile(r"(?:^|[&=])\d{2,}(?:&|=?\Z)")
NUMBERED: Final = 0.35
"""What an address with a number in its query is at least: rare where the model learned, and the rule on old sites."""
_NEWSY = re.compile(
    r"\b(articles?|story|stories|news|artikel|nachrichten|posts?|noticias?|actualite|nyheter|wiadomosci|haber|novosti)\b",
    re.IGNORECASE,
)
_HEX = re.compile(r"[0-9a-f]{8,}")

WEIGHTS: Final = (
    -2.22, 0.3, 0.27, 0.21, 0.4, -0.09, 0.01, 0.84, 0.3, -1.75, -0.44,
    0.58, -0.34, 0.18, 2.0, -0.83, 0.23, -0.38, -0.03, -0.37, 0.78, -0.05,
)  # fmt: skip
"""One for each feature, in the order of `features`; learned from 38,000 addresses of 1,444 hosts."""


def likelihood(url: str) -> float:
    """How likely this is the address of an article, from 0 to 1, whoever's it is."""
    found = 1 / (1 + math.exp(-sum(map(float.__mul__, WEIGHTS, features(url)))))
    return max(found, NUMBERED) if _NUMBER.search(urlsplit(url).query) else found


def features(url: str) -> tuple[float, ...]:
    """What the model looks at: a constant, then the path's steps, the words and digits of its last step, and marks."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    steps = [step for step in path.split("/") if step]
    stem = _FILE.sub("", steps[-1]) if steps else ""
    words = _count(stem)
    return (
        1.0,
        float(min(len(steps), 6)),
        float(min(words, 10)),
        float(min(max(map(_count, steps), default=0), 10)),
        min(len(stem), 80) / 10,
        float(min(digits := _longest_number(path), 9)),
        float(digits >= 5),
        float(bool(_DATED.search(path))),
        float(bool(_SUFFIXED.search(path))),
        float(any(step.lower() in HUBS for step in steps)),
        float(stem.lower() in HUBS),
        float(bool(_NUMBERED.search(parts.query))),
        float(bool(parts.query)),
        float(bool(_NEWSY.search(path))),
        sum(char.isdigit() for char in stem) / max(1, len(stem)),
        float(bool(_HEX.search(stem))),
        float(path.endswith("/")),
        float(not steps),
        min(sum(ord(char) > 127 for char in stem), 20) / 5,
        float(len(steps) == 1),
        float(words >= 4),
        float(_longest_number(stem) >= 4),
    )


def _count(step: str) -> int:
    return sum(1 for word in _WORDS.split(step) if word)


def _longest_number(text: str) -> int:
    return max(map(len, re.findall(r"\d+", text)), default=0)
