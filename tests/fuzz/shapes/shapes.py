"""Pages of shapes that nobody would write by hand: what pages have been seen to do to those who read them, mixed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from random import Random

PROSE = (
    "<p>The ferry left the old quay at nine, an hour late, with two school classes and a piano on board, and the "
    "harbour master said that nothing of the kind had been carried across the bay.</p>"
)
LAYER = "position:fixed;inset:0;background:#fff9;z-index:9"
TITLE = "A piano crosses the bay"
FIELDS = (
    "attributes children classList className closest getAttribute id innerText matches name nodeType parentNode style "
    "tagName textContent title"
).split()
"""Names of fields that take the place of what a form is asked for."""
PROPERTIES = ("body", "querySelectorAll", "title", "forms", "location")
"""Names of pictures that take the place of what a document is asked for."""


def _read(name: str) -> dict[str, str]:
    shapes = tomllib.loads(Path(__file__).with_name("shapes.toml").read_text("utf-8"))[name]
    return {key: text.replace("{PROSE}", PROSE).replace("{LAYER}", LAYER) for key, text in shapes.items()}


MARKUP: dict[str, str] = {
    **_read("markup"),
    "a form behind its fields": f"<form>{''.join(f'<input name={name}>' for name in FIELDS)}{PROSE}</form>",
    "names of the document": "".join(f"<img name={name}>" for name in PROPERTIES),
    "a deep page": f"{'<div>' * 500}{PROSE}{'</div>' * 500}",
    "a wide page": "<i></i><b>x</b>" * 5000,
    "text by itself": "Words that stand in no element of their own, and go on for long enough to be prose." * 5,
}
SCRIPTS = _read("scripts")


def page_of(markup: list[str], scripts: list[str]) -> str:
    """A page that has these shapes, in this order."""
    run = "".join(f"<script>try {{ {SCRIPTS[name]} }} catch {{}}</script>" for name in scripts)
    story = f"<main><h1>{TITLE}</h1>{PROSE * 4}</main>"
    shapes = "".join(MARKUP[name] for name in markup)
    return f"<!doctype html><html><head><title>{TITLE}</title></head><body>{story}{shapes}{run}</body></html>"


def shape(seed: int) -> str:
    """The page of this number: the same every time."""
    chance = Random(seed)
    markup = chance.sample(sorted(MARKUP), chance.randint(1, 8))
    return page_of(markup, chance.sample(sorted(SCRIPTS), chance.randint(0, 3)))
