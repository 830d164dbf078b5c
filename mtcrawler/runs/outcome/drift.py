"""Drift: a publisher's pages or lists no longer yield what they used to, measured against its own earlier runs."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import exp, lgamma, log
from statistics import median
from typing import TYPE_CHECKING, Any, Final, Self

from pydantic import ValidationError, model_validator

from mtcrawler.model.article import Model
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed
from mtcrawler.model.printable import count
from mtcrawler.runs.outcome.profile import ARTICLE, FIELDS, Profile
from mtcrawler.security.untrusted import Unreadable, bounded
from mtcrawler.storage.feed.segments import fault, of_another_version
from mtcrawler.storage.layout import baseline_key
from mtcrawler.storage.limits import NOTE_VALUES
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.set_aside import leave_out

if TYPE_CHECKING:
    from mtcrawler.config.schema import Settings

logger = logging.getLogger(__name__)

DROP: Final = 0.5
CHANCE: Final = 1e-4
"""What is as likely as this to happen by chance is no drift."""
SAMPLE: Final = 20
"""Pages that are compared: this run's and, where those are fewer, those of the runs before it."""
BASELINE: Final = 1000
"""Pages that are remembered of runs without drift."""
LISTS: Final = 30
"""Runs whose lists are remembered."""
LISTS_NEEDED: Final = 3
LIST_LENGTH: Final = 5
"""A list that usually names fewer may as well be empty."""
TRIES: Final = 5
MOST: Final = 10**7
"""Pages, words or addresses of one run; more is no measure of anything."""
_LISTED: Final = "listed by "


class Drift(Model):
    """One thing that fell: a field's share of pages, the median length of texts in words, what a source lists."""

    what: str
    before: float
    now: float
    pages: int | None = None

    def __str__(self) -> str:
        if self.what in {ARTICLE, *FIELDS}:
            return f"{self.what} {self.before:.0%} → {self.now:.0%} of {count(self.pages or 0, 'page')}"
        return f"{self.what} {self.before:g} → {self.now:g}"


@dataclass(frozen=True, slots=True)
class DriftLimits:
    """What counts as drift: a loss of more than the share `drop` of what used to be; runs before `since` are forgotten.

    With a drop of 1 nothing is drift.
    """

    drop: float = DROP
    since: date = date.min

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The limits that the settings DRIFT_DROP and DRIFT_SINCE name."""
        return cls(settings.DRIFT_DROP, settings.DRIFT_SINCE or date.min)


class Baseline(Model):
    """What earlier runs of a publisher gave, by what they were narrowed to, the oldest first."""

    series: dict[str, list[Profile]] = {}

    @model_validator(mode="after")
    def _check_numbers(self) -> Self:
        for one in (one for runs in self.series.values() for one in runs):
            numbers = [one.pages, *one.fields.values(), *one.words, *one.listed.values()]
            if min(numbers) < 0 or max(numbers) > MOST or any(had > one.pages for had in one.fields.values()):
                raise ValueError("its numbers cannot come from pages")
        return self

    def earlier(self, series: str, since: date) -> list[Profile]:
        """The runs of a series that still count."""
        return [one for one in self.series.get(series, []) if one.at.date() >= since]

    def with_run(self, series: str, profile: Profile) -> Self:
        """The same with one more run; what is no longer needed goes."""
        runs = _trimmed([*self.series.get(series, []), profile])
        return self.model_copy(update={"series": {**self.series, series: runs}})


def series_of(arguments: Mapping[str, str]) -> str | None:
    """The runs that a run is compared with: those narrowed alike. None where single articles were asked for."""
    if arguments.get("url"):
        return None
    return " ".join(
        f"{name}={arguments[name]}" for name in ("site", "mirror", "sections", "sources") if arguments.get(name)
    )


def drifts(earlier: list[Profile], profile: Profile, limits: DriftLimits) -> list[Drift]:
    """What fell, the fields first; nothing while there are too few pages or runs to tell."""
    recent, pages = [profile], profile.pages
    rest = list(earlier)
    while rest and pages < SAMPLE:
        recent.append(rest.pop())
        pages += recent[-1].pages
    now, before = Profile.together(recent), Profile.together(one for one in rest if not one.drifted)
    found: list[Drift] = []
    if profile.pages and now and before and before.pages >= SAMPLE:
        found += _fields(before, now, limits.drop)
    return found + list(_lists([one for one in earlier if one.listed], profile, limits.drop))


def marked(profile: Profile, found: Iterable[Drift]) -> Profile:
    """The profile as it is remembered: what has drifted is no measure for later runs."""
    fallen = {one.what for one in found}
    listed = {source: number for source, number in profile.listed.items() if _LISTED + source not in fallen}
    drifted = any(not what.startswith(_LISTED) for what in fallen)
    return profile.model_copy(update={"listed": listed, "drifted": drifted})


def recall(store: ObjectStore, spider: str) -> tuple[Baseline, str | None]:
    """The baseline in the bucket and its etag; an empty one where there is none, where another version wrote it, or
    where it cannot be read: that is named and set aside. Raises StoreError.
    """
    key = baseline_key(spider)
    try:
        stored = store.get(key)
        if stored is None:
            return Baseline(), None
        try:
            return Baseline.model_validate_json(bounded(stored.body, NOTE_VALUES)), stored.etag
        except Unreadable as err:
            raise ObjectUnreadable(key, str(err), "Drift is measured from now on.", stored.etag) from err
        except ValidationError as err:
            if of_another_version(err):
                logger.info("Another version wrote the baseline of %s; drift is measured from now on.", spider)
                return Baseline(), stored.etag
            raise ObjectUnreadable(key, fault(err), "Drift is measured from now on.", stored.etag) from err
    except ObjectUnreadable as err:
        leave_out(store, err)
        return Baseline(), None


def is_news(earlier: list[Profile], profile: Profile) -> bool:
    """Whether a run tells more than those before it: it had pages, or its lists are not what they are known to be."""
    if profile.pages or not profile.listed:
        return bool(profile.pages)
    known = [one.listed for one in earlier if one.listed][-LISTS_NEEDED:]
    return len(known) < LISTS_NEEDED or any(listed != profile.listed for listed in known)


def remember(store: ObjectStore, spider: str, series: str, profile: Profile) -> None:
    """Add a run to the baseline, whoever else does at the same time. Raises StoreError."""
    for attempt in range(TRIES):
        baseline, etag = recall(store, spider)
        body = baseline.with_run(series, profile).model_dump_json().encode() + b"\n"
        try:
            store.put(baseline_key(spider), body, if_absent=etag is None, if_etag=etag)
        except PreconditionFailed:
            if attempt == TRIES - 1:
                raise
        else:
            return


def _fields(before: Profile, now: Profile, drop: float) -> list[Drift]:
    # Where pages are no articles any more, all that articles have is gone with them: that is said once.
    for names in ((ARTICLE,), FIELDS):
        found = [
            Drift(what=name, before=round(before.share(name), 3), now=round(now.share(name), 3), pages=now.pages)
            for name in names
            if now.share(name) < before.share(name) * (1 - drop)
            and _at_most(now.fields.get(name, 0), now.pages, before.share(name)) < CHANCE
        ]
        if found:
            break
    if before.words and now.words:
        usual, length = median(before.words), median(now.words)
        as_long = sum(words >= usual for words in now.words)
        if length < usual * (1 - drop) and _at_most(as_long, len(now.words), 0.5) < CHANCE:
            found.append(Drift(what="words", before=usual, now=length, pages=now.pages))
    return found


def _lists(earlier: list[Profile], profile: Profile, drop: float) -> Iterator[Drift]:
    for source, number in profile.listed.items():
        usual = [one.listed[source] for one in earlier if source in one.listed]
        if len(usual) >= LISTS_NEEDED and median(usual) >= LIST_LENGTH and number < median(usual) * (1 - drop):
            yield Drift(what=_LISTED + source, before=median(usual), now=number)


def _at_most(hits: int, of: int, share: float) -> float:
    """The chance of no more than so many hits of so many, if each has this chance (binomial)."""
    yes, no = log(min(max(share, 1e-9), 1 - 1e-9)), log(min(max(1 - share, 1e-9), 1 - 1e-9))
    ways = lgamma(of + 1)
    return sum(
        exp(ways - lgamma(number + 1) - lgamma(of - number + 1) + number * yes + (of - number) * no)
        for number in range(hits + 1)
    )


def _trimmed(profiles: list[Profile]) -> list[Profile]:
    kept: list[Profile] = []
    pages = {True: 0, False: 0}
    lists = 0
    for one in reversed(profiles):
        enough = pages[one.drifted] >= (SAMPLE if one.drifted else BASELINE)
        lists += bool(one.listed)
        if enough and lists > LISTS:
            continue
        update: dict[str, Any] = {"listed": {} if lists > LISTS else one.listed}
        if enough:
            update |= {"pages": 0, "fields": {}, "words": []}
        thinned = one.model_copy(update=update)
        if thinned.pages or thinned.listed:
            kept.append(thinned)
        pages[one.drifted] += one.pages
    return kept[::-1]
