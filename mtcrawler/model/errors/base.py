"""What every error is, and those of arguments, settings, definitions, runs and sources."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import safe

DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
"""Numbers of errors that are a disk's: full, over a quota, read-only or broken."""
FAULT: Final = 1000
"""Characters that are told of a fault in a file that a person wrote."""


class MtcrawlerError(Exception):
    """A failure told as one line: what was being done and to what, what happened, what to do next.

    `exit_code` is what a command ends with when it stops for this reason.
    """

    exit_code: ClassVar[int] = ExitCode.FAILED

    def __init__(self, doing: str, happened: str, remedy: str) -> None:
        self.doing, self.happened, self.remedy = doing, happened, remedy
        super().__init__(f"{doing}: {happened.rstrip('.')}. {remedy}")

    def __reduce__(self) -> tuple[Any, ...]:
        """An error of another process arrives as it was raised."""
        return type(self), (self.doing, self.happened, self.remedy)


class ArgumentError(MtcrawlerError):
    """A spider argument or a command-line option is wrong."""

    exit_code = ExitCode.WRONG_INPUT


class ArgumentErrors(ArgumentError):
    """Several arguments are wrong; `each` has all of them, two at least."""

    def __init__(self, errors: Sequence[ArgumentError]) -> None:
        self.each = tuple(errors)
        every = " ".join(f"({number}) {error}" for number, error in enumerate(self.each, 1))
        super().__init__("Reading the arguments", f"{len(self.each)} of them are wrong", every)

    def __reduce__(self) -> tuple[Any, ...]:
        """As the other errors."""
        return type(self), (self.each,)


class SettingError(MtcrawlerError):
    """A setting or an environment variable is wrong."""

    exit_code = ExitCode.WRONG_INPUT


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a file; `line` counts from one and is None where it is not known."""

    file: str
    line: int | None
    key: str
    happened: str
    remedy: str

    @property
    def told(self) -> str:
        """Where it is and what it is, as one line without a full stop."""
        where = f"line {self.line}, " if self.line else ""
        return one_line(f"{where}{self.key or 'the file'}: {self.happened.rstrip('.')}", FAULT)

    def __str__(self) -> str:
        """Where it is, what it is and what to do, as one line."""
        return f"{self.told}. {self.remedy}"


class DefinitionError(SettingError):
    """A site definition or an overlay rule is wrong; `faults` are all that was found, and never empty."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        files = ", ".join(dict.fromkeys(fault.file for fault in self.faults))
        first, *others = self.faults
        if not others:
            super().__init__(f"reading {files}", first.told, first.remedy)
            return
        every = " ".join(f"({number}) {fault}" for number, fault in enumerate(self.faults, 1))
        super().__init__(f"reading {files}", f"{len(self.faults)} faults", every)

    def __reduce__(self) -> tuple[Any, ...]:
        """As the other errors."""
        return type(self), (self.faults,)


class Busy(MtcrawlerError):
    """Another run of the same publisher is going on."""

    exit_code = ExitCode.BUSY


class BrowserError(MtcrawlerError):
    """No browser was found, or it cannot start."""

    exit_code = ExitCode.BROWSER


class MachineError(MtcrawlerError):
    """The machine allows too few open files or processes for a crawl."""

    exit_code = ExitCode.BROWSER


class DiskError(MtcrawlerError):
    """The disk of this machine, or the device that output goes to, takes no more."""

    exit_code = ExitCode.STORAGE


class DatabaseAway(MtcrawlerError):
    """The fleet's database does not answer, does not start or has no tables."""

    exit_code = ExitCode.STORAGE


class SessionExpired(MtcrawlerError):
    """A reader's session no longer opens anything; the crawl goes on without it."""

    exit_code = ExitCode.SESSION_EXPIRED


class DiscoveryError(MtcrawlerError):
    """A sitemap, a feed or a section list cannot be read."""


def one_line(text: str, longest: int) -> str:
    """A foreign text as one line of so many characters at most."""
    line = " ".join(safe(text).split())
    return line if len(line) <= longest else f"{line[:longest]}…"
