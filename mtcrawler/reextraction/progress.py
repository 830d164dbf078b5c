"""How far a reextraction has come: kept on this machine, so that an interrupted one goes on."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from mtcrawler.extraction.code_version import code_version
from mtcrawler.reextraction.conditions import Condition
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, contents, parsed_object
from mtcrawler.sites.loading import files_in

MOST: Final = 64 << 20
WHOLE: Final = "*"
_CODE: Final = re.compile(rb"^code[ \t]*+=[ \t]*+[\"']([A-Za-z_]\w{0,100})", re.MULTILINE)
"""The package whose code a definition names."""


class Progress:
    """The days of sites that are done, and how far the others are; each article's day is read in the order of keys.

    `name` stands for what is asked and by which code and definitions: what another one did says nothing.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"reextract-{name}.json"
        self._done: dict[str, str] = {}
        with suppress(OSError, Unreadable):
            told = parsed_object(contents(self._path, MOST))
            self._done = {day: last for day, last in told.items() if isinstance(last, str)}

    @property
    def begun(self) -> bool:
        """Whether an earlier one was interrupted."""
        return bool(self._done)

    def left(self, site: str, day: str, keys: Sequence[str]) -> list[str]:
        """Those of a day's keys, in their order, that are not done."""
        done = self._done.get(f"{site}/{day}", "")
        return [] if done == WHOLE else [key for key in keys if key > done]

    def is_done(self, site: str, day: str) -> bool:
        """Whether nothing is left of a day."""
        return self._done.get(f"{site}/{day}") == WHOLE

    def keep(self, site: str, day: str, last: str, *, whole: bool) -> None:
        """Everything of this day up to that key is done, or all of it. Raises OSError."""
        self._done[f"{site}/{day}"] = WHOLE if whole else last
        private_files.put(self._path, json.dumps(self._done).encode(), durable=False)

    def end(self) -> None:
        """All is done."""
        self._path.unlink(missing_ok=True)


def name_of(
    tag: str, sites: Path, asked: Sequence[str], conditions: Sequence[Condition], project: Path | None = None
) -> str:
    """The name of a reextraction of the bucket with this tag. `project` is where the code is that definitions name."""
    told = hashlib.sha256(repr((tuple(asked), tuple(conditions), code_version())).encode())
    packages: set[str] = set()
    for path in files_in(sites):
        with suppress(OSError):
            told.update(path.name.encode() + (body := path.read_bytes()))
            packages |= {found[1].decode() for found in _CODE.finditer(body)}
    if project is not None:
        code = (path for one in packages for path in (project / f"{one}.py", *(project / one).rglob("*.py")))
        for path in sorted(code):
            with suppress(OSError):
                told.update(path.name.encode() + path.read_bytes())
    return f"{tag}-{told.hexdigest()[:12]}"
