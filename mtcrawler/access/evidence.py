"""What is known about who may read a page: what it declares, what was measured on it, and the name of each signal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from mtcrawler.markup.json_values import Node
from mtcrawler.markup.numbers import word_count
from mtcrawler.markup.structured import ACCESSIBLE
from mtcrawler.model.article import Evidence, Tier

JSON_LD: Final = "isAccessibleForFree|hasPart|wordCount"
"""A pattern: a JSON-LD script without any of these words declares nothing about access."""
METAS: Final = r"content_tier|isaccessibleforfree|paywall|access[-_]?(?:type|level)|^rating$"
"""A pattern for the lower-cased names of meta tags that declare something about access."""
_HEADERS: Final = re.compile(r"paywall|content-tier|access-(?:type|level|tier)")
_METAS: Final = re.compile(METAS)
_TIER: Final = "article:content_tier"
_NUMBERS: Final = (0, 1)
"""Numbers that are written for false and true."""
KEPT: Final = 0.2
"""Of all words of a story: so many that are kept back are a part of it."""
_LONGEST: Final = 160
"""Characters of a value that is kept as evidence."""


class Signal(StrEnum):
    """Every signal that an article's `access.evidence` can have, as it is stored; docs/bucket.md explains each."""

    HTTP_STATUS = "HTTP status"
    FREE = "json-ld:isAccessibleForFree"
    PAID_PART = "JSON-LD hasPart"
    CONTENT_TIER = "meta:article:content_tier"
    META = "meta"
    HEADER = "header"
    POLICY = "publisher-policy"
    VENDOR = "vendor"
    WORDS = "words"
    HIDDEN = "text hidden"
    BLURRED = "text blurred"
    CUT_OFF = "text cut off"
    FADES_OUT = "text fades out"
    METER = "meter"
    PART_MISSING = "part missing"
    GATE_METERED = "gate: metered"
    GATE_REGISTRATION = "gate: registration"
    GATE_SUBSCRIPTION = "gate: subscription"
    GATE_CONSENT_OR_PAY = "gate: consent-or-pay"
    GATE_AGE = "gate: age"

    @classmethod
    def of_gate(cls, tier: Tier) -> Self:
        """The signal of a gate that is a wall of this tier."""
        return cls(f"gate: {tier}")

    def saw(self, value: str) -> Evidence:
        """Evidence of this signal with what was seen: white space folded, at most 160 characters."""
        return Evidence(signal=self.value, value=" ".join(value.split())[:_LONGEST])


@dataclass(frozen=True)
class Declarations:
    """What a page and its response declare about who may read the article. `of` is the only parser of it.

    `stated` are the values of `isAccessibleForFree`, lower-cased, each once, in page order, that of microdata last.
    `parts` are the CSS selectors of the parts that the page declares as paid, as it writes them: one may be no selector
    at all. `free_parts` are those of the parts it declares as free. `words` is the declared length of the article.
    `metas` are the other meta tags about access, `headers` the response's.
    """

    status: int = 200
    stated: tuple[str, ...] = ()
    content_tier: str | None = None
    parts: tuple[str, ...] = ()
    free_parts: tuple[str, ...] = ()
    words: int | None = None
    metas: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        nodes: Iterable[Node],
        metas: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Self:
        """The declarations in a page's JSON-LD objects and meta tags, and in the response; all names are lower-case.

        A value of the wrong type declares nothing.
        """
        nodes = tuple(nodes)
        said = [*(node.get("isAccessibleForFree") for node in nodes), metas.get(ACCESSIBLE)]
        return cls(
            status=status,
            stated=tuple(dict.fromkeys(str(one).lower() for one in said if isinstance(one, str) or one in _NUMBERS)),
            content_tier=metas.get(_TIER),
            parts=tuple(dict.fromkeys(selector for node in nodes for selector in _parts(node, free=False))),
            free_parts=tuple(dict.fromkeys(selector for node in nodes for selector in _parts(node, free=True))),
            words=next((count for node in nodes if (count := word_count(node.get("wordCount")))), None),
            metas=_about_access(metas, _METAS),
            headers=_about_access(headers or {}, _HEADERS),
        )

    @property
    def free(self) -> bool | None:
        """Whether the article is free: False where anything declares that it is not, None where nothing is declared."""
        said = [value for one in self.stated if (value := _truth(one)) is not None]
        tier = {"free": True, "locked": False, "metered": False}.get((self.content_tier or "").lower())
        if tier is not None:
            said.append(tier)
        return all(said) if said else None

    @property
    def metered(self) -> bool:
        """Whether the page declares that it counts what a reader reads."""
        return (self.content_tier or "").lower() == "metered"

    def of_free(self) -> list[Evidence]:
        """What the page declares about being free: all that is kept of a page that is."""
        signs = [Signal.FREE.saw(one) for one in self.stated]
        return [*signs, Signal.CONTENT_TIER.saw(self.content_tier)] if self.content_tier else signs

    def all(self) -> list[Evidence]:
        """All that is declared, paid parts excepted: of these it matters how much a reader sees."""
        status = [Signal.HTTP_STATUS.saw(str(self.status))] if self.status not in (0, 200) else []
        metas = [Signal.META.saw(f"{name}: {value}") for name, value in self.metas.items()]
        headers = [Signal.HEADER.saw(f"{name}: {value}") for name, value in self.headers.items()]
        return [*status, *self.of_free(), *metas, *headers]


@dataclass(frozen=True)
class Place:
    """Where a box stands to the story, in words: of the story `before` and `after` it, of other things `between`.

    `inside` is what stands in the box itself, `trails` says that the story breaks off before it, and
    `beside` that it stands in a column, a footer or among comments.
    """

    before: int = 0
    after: int = 0
    between: int = 0
    inside: int = 0
    trails: bool = False
    beside: bool = False


@dataclass(frozen=True)
class Gate:
    """A layer or a box that may be a wall; `words` weighs access, rest, meter, spent, age, members, pay and register.

    `blocking` says that it covers the view, `place` where it stands in the flow (None for a layer over it), `closing`
    that it is a mere line where the text ends, `told` that this line is a paragraph of the story and tells of more than
    the text. `nag` weighs the overlay it would otherwise be (donation, newsletter, …), `consent` the talk of cookies.
    `asks` is what its controls ask for, `closable` whether a reader could put it away, `refusable` whether consent can
    be refused in it.
    """

    key: int
    text: str
    blocking: bool = False
    place: Place | None = None
    closing: bool = False
    told: bool = False
    closable: bool = False
    refusable: bool = False
    consent: float = 0.0
    nag: float = 0.0
    words: Mapping[str, float] = field(default_factory=dict)
    asks: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    def has(self, word: str, weight: float = 1.0) -> bool:
        """Whether the gate speaks of this at least so much."""
        return self.words.get(word, 0.0) >= weight

    @property
    def keeps_the_rest(self) -> bool:
        """Whether it says beyond doubt that the text goes on, or that all of it is for some readers only."""
        return self.has("rest") or (self.words.get("rest", 0.0) > 0 and self.has("access"))


@dataclass(frozen=True)
class Section:
    """A declared part of the page: words of it that a reader sees, and words of the story that are kept back in it."""

    selector: str
    words: int
    kept: int = 0


@dataclass(frozen=True)
class PageEvidence:
    """All that is known about who may read a page, as it was before anything was touched; words are the story's.

    `characters` is the length of what is to be seen of it. `sections` are the parts declared as paid, `free_words`
    those of the unseen words that stand in parts declared as free.
    """

    declared: Declarations = field(default_factory=Declarations)
    gates: tuple[Gate, ...] = ()
    visible_words: int = 0
    characters: int = 0
    blurred_words: int = 0
    clipped_words: int = 0
    hidden_words: int = 0
    free_words: int = 0
    paragraphs: int = 0
    faded: bool = False
    trails_off: bool = False
    sections: tuple[Section, ...] = ()
    vendors: tuple[str, ...] = ()

    @property
    def kept_words(self) -> int:
        """The words of the story that are there and that a reader does not get."""
        return max(self.blurred_words + self.clipped_words + self.hidden_words - self.free_words, 0)

    @property
    def keeps(self) -> bool:
        """Whether that is a part of the story, and not a note that is folded up."""
        return self.kept_words > KEPT * (self.visible_words + self.kept_words)

    def signs(self) -> list[Evidence]:
        """Everything declared and measured, in the order in which it is stored."""
        return [*self.declared.all(), *self._measured()]

    def _measured(self) -> Iterator[Evidence]:
        for section in self.sections:
            yield Signal.PAID_PART.saw(f"{section.selector}: {section.words} words to be seen")
        yield from (Signal.VENDOR.saw(name) for name in self.vendors)
        if self.declared.words:
            yield Signal.WORDS.saw(f"{self.visible_words} of {self.declared.words} declared")
        if self.hidden_words and self.keeps:
            yield Signal.HIDDEN.saw(f"{self.hidden_words} words")
        if self.blurred_words:
            yield Signal.BLURRED.saw(f"{self.blurred_words} words")
        if self.clipped_words:
            yield Signal.CUT_OFF.saw(f"{self.clipped_words} words")
        if self.faded:
            yield Signal.FADES_OUT.saw(f"after {self.visible_words} words")
        yield from (Signal.METER.saw(gate.text) for gate in self.gates if gate.has("meter"))


def _about_access(given: Mapping[str, str], names: re.Pattern[str]) -> dict[str, str]:
    return {name: given[name] for name in sorted(filter(names.search, given)) if name not in {_TIER, ACCESSIBLE}}


def _parts(node: Node, *, free: bool) -> Iterator[str]:
    """The selectors of the parts that this object declares as free, or as not free."""
    parts: Any = node.get("hasPart")
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict) and _truth(part.get("isAccessibleForFree")) is free:
            given = part.get("cssSelector")
            yield from (one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str))


def _truth(value: object) -> bool | None:
    """Publishers write true as true, "True", "yes", 1 or "https://schema.org/True"."""
    word = str(value).rsplit("/", 1)[-1].strip().lower()
    return {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}.get(word)
