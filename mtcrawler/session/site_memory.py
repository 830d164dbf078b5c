"""The memory of a site in the bucket: recalled when a crawl begins, taught by its articles, kept at its end."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from pydantic import ValidationError

from mtcrawler.extraction.any_site.page import AnyPage
from mtcrawler.extraction.any_site.teaching import lesson_in
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.extraction.memory.lesson import Lesson, digest
from mtcrawler.extraction.memory.site_memory import SiteMemory
from mtcrawler.model.article import Draft
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable, bounded, parsed_object
from mtcrawler.storage.feed.segments import fault, of_another_version
from mtcrawler.storage.layout import site_memory_key
from mtcrawler.storage.limits import NOTE_VALUES
from mtcrawler.storage.notes import keep, recall_as
from mtcrawler.storage.port import ObjectStore

logger = logging.getLogger(__name__)

LESSONS: Final = 200
"""Lessons of a run that are told again where another crawl wrote meanwhile; the memory of a site is that of fewer."""
READ: Final = 300
"""Pages for which it is known what was remembered when they were first read."""
OK: Final = 200
REMEDY: Final = "What it taught is learned anew."
SET_ASIDE: Final = "The next crawl of the site sets it aside and learns anew."


class KeptMemory:
    """What one crawl knows of its site, and learns of it; not for threads, but `save` may run in one at the end.

    `count` is told how many texts of an article were pleas, and that all is forgotten because the site has changed its
    markup: `site_memory/pleas` and `site_memory/forgotten`.
    """

    def __init__(
        self, site: str, learned_by: str, count: Callable[[str, int], None] = lambda name, number: None
    ) -> None:
        self._site, self._key, self._count = site, site_memory_key(site), count
        self.memory = SiteMemory(learned_by=learned_by)
        self._stored: bytes | None = None
        self._learned = False
        self._lessons: deque[Lesson] = deque(maxlen=LESSONS)
        self._read: dict[str, SiteMemory] = {}

    def recall(self, store: ObjectStore, *, writes: bool = True) -> None:
        """Learn what earlier runs learned; what cannot be read is learned anew, and set aside where anything may be
        written.
        """
        recall_as(self._taken, store, self._key, REMEDY if writes else SET_ASIDE, writes=writes)

    def _taken(self, body: bytes) -> None:
        """Go on from a memory that was kept; raises ValidationError for what is none."""
        known = memory_in(body, self.memory.learned_by)
        if known is None:
            logger.info("The memory of %s is another version's; it is learned anew.", self._site)
            return
        self.memory, self._stored = known, body

    def save(self, store: ObjectStore) -> None:
        """Add what this run learned to what is kept; raises StoreError."""
        if self._learned:
            keep(store, self._key, lambda body: self._added(body).model_dump_json().encode() + b"\n")

    def remembered(self, address: str) -> SiteMemory:
        """What is known when the page at this address is read.

        It is the same whenever a run reads a page again, so that HTTP and browser are compared on equal terms.
        """
        known = self._read.get(address)
        if known is None:
            known = self._read[address] = self.memory
            if len(self._read) > READ:
                del self._read[next(iter(self._read))]
        return known

    def learn(self, page: ExtractedPage, draft: Draft, status: int) -> None:
        """What an article teaches. One of which a part is withheld, or that goes on growing, teaches nothing."""
        whole = status == OK and draft.access.complete and draft.kind != "live"
        if not whole or not draft.headline or not draft.body or not isinstance(page, AnyPage):
            return
        by_model = page.sources.get("body") == "model"  # elsewhere nothing was left out
        if by_model and (pleas := len(page.pleas.segments)):
            self._count("site_memory/pleas", pleas)
        lesson = replace(lesson_in(page), article=digest(draft.canonical_url))
        self._lessons.append(lesson)
        self._learned = True
        before, self.memory = self.memory, self.memory.after(lesson)
        if self.memory.markup != before.markup:
            self._lessons.clear()
            self._count("site_memory/forgotten", 1)
            logger.warning(
                "The pages of %s have changed: on %d articles in a row the text stands elsewhere than before. What was"
                " learned of the old ones is forgotten.",
                self._site,
                len(before.elsewhere) + 1,
            )

    def _added(self, body: bytes | None) -> SiteMemory:
        if body == self._stored:
            return self.memory
        known = None
        with suppress(ValidationError):  # set aside when this run began, or written since; it is of no use to anybody
            known = memory_in(body, self.memory.learned_by) if body else None
        if known is None or known.markup < self.memory.markup:
            return self.memory
        for lesson in self._lessons:
            known = known.after(lesson)
        return known


def memory_in(body: bytes, learned_by: str | None = None) -> SiteMemory | None:
    """The memory in an object's bytes; None where another version learned it, whatever form it gave it.

    Raises ValidationError for what is none.
    """
    with suppress(Unreadable):
        by = parsed_object(body).get("learned_by")
        if learned_by is not None and isinstance(by, str) and by != learned_by:
            return None
    try:
        return SiteMemory.model_validate_json(body)
    except ValidationError as err:
        if of_another_version(err):
            return None
        raise


def stored_memory(store: ObjectStore, site: str) -> SiteMemory | None:
    """What is remembered of a site, whichever version learned it; None where nothing is.

    Raises ObjectUnreadable for what is no memory, and StoreError.
    """
    key = site_memory_key(site)
    stored = store.get(key)
    if stored is None:
        return None
    try:
        return memory_in(bounded(stored.body, NOTE_VALUES))
    except Unreadable as err:
        raise ObjectUnreadable(key, str(err), SET_ASIDE, stored.etag) from err
    except ValidationError as err:
        raise ObjectUnreadable(key, fault(err), SET_ASIDE, stored.etag) from err
