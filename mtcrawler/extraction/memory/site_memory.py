"""What is remembered of a site: the texts of its latest articles, where bodies stood, where fields are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, Field

from mtcrawler.extraction.memory.lesson import DIGITS, FIELDS, TEXTS, Lesson
from mtcrawler.extraction.memory.lesson import Field as FieldName
from mtcrawler.extraction.memory.paths import LONGEST
from mtcrawler.model import clock
from mtcrawler.model.article import Model

LATEST: Final = 20
"""Articles whose texts are remembered: what stood on none of them is forgotten."""
FIRST: Final = 3
"""Articles that have to be known before anything is taken from them."""
CHANGED: Final = 8
"""Articles in a row whose text stands nowhere it stood before: the site has changed its markup."""
CONTAINERS: Final = 16
PLACES: Final = 80
FEW: Final = 4
"""Paths of a field that are remembered."""
WORDS: Final = 1_000
"""Words of a place from which what was seen earlier counts half, again and again."""
AGREED: Final = 3
"""Pages on which a path has to say what they declare before it is believed."""
RELIABLE: Final = 10
"""Of so many pages that show it or something else there, one may show something else."""
AGED: Final = 100
"""Pages of a path from which those seen earlier count half."""
MOST: Final = 10**9
"""Of anything that is counted: a record comes from the bucket, and numbers without end cannot be reckoned with."""


def _chronological(moment: AwareDatetime) -> AwareDatetime:
    if clock.to_come(moment):
        raise ValueError("a moment in the future")
    return moment


Number = Annotated[int, Field(ge=0, le=MOST)]
Moment = Annotated[AwareDatetime, AfterValidator(_chronological)]
Digits = Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
Digests = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{8})*$", max_length=DIGITS * TEXTS)]
Path = Annotated[str, Field(pattern="^[A-Za-z0-9_.>-]*$", max_length=LONGEST)]


class Remembered(Model):
    """The texts of an article, by eight hex digits each: of twelve words and more, and shorter ones."""

    id: Digits
    long: Digests = ""
    short: Digests = ""

    @cached_property
    def long_texts(self) -> frozenset[str]:
        """The digits of the long texts."""
        return _parted(self.long)

    @cached_property
    def texts(self) -> frozenset[str]:
        """The digits of all texts."""
        return self.long_texts | _parted(self.short)


class Agreement(Model):
    """On how many pages a path said what the page declares, and on how many something else."""

    agreed: Number = 0
    differed: Number = 0

    @property
    def is_believed(self) -> bool:
        """Whether what stands there is taken for the field where a page declares nothing."""
        return self.agreed >= AGREED and self.agreed + self.differed >= RELIABLE * self.differed

    def after(self, agrees: bool) -> Agreement:
        """With one more page."""
        agreed, differed = self.agreed + agrees, self.differed + (not agrees)
        return Agreement(agreed=agreed, differed=differed) if agreed + differed <= AGED else self._halved(agrees)

    def _halved(self, agrees: bool) -> Agreement:
        return Agreement(agreed=self.agreed // 2, differed=self.differed // 2).after(agrees)


Agreements = Annotated[dict[Path, Agreement], Field(max_length=FEW)]


class Standing(Model):
    """How many words at a place were the article's, of all that stood there."""

    taken: Annotated[float, Field(ge=0, le=MOST)] = 0
    total: Annotated[float, Field(ge=0, le=MOST)] = 0


class SiteMemory(Model):
    """What is remembered of a site since its present markup was first seen; `learned_by` says which extractor learned.

    `articles` counts the articles that taught, `markup` the forms of markup that were seen, the present one included.
    `containers` are the paths of the elements that held most of a text, `newer` those of the latest articles if all of
    them are new, `elsewhere` these articles: each counts once, however often it is read.
    """

    learned_by: Annotated[str, Field(max_length=200)]
    since: Moment | None = None
    updated: Moment | None = None
    markup: Number = 1
    articles: Number = 0
    latest: Annotated[tuple[Remembered, ...], Field(max_length=LATEST)] = ()
    containers: Annotated[dict[Path, Number], Field(max_length=CONTAINERS)] = {}
    newer: Annotated[dict[Path, Number], Field(max_length=CONTAINERS)] = {}
    elsewhere: Annotated[tuple[Digits, ...], Field(max_length=CHANGED)] = ()
    places: Annotated[dict[Digits, Standing], Field(max_length=PLACES)] = {}
    fields: Annotated[
        dict[FieldName, Annotated[dict[Path, Agreement], Field(max_length=FEW)]], Field(max_length=9)
    ] = {}

    def path_for(self, name: FieldName) -> str | None:
        """The path at which a field stands on pages of this site, the innermost of equals; None where none is known."""
        return next(iter(self.paths_for(name)), None)

    def paths_for(self, name: FieldName) -> list[str]:
        """The paths at which a field stands, by the number of pages that agree, the innermost of equals first."""
        known = self.fields.get(name, {})
        inner = reversed(known)  # outer ones are met first
        return sorted((path for path in inner if known[path].is_believed), key=lambda path: -known[path].agreed)

    def after(self, lesson: Lesson) -> SiteMemory:
        """With what this page teaches; one of the latest articles, read again, only tells whether the markup changed.

        Eight articles in a row at new places are another markup: all that was learned of the old one is forgotten.
        """
        now = clock.now()
        latest = tuple(one for one in self.latest if one.id != lesson.article)
        again = len(latest) < len(self.latest)
        known = self._placed(lesson, again=again)
        if len(known.elsewhere) >= CHANGED:
            return SiteMemory(
                learned_by=self.learned_by,
                since=now,
                updated=now,
                markup=min(MOST, self.markup + 1),
                containers=known.newer,
            )
        latest = (*latest, _remembered(lesson))[-LATEST:]
        if again:
            return known.model_copy(update={"latest": latest, "updated": now})
        return known.model_copy(
            update={
                "since": self.since or now,
                "updated": now,
                "articles": min(MOST, self.articles + 1),
                "latest": latest,
                "places": _standing(self.places, lesson.places),
                "fields": _agreements(self.fields, lesson.fields),
            }
        )

    def _placed(self, lesson: Lesson, *, again: bool) -> SiteMemory:
        """With the place where an article's text stood."""
        container = lesson.container
        if not container or (lesson.article in self.elsewhere and container not in self.containers):
            return self
        if self.articles < FIRST or container in self.containers:
            both = Counter(self.containers)
            both.update(self.newer)
            both[container] += not (again and container in both)
            return self.model_copy(update={"containers": _most(both, CONTAINERS), "newer": {}, "elsewhere": ()})
        newer = Counter(self.newer)
        newer[container] += 1
        elsewhere = (*self.elsewhere, lesson.article)
        return self.model_copy(update={"newer": _most(newer, CONTAINERS), "elsewhere": elsewhere})


def _remembered(lesson: Lesson) -> Remembered:
    return Remembered(id=lesson.article, long="".join(lesson.long), short="".join(lesson.short))


def _parted(digits: str) -> frozenset[str]:
    return frozenset(digits[at : at + DIGITS] for at in range(0, len(digits), DIGITS))


def _most(counts: Counter[str], number: int) -> dict[str, int]:
    return {path: min(MOST, count) for path, count in counts.most_common(number)}


def _standing(known: Mapping[str, Standing], seen: Mapping[str, tuple[int, int]]) -> dict[str, Standing]:
    """The places with those of one more page; the ones that were not met for longest make room."""
    found = dict(known)
    for place, (taken, total) in seen.items():
        before = found.pop(place, Standing())
        half = 0.5 if before.total > WORDS else 1.0
        found[place] = Standing(taken=round(before.taken * half) + taken, total=round(before.total * half) + total)
    return dict(list(found.items())[-PLACES:])


def _agreements(
    known: Mapping[FieldName, Mapping[str, Agreement]], seen: Mapping[tuple[FieldName, str], bool]
) -> dict[FieldName, dict[str, Agreement]]:
    found = {name: dict(known.get(name, {})) for name in FIELDS}
    for (name, path), agrees in seen.items():
        if agrees or path in found[name]:
            found[name][path] = found[name].get(path, Agreement()).after(agrees)
    return {name: _best(paths) for name, paths in found.items() if paths}


def _best(paths: Mapping[str, Agreement]) -> dict[str, Agreement]:
    """The paths that agreed most often."""
    order: Iterable[str] = sorted(paths, key=lambda path: (-paths[path].agreed, paths[path].differed))
    return {path: paths[path] for path in list(order)[:FEW]}
