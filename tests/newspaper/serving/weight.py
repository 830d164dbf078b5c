"""What a page of today loads beside its article: style sheets, fonts, scripts of its own and of strangers, pictures."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.newspaper.serving.faults import NOT_FOUND, Answer

if TYPE_CHECKING:
    from tests.newspaper.addresses import Addresses

SHEETS, FONTS, SCRIPTS, PICTURES = 3, 2, 5, 8
STRANGERS = (
    "https://www.googletagmanager.com/gtm.js",
    "https://www.google-analytics.com/analytics.js",
    "https://securepubads.g.doubleclick.net/tag/js/gpt.js",
    "https://connect.facebook.net/en_US/sdk.js",
    "https://static.hotjar.com/c/hotjar.js",
    "https://sb.scorecardresearch.com/beacon.js",
)
LOADED = SHEETS + FONTS + SCRIPTS + PICTURES + len(STRANGERS)
DAY = 86_400  # seconds
TYPES = {"css": "text/css", "js": "text/javascript", "woff2": "font/woff2"}


def weighed(markup: str, number: int, addresses: Addresses) -> str:
    """The page of story `number` with all that; nothing of it is the article's."""
    static = addresses.static
    head = "".join(f'<link rel="stylesheet" href="{static}/assets/{one}.css">\n' for one in range(SHEETS))
    head += "".join(f'<script defer src="{static}/assets/{one}.js"></script>\n' for one in range(SCRIPTS))
    head += "".join(f'<script async src="{stranger}"></script>\n' for stranger in STRANGERS)
    foot = "".join(f'<img src="{static}/image/article_320/{number}/{one}.jpg" alt="">' for one in range(PICTURES))
    markup = markup.replace("</head>", head + "</head>", 1)
    before, end, after = markup.rpartition("</body>")
    return f'{before}<div class="partners">{foot}</div>\n{end}{after}'


def file(name: str, addresses: Addresses) -> Answer:
    """A style sheet, a script or a font, by its name in /assets."""
    stem, _, kind = name.partition(".")
    if kind not in TYPES or not stem.isdecimal():
        return NOT_FOUND
    body = {"css": _sheet, "js": _script, "woff2": _font}[kind](int(stem), addresses)
    return Answer(body, content_type=TYPES[kind], max_age=DAY)


def _sheet(number: int, addresses: Addresses) -> bytes:
    rules = [f".s{number}-{one} > .a{one} {{ margin: {one}px; color: rgb({one % 256} 90 90) }}" for one in range(400)]
    if number < FONTS:
        rules.append(f"@font-face {{ font-family: P{number}; src: url({addresses.static}/assets/{number}.woff2) }}")
        rules.append(f"{('h1', 'p')[number]} {{ font-family: P{number}, serif }}")
    return "\n".join(rules).encode()


def _script(number: int, _: Addresses) -> bytes:
    table = random.Random(number).sample(range(100_000), 5_000)
    return f"(function () {{ var table = {table}; window.s{number} = table.length; }})();".encode()


def _font(number: int, _: Addresses) -> bytes:
    return random.Random(number).randbytes(40_000)  # the browser fetches it, finds no font in it and takes its own
