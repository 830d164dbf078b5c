"""What goes wrong with the bucket."""

from __future__ import annotations

import re
from typing import Any, Final

from mtcrawler.model.errors.base import MtcrawlerError, one_line
from mtcrawler.model.exit_codes import ExitCode

UNREADABLE: Final = "Move it away with `mtcrawler set-aside {key}` and run again."
"""A remedy; `{key}` is where the object's key stands in it."""
LONGEST: Final = 300
"""Characters that are told of a foreign key, or of what is wrong with an object."""
PLAIN: Final = re.compile(rf"[\w./=-]{{1,{LONGEST}}}", re.ASCII)
"""Keys that can be typed as they are."""


class StoreError(MtcrawlerError):
    """The bucket cannot be read or written."""

    exit_code = ExitCode.STORAGE


class StoreUnreachable(StoreError):
    """Nobody answers at the endpoint; trying again may help."""


class StoreBusy(StoreUnreachable):
    """The store answers that it is asked too often, or has too much to do; later it takes what it refuses now."""


class StoreRefused(StoreError):
    """Credentials or permissions are wrong."""


class ClockWrong(StoreRefused):
    """The clocks of this machine and of the store are too far apart for a signature to be believed.

    `ahead` is how many seconds this machine's clock is ahead of the store's (below 0: behind), None where the store
    does not say what time it has.
    """

    def __init__(self, doing: str, happened: str, remedy: str, ahead: float | None = None) -> None:
        self.ahead = ahead
        super().__init__(doing, happened, remedy)

    def __reduce__(self) -> tuple[Any, ...]:
        """As the other errors."""
        return type(self), (self.doing, self.happened, self.remedy, self.ahead)


class StoreFull(StoreError):
    """The bucket takes no more: a quota is used up, or the store's disk is full."""


class BucketMissing(StoreError):
    """The bucket does not exist."""


class ObjectUnreadable(StoreError):
    """An object is there and is not what it should be: damaged, too large, or of another kind.

    `key` is its key, `etag` names the bytes that were read, where they are known. What an object holds is nothing to
    trust, so key and reason are told on one line, and cut. A command ends with the same code whether the object is all
    that was asked for, or one of many and left out.
    """

    exit_code = ExitCode.INCOMPLETE

    def __init__(self, key: str, happened: str, remedy: str = UNREADABLE, etag: str | None = None) -> None:
        self.key, self.etag = key, etag
        shown = key if PLAIN.fullmatch(key) else "KEY"
        super().__init__(
            f"reading {one_line(key, LONGEST)}", one_line(happened, LONGEST), remedy.replace("{key}", shown)
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """As the other errors."""
        return type(self), (self.key, self.happened, self.remedy, self.etag)


class ObjectRefused(StoreError):
    """The store never takes an object such as this, one that is too large for instance; others it may take."""


class PreconditionFailed(StoreError):
    """The object is not what it was when it was read, so nothing was written: read again and decide again."""

    @classmethod
    def of(cls, doing: str) -> PreconditionFailed:
        """The failure of what was being done."""
        return cls(doing, "it changed meanwhile", "Read it again and decide again.")


class ConditionsUnsupported(StoreError):
    """The server says that it takes no conditional writes, so nothing was written. `code` is its S3 error code."""

    def __init__(self, doing: str, code: str) -> None:
        self.code = code
        remedy = "See the S3 server's documentation, or take one that honours If-None-Match and If-Match."
        super().__init__(doing, f"the server takes no conditional writes ({code})", remedy)

    def __reduce__(self) -> tuple[Any, ...]:
        """As the other errors."""
        return type(self), (self.doing, self.code)


class SpoolFull(StoreError):
    """Articles that wait on disk have used up their space."""
