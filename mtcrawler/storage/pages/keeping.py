"""Pages under way are held until it is known whether their article is to be stored; then they are kept, or let go."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Final, Literal

from mtcrawler.model.article import Article
from mtcrawler.storage.limits import MIB, PAGE_RECORD_BYTES
from mtcrawler.storage.pages.answer import Answer, NoRoom
from mtcrawler.storage.pages.keys import Snapshot, read_snapshot
from mtcrawler.storage.pages.page import page_of
from mtcrawler.storage.pages.records import page_records
from mtcrawler.storage.pages.segments import PageSegments

logger = logging.getLogger(__name__)

Keep = Literal["never", "changed", "all"]
"""Which pages are kept: none, those that became a new article or a revision, or each that was read as an article."""
HELD: Final = 128 * MIB
"""Bytes of pages that are held; beyond, the oldest are let go."""
_TICKET: Final = "held-"


class NotKept(StrEnum):
    """Why a page that should have been kept was not."""

    LARGE = "too large"
    NO_ROOM = "no room on the disk"
    LET_GO = "too many under way"
    SUBSCRIBER = "read with a subscriber's session"
    FAILED = "could not be written"


@dataclass
class _Held:
    answers: list[Answer]
    place: str | None = None
    done: bool = False
    guard: threading.Lock = field(default_factory=threading.Lock)


class PagesUnderWay:
    """The pages of one run. Safe for threads.

    `hold` gives a ticket, which stands in `provenance.snapshot` of the draft; `place` turns it into where the page is
    kept, in a thread that may wait for a disk. `segments` is set once the bucket is open. Nothing that fails here costs
    an article: it is counted in `not_kept`.
    """

    segments: PageSegments | None = None

    def __init__(self, keep: Keep) -> None:
        self.keep = keep
        self._guard, self._numbers = threading.Lock(), count(1)
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._size = 0
        self.kept = self.bytes = 0
        self.seconds = 0.0
        self.not_kept: Counter[NotKept] = Counter()

    def hold(self, answer: Answer) -> str:
        """Keep an answer until its article is stored or given up; returns its ticket."""
        ticket = f"{_TICKET}{next(self._numbers)}"
        with self._guard:
            self._held[ticket] = _Held([answer])
            self._size += answer.size
            self._bound()
        return ticket

    def add(self, ticket: str | None, answer: Answer) -> None:
        """Another answer of the same article."""
        with self._guard:
            if ticket is not None and (held := self._held.get(ticket)) is not None:
                held.answers.append(answer)
                self._size += answer.size
                self._bound()

    def refuse(self, why: NotKept) -> None:
        """Count a page that is not even held."""
        with self._guard:
            self.not_kept[why] += 1

    def release(self, ticket: str | None) -> None:
        """The article is stored or given up."""
        with self._guard:
            if ticket is not None and (held := self._held.pop(ticket, None)) is not None:
                self._size -= sum(one.size for one in held.answers)

    def placed(self, article: Article) -> Article:
        """The article with the place of its page instead of its ticket; the page is kept the first time."""
        ticket = article.provenance.snapshot
        if ticket is None or read_snapshot(ticket) is not None:
            return article
        provenance = article.provenance.model_copy(update={"snapshot": self._place(ticket, article.id)})
        return article.model_copy(update={"provenance": provenance})

    def _place(self, ticket: str, article_id: str) -> str | None:
        with self._guard:
            held = self._held.get(ticket)
        if held is None:
            self.refuse(NotKept.LET_GO)
            return None
        with held.guard:
            if not held.done:
                held.place = self._kept(article_id, held.answers)
                held.done = True
        return held.place

    def _kept(self, article_id: str, answers: Sequence[Answer]) -> str | None:
        began = time.thread_time()
        why: NotKept | None = None
        if self.segments is None:
            why = NotKept.FAILED
        elif any(len(one.body or b"") > PAGE_RECORD_BYTES - MIB for one in answers):
            why = NotKept.LARGE
        else:
            from mtcrawler.storage.pages import writing  # noqa: PLC0415 - warcio, where no page is kept

            try:
                members = writing.page(article_id, answers)
                page_of(page_records(members), Snapshot("", 0))  # what cannot be read back is never written
                place = str(self.segments.append(members))
                with self._guard:
                    self.kept, self.bytes = self.kept + 1, self.bytes + len(members)
                    self.seconds += time.thread_time() - began
                return place
            except NoRoom as err:
                why = NotKept.NO_ROOM
                self._tell(why, err)
            except Exception as err:  # whatever an odd page may bring about costs no article
                why = NotKept.FAILED
                self._tell(why, err)
        self.refuse(why)
        return None

    def _tell(self, why: NotKept, err: Exception) -> None:
        with self._guard:
            first = not self.not_kept[why]
        if first:
            logger.warning("Keeping a page: %s: %s. The article is stored without it, as others may be.", why, err)

    def _bound(self) -> None:
        while self._size > HELD and len(self._held) > 1:
            _, oldest = self._held.popitem(last=False)
            self._size -= sum(one.size for one in oldest.answers)
