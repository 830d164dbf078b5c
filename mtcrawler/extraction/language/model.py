"""The language model: unpacked once on a machine, into a folder of ours, and read from there by every later run."""

from __future__ import annotations

import fcntl
import io
import logging
import lzma
import os
import shutil
from array import array
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

from mtcrawler.security import private_files

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

logger = logging.getLogger(__name__)

SPOILT: Final = (OSError, ValueError, KeyError, EOFError, BadZipFile)
"""What comes of reading a file that is not the whole model."""
TYPECODES: Final = {2: "H", 4: "I", 8: "L"}

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
    return _made(io.BytesIO(lzma.decompress(packed.read_bytes())))


def _packed() -> Path:
    """The model as it is installed."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE  # noqa: PLC0415 - a run without a new text does without

    return Path(MODEL_DIR, MODEL_FILE)


def _kept(folder: Path, packed: Path) -> LanguageIdentifier:
    file = folder / f"{version('py3langid')}-{packed.stat().st_size}.npz"
    with suppress(*SPOILT), file.open("rb") as found:
        return _made(found)
    private_files.folder(folder)
    with private_files.appending(folder / "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several runs that begin at once one unpacks, and the others wait
        with suppress(*SPOILT), file.open("rb") as found:
            return _made(found)
        for earlier in folder.glob("*.npz*"):
            earlier.unlink()
        _unpack(packed, file)
    with file.open("rb") as found:
        return _made(found)


def _unpack(packed: Path, file: Path) -> None:
    """Write the file, whole or not at all."""
    part = file.with_name(f"{file.name}.part")
    try:
        with lzma.open(packed) as model, private_files.writing(part) as unpacked:
            shutil.copyfileobj(model, unpacked, 1 << 20)
            unpacked.flush()
            os.fsync(unpacked.fileno())
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _made(file: IO[bytes]) -> LanguageIdentifier:
    import numpy as np  # noqa: PLC0415 - as above
    from py3langid.langid import LanguageIdentifier  # noqa: PLC0415 - as above

    with np.load(file, allow_pickle=False) as data:
        return LanguageIdentifier(
            data["ptc"],
            data["pc"],
            data["classes"].tolist(),
            _numbers(data["nextmove"]),
            data["out_feat"].tolist(),
            norm_probs=True,
            tk_row=_numbers(data["nextmove_row"]),
        )


def _numbers(found: Any) -> array[int]:
    """The same numbers as an array of Python's, whose entries are read faster one by one."""
    made = array(TYPECODES[found.dtype.itemsize])
    made.frombytes(memoryview(found).cast("B"))
    return made
