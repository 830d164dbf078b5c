"""Whose fault a failure is: the name it is counted under, and the cause that decides how a run ends."""

from __future__ import annotations

import errno
import re
from enum import StrEnum
from typing import Final

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotSupported,
    ResponseDataLossError,
)

from mtcrawler.fetch.middleware.redirects import RedirectLoop
from mtcrawler.model.errors import DISK, BrowserError, MtcrawlerError, NotReached, PageError, RenderError, StoreError
from mtcrawler.model.reasons import DropReason, Fate
from mtcrawler.runs.outcome.counts import REFUSED

HTTP: Final = "HTTP "
"""How the name of a failure begins that is an answer's status."""
_DENIED: Final = frozenset({errno.EACCES, errno.EPERM})  # of a connection, too: then no file is named
_MACHINE: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN})
_DRIVER: Final = re.compile(
    r"BrowserType\.|driver|browser has been closed|Target .{0,200}closed|crashed", re.IGNORECASE
)
_LOOP: Final = "ERR_TOO_MANY_REDIRECTS"


class Cause(StrEnum):
    """What is behind a failure."""

    REFUSED = "refused"
    """The site will not."""
    AWAY = "away"
    """The site, or the way there, does not answer as it should."""
    NEEDS_BROWSER = "needs browser"
    """It answers with what plain HTTP cannot read."""
    ROBOTS = "robots.txt"
    """Its robots.txt cannot be fetched, so nothing may be asked for."""
    PAGE = "page"
    """One page is unlike what it should be."""
    BROWSER = "browser"
    """The browser does not start, or died."""
    NOT_SHOWN = "not shown"
    """The browser did not show a page."""
    MACHINE = "machine"
    """This machine has no file handles, processes or memory left."""
    DISK = "disk"
    """This machine's disk is full, read-only or another user's."""
    STORE = "store"
    """The bucket did not take an article."""
    CODE = "code"
    """A mistake of this program, or of a definition's code."""


def name_of(error: BaseException) -> str:
    """The class, except that a redirect loop goes by its fate, whoever met it, and that all of Playwright's errors are
    called Error and only their text tells them apart.
    """
    name = type(error).__name__
    if isinstance(error, RedirectLoop):
        return Fate.REDIRECT_LOOP
    if name != "Error" or not type(error).__module__.startswith("playwright"):
        return name
    if "BrowserType.launch" in str(error):
        return BrowserError.__name__
    code = re.search(r"net::(ERR_\w+)", str(error))
    if code and code[1] == _LOOP:
        return Fate.REDIRECT_LOOP
    return code[1] if code else "PlaywrightError"


def cause_of(error: BaseException) -> Cause:
    """The cause of this failure."""
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in _MACHINE:
            return Cause.MACHINE
        if isinstance(one, OSError) and (one.errno in DISK or (one.errno in _DENIED and one.filename is not None)):
            return Cause.DISK
    if isinstance(error, BrowserError):
        return Cause.BROWSER
    if isinstance(error, RenderError):
        return Cause.AWAY if isinstance(error, NotReached) else Cause.NOT_SHOWN
    if isinstance(error, StoreError):
        return Cause.STORE
    if isinstance(error, PageError):
        return cause_named(type(error).__name__) or Cause.AWAY
    if type(error).__module__.startswith("playwright"):
        if "net::ERR_" in str(error):
            return Cause.AWAY
        return Cause.BROWSER if _DRIVER.search(str(error)) else Cause.NOT_SHOWN
    if isinstance(
        error,
        NotSupported | CannotResolveHostError | DownloadConnectionRefusedError | DownloadTimeoutError | RedirectLoop,
    ):
        return Cause.AWAY
    if isinstance(error, DownloadFailedError | ResponseDataLossError):
        return Cause.NEEDS_BROWSER
    if isinstance(error, OSError | MtcrawlerError) or type(error).__module__.startswith("twisted"):
        return Cause.AWAY
    return Cause.CODE


def cause_named(name: str) -> Cause | None:
    """The cause of a failure that is no exception; None for another name."""
    if name.startswith(HTTP):
        return Cause.REFUSED if int(name.removeprefix(HTTP)) in REFUSED else Cause.AWAY
    return _NAMED.get(name)


_NAMED: Final[dict[str, Cause]] = {
    Fate.BLOCKED: Cause.REFUSED,
    Fate.LOGIN: Cause.REFUSED,
    Fate.CONSENT: Cause.REFUSED,
    Fate.MAINTENANCE: Cause.AWAY,
    Fate.REDIRECT_LOOP: Cause.AWAY,
    Fate.ODD_ANSWER: Cause.AWAY,
    Fate.NOT_COMPARED: Cause.AWAY,
    "HostRefuses": Cause.REFUSED,
    "RobotsUnreadable": Cause.ROBOTS,
    "HeaderTooLarge": Cause.NEEDS_BROWSER,
    "PageTooLarge": Cause.PAGE,
    "Forged": Cause.PAGE,
    "ExtractorFailed": Cause.CODE,
    "LivePosts": Cause.PAGE,
    DropReason.MISSING_FIELD: Cause.PAGE,
    DropReason.NOT_STORED: Cause.STORE,
}


def _chain(error: BaseException | None) -> list[BaseException]:
    # Without __context__: what was being dealt with when an error arose is not what caused it.
    found: list[BaseException] = []
    while error is not None and len(found) < 10:
        found.append(error)
        error = error.__cause__
    return found
