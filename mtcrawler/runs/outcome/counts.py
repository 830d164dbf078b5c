"""What a run counted: addresses found, pages fetched, articles kept and why others were not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mtcrawler.frontier.account import FATES, FOREIGN, FOUND, UNMATCHED
from mtcrawler.model.article import Model
from mtcrawler.model.reasons import DROPPED, MISSING_STATUSES, DropReason

# One that is refused says something of the site.
REFUSED = frozenset({401, 402, 403, 407, 429, 451})

NOTHING_NEW = "nothing-new"
"""What a glance came to that ended a visit without a crawl."""
GLANCE = "glance/"
"""How the stats begin that say what a glance came to."""
SOURCE_ERRORS = "run/source_error/"
"""How the stats begin that count those errors which sources came to."""


NOT_ARTICLES = "items/not_articles"
"""The stat that counts items of other kinds: they pass every stage as they came, and none stores them."""


class Stored(Model):
    """Articles by what became of them in the bucket.

    `spooled` came to wait on disk, `delivered` no longer do (earlier runs' included), `waiting` still do at the end;
    a delivered article also counts as new, revised or unchanged. `unreadable` are objects of the bucket and files on
    disk that were not what they should be and were left out, `replaced` those that gave way to a good one; the log
    names each. `removed` were fetched, or waited on disk, and are not stored, as they were taken out on request.
    """

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    spooled: int = 0
    delivered: int = 0
    waiting: int = 0
    failed: int = 0
    unreadable: int = 0
    replaced: int = 0
    removed: int = 0

    @property
    def kept(self) -> int:
        """Articles that are in the bucket, the unchanged included."""
        return self.new + self.revised + self.unchanged


class KeptPages(Model):
    """Pages that this run kept as they came (KEEP_PAGES), and what that cost.

    `bytes` are those of their records, packed; `seconds` of CPU time went into packing and writing them. `waiting` are
    segments that are on disk and not in the bucket; `not_kept` are pages that should have been kept, by reason.
    """

    kept: int = 0
    bytes: int = 0
    seconds: float = 0.0
    waiting: int = 0
    not_kept: dict[str, int] = {}

    @classmethod
    def of(cls, stats: Mapping[str, Any]) -> KeptPages:
        """As the last stage tells them."""
        return cls(
            kept=_number(stats, "pages/kept"),
            bytes=_number(stats, "pages/bytes"),
            seconds=float(stats.get("pages/seconds", 0.0)),
            waiting=_number(stats, "pages/waiting"),
            not_kept=dict(_under(stats, "pages/not_kept/")),
        )


class Counts(Model):
    """The numbers of a run; each is a number of things, none a rate.

    `found` is by source, and so are `unreadable` sources, of which `sources_missing` answered 404 or 410; `fates` is
    what became of all that was found, by Fate or by the name of an error, and adds up to the same number; `unmatched`
    are addresses of the site that sources name and no pattern of its articles matches, `foreign` those that are on none
    of its hosts; `causes` are the errors by what is behind them; `statuses` by the HTTP status finally answered,
    `unanswered` the requests nobody answered after all retries, `disallowed` those robots.txt forbids,
    `parts_withheld` parts of articles that the site does not have or does not give, `lists_unchanged` sitemaps, feeds
    and lists that have not changed since they were read, of which `sources_unchanged` are those of which the site said
    so (304), by source, `not_due` known addresses that were left
    alone, `not_modified` those the site called unchanged (304), `missing` known ones that were not there, `articles`
    what left the last stage, by kind in `kinds`, `dropped` by reason (duplicates apart), `overlays` by kind and
    outcome, `errors` by name: whatever should have become an article or named some and did not, of which
    `source_errors` are the sources', `walled` pages behind a wall by its tier (`not-asked` those left alone after a
    meter was reached), `glance` what a glance came to that a visit began with: `nothing-new` ended it without a crawl
    ([Operating](docs/operating.md)), `cut` what sources name past a cap, by that cap: nobody read it;
    `unusable` are entries of feeds, sitemaps and posts that say of no page where it is, by source.
    """

    found: dict[str, int] = {}
    unreadable: dict[str, int] = {}
    sources_missing: int = 0
    cut: dict[str, int] = {}
    unusable: dict[str, int] = {}
    fetched: int = 0
    rendered: int = 0
    statuses: dict[str, int] = {}
    fates: dict[str, int] = {}
    unmatched: int = 0
    foreign: int = 0
    causes: dict[str, int] = {}
    unanswered: int = 0
    disallowed: int = 0
    not_articles: int = 0
    out_of_scope: int = 0
    parts_withheld: int = 0
    lists_unchanged: int = 0
    sources_unchanged: dict[str, int] = {}
    not_due: int = 0
    not_modified: int = 0
    missing: int = 0
    articles: int = 0
    kinds: dict[str, int] = {}
    stored: Stored = Stored()
    pages: KeptPages = KeptPages()
    duplicates: int = 0
    dropped: dict[str, int] = {}
    overlays: dict[str, dict[str, int]] = {}
    errors: dict[str, int] = {}
    source_errors: dict[str, int] = {}
    walled: dict[str, int] = {}
    session_expired: bool = False
    glance: dict[str, int] = {}

    @classmethod
    def of(cls, stats: Mapping[str, Any]) -> Counts:
        """The counts in Scrapy's stats, as the spiders, the pipelines and the recorder keep them there."""
        dropped = dict(_under(stats, DROPPED))
        statuses = dict(_under(stats, "run/status/"))
        disallowed = _number(stats, "robotstxt/forbidden")
        errors = dict(_under(stats, "run/error/"))
        return cls(
            found=dict(_under(stats, FOUND)),
            unreadable=dict(_under(stats, "discovery/failed/")),
            sources_missing=_number(stats, "discovery/missing"),
            cut=dict(_under(stats, "discovery/cut/")),
            unusable=dict(_under(stats, "discovery/unusable/")),
            fetched=sum(statuses.values()),
            rendered=_number(stats, "page/rendered"),
            statuses=statuses,
            fates={fate: number for fate, number in _under(stats, FATES) if number},
            unmatched=_number(stats, UNMATCHED),
            foreign=_number(stats, FOREIGN),
            causes=dict(_under(stats, "run/cause/")),
            unanswered=_number(stats, "run/unanswered"),
            disallowed=disallowed,
            not_articles=_number(stats, "page/not_article"),
            out_of_scope=_number(stats, "page/out_of_scope"),
            parts_withheld=_number(stats, "page/part_withheld"),
            lists_unchanged=_number(stats, "discovery/unchanged"),
            sources_unchanged=dict(_under(stats, "discovery/unchanged/")),
            not_due=_number(stats, "discovery/spared"),
            not_modified=_number(stats, "page/not_modified"),
            missing=_number(stats, "page/missing"),
            articles=max(0, _number(stats, "item_scraped_count") - _number(stats, NOT_ARTICLES)),
            kinds=dict(_under(stats, "run/kind/")),
            stored=Stored(**{name: _number(stats, f"store/{name}") for name in Stored.model_fields}),
            pages=KeptPages.of(stats),
            duplicates=dropped.pop(DropReason.DUPLICATE, 0),
            dropped=dropped,
            overlays=_overlays(stats),
            errors=errors,
            source_errors=dict(_under(stats, SOURCE_ERRORS)),
            walled=dict(_under(stats, "wall/")),
            session_expired=bool(_number(stats, "session/expired")),
            glance=dict(_under(stats, GLANCE)),
        )

    @property
    def addresses(self) -> int:
        """Addresses found, whatever the source."""
        return sum(self.found.values())

    @property
    def refused(self) -> int:
        """Pages the site would not give: 401, 403, 429 and their like."""
        return sum(number for status, number in self.statuses.items() if int(status) in REFUSED)

    @property
    def broken(self) -> int:
        """Pages answered with another failure than a refusal or their absence."""
        return sum(
            n
            for status, n in self.statuses.items()
            if int(status) >= 400 and int(status) not in REFUSED | MISSING_STATUSES
        )

    @property
    def lost(self) -> int:
        """Pages and articles that should have been stored and were not."""
        return sum(self.page_errors.values())

    @property
    def page_errors(self) -> dict[str, int]:
        """The errors that pages came to, by name: those of sources are told as sources."""
        left = {name: number - self.source_errors.get(name, 0) for name, number in self.errors.items()}
        return {name: number for name, number in left.items() if number > 0}

    @property
    def failed_addresses(self) -> int:
        """Addresses that were found, asked for, and came to an error."""
        return sum(number for fate, number in self.fates.items() if fate in self.errors)

    @property
    def met(self) -> int:
        """Articles that this run had from the site: new, kept before, as they were, or not wanted."""
        return self.known - self.not_due

    @property
    def known(self) -> int:
        """Articles the run met: new, kept before, not due, duplicates of others, or walled and not wanted."""
        return (
            max(self.articles, self.stored.kept + self.stored.waiting)
            + self.duplicates
            + self.not_due
            + self.not_modified
            + self.dropped.get(DropReason.WALLED, 0)
        )

    def overlays_with(self, outcome: str) -> int:
        """Overlays that ended so: "gone" or "stuck"."""
        return sum(outcomes.get(outcome, 0) for outcomes in self.overlays.values())


def _overlays(stats: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    overlays: dict[str, dict[str, int]] = {}
    for name, number in _under(stats, "overlay/"):
        kind, _, outcome = name.partition("/")
        overlays.setdefault(kind, {})[outcome] = number
    return overlays


def _number(stats: Mapping[str, Any], name: str) -> int:
    return int(stats.get(name, 0))


def _under(stats: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, int]]:
    for name in sorted(stats):
        if name.startswith(prefix):
            yield name.removeprefix(prefix), int(stats[name])
