"""The language model: unpacked once on a machine, into a folder of ours, and read from there by every later run."""

from __future__ import annotations

import fcntl
import io
import logging
import lzma
import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from tokenize import TokenError
from typing import IO, TYPE_CHECKING, Any, Final
from zipfile import ZipFile

from mtcrawler.security import private_files

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

logger = logging.getLogger(__name__)

SPOILT: Final = (
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    TypeError,
    SyntaxError,
    MemoryError,
    EOFError,
    TokenError,
)
"""What comes of reading files that are not the whole model."""
KNOWN: Final = {
    "en": "The river froze earlier than usual, and the ferries no longer run between its banks.",
    "ru": "Река замёрзла раньше обычного, и паромы больше не ходят между берегами.",
}
"""What every model that is whole tells right."""
MAPPED: Final = ("ptc", "nextmove")
TABLES: Final = (*MAPPED, "pc", "classes", "nextmove_row", "out_feat")

_reading: Future[LanguageIdentifier] | None = None


def read_model(folder: Path | None = None) -> Future[LanguageIdentifier]:
    """Begin to read the model, aside; whoever knows that there will be a text need not wait half a second for it.

    There is one in a process: its first caller says in which folder it is kept unpacked. Without a folder, or where
    that cannot be written, it is unpacked in memory.
    """
    global _reading  # noqa: PLW0603 - one model in a process
    if _reading is None:
        reader = ThreadPoolExecutor(1, "language")
        _reading = reader.submit(opened, folder)
        reader.shutdown(wait=False)
    return _reading


def opened(folder: Path | None) -> LanguageIdentifier:
    """The model, from the folder where it is there; else unpacked, and kept there where that can be done."""
    packed = _packed()
    if folder is not None:
        try:
            return _kept(folder, packed)
        except SPOILT as err:
            logger.warning("The language model cannot be kept in %s (%s); it is unpacked in memory.", folder, err)
    return _made(_tables(packed))


def _packed() -> Path:
    """The model as it is installed."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE  # noqa: PLC0415 - a run without a new text does without

    return Path(MODEL_DIR, MODEL_FILE)


def _kept(folder: Path, packed: Path) -> LanguageIdentifier:
    unpacked = folder / f"{version('py3langid')}-{packed.stat().st_size}"
    with suppress(*SPOILT):
        return _mapped(unpacked)
    private_files.folder(folder)
    with private_files.appending(folder / "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several runs that begin at once one unpacks, and the others wait
        with suppress(*SPOILT):
            return _mapped(unpacked)
        for earlier in folder.iterdir():
            if earlier.is_dir():
                shutil.rmtree(earlier)
            elif earlier.name != "lock":
                earlier.unlink()
        _unpack(packed, unpacked)
    return _mapped(unpacked)


def _unpack(packed: Path, folder: Path) -> None:
    """Write each table into a file of the folder, all of them or none; little of them is in memory at any time."""
    part = folder.with_name(f"{folder.name}.part")
    try:
        private_files.folder(part)
        whole = part / "model.npz"
        with lzma.open(packed) as model:
            _write(model, whole)
        with ZipFile(whole) as tables:
            for name in TABLES:
                with tables.open(f"{name}.npy") as table:
                    _write(table, part / f"{name}.npy")
        whole.unlink()
        part.replace(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _write(source: IO[bytes], path: Path) -> None:
    with private_files.writing(path) as file:
        shutil.copyfileobj(source, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def _tables(packed: Path) -> dict[str, Any]:
    """The tables of the installed model by name, in memory."""
    import numpy as np  # noqa: PLC0415 - as above

    with np.load(io.BytesIO(lzma.decompress(packed.read_bytes())), allow_pickle=False) as tables:
        return dict(tables)


def _mapped(folder: Path) -> LanguageIdentifier:
    """The model from its files: of the two large ones, 65 MiB, memory holds only what the texts so far needed.

    Raises one of SPOILT where they are no such tables.
    """
    import numpy as np  # noqa: PLC0415 - as above

    tables = {
        name: np.load(folder / f"{name}.npy", mmap_mode="r" if name in MAPPED else None, allow_pickle=False)
        for name in TABLES
    }
    rows, features = int(tables["nextmove_row"].max()) + 1, int(tables["out_feat"].max()) + 1
    if tables["nextmove"].shape != (256 * rows,) or tables["ptc"].shape != (features, len(tables["classes"])):
        raise ValueError("the tables do not fit each other")
    made = _made(tables)
    if any(made.classify(text)[0] != language for language, text in KNOWN.items()):
        raise ValueError("the tables are spoilt")
    return made


def _made(tables: dict[str, Any]) -> LanguageIdentifier:
    from py3langid.langid import LanguageIdentifier  # noqa: PLC0415 - as above

    return LanguageIdentifier(
        tables["ptc"],
        tables["pc"],
        tables["classes"].tolist(),
        memoryview(tables["nextmove"]),  # its entries are read one by one, which a view does faster than numpy
        tables["out_feat"].tolist(),
        norm_probs=True,
        tk_row=memoryview(tables["nextmove_row"]),
    )
