"""Every failure a person may meet, with what was being done, to what, what happened and what to do next.

MtcrawlerError
├── ArgumentError          a spider argument or a command-line option is wrong
├── SettingError           a setting or an environment variable is wrong
│   └── DefinitionError    a site definition or an overlay rule is wrong
├── Busy                   another run of the same publisher is going on
├── BrowserError           no browser was found, or it cannot start
├── SessionExpired         a reader's session no longer opens anything
├── DiscoveryError         a sitemap, a feed or a section list cannot be read
├── PageError              a fetched page cannot be used
│   ├── RenderError        the browser could not show it
│   ├── IncompleteBody     it broke off
│   ├── PageTooLarge       it is too large to read
│   ├── Forged             its scripts changed what was seen of it
│   ├── AddressRefused     it is not on the public internet
│   └── CertificateRefused its certificate is not valid for this site
├── StoreError             the bucket cannot be read or written
│   ├── StoreUnreachable   nobody answers at the endpoint; trying again may help
│   ├── StoreRefused       credentials or permissions are wrong
│   ├── BucketMissing      the bucket does not exist
│   ├── ObjectUnreadable   an object is there and is not what it should be
│   ├── PreconditionFailed an object changed since it was read, so nothing was written
│   ├── ConditionsUnsupported the server refuses conditional writes
│   └── SpoolFull          articles that wait on disk have used up their space

Dropped articles are not errors: they have names of their own, next to the stage that drops them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import safe

UNREADABLE: Final = "Move it away with `mtcrawler set-aside {key}` and run again."
"""A remedy; `{key}` is where the object's key stands in it."""
LONGEST: Final = 300
"""Characters that are told of a foreign key, or of what is wrong with an object."""
PLAIN: Final = re.compile(rf"[\w./=-]{{1,{LONGEST}}}", re.ASCII)
"""Keys that can be typed as they are."""
FAULT: Final = 1000
"""Characters that are told of a fault in a file that a person wrote."""


class MtcrawlerError(Exception):
    """A failure told as one line: what was being done and to what, what happened, what to do next.

    `exit_code` is what a command ends with when it stops for this reason.
    """

    exit_code: ClassVar[int] = ExitCode.FAILED

    def __init__(self, doing: str, happened: str, remedy: str) -> None:
        self.doing, self.happened, self.remedy = doing, happened, remedy
        super().__init__(f"{doing}: {happened}. {remedy}")

    def __reduce__(self) -> tuple[Any, ...]:
        """An error of another process arrives as it was raised."""
        return type(self), (self.doing, self.happened, self.remedy)


class ArgumentError(MtcrawlerError):
    """A spider argument or a command-line option is wrong."""

    exit_code = ExitCode.WRONG_INPUT


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
        return _one_line(f"{where}{self.key or 'the file'}: {self.happened.rstrip('.')}", FAULT)

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


class SessionExpired(MtcrawlerError):
    """A reader's session no longer opens anything; the crawl goes on without it."""

    exit_code = ExitCode.SESSION_EXPIRED


class DiscoveryError(MtcrawlerError):
    """A sitemap, a feed or a section list cannot be read."""


class PageError(MtcrawlerError):
    """A fetched page cannot be used."""


class RenderError(PageError):
    """The browser could not show the page."""


class IncompleteBody(PageError):
    """The body of an answer broke off before its end; half a page is none."""

    @classmethod
    def of(cls, url: str, why: str) -> IncompleteBody:
        """The refusal of the answer from this address; `why` says how its end was missed."""
        return cls(f"Reading {url}", f"incomplete body: {why}", "It is tried again.")


class PageTooLarge(PageError):
    """A page, or the article on it, is larger than any that is meant to be read; nothing of it is kept."""

    @classmethod
    def of(cls, url: str, why: str) -> PageTooLarge:
        """The refusal of the page at this address, which has or is what `why` says."""
        remedy = "Nothing to do, unless it is an article; then report the address."
        return cls(f"Reading {url or 'a page'}", f"page too large to read: {why}", remedy)


class Forged(PageError):
    """What the browser told of a page is not what was asked for: the page's own scripts have changed it."""

    @classmethod
    def of(cls, url: str) -> Forged:
        """The refusal of the page at this address."""
        return cls(f"Looking at {url}", "its scripts changed what was seen of it", "Look at it in a browser.")


class AddressRefused(PageError):
    """A name or an address led to where no page of the public internet is; nothing was asked there."""

    @classmethod
    def of(cls, host: str, address: str) -> AddressRefused:
        """The refusal of a host because of one of its addresses."""
        happened = "it is not on the public internet" if host == address else f"its address {address} is not public"
        return cls(f"Connecting to {host}", happened, "If you trust it, name its network in ALLOWED_NETWORKS.")


class CertificateRefused(PageError):
    """The certificate is not valid for this site; nothing was asked there."""

    @classmethod
    def of(cls, host: str, wrong: str) -> CertificateRefused:
        """The refusal of a host, and what is wrong with its certificate."""
        remedy = "Look at it in a browser; the site has to mend it."
        return cls(f"Connecting to {host}", f"its certificate is not valid: {wrong}", remedy)


class StoreError(MtcrawlerError):
    """The bucket cannot be read or written."""

    exit_code = ExitCode.STORAGE


class StoreUnreachable(StoreError):
    """Nobody answers at the endpoint; trying again may help."""


class StoreRefused(StoreError):
    """Credentials or permissions are wrong."""


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
        super().__init__(f"reading {_one_line(key)}", _one_line(happened), remedy.replace("{key}", shown))

    def __reduce__(self) -> tuple[Any, ...]:
        """As the other errors."""
        return type(self), (self.key, self.happened, self.remedy, self.etag)


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


def _one_line(text: str, longest: int = LONGEST) -> str:
    line = " ".join(safe(text).split())
    return line if len(line) <= longest else f"{line[:longest]}…"
