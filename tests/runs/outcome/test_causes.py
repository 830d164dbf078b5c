"""Whose fault a failure is, from the failure to the exit code."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from playwright.async_api import Error
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, DownloadTimeoutError
from scrapy.utils.test import get_crawler

from mtcrawler.fetch.look import Look
from mtcrawler.fetch.middleware.redirects import RedirectLoop
from mtcrawler.model.errors import (
    BrowserError,
    CertificateRefused,
    ExtractorFailed,
    HostRefuses,
    IncompleteBody,
    NotReached,
    PageTooLarge,
    RenderError,
    RobotsUnreadable,
    StoreRefused,
    StoreUnreachable,
)
from mtcrawler.model.reasons import DropReason, Fate
from mtcrawler.runs.last_word import LastWord
from mtcrawler.runs.outcome.causes import Cause, cause_of
from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.runs.outcome.run_outcome import judge
from mtcrawler.runs.run_recorder import RunRecorder

ROOT = Path(__file__).parents[3]
PAGE = "https://p.example/ice"


def _raised(by: Exception, error: OSError) -> Exception:
    by.__cause__ = error
    return by


def _told(errno_: int, file: str | None = None) -> OSError:
    return OSError(errno_, "told by the system", *([file] if file else []))


FAILURES: dict[str, tuple[str | Exception, Cause, Outcome]] = {
    "challenges": (Fate.BLOCKED, Cause.REFUSED, Outcome.BLOCKED),
    "a login page": (Fate.LOGIN, Cause.REFUSED, Outcome.BLOCKED),
    "a consent page": (Fate.CONSENT, Cause.REFUSED, Outcome.BLOCKED),
    "a refusal": ("HTTP 403", Cause.REFUSED, Outcome.BLOCKED),
    "too many requests": ("HTTP 429", Cause.REFUSED, Outcome.BLOCKED),
    "a host that was given up": (HostRefuses.of("p.example", 5, 30), Cause.REFUSED, Outcome.BLOCKED),
    "a robots.txt that cannot be fetched": (RobotsUnreadable.of(PAGE, "503"), Cause.ROBOTS, Outcome.BLOCKED),
    "server errors": ("HTTP 503", Cause.AWAY, Outcome.UNREACHABLE),
    "maintenance": (Fate.MAINTENANCE, Cause.AWAY, Outcome.UNREACHABLE),
    "redirects of pages": (Fate.REDIRECT_LOOP, Cause.AWAY, Outcome.UNREACHABLE),
    "redirects of sources": (RedirectLoop("in a circle"), Cause.AWAY, Outcome.UNREACHABLE),
    "empty bodies": (Fate.ODD_ANSWER, Cause.AWAY, Outcome.UNREACHABLE),
    "TLS": (CertificateRefused.of("p.example", "it has expired"), Cause.AWAY, Outcome.UNREACHABLE),
    "no name": (CannotResolveHostError(), Cause.AWAY, Outcome.UNREACHABLE),
    "silence": (DownloadTimeoutError(), Cause.AWAY, Outcome.UNREACHABLE),
    "a connection that may not be made": (_told(errno.EACCES), Cause.AWAY, Outcome.UNREACHABLE),
    "half bodies": (IncompleteBody.of(PAGE, "it broke off"), Cause.AWAY, Outcome.UNREACHABLE),
    "headers too large": (DownloadFailedError("header line too long"), Cause.NEEDS_BROWSER, Outcome.UNREACHABLE),
    "a full disk": (_told(errno.ENOSPC), Cause.DISK, Outcome.STORAGE),
    "a folder of another user": (_told(errno.EACCES, "/var/x"), Cause.DISK, Outcome.STORAGE),
    "a full disk below the browser": (
        _raised(BrowserError("a", "b", "c"), _told(errno.ENOSPC)),
        Cause.DISK,
        Outcome.STORAGE,
    ),
    "no file handles": (_told(errno.EMFILE), Cause.MACHINE, Outcome.FAILED),
    "no file handles for the browser": (
        _raised(BrowserError("a", "b", "c"), _told(errno.EMFILE)),
        Cause.MACHINE,
        Outcome.BROWSER,
    ),
    "a bucket that is away": (StoreUnreachable("a", "b", "c"), Cause.STORE, Outcome.STORAGE),
    "articles that are not stored": (DropReason.NOT_STORED, Cause.STORE, Outcome.STORAGE),
    "no browser": (BrowserError("a", "b", "c"), Cause.BROWSER, Outcome.BROWSER),
    "a browser whose driver died": (
        Error("Connection closed while reading from the driver"),
        Cause.BROWSER,
        Outcome.BROWSER,
    ),
    "a browser that shows nothing": (RenderError("a", "b", "c"), Cause.NOT_SHOWN, Outcome.BROWSER),
    "a mistake in the code": (TypeError("a"), Cause.CODE, Outcome.FAILED),
    "a mistake in a definition's code": (ExtractorFailed.__name__, Cause.CODE, Outcome.FAILED),
    "an address nobody accounts for": (Fate.UNACCOUNTED, Cause.CODE, Outcome.FAILED),
    "selectors that fit nothing": (DropReason.MISSING_FIELD, Cause.PAGE, Outcome.NOTHING_FOUND),
    "pages too large": (PageTooLarge.__name__, Cause.PAGE, Outcome.NOTHING_FOUND),
}
"""What befalls pages: the error, or the name it is noted under; its cause; the end of a run that got no other page."""


def _recorder(**stats: int) -> RunRecorder:
    crawler = get_crawler()
    recorder = RunRecorder.from_crawler(crawler)
    for name, number in {"discovery/found/sitemap": 3, **stats}.items():
        crawler.stats.set_value(name, number)
    return recorder


def _note(recorder: RunRecorder, what: str | Exception, cause: Cause) -> None:
    if isinstance(what, Exception):
        recorder.note_exception(what, PAGE)
    else:
        recorder.note(what, "an example", PAGE, cause if what == Fate.UNACCOUNTED else None)


@pytest.mark.parametrize("what", FAILURES)
def test_a_run_without_an_article_ends_as_what_kept_it_from_any(what: str) -> None:
    """Each cause has its code when it befalls every page, none is "partial: run it again", and docs/ tells it."""
    error, cause, outcome = FAILURES[what]
    recorder = _recorder(**{"run/status/200": 1, "robotstxt/forbidden": 3 * (cause is Cause.ROBOTS)})
    for _ in range(3):
        _note(recorder, error, cause)
    assert recorder.counts.causes == {cause: 3}
    verdict = judge(recorder.counts)
    assert verdict.outcome is outcome, verdict.message
    table = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert f"| {int(outcome.exit_code)} | {outcome.exit_code.means} |" in table


def test_every_cause_is_walked_through() -> None:
    """No cause is without a failure that shows its exit code."""
    assert {cause for _, cause, _ in FAILURES.values()} == set(Cause)


@pytest.mark.parametrize("what", FAILURES)
def test_the_same_on_one_page_of_many_is_partial(what: str) -> None:
    """Where articles were stored, a page that failed is no more than that; a disk, or a machine, that fails is."""
    error, cause, outcome = FAILURES[what]
    recorder = _recorder(**{"run/status/200": 4, "item_scraped_count": 3, "store/new": 3})
    _note(recorder, error, cause)
    machinery = cause in {Cause.DISK, Cause.MACHINE} or isinstance(error, BrowserError)
    assert judge(recorder.counts).outcome is (outcome if machinery else Outcome.PARTIAL)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/var/x"), Cause.DISK),
        (PermissionError(errno.EPERM, "Operation not permitted"), Cause.AWAY),
        (_raised(RenderError("a", "b", "c"), _told(errno.EMFILE)), Cause.MACHINE),
        (NotReached("a", "b", "c"), Cause.AWAY),
        (PageTooLarge.of(PAGE, "it is long"), Cause.PAGE),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset"), Cause.AWAY),
        (StoreRefused("a", "b", "c"), Cause.STORE),
        (Error(f"Page.goto: net::ERR_CONNECTION_REFUSED at {PAGE}"), Cause.AWAY),
        (Error("BrowserType.launch: spawn /bin/ls ENOENT"), Cause.BROWSER),
        (KeyError("id"), Cause.CODE),
    ],
)
def test_each_failure_has_its_cause(error: Exception, cause: Cause) -> None:
    """Told by its type and its number, whatever it is wrapped in."""
    assert cause_of(error) is cause


def test_what_was_being_dealt_with_is_no_cause() -> None:
    """A failure that only arose while another was handled is not the other's."""
    error = KeyError("id")
    error.__context__ = _told(errno.ENOSPC)
    assert cause_of(error) is Cause.CODE


@pytest.mark.parametrize("look", [Look.FIRST, Look.PART, Look.BESIDE])
def test_a_look_that_loses_no_article_is_no_failure(look: Look) -> None:
    """A probe, or a page to compare with, is not counted; nor is what the browser is asked for next, nor a part."""
    recorder = _recorder()
    last_word = LastWord(recorder.crawler)
    last_word.process_exception(look.of(Request(PAGE)), DownloadTimeoutError())
    assert not recorder.errors
    last_word.process_exception(Request(PAGE), DownloadTimeoutError())
    assert [group.count for group in recorder.errors] == [1]


def test_what_was_said_of_a_robots_txt_is_no_sentence_within_one() -> None:
    """The full stop of what a library said does not stand in the middle of the line."""
    assert "refused, so nothing" in str(RobotsUnreadable.of(PAGE, "Connection refused."))
