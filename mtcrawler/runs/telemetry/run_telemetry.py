"""The telemetry of a run: what happened to every page and article, added up; it does not grow with the run."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

from scrapy import Request, signals

from mtcrawler.fetch.look import look_of
from mtcrawler.frontier.target import CrawlTarget
from mtcrawler.identity.ids import article_id
from mtcrawler.model import clock
from mtcrawler.model.article import Access, Article, Draft
from mtcrawler.model.reasons import HARMLESS, DropReason
from mtcrawler.runs.outcome.profile import FIELDS
from mtcrawler.runs.telemetry.gallery import Gallery
from mtcrawler.runs.telemetry.timeline import EARLIER, OTHERS, Latency, Timeline

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

SLOWEST: Final = 10
SECTIONS: Final = 40
"""Sections told apart; a page may call its section anything."""
HOURS: Final = 400
"""Numbers by hour; the oldest are put together as "earlier"."""
WALLS: Final = 12
EVIDENCE: Final = 8
WORDS: Final = 2000
STORED: Final = ("new", "revised", "kept")
SPARED: Final = ("unchanged", "spooled", "duplicate", *HARMLESS)


@dataclass(slots=True)
class Page:
    """One page's way; moments in seconds of the monotonic clock, spans of time in seconds.

    `fetched` is when its answer was there, `read` when it had been shown and read as well, `clearing` the span from
    the first look for overlays to the last. `outcome` is what became of its article.
    """

    url: str
    status: int
    begun: float
    fetched: float
    read: float
    size: int
    clearing: tuple[float, float] | None = None
    outcome: str = ""
    section: str = ""
    storing: float = 0.0
    done: float = 0.0

    @property
    def seconds(self) -> float:
        """From the request to the page as a reader sees it."""
        return self.read - self.begun


class Walled(NamedTuple):
    """An article behind a wall, with what shows that."""

    url: str
    headline: str
    access: Access


class Telemetry:
    """The recorder's account of pages and articles. `watchers` hear of each finished page."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.started = time.monotonic()
        self.timeline = Timeline()
        self.latency = Latency()
        self.sections: Counter[tuple[str, str]] = Counter()
        self.hours: Counter[tuple[str, str]] = Counter()
        self.overlays: Counter[tuple[str, str, str, str]] = Counter()
        self.fields: Counter[str] = Counter()
        self.articles = 0
        self.bytes = 0
        self.words: list[int] = []
        self.last_stored: datetime | None = None
        self.walls: list[Walled] = []
        self.gallery = Gallery()
        self.watchers: list[Callable[[Page], None]] = []
        self._names: set[str] = set()
        self._settled: dict[str, tuple[str, float]] = {}
        self._slowest: list[tuple[float, int, Page]] = []
        self._order = count()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The telemetry of this crawl; from here on it listens."""
        telemetry = cls(crawler)
        for receiver, signal in (
            (telemetry.spider_opened, signals.spider_opened),
            (telemetry.response_downloaded, signals.response_downloaded),
            (telemetry.response_received, signals.response_received),
            (telemetry.item_scraped, signals.item_scraped),
            (telemetry.item_dropped, signals.item_dropped),
            (telemetry.item_error, signals.item_error),
        ):
            crawler.signals.connect(receiver, signal=signal)
        return telemetry

    @property
    def slowest(self) -> list[Page]:
        """The slowest pages, the slowest first."""
        return [page for *_, page in sorted(self._slowest, reverse=True)]

    def spider_opened(self) -> None:
        """The run's time begins."""
        self.started = time.monotonic()

    def response_downloaded(self, response: Response, request: Request) -> None:
        """An answer is there, shown where the browser was to show it."""
        request.meta["answered_at"] = time.monotonic()

    def response_received(self, response: Response, request: Request) -> None:
        """A page is there as a reader sees it; what lists addresses is quick and would hide how long articles take."""
        if is_about_rules(request) or not look_of(request).counts(response.status):
            return
        now = time.monotonic()
        meta = request.meta
        clearing: tuple[float, float] | None = getattr(meta.get("rendered"), "clearing", None)
        # In the browser a page has been answered when clearing begins, and is then still to be read.
        answered: float = clearing[0] if clearing else meta.get("answered_at", now)
        page = meta["page"] = Page(
            url=response.url,
            status=response.status,
            begun=answered - float(meta.get("download_latency", 0.0)),
            fetched=answered,
            read=now,
            size=len(response.body),
            clearing=clearing,
        )
        self.bytes += page.size
        part = self.timeline.at(now - self.started)
        part.pages += 1
        if "source" not in request.cb_kwargs:
            self.latency.add(page.seconds)
            part.latency.add(page.seconds)
            self._rank(page)
        self._hour("pages")
        if page.status >= 400:
            part.lost += 1
            self._tell(page, f"HTTP {page.status}")

    def _rank(self, page: Page) -> None:
        if len(self._slowest) < SLOWEST:
            heapq.heappush(self._slowest, (page.seconds, next(self._order), page))
        elif page.seconds > self._slowest[0][0]:
            heapq.heapreplace(self._slowest, (page.seconds, next(self._order), page))

    def settled(self, article_id: str, outcome: str, seconds: float) -> None:
        """An article came to this in the bucket, after so many seconds there; told by the stage that stores."""
        self._settled[article_id] = (outcome, seconds)

    def forget(self, article_ids: Collection[str]) -> None:
        """Tell nothing of what stood on the pages of these articles."""
        self.walls = [one for one in self.walls if article_id(one.url) not in article_ids]
        self.gallery.forget(article_ids)

    def item_scraped(self, item: Any, response: Response | None = None) -> None:
        """An article that left the last stage."""
        if not isinstance(item, Article):
            return
        outcome, seconds = self._settled.pop(item.id, ("kept", 0.0))
        self.articles += 1
        for name in FIELDS:
            if getattr(item, name):
                self.fields[name] += 1
        if len(self.words) < WORDS and item.access.complete:
            self.words.append(item.word_count)
        for overlay in item.overlays:
            self.overlays[overlay.kind, overlay.rule, overlay.action, overlay.outcome] += 1
        if item.overlays:
            self.gallery.label(item.id, item.canonical_url, tuple(item.overlays))
        self._ended(item, outcome, response, seconds)

    def item_dropped(self, item: Any, exception: BaseException, response: Response | None = None) -> None:
        """An article that a stage refused; `item` is what entered the first stage, a draft."""
        self._settled.pop(getattr(item, "id", ""), None)
        self._ended(item, type(exception).__name__, response)

    def item_error(self, item: Any, response: Response | None = None) -> None:
        """An article that a stage failed on."""
        self._ended(item, "failed", response)

    def _ended(self, item: Any, outcome: str, response: Response | None, storing: float = 0.0) -> None:
        section = self._section(getattr(item, "section", None))
        self.sections[section, outcome] += 1
        self._hour(outcome)
        part = self.timeline.at(time.monotonic() - self.started)
        if outcome in STORED:
            self.last_stored = clock.now()
            part.stored += 1
        elif outcome in SPARED:
            part.others += 1
        else:
            part.lost += 1
        if isinstance(item, Article | Draft) and outcome != DropReason.REMOVED:
            self._wall(item)
        page: Page | None = response.request.meta.get("page") if response is not None and response.request else None
        if page is not None:
            page.section, page.storing = section, storing
            self._tell(page, outcome)

    def _tell(self, page: Page, outcome: str) -> None:
        page.outcome, page.done = outcome, time.monotonic()
        for watcher in self.watchers:
            watcher(page)

    def _wall(self, item: Article | Draft) -> None:
        access = item.access
        if access.tier in {"free", "unknown"} or len(self.walls) >= WALLS:
            return
        told = [one.model_copy(update={"value": one.value[:200]}) for one in access.evidence[:EVIDENCE]]
        shown = access.model_copy(update={"evidence": told})
        self.walls.append(Walled(item.canonical_url, (item.headline or "")[:200], shown))

    def _section(self, name: str | None) -> str:
        name = (name or "none").strip()[:60]
        if name not in self._names:
            if len(self._names) >= SECTIONS:
                return OTHERS
            self._names.add(name)
        return name

    def _hour(self, outcome: str) -> None:
        self.hours[clock.now().isoformat(" ", "hours")[:13], outcome] += 1  # strftime asks the system for its zone
        while len(self.hours) > HOURS:
            oldest = min(key for key in self.hours if key[0] != EARLIER)
            self.hours[EARLIER, oldest[1]] += self.hours.pop(oldest)


def target_of(request: Request | None) -> CrawlTarget | None:
    """Which address a request is for; None where it is for none that was found."""
    target = request.cb_kwargs.get("target") if request is not None else None
    return target if isinstance(target, CrawlTarget) else None


def is_source(request: Request) -> bool:
    """Whether a request is for a source of addresses."""
    return "source" in request.cb_kwargs and target_of(request) is None


def is_about_rules(request: Request) -> bool:
    """Whether the site is asked only for its rules: in robots.txt, or in a file a site may well lack."""
    about = urlsplit(request.url).path.startswith(("/.well-known/", "/robots.txt"))
    return about or "dont_obey_robotstxt" in request.meta
