"""A process that reads kept pages again: it fetches articles and their pages, and tells what would be otherwise."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mtcrawler.extraction.language.model import read_model
from mtcrawler.markup.addresses import origin_of
from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError, DefinitionError, ObjectUnreadable
from mtcrawler.reextraction.conditions import Condition
from mtcrawler.reextraction.site_reader import Left, SiteReader, Unread, differing
from mtcrawler.security.untrusted import Unreadable, parsed_object
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.loading import Sites
from mtcrawler.sites.undescribed import undescribed
from mtcrawler.storage.connection import connect
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.keys import Snapshot, read_snapshot
from mtcrawler.storage.pages.page import KeptPage, page_of
from mtcrawler.storage.pages.records import FIRST_READ, page_records, read_page
from mtcrawler.storage.read.stored import parse

THREADS: Final = 4
"""Requests to the bucket at a time, of one process: half of what a crawl does at most."""
GAP: Final = 256 * 1024
"""Bytes between two pages that are fetched with them, rather than asking twice."""
STRETCH: Final = 4 << 20
"""Bytes that are asked for at once."""


@dataclass(frozen=True, slots=True)
class Task:
    """How pages are read again: from which bucket, by which definitions, and for which articles."""

    location: Location
    sites: Path
    conditions: tuple[Condition, ...]
    models: Path | None = None
    project: Path | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """An article that is read otherwise today, and the fields in which it is."""

    key: str
    before: Article
    after: Article
    fields: tuple[str, ...]


@dataclass(slots=True)
class Piece:
    """What came of some articles: those that differ, and how many were left as they are, by reason.

    `passed` are those that the conditions leave out; `examples` tell of articles that were left, a few of each reason.
    """

    read: int = 0
    passed: int = 0
    differ: list[Difference] = field(default_factory=list)
    left: dict[Left, int] = field(default_factory=dict)
    examples: dict[Left, list[str]] = field(default_factory=dict)
    left_out: list[ObjectUnreadable] = field(default_factory=list)

    def leave(self, why: Left, url: str, more: str = "") -> None:
        """Count an article that is left as it is."""
        self.left[why] = self.left.get(why, 0) + 1
        if why is not Left.SAME and len(told := self.examples.setdefault(why, [])) < 3:
            told.append(f"{url}: {more}" if more and more != str(why) else url)


class Worker:
    """Reads articles again: in this process, or one in each of several."""

    def __init__(self, task: Task) -> None:
        if task.project is not None and str(task.project) not in sys.path:
            sys.path.insert(0, str(task.project))  # where the code is that definitions name
        self._task, self._sites = task, Sites(task.sites)
        self._store = connect(task.location, connections=THREADS)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="reextract")
        self._readers: dict[tuple[str, str], SiteReader] = {}
        read_model(task.models)

    def piece(self, keys: list[str]) -> Piece:
        """The articles under these keys, read again. Raises StoreError where the bucket cannot be read."""
        found = Piece()
        articles = dict(self._articles(keys, found))
        pages = self._pages({key: place for key, one in articles.items() if (place := _place(one))}, found)
        for key, article in articles.items():
            found.read += 1
            try:
                page = pages.get(key)
                if isinstance(page, ObjectUnreadable):
                    raise Unread(Left.UNREADABLE, str(page))
                if page is None or page.article_id != article.id:
                    raise Unread(Left.NO_PAGE)
                after = self._reader(article, page).read(article, page)
            except Unread as err:
                found.leave(err.why, article.canonical_url, err.happened)
                continue
            if fields := differing(after, article):
                found.differ.append(Difference(key, article, after, tuple(fields)))
            else:
                found.leave(Left.SAME, article.canonical_url)
        return found

    def close(self) -> None:
        """Give the connections up."""
        self._threads.shutdown()
        self._store.close()

    def _articles(self, keys: list[str], piece: Piece) -> Iterator[tuple[str, Article]]:
        """Those that are there, can be read and are asked for."""
        for key, body in zip(keys, self._threads.map(self._body, keys), strict=True):
            if body is None:
                continue
            try:
                if isinstance(body, ObjectUnreadable):
                    raise body
                if self._task.conditions and not all(one.holds(_json(body, key)) for one in self._task.conditions):
                    piece.passed += 1
                    continue
                yield key, parse(body, key)
            except ObjectUnreadable as err:
                piece.left_out.append(err)

    def _body(self, key: str) -> bytes | ObjectUnreadable | None:
        try:
            found = self._store.get(key)
        except ObjectUnreadable as err:
            return err
        return found.body if found else None

    def _pages(self, places: dict[str, Snapshot], piece: Piece) -> dict[str, KeptPage | ObjectUnreadable | None]:
        """The kept pages of articles, by the articles' keys: those that lie near each other are fetched at once."""
        by_place: dict[Snapshot, list[str]] = {}
        for key, place in places.items():
            by_place.setdefault(place, []).append(key)
        found: dict[str, KeptPage | ObjectUnreadable | None] = {}
        for pages in self._threads.map(self._stretch, _stretches(sorted(by_place))):
            for place, page in pages:
                found.update(dict.fromkeys(by_place[place], page))
        return found

    def _stretch(self, places: list[Snapshot]) -> list[tuple[Snapshot, KeptPage | ObjectUnreadable | None]]:
        first = places[0]
        size = places[-1].offset - first.offset + FIRST_READ
        try:
            body = self._store.get_range(first.key, first.offset, size)
        except ObjectUnreadable as err:
            return [(place, err) for place in places]
        if body is None:
            return [(place, None) for place in places]
        whole = len(body) < size
        return [(place, self._page(place, body, place.offset - first.offset, whole=whole)) for place in places]

    def _page(self, place: Snapshot, body: bytes, begin: int, *, whole: bool) -> KeptPage | ObjectUnreadable | None:
        try:
            try:
                records = page_records(body, begin, whole=whole)
            except Unreadable:  # it does not end in these bytes
                records = read_page(self._store, place) or []
            return page_of(records, place) if records else None
        except ObjectUnreadable as err:
            return err

    def _reader(self, article: Article, page: KeptPage) -> SiteReader:
        """The reader of a page; raises Unread where its site's definition cannot be used."""
        try:
            origin = origin_of(page.url)
        except ValueError as err:
            raise Unread(Left.UNREADABLE, "its address is none") from err
        known = self._readers.get((article.spider, origin))
        if known is None:
            try:
                known = SiteReader(self._definition(article, origin), self._store, page.url)
            except (DefinitionError, ArgumentError) as err:
                raise Unread(Left.NO_DEFINITION, str(err)) from err
            self._readers[article.spider, origin] = known
        return known

    def _definition(self, article: Article, origin: str) -> SiteDefinition:
        """Today's: by the name of the spider, else by host, as a site may be described by now."""
        found = self._sites.of_spider(article.spider) or self._sites.of_host(article.site)
        return found or undescribed(origin)


def _place(article: Article) -> Snapshot | None:
    return read_snapshot(article.provenance.snapshot)


def _json(body: bytes, key: str) -> dict[str, object]:
    try:
        return parsed_object(body)
    except Unreadable as err:
        raise ObjectUnreadable(key, str(err)) from err


def _stretches(places: Iterable[Snapshot]) -> Iterator[list[Snapshot]]:
    """Places in their order, in stretches of one segment that are worth one request."""
    stretch: list[Snapshot] = []
    for place in places:
        if stretch and (
            place.key != stretch[0].key
            or place.offset - stretch[-1].offset > GAP
            or place.offset - stretch[0].offset > STRETCH
        ):
            yield stretch
            stretch = []
        stretch.append(place)
    if stretch:
        yield stretch


_worker: Worker | None = None


def begin(task: Task) -> None:
    """Make the worker of this process, which leaves it to its parent what a Ctrl+C means."""
    global _worker  # noqa: PLW0603 - one in each process, made before its first piece of work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = Worker(task)


def work(keys: list[str]) -> Piece:
    """A piece of this process's worker."""
    assert _worker is not None
    return _worker.piece(keys)
