"""The writer: fills our sentences with words, so that every seed gives the same newspaper."""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.newspaper.story import Edition, Flag

TEXTS = Path(__file__).parent / "texts"
SLOT = re.compile(r"\{(\w+)\}")
# A story stays in one place and speaks of one firm; its people and numbers vary from sentence to sentence.
FIXED = ("town", "region", "body", "firm", "abroad", "season")


@dataclass(frozen=True)
class Topic:
    """What the newsroom knows about one subject: sentences with slots."""

    name: str
    flags: tuple[Flag, ...]
    tags: tuple[str, ...]
    headlines: tuple[str, ...]
    leads: tuple[str, ...]
    sentences: tuple[str, ...]
    captions: tuple[str, ...]


@cache
def words(edition: Edition) -> dict[str, list[str]]:
    """The words that fill a slot, by its name."""
    return tomllib.loads((TEXTS / edition / "words.toml").read_text("utf-8"))


@cache
def topics(edition: Edition) -> dict[str, Topic]:
    """Every subject of an edition, by name and in the order of names."""
    found = {}
    for path in sorted((TEXTS / edition).glob("*.toml")):
        if path.stem != "words":
            data = tomllib.loads(path.read_text("utf-8"))
            found[path.stem] = Topic(path.stem, **{key: tuple(value) for key, value in data.items()})
    return found


class Writer:
    """Writes one story: `key` and the seed decide every word of it."""

    def __init__(self, edition: Edition, seed: int, key: str) -> None:
        self.edition = edition
        self.rng = random.Random(f"{seed}/{edition}/{key}")
        self.words = words(edition)
        self.fixed = {slot: self.rng.choice(self.words[slot]) for slot in FIXED}

    def fill(self, template: str) -> str:
        """The sentence with its slots filled."""
        return SLOT.sub(lambda found: self._word(found[1]), template)

    def sentences(self, topic: Topic, count: int) -> list[str]:
        """So many different sentences on a subject, filled."""
        return [self.fill(text) for text in self.rng.sample(topic.sentences, min(count, len(topic.sentences)))]

    def _word(self, slot: str) -> str:
        if slot.endswith("_cap"):
            word = self._word(slot.removesuffix("_cap"))
            return word[0].upper() + word[1:]
        if slot in self.fixed:
            return self.fixed[slot]
        match slot:
            case "n":
                return str(self.rng.randint(5, 96))
            case "pct":
                return str(self.rng.randint(5, 79))
            case "year":
                return str(self.rng.randint(1951, 2019))
            case "k":
                number = self.rng.randint(11, 97) * 100
                return f"{number:,}" if self.edition == "en" else f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
        return self.rng.choice(self.words[slot])


def slugify(text: str) -> str:
    """A headline as the last part of an address: Latin small letters, digits and dashes."""
    latin = "".join(CYRILLIC.get(letter, letter) for letter in text.lower().replace("’", "").replace("'", ""))
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70].strip("-")


LETTERS = "a b v g d e e zh z i i k l m n o p r s t u f h ts ch sh sch y e yu ya".split()
CYRILLIC = dict(zip("абвгдеёжзийклмнопрстуфхцчшщыэюя", LETTERS, strict=True)) | {"ъ": "", "ь": ""}
