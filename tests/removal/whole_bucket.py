"""A bucket searched for words, whatever they are packed in."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from mtcrawler.storage.port import ObjectStore


def holding(store: ObjectStore, *words: str) -> dict[str, str]:
    """The objects that hold one of these words, in their keys or in what they are unpacked to, and which."""
    found = {}
    for key in store.keys(""):
        stored = store.get(key)
        texts = [key.encode(), *(_unpacked(key, stored.body) if stored else ())]
        for word in words:
            if any(word.encode() in text for text in texts):
                found[key] = word
    return found


def files_holding(folder: Path, *words: str) -> dict[str, str]:
    """The same of the files below a folder."""
    found: dict[str, str] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            found |= {str(path.relative_to(folder)): word for word in words if word.encode() in body}
    return found


def _unpacked(key: str, body: bytes) -> Iterator[bytes]:
    """The bytes themselves, what a gzip file holds as far as it can be read, and the texts of a Parquet file."""
    yield body
    if body[:2] == b"\x1f\x8b":
        try:
            yield gzip.decompress(body)
        except (OSError, EOFError, zlib.error):
            stream = zlib.decompressobj(31)
            yield stream.decompress(body)
    if key.endswith(".parquet"):
        yield repr(pq.read_table(io.BytesIO(body)).to_pylist()).encode()
    if key.endswith(".sqlite.gz"):
        with sqlite3.connect(":memory:") as db:
            db.deserialize(gzip.decompress(body))
            yield "\n".join(db.iterdump()).encode()
