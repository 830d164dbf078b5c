"""A span of the bucket as one file: streamed, so that memory does not depend on how much there is."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final, Literal, NamedTuple

from mtcrawler.model.errors import ObjectUnreadable, SettingError
from mtcrawler.security import whole_files
from mtcrawler.security.untrusted import parsed
from mtcrawler.storage.connection import bulk_reader
from mtcrawler.storage.layout import UNKNOWN_DATE, read_article_key
from mtcrawler.storage.limits import MIB
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.forms.csv_rows import header, rows
from mtcrawler.storage.read.markdown import markdown_of
from mtcrawler.storage.read.sinks import ParquetSink, TextSink
from mtcrawler.storage.read.stored import parse
from mtcrawler.storage.unreadable_objects import LeftOut

Format = Literal["parquet", "jsonl", "csv", "markdown"]

CHUNK: Final = 500
"""Articles in a piece of work, and in a row group of a Parquet file times `sinks.GROUP`."""
THREADS: Final = 4
"""Connections a process; more only wait for the interpreter's lock."""
AHEAD: Final = 3
"""Pieces of work in hand for each process."""
UNFIT: Final = (ValueError, KeyError, TypeError, OverflowError)
"""What is raised for an article that makes no row; pyarrow's own errors are ValueErrors."""


ROOM: Final = 64 * MIB
"""Bytes of articles after which a piece is full."""


class Piece(NamedTuple):
    """A piece of the file: its articles' number, their bytes (an Arrow stream, or text), what was left out,
    and the keys that had no room in it.
    """

    articles: int
    body: bytes
    left_out: tuple[ObjectUnreadable, ...] = ()
    rest: tuple[str, ...] = ()


def export(
    location: Location,
    keys: Iterable[str],
    path: Path,
    form: Format,
    *,
    workers: int | None = None,
    told: Callable[[int], None] = lambda count: None,
    left_out: Callable[[ObjectUnreadable], None] | None = None,
) -> int:
    """Write the articles under these keys to a file; returns their number. `told` hears how many more are written.

    An article that cannot be read is left out, and `left_out` hears of it (a warning in the log unless given); where
    that is all that was asked for, ObjectUnreadable is raised.

    The file appears only when it is whole; pipes, devices and links are written as `whole_files` says, `-` is standard
    output. `workers` is the number of processes, as many as there are processors unless said otherwise; with 0
    everything is done in this one. Raises StoreError, SettingError where pyarrow is not installed, or another
    MtcrawlerError where the file cannot be written.
    """
    if form == "parquet":
        need_pyarrow("exporting to Parquet", "or use --format jsonl")
    written, missed = 0, LeftOut() if left_out is None else left_out
    last: ObjectUnreadable | None = None
    try:
        with (
            whole_files.writing(path) as file,
            closing(
                ParquetSink(file) if form == "parquet" else TextSink(file, header() if form == "csv" else b"")
            ) as sink,
        ):
            for piece in pieces(location, keys, form, os.cpu_count() or 1 if workers is None else workers):
                sink.write(piece.body)
                written += piece.articles
                told(piece.articles)
                for last in piece.left_out:
                    missed(last)
            if last is not None and not written:
                happened = f"no article can be read; of this one {last.happened}"
                raise ObjectUnreadable(last.key, happened, f"{last.remedy} `mtcrawler verify` names all.") from last
    except OSError as err:
        raise whole_files.unwritten(path, err, "Give a file in a folder where you may write.") from err
    return written


def pieces(location: Location, keys: Iterable[str], form: Format, workers: int) -> Iterator[Piece]:
    """The articles under these keys in pieces, in order; `workers` and what is raised as for `export`."""
    source = iter(keys)
    chunks = iter(lambda: list(itertools.islice(source, CHUNK)), [])
    first = list(itertools.islice(chunks, 2))
    if workers == 0 or len(first) < 2:  # not worth starting processes for
        with closing(_Worker(location)) as worker:
            for chunk in itertools.chain(first, chunks):
                while chunk:
                    piece = worker.piece(chunk, form)
                    yield piece
                    chunk = list(piece.rest)  # noqa: PLW2901 - what is left of it
        return
    # Not forked: this process has threads, and pyarrow's do not survive it.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(location,)) as pool:
        ahead: deque[Future[Piece]] = deque()
        for chunk in itertools.chain(first, chunks):
            ahead.append(pool.submit(_piece, chunk, form))
            while len(ahead) >= workers * AHEAD:
                yield from _first_of(ahead, pool, form)
        while ahead:
            yield from _first_of(ahead, pool, form)


def _first_of(ahead: deque[Future[Piece]], pool: ProcessPoolExecutor, form: Format) -> Iterator[Piece]:
    """The next piece; what had no room in it comes next."""
    piece = ahead.popleft().result()
    yield piece
    if piece.rest:
        ahead.appendleft(pool.submit(_piece, list(piece.rest), form))


class _Worker:
    """What gets and converts pieces: in this process, or one in each of several."""

    def __init__(self, location: Location) -> None:
        self._reader = bulk_reader(location, connections=THREADS)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="export")
        self._size = 0

    def piece(self, keys: list[str], form: Format) -> Piece:
        """The articles under these keys; one that was taken away meanwhile is left out."""
        # A stretch for each thread: handing them over one by one takes as long as getting them.
        size = -(-len(keys) // THREADS)
        stretches = [keys[begin : begin + size] for begin in range(0, len(keys), size)]
        found: list[tuple[str, bytes]] = []
        left_out: list[ObjectUnreadable] = []
        self._size, rest = 0, list[str]()
        for stretch, read in zip(stretches, self._threads.map(self._stretch, stretches), strict=True):
            rest += stretch[len(read) :]
            for one in read:
                if one is None:
                    continue
                if isinstance(one, ObjectUnreadable):
                    left_out.append(one)
                else:
                    found.append(one)
        if form == "jsonl":
            return Piece(len(found), b"".join(_line(body) for _, body in found), tuple(left_out), tuple(rest))
        if form == "markdown":
            return Piece(len(found), b"".join(map(_markdown, found)), tuple(left_out), tuple(rest))
        if form == "csv":
            return Piece(len(found), rows(map(_dated, found)), tuple(left_out), tuple(rest))
        try:
            return Piece(len(found), _stream(found), tuple(left_out), tuple(rest))
        except UNFIT:
            unfit = dict(filter(None, map(_unfit, found)))
            fit = [(key, body) for key, body in found if key not in unfit]
            return Piece(len(fit), _stream(fit), (*left_out, *unfit.values()), tuple(rest))

    def _stretch(self, keys: list[str]) -> list[tuple[str, bytes] | ObjectUnreadable | None]:
        """What lies under each of the first keys, as many as have room; one at least."""
        found: list[tuple[str, bytes] | ObjectUnreadable | None] = []
        for key in keys:
            if found and self._size > ROOM:  # other threads add to it as well; how exactly does not matter
                break
            found.append(one := self._one(key))
            self._size += len(one[1]) if isinstance(one, tuple) else 0
        return found

    def _one(self, key: str) -> tuple[str, bytes] | ObjectUnreadable | None:
        try:
            body = self._reader.get(key)
            if body is None:
                return None
            parse(body, key, lenient=True)
        except ObjectUnreadable as err:
            return err
        return key, body

    def close(self) -> None:
        """Give the connections up."""
        self._threads.shutdown()
        self._reader.close()


_worker: _Worker | None = None


def _begin(location: Location) -> None:
    global _worker  # noqa: PLW0603 - one in each process, made before its first piece of work
    _worker = _Worker(location)


def _piece(keys: list[str], form: Format) -> Piece:
    assert _worker is not None
    return _worker.piece(keys, form)


def _line(body: bytes) -> bytes:
    """The article on one line, as it is stored; what an early version stored on several lines is joined."""
    if body.count(b"\n") == 1 and body.endswith(b"\n"):
        return body
    return json.dumps(parsed(body), ensure_ascii=False).encode() + b"\n"


def _markdown(article: tuple[str, bytes]) -> bytes:
    """The article as Markdown, and a rule after it."""
    return f"{markdown_of(parse(article[1], article[0], lenient=True))}\n---\n\n".encode()


def _stream(bodies: list[tuple[str, bytes]]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - as above

    from mtcrawler.storage.read.columns import SCHEMA, batch  # noqa: PLC0415

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA) as stream:
        stream.write_batch(batch(list(map(_dated, bodies))))
    body: bytes = sink.getvalue().to_pybytes()
    return body


def _dated(article: tuple[str, bytes]) -> tuple[str, bytes]:
    """The date under which an article lies, and its bytes."""
    parts = read_article_key(article[0])
    return parts.date if parts else UNKNOWN_DATE, article[1]


def _unfit(article: tuple[str, bytes]) -> tuple[str, ObjectUnreadable] | None:
    """An article that makes no row, such as one with a number too large for its column."""
    try:
        _stream([article])
    except UNFIT as err:
        return article[0], ObjectUnreadable(article[0], f"it makes no row ({err})", "Export it as JSON lines.")
    return None


def need_pyarrow(doing: str, instead: str) -> None:
    """Raises SettingError where pyarrow is not installed; `instead` says what goes without it."""
    try:
        import pyarrow  # noqa: F401, PLC0415 - as above
    except ImportError as err:
        raise SettingError(
            doing,
            "pyarrow is not installed",
            f"pip install 'mtcrawler[export]', {instead}.",
        ) from err
