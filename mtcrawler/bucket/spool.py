"""Articles that wait on disk while the store is away."""

from __future__ import annotations

import itertools
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from mtcrawler.article import Article
from mtcrawler.errors import SpoolFull


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article that waits: to be stored, or, with `duplicate_of`, to be told as another address of that one."""

    article: Article
    duplicate_of: str | None = None


class Spool:
    """A folder of waiting articles, oldest first, never larger than `max_bytes`.

    A file is whole or not there: it is written beside its place, brought to disk and renamed. Safe for threads, and
    for several processes on one folder, because delivering an article twice stores it once.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.max_bytes = folder, max_bytes
        self._guard = threading.Lock()
        self._number = itertools.count()
        self._files, self._bytes = 0, 0
        self._measure()

    @property
    def fullness(self) -> float:
        """How full the spool is, from 0 to 1."""
        return min(1.0, self._bytes / self.max_bytes) if self.max_bytes else 1.0

    def __len__(self) -> int:
        return self._files

    def add(self, article: Article, duplicate_of: str | None = None) -> None:
        """Let an article wait; once this returns it survives the end of the process and of the machine.

        Raises SpoolFull where it does not fit.
        """
        body = _envelope(article, duplicate_of)
        with self._guard:
            if self._bytes + len(body) > self.max_bytes:
                self._measure()  # another crawler may have delivered some
            if self._bytes + len(body) > self.max_bytes:
                raise SpoolFull(
                    f"keeping {article.canonical_url} until the store is back",
                    f"{self.folder} holds {self._bytes} of {self.max_bytes} bytes",
                    "Bring the store back and run again (what waits is delivered first), or raise SPOOL_MAX_BYTES.",
                )
            try:
                self._write(self.folder, article, body)
            except OSError as err:
                raise SpoolFull(
                    f"keeping {article.canonical_url} until the store is back",
                    f"{self.folder} cannot be written ({err.strerror})",
                    "Free some space or correct SPOOL_DIR, then run again.",
                ) from err
            # Counted under the same lock as written, so that a recount never misses a file that is being written.
            self._files, self._bytes = self._files + 1, self._bytes + len(body)

    def set_aside(self, article: Article) -> Path:
        """Keep an article that the store takes in no way, for a person to look at; returns where it is."""
        folder = self.folder / "rejected"
        folder.mkdir(exist_ok=True)
        return self._write(folder, article, _envelope(article, None))

    def deliver(self, take: Callable[[Waiting], None]) -> int:
        """Hand every waiting article to `take`, oldest first, and forget it once that returns; returns their number.

        What `take` raises ends the delivery; the article that met it and all later ones go on waiting.
        """
        delivered = 0
        for path in self._listed():
            waiting = self._read(path)
            if waiting is not None:
                take(waiting)
                delivered += 1
                self._remove(path)
        with self._guard:
            self._measure()
        return delivered

    def _listed(self) -> list[Path]:
        return sorted(self.folder.glob("*.json"))

    def _read(self, path: Path) -> Waiting | None:
        try:
            envelope = json.loads(path.read_bytes())
            return Waiting(Article.model_validate(envelope["article"]), envelope["duplicate_of"])
        except FileNotFoundError:  # another crawler delivered it
            return None
        except (ValueError, KeyError, TypeError, ValidationError):  # not ours, or of another version
            folder = self.folder / "rejected"
            folder.mkdir(exist_ok=True)
            size = _size(path)
            path.replace(folder / path.name)
            self._forget(size)
            return None

    def _write(self, folder: Path, article: Article, body: bytes) -> Path:
        name = f"{time.time_ns():020d}-{next(self._number):06d}-{article.id}"
        beside, place = folder / f"{name}.part", folder / f"{name}.json"
        try:
            with beside.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(place)
        finally:
            beside.unlink(missing_ok=True)
        _sync(folder)
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


def _envelope(article: Article, duplicate_of: str | None) -> bytes:
    envelope = {"duplicate_of": duplicate_of, "article": article.model_dump(mode="json")}
    return json.dumps(envelope, ensure_ascii=False).encode()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
