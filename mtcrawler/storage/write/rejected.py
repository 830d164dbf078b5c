"""What earlier runs moved into a folder `rejected`: later runs and `mtcrawler doctor` tell of it until it is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAME: Final = "rejected"

ARTICLES: Final = (
    "The command mtcrawler store redeliver tries them again; look at those that it leaves, and delete what is no "
    "article."
)
PAGES: Final = "-pages"
"""How the folder in a spool ends in which the kept pages of a bucket wait."""
SEGMENTS: Final = (
    "Their articles are stored, but their pages cannot be shown or read again. Move them one folder up to have them "
    "tried again, or delete them."
)
LINES: Final = "Look at them, then delete them: the next run that meets their articles tells the feed again."


@dataclass(frozen=True, slots=True)
class Rejected:
    """A folder with files that no run reads any more, their number, and what to do about them."""

    folder: Path
    number: int
    what: str
    remedy: str

    def __str__(self) -> str:
        files, lie = ("file", "lies") if self.number == 1 else ("files", "lie")
        return f"{self.number} {files} of the {self.what} could not be used and {lie} in {self.folder}"


def left_in(spools: Iterable[Path], journals: Iterable[Path]) -> Iterator[Rejected]:
    """What lies in the folders `rejected` of these spools and journals; empty or missing ones are passed over."""
    for folders, of in ((spools, ("spool", ARTICLES)), (journals, ("journal", LINES))):
        for folder in folders:
            number = 0
            what, remedy = ("kept pages", SEGMENTS) if folder.name.endswith(PAGES) else of
            with suppress(OSError):  # there is none, or it is another user's
                number = sum(path.suffix != ".part" for path in (folder / NAME).iterdir())
            if number:
                yield Rejected(folder / NAME, number, what, remedy)
