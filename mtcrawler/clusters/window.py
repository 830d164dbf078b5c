"""The signatures of the last days, kept in the bucket in parts that are read one at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

import numpy as np

from mtcrawler.identity.neighbours import Signatures
from mtcrawler.identity.signatures import PERMUTATIONS, unpacked
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.storage.clusters.cluster import SignedArticle, parsed_as
from mtcrawler.storage.clusters.keys import PARTS, PartKey, part_key, read_part_key
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.set_aside import leave_out

PART: Final = 10_000
"""Signatures of a part: 4 MiB with what is known of their articles."""
BEGINNING: Final = b"mtcrawler signatures 1\n"
BINARY: Final = "application/octet-stream"
REMEDY: Final = "The window is read anew from the change feed."


class Part:
    """Some signatures of a day, and their articles, which are parsed only where they are asked for."""

    def __init__(self, key: str, signatures: Signatures, lines: list[bytes]) -> None:
        self.key, self.signatures, self._lines = key, signatures, lines
        self._parsed: dict[int, SignedArticle] = {}

    @classmethod
    def of(cls, key: str, body: bytes, etag: str | None = None) -> Part:
        """The part in an object's bytes. Raises ObjectUnreadable."""
        count = body[len(BEGINNING) : len(BEGINNING) + len(str(PART)) + 1].partition(b"\n")[0]
        number = int(count) if body.startswith(BEGINNING) and count.isdigit() else 0
        begin = len(BEGINNING) + len(count) + 1
        end = begin + number * PERMUTATIONS
        lines = body[end:].splitlines()
        if not 0 < number <= PART or len(lines) != number:
            raise ObjectUnreadable(key, "it is no whole part of the window", REMEDY, etag)
        packed = np.frombuffer(body, np.uint8, end - begin, begin).reshape(number, PERMUTATIONS)
        return cls(key, packed, lines)

    def __len__(self) -> int:
        return len(self._lines)

    def article(self, number: int) -> SignedArticle:
        """The article of a row. Raises ObjectUnreadable."""
        if number not in self._parsed:
            self._parsed[number] = parsed_as(SignedArticle, self._lines[number], self.key, None)
        return self._parsed[number]

    def without(self, ids: Collection[str]) -> bytes | None:
        """The bytes of this part without those articles, empty where no other is left; None where it has none of them.

        Raises ObjectUnreadable.
        """
        names = [one.encode() for one in ids]
        near = [number for number, line in enumerate(self._lines) if any(name in line for name in names)]
        gone = {number for number in near if self.article(number).id in ids}
        if not gone:
            return None
        kept = [number for number in range(len(self)) if number not in gone]
        return packed_part([self._lines[one] for one in kept], self.signatures[kept].tobytes()) if kept else b""

    def with_more(self, articles: list[SignedArticle]) -> bytes:
        """The bytes of this part and these articles."""
        return packed_part([*self._lines, *map(_line, articles)], self.signatures.tobytes() + _signatures(articles))


def packed_part(lines: list[bytes], signatures: bytes) -> bytes:
    """A part as it lies in the bucket: how many there are, 128 bytes of signature each, a line of JSON each."""
    return BEGINNING + f"{len(lines)}\n".encode() + signatures + b"".join(line + b"\n" for line in lines)


class Window:
    """The parts of the window. Unreadable ones are moved away and named in `store.left_out`."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def parts(self) -> Iterator[Part]:
        """Every part, one at a time, in the order of their days. Raises StoreError."""
        for key in self._keys():
            if found := self._read(part_key(*key)):
                yield found[0]

    def add(self, articles: Iterable[SignedArticle]) -> int:
        """Have these compared with later ones; returns how many parts were written. Raises StoreError, among them
        PreconditionFailed where another process added to the same part.
        """
        days: defaultdict[str, list[SignedArticle]] = defaultdict(list)
        for article in articles:
            days[article.at.astimezone(UTC).date().isoformat()].append(article)
        last: dict[str, int] = {}
        for key in self._keys():
            last[key.day] = key.number
        written = 0
        for day, added in sorted(days.items()):
            written += self._add(day, added, last.get(day, 0))
        return written

    def without(self, ids: Collection[str]) -> int:
        """Have these compared with nothing any more; returns how many parts were written. Raises StoreError, among them
        PreconditionFailed where another process added to the same part.
        """
        written = 0
        for key in self._keys():
            try:
                if (found := self._read(part_key(*key))) is None or (body := found[0].without(ids)) is None:
                    continue
            except ObjectUnreadable as err:
                leave_out(self._store, err)
                continue
            part, etag = found
            if body:
                self._store.put(part.key, body, content_type=BINARY, if_etag=etag)
            else:
                self._store.delete(part.key, if_etag=etag)
            written += 1
        return written

    def drop_before(self, moment: datetime) -> int:
        """Forget the days that ended before that moment; returns how many parts there were. Raises StoreError."""
        first = moment.astimezone(UTC).date().isoformat()
        old = [key for key in self._keys() if key.day < first]
        for key in old:
            self._store.delete(part_key(*key))
        return len(old)

    def _add(self, day: str, articles: list[SignedArticle], number: int) -> int:
        """Fill the day's last part, then begin others."""
        written = 0
        found = self._read(part_key(day, number)) if number else None
        if found and len(found[0]) < PART:
            part, etag = found
            room = PART - len(part)
            self._store.put(part.key, part.with_more(articles[:room]), content_type=BINARY, if_etag=etag)
            articles, written = articles[room:], 1
        for begin in range(0, len(articles), PART):
            number += 1
            some = articles[begin : begin + PART]
            body = packed_part([_line(one) for one in some], _signatures(some))
            self._store.put(part_key(day, number), body, content_type=BINARY, if_absent=True)
            written += 1
        return written

    def _keys(self) -> list[PartKey]:
        return sorted(found for key in self._store.keys(PARTS) if (found := read_part_key(key)))

    def _read(self, key: str) -> tuple[Part, str] | None:
        try:
            stored = self._store.get(key)
            return (Part.of(key, stored.body, stored.etag), stored.etag) if stored else None
        except ObjectUnreadable as err:
            leave_out(self._store, err)
            return None


def matrix(articles: list[SignedArticle]) -> Signatures:
    """The signatures of articles that have one, a row each."""
    return np.frombuffer(_signatures(articles), np.uint8).reshape(len(articles), PERMUTATIONS)


def _signatures(articles: list[SignedArticle]) -> bytes:
    return b"".join(unpacked(one.signature) or bytes(PERMUTATIONS) for one in articles)


def _line(article: SignedArticle) -> bytes:
    return article.model_dump_json().encode()
