"""Articles that wait on disk while the store is away."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from mtcrawler.model.article import Article, Model
from mtcrawler.model.errors import SpoolFull
from mtcrawler.model.printable import safe
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, bounded, contents
from mtcrawler.storage.feed.segments import fault
from mtcrawler.storage.limits import MIB, NAMES, VALUES
from mtcrawler.storage.read.stored import wrong_in
from mtcrawler.storage.write import rejected

logger = logging.getLogger(__name__)

MOST = 64 * MIB
"""Bytes of a file; the article in it may have half of that in the bucket."""

ID = 36
"""Characters of an id, with which the name of a file ends."""
ABANDONED = 3600.0
"""Seconds after which nobody writes a file any more that is not in its place."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article that waits: to be stored, or, with `duplicate_of`, to be told as another address of that one."""

    article: Article
    duplicate_of: str | None = None


class Spool:
    """A folder of waiting articles, oldest first, never larger than `max_bytes`.

    A file is whole or not there: it is written beside its place, brought to disk and renamed. Safe for threads, and
    for several processes on one folder, because delivering an article twice stores it once. `rejected` counts the
    files that could not be read.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder, self.max_bytes = private_files.folder(folder), max_bytes
        self._guard = threading.Lock()
        self._number = itertools.count()
        self._files, self._bytes = 0, 0
        self.rejected = 0
        self._stuck: set[str] = set()
        self._names: dict[str, list[str]] = {}
        self._tidy()
        self._measure()

    @property
    def fullness(self) -> float:
        """How full the spool is, from 0 to 1."""
        return min(1.0, self._bytes / self.max_bytes) if self.max_bytes else 1.0

    def __len__(self) -> int:
        return self._files

    def add(self, article: Article, duplicate_of: str | None = None) -> None:
        """Let an article wait; once this returns it survives the end of the process and of the machine.

        One that is as the last of it that waits, but for when it was fetched, is not kept twice. Raises SpoolFull where
        it does not fit.
        """
        body = _envelope(article, duplicate_of)
        with self._guard:
            last = self._names.get(article.id, [])[-1:]
            if last and self._is_the_same(last[0], article, duplicate_of):
                return
            if self._bytes + len(body) > self.max_bytes:
                self._measure()  # another crawler may have delivered some
            if self._bytes + len(body) > self.max_bytes:
                raise SpoolFull(
                    f"keeping {article.canonical_url} until the store is back",
                    f"{self.folder} holds {self._bytes} of {self.max_bytes} bytes",
                    "Bring the store back and run again (what waits is delivered first), or raise SPOOL_MAX_BYTES.",
                )
            name = f"{time.time_ns():020d}-{next(self._number):06d}-{article.id}"
            try:
                self._write(self.folder, name, body)
            except OSError as err:
                raise SpoolFull(
                    f"keeping {article.canonical_url} until the store is back",
                    f"{self.folder} cannot be written ({err.strerror or err})",
                    "Free some space or correct SPOOL_DIR, then run again.",
                ) from err
            # Counted under the same lock as written, so that a recount never misses a file that is being written.
            self._files, self._bytes = self._files + 1, self._bytes + len(body)
            self._names.setdefault(article.id, []).append(f"{name}.json")

    def _is_the_same(self, name: str, article: Article, duplicate_of: str | None) -> bool:
        """Whether the file of this name has that article, but for when and how it was fetched."""
        try:
            there = _waiting(contents(self.folder / name, MOST))
        except (OSError, Unreadable):  # delivered meanwhile, or damaged
            return False
        return there.duplicate_of == duplicate_of and _without_fetch(there.article) == _without_fetch(article)

    def set_aside(self, article: Article, duplicate_of: str | None = None) -> Path:
        """Keep an article that the store does not take now, for a person to look at; returns where it is.

        Of an article that is refused again and again only the last is kept. `readmit` lets it wait again. Raises
        OSError.
        """
        return self._write(self._rejected(), article.id, _envelope(article, duplicate_of))

    def readmit(self) -> int:
        """Let everything in `rejected` that is an article wait again; returns the number of files that are none.

        Raises OSError.
        """
        none = 0
        for path in sorted(path for path in self._rejected().iterdir() if path.suffix != ".part"):
            try:
                _waiting(contents(path, MOST))
            except FileNotFoundError:  # another process was faster
                continue
            except (PermissionError, Unreadable):
                none += 1
                continue
            with suppress(FileNotFoundError):
                # A name of its own, so that nothing that waits is written over.
                path.rename(self.folder / f"{time.time_ns():020d}-{next(self._number):06d}-{path.name}")
        with self._guard:
            self._measure()
        return none

    def forget(self, ids: Collection[str]) -> int:
        """Delete what waits, or was kept aside, of these articles, and duplicates of them; returns how many files.

        Raises OSError.
        """
        done = 0
        for path in [*self._listed(), *(self.folder / rejected.NAME).glob("*.json")]:
            try:
                waiting = _waiting(contents(path, MOST))
            except (OSError, Unreadable):  # of another process, or nothing that can be read
                waiting = None
            named = {waiting.article.id, waiting.duplicate_of} if waiting else {path.stem[-ID:]}
            if not named.isdisjoint(ids):
                self._remove(path)
                done += 1
        return done

    def deliver(self, take: Callable[[Waiting], bool | None]) -> int:
        """Hand every waiting article to `take`, oldest first, and forget it once that returns; returns their number.

        Where `take` returns False the article goes on waiting. What `take` raises ends the delivery; the article that
        met it and all later ones go on waiting.
        """
        delivered = 0
        for path in self._listed():
            waiting = self._read(path)
            if waiting is not None and take(waiting) is not False:
                delivered += 1
                self._remove(path)
        with self._guard:
            self._measure()
        return delivered

    def _tidy(self) -> None:
        """Remove what writers that were killed left beside their places: none of it was ever said to be kept."""
        for path in self.folder.glob(".*.part"):
            with suppress(OSError):
                if time.time() - path.lstat().st_mtime > ABANDONED:
                    path.unlink()

    def _listed(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*.json") if path.name not in self._stuck)

    def _rejected(self) -> Path:
        return private_files.folder(self.folder / rejected.NAME)

    def _read(self, path: Path) -> Waiting | None:
        try:
            return _waiting(contents(path, MOST))
        except FileNotFoundError:  # another crawler delivered it
            return None
        except (PermissionError, Unreadable) as err:  # not ours, damaged, or of another version
            self._reject(path, err)
            return None

    def _reject(self, path: Path, why: Exception) -> None:
        """Move a file, or whatever it is, out of the way; it is named once, as it is not met again."""
        size, place = _size(path), private_files.unused(self.folder / rejected.NAME / path.name)
        try:
            self._rejected()
            path.replace(place)
        except OSError as err:
            logger.warning(
                "%s is no article that waits (%s), and cannot be moved away (%s).", safe(str(path)), why, err
            )
            self._stuck.add(path.name)
        else:
            logger.warning("%s is no article that waits (%s); it is moved to %s.", safe(str(path)), why, place.parent)
        self.rejected += 1
        self._forget(size)

    def _write(self, folder: Path, name: str, body: bytes) -> Path:
        place = folder / f"{name}.json"
        private_files.put(place, body)
        return place

    def _remove(self, path: Path) -> None:
        size = _size(path)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        self._forget(size)

    def _forget(self, size: int) -> None:
        with self._guard:
            self._files, self._bytes = max(0, self._files - 1), max(0, self._bytes - size)

    def _measure(self) -> None:
        listed = self._listed()
        self._files, self._bytes = len(listed), sum(_size(path) for path in listed)
        self._names = {}
        for path in listed:  # a file is named after the moment, a number and the article's id
            self._names.setdefault(path.stem.split("-", 2)[-1], []).append(path.name)


class _Envelope(Model):
    """What a file of the spool holds."""

    duplicate_of: str | None
    article: Article


def _envelope(article: Article, duplicate_of: str | None) -> bytes:
    return _Envelope(duplicate_of=duplicate_of, article=article).model_dump_json().encode()


def _waiting(body: bytes) -> Waiting:
    """The article in a file's bytes. Raises Unreadable."""
    try:
        envelope = _Envelope.model_validate_json(bounded(body, VALUES, names=NAMES))
    except ValidationError as err:
        raise Unreadable(fault(err)) from err
    if wrong := wrong_in(envelope.article):
        raise Unreadable(wrong)
    return Waiting(envelope.article, envelope.duplicate_of)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0


def _without_fetch(article: Article) -> Article:
    """An article without what is different each time it is fetched."""
    return article.model_copy(update={"provenance": None, "similar_to": [], "cluster_id": None})
