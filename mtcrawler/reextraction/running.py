"""Reads kept pages again, in several processes, and writes what is read otherwise as revisions."""

from __future__ import annotations

import itertools
import json
import logging
import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, NamedTuple

from mtcrawler.model.article import Article
from mtcrawler.model.errors import MtcrawlerError, PreconditionFailed
from mtcrawler.reextraction.conditions import Condition
from mtcrawler.reextraction.progress import Progress, name_of
from mtcrawler.reextraction.site_reader import Left
from mtcrawler.reextraction.worker import Difference, Piece, Task, Worker, begin, work
from mtcrawler.session import local_files
from mtcrawler.session.open_bucket import OpenBucket
from mtcrawler.session.plan import Plan
from mtcrawler.sites.loading import Sites
from mtcrawler.storage.location import Location
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.removal.erasing import erase

logger = logging.getLogger(__name__)

CHUNK: Final = 64
"""Articles of a piece of work."""
AHEAD: Final = 3
"""Pieces for each process that are under way or wait to be written."""
WRITERS: Final = 4
"""Articles that are written at a time."""
EXAMPLES: Final = 3
LONGEST: Final = 100
"""Characters of a value that is shown as an example."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which articles are read again, how, and where from; days are YYYY-MM-DD, both included."""

    sites: Path
    site: str | None = None
    since: str | None = None
    until: str | None = None
    conditions: tuple[Condition, ...] = ()
    dry_run: bool = False
    workers: int | None = None
    project: Path | None = None


class Example(NamedTuple):
    """What a field is and what it would be, each cut to a line."""

    url: str
    before: str
    after: str


@dataclass(slots=True)
class Reextracted:
    """What came of it: articles `read` again, of which so many `differ`, and so many revisions were `written`.

    `fields` counts the articles by each field that differs; `left` those that are left as they are, by reason; `passed`
    those that the conditions leave out. `resumed` says that an interrupted one went on: what that did is not counted.
    """

    read: int = 0
    differ: int = 0
    written: int = 0
    passed: int = 0
    resumed: bool = False
    fields: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    left_examples: dict[str, list[str]] = field(default_factory=dict)
    unreadable: int = 0

    def told(self) -> dict[str, Any]:
        """All of it by name, as JSON takes it."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        examples = {name: [one._asdict() for one in shown] for name, shown in self.examples.items()}
        return {**values, "fields": dict(self.fields), "left": dict(self.left), "examples": examples}


class _Chunk(NamedTuple):
    site: str
    day: str
    keys: list[str]
    last_of_day: bool


def reextract(
    plan: Plan, location: Location, asked: Asked, told: Callable[[Reextracted], None] = lambda outcome: None
) -> Reextracted:
    """Read the kept page of each article that is asked for, and write what is read otherwise unless it is a dry run.

    It may be interrupted at any moment; what asks for the same with the same definitions and code goes on from there.
    `told` hears after each piece. Raises StoreError, SettingError, ArgumentError, and MtcrawlerError where a process
    that reads ends.
    """
    Sites(asked.sites).check()
    outcome = Reextracted()
    with local_files.named(plan), ExitStack() as opened:
        reader = opened.enter_context(Bucket(location))
        bucket = None
        if not asked.dry_run:
            bucket = OpenBucket(plan, location, connections=WRITERS + 2)
            opened.callback(bucket.store.close)
            opened.callback(bucket.close)
        terms = [asked.site or "", asked.since or "", asked.until or ""]
        progress = Progress(plan.state_dir, name_of(location.tag, asked.sites, terms, asked.conditions, asked.project))
        outcome.resumed = progress.begun and not asked.dry_run
        task = Task(location, asked.sites, asked.conditions, plan.models_dir, asked.project)
        for chunk, piece in _pieces(task, _chunks(reader, asked, progress), asked.workers):
            _count(outcome, piece)
            if bucket is not None:
                _write(bucket, piece.differ, outcome)
                if bucket.feed.due:
                    bucket.feed.flush()
                progress.keep(chunk.site, chunk.day, chunk.keys[-1], whole=chunk.last_of_day)
            told(outcome)
        if bucket is not None:
            bucket.feed.flush()
            progress.end()
        outcome.unreadable += len(reader.left_out) + outcome.left[str(Left.UNREADABLE)]
    return outcome


def _chunks(reader: Bucket, asked: Asked, progress: Progress) -> Iterator[_Chunk]:
    for site, day in reader.days(site=asked.site, since=asked.since, until=asked.until):
        if not asked.dry_run and progress.is_done(site, day):
            continue
        keys = reader.keys_of(site, day)
        left = keys if asked.dry_run else progress.left(site, day, keys)
        for at in range(0, len(left), CHUNK):
            yield _Chunk(site, day, left[at : at + CHUNK], at + CHUNK >= len(left))


def _pieces(task: Task, chunks: Iterator[_Chunk], workers: int | None) -> Iterator[tuple[_Chunk, Piece]]:
    """What comes of each, in their order."""
    number = workers or os.cpu_count() or 1
    first = list(itertools.islice(chunks, 2))
    chunks = itertools.chain(first, chunks)
    if number == 1 or len(first) < 2:  # not worth starting processes for
        with closing(Worker(task)) as worker:
            for chunk in chunks:
                yield chunk, worker.piece(chunk.keys)
        return
    context = multiprocessing.get_context("spawn")  # not forked: this process has threads
    pool = ProcessPoolExecutor(number, context, initializer=begin, initargs=(task,))
    ahead: deque[tuple[_Chunk, Future[Piece]]] = deque()
    try:
        for chunk in chunks:
            ahead.append((chunk, pool.submit(work, chunk.keys)))
            while len(ahead) >= number * AHEAD:
                done, piece = ahead.popleft()
                yield done, piece.result()
        while ahead:
            done, piece = ahead.popleft()
            yield done, piece.result()
    except BrokenProcessPool as err:
        remedy = "Run it again, with fewer --workers: it goes on where it was."
        raise MtcrawlerError("reading kept pages again", "a process that reads them ended", remedy) from err
    finally:
        pool.shutdown(cancel_futures=True)


def _write(bucket: OpenBucket, differ: list[Difference], outcome: Reextracted) -> None:
    def written(one: Difference) -> Difference | None:
        try:
            bucket.writer.reextracted(one.after, one.before, key=one.key)
        except PreconditionFailed:
            # Its revision may have been written while the article was removed.
            bucket.feed.removals.take_out(one.before.site, one.before.id, one.key)
            return one
        return None

    changed = []
    for one in side_by_side(written, differ, threads=WRITERS):
        if one is None:
            outcome.written += 1
        else:
            changed.append(one.before)
            outcome.left[str(Left.CHANGED)] += 1
            if len(told := outcome.left_examples.setdefault(str(Left.CHANGED), [])) < EXAMPLES:
                told.append(one.before.canonical_url)
    if changed:
        _take_back(bucket, changed)


def _take_back(bucket: OpenBucket, changed: list[Article]) -> None:
    """Delete the revisions of what was removed at the very moment: no line of the feed tells of them. Raises
    StoreError.
    """
    bucket.feed.removals.look()
    for article in changed:
        known = bucket.known.get(article.id)
        if known is not None and known.removed:
            erase(bucket.store, article.site, article.id)


def _count(outcome: Reextracted, piece: Piece) -> None:
    outcome.read += piece.read
    outcome.passed += piece.passed
    outcome.differ += len(piece.differ)
    outcome.unreadable += len(piece.left_out)
    for err in piece.left_out:
        logger.warning("%s", err)
    for why, number in piece.left.items():
        outcome.left[str(why)] += number
    for why, examples in piece.examples.items():
        known = outcome.left_examples.setdefault(str(why), [])
        known.extend(examples[: EXAMPLES - len(known)])
    for one in piece.differ:
        for name in one.fields:
            outcome.fields[name] += 1
            if len(shown := outcome.examples.setdefault(name, [])) < EXAMPLES:
                shown.append(_example(name, one.before, one.after))


def _example(name: str, before: Article, after: Article) -> Example:
    """What differs first in a field."""
    old, new = getattr(before, name), getattr(after, name)
    if isinstance(old, list) and isinstance(new, list):
        at = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
        at = min(len(old), len(new)) if at is None else at
        old, new = old[at] if at < len(old) else None, new[at] if at < len(new) else None
    return Example(before.canonical_url, _short(old), _short(new))


def _short(value: object) -> str:
    dumped = value.model_dump(mode="json", exclude_none=True) if hasattr(value, "model_dump") else value
    text = dumped if isinstance(dumped, str) else json.dumps(dumped, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
