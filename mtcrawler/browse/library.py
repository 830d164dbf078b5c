"""The bucket as the pages see it: the index for lists and searches, the objects themselves for what is read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from mtcrawler.browse.index.database import Database
from mtcrawler.browse.index.run_list import stored_run
from mtcrawler.browse.index.summary import Summary
from mtcrawler.browse.index.updating import Updater
from mtcrawler.identity.ids import article_id
from mtcrawler.model.article import Article
from mtcrawler.model.errors import MtcrawlerError, ObjectUnreadable, StoreError
from mtcrawler.runs.telemetry.gallery import small
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.runs.telemetry.report_data import DATA_NAME, ReportData
from mtcrawler.security.redaction import Secrets
from mtcrawler.storage.clusters.cluster import Cluster, cluster_of
from mtcrawler.storage.connection import connect
from mtcrawler.storage.layout import is_article_id, is_run_id, manifest_key, run_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.stored import parse, past

CONNECTIONS: Final = 24
MOST_REVISIONS: Final = 200
"""Revisions of an article that are walked through for one page."""
WIDE: Final = 1200
"""Pixels of a picture that is looked at alone; those beside others are small ones."""
PICTURES: Final = 100
"""Pictures that are kept in memory."""


class NotThere(MtcrawlerError):
    """Nothing of that name is in the bucket."""


class Library:
    """One bucket and its index; safe for threads. Its methods raise StoreError where the bucket cannot be read,
    ObjectUnreadable for what is there and is not what it should be, and NotThere.
    """

    def __init__(self, location: Location, folder: Path, environment: Mapping[str, str]) -> None:
        self.where = location.where
        self.store = connect(location, connections=CONNECTIONS)
        self.db = Database(folder / location.tag / "index.sqlite")
        self.secrets = Secrets.of_environment(environment)
        self.updater = Updater(self.db, self.store, self._forget_pictures)
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._guard = threading.Lock()

    @property
    def summary(self) -> Summary:
        """Numbers over the whole index, as they were when they were last counted."""
        return self.updater.summaries.current

    def close(self) -> None:
        """End the updates and give up the connections."""
        self.updater.close()
        self.db.close()
        self.store.close()

    def _forget_pictures(self) -> None:
        with self._guard:
            self._pictures.clear()

    def key_of(self, identity: str) -> str:
        """The key of the article with this id. Raises NotThere."""
        if is_article_id(identity):
            for row in self.db.ask("SELECT key FROM articles WHERE id = ? LIMIT 1", identity):
                return str(row[0])
            for row in self.db.ask("SELECT key FROM pending WHERE key LIKE '%/' || ? || '.json' LIMIT 1", identity):
                return str(row[0])
        wait = "The index is not complete yet: try again soon." if not self.updater.is_filled else "Search for it."
        raise NotThere(f"looking for the article {identity[:50]}", "the bucket holds no such article", wait)

    def article(self, identity: str) -> Article:
        """The article with this id, as it is stored."""
        key = self.key_of(identity)
        stored = self.store.get(key)
        if stored is None:
            self.updater.doubt(key)
            raise NotThere(f"looking for the article {identity}", "it is not in the bucket any more", "Search anew.")
        return parse(stored.body, key, lenient=True)

    def at_address(self, address: str) -> str | None:
        """The id of the article at an address; None where there is none, or where that is no address."""
        with suppress(ValueError):
            parts = urlsplit(address.strip())
            plain = urlunsplit(("https", (parts.hostname or "").lower(), parts.path.rstrip("/") or "/", "", ""))
            for canonical in dict.fromkeys((address.strip(), plain)):
                identity = article_id(canonical)
                if self.db.ask("SELECT 1 FROM articles WHERE id = ?", identity):
                    return identity
        return None

    def revisions(self, article: Article) -> list[Article]:
        """The article's revisions that can be read, the newest first."""
        found = []
        for revision in past(self.store, article):
            found.append(revision)
            if len(found) == MOST_REVISIONS:
                break
        return found

    def cluster(self, article: Article) -> Cluster | None:
        """The near-duplicates of an article on all sites; None where none were found, or they cannot be read."""
        try:
            return cluster_of(self.store, article.site, article.id)
        except ObjectUnreadable as err:
            self.store.left_out(err)
            return None

    def run(self, day: str, run_id: str) -> Manifest:
        """The manifest of a run."""
        asked = f"looking for the run {run_id[:100]} of {day[:20]}"
        try:
            manifest_key(day, run_id)
        except StoreError as err:
            raise NotThere(asked, "there can be none of that name", "See the list of runs.") from err
        found = stored_run(self.store, day, run_id)
        if found is None:
            raise NotThere(asked, "the bucket holds no such finished run", "See the list of runs.")
        return found

    def run_of(self, run_id: str) -> str | None:
        """The day of a run that is in the list of runs; None where it is not."""
        rows = self.db.ask("SELECT day FROM runs WHERE run_id = ?", run_id) if is_run_id(run_id) else []
        return str(rows[0][0]) if rows else None

    def report_data(self, day: str, run_id: str) -> tuple[ReportData | None, str]:
        """What a run kept for its report; where that is nothing or nothing to be used, why."""
        try:
            stored = self.store.get(run_key(day, run_id, DATA_NAME))
            if stored is None:
                return None, "This run kept no data for its report: it is made from the manifest alone."
            return ReportData.read(stored.body), ""
        except (ObjectUnreadable, ValueError) as err:
            return None, f"The report is made from the manifest alone: {DATA_NAME} cannot be used ({err})."

    def picture(self, day: str, run_id: str, name: str, *, wide: bool) -> bytes:
        """A picture that a run kept, as a JPEG that was made here: what lies in the bucket is never handed on."""
        asked = f"looking for the picture {name[:100]}"
        try:
            key, width = run_key(day, run_id, f"evidence/{name}"), WIDE if wide else 560
        except StoreError as err:
            raise NotThere(asked, "there can be none of that name", "See the run's page.") from err
        with self._guard:
            if (kept := self._pictures.get((key, width))) is not None:
                self._pictures.move_to_end((key, width))
                return kept
        stored = self.store.get(key)
        if stored is None:
            raise NotThere(asked, "it is not in the bucket", "See the run's page.")
        made = small(stored.body, width)
        if made is None:
            remedy = "Move it away with `mtcrawler set-aside {key}`."
            raise ObjectUnreadable(key, "it is no picture that can be shown", remedy)
        with self._guard:
            self._pictures[key, width] = made
            if len(self._pictures) > PICTURES:
                self._pictures.popitem(last=False)
        return made
