"""What a process ends with: one number for each ending; the table in docs/settings.md is made from here."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final, Self


class ExitCode(IntEnum):
    """An exit code, what it means, and what a person may do about it."""

    means: str
    remedy: str

    def __new__(cls, value: int, means: str, remedy: str = "") -> Self:
        """A number with its words."""
        code = int.__new__(cls, value)
        code._value_, code.means, code.remedy = value, means, remedy
        return code

    DONE = 0, "the run, or the command, is done"
    FAILED = (
        1,
        "it failed in a way that has no code of its own: a mistake of the program or of a definition's code, no memory "
        "or file handles left",
        "the line on stderr says what to do",
    )
    WRONG_INPUT = (
        2,
        "it was not started: a wrong argument or setting",
        "each line on stderr names one, and what it may be",
    )
    INCOMPLETE = (
        3,
        "a command is done, but something is missing or wrong: objects that could not be read (named on stderr), "
        "findings of `verify`, `doctor` or `sites try`, a store that is not running",
    )
    NOTHING_FOUND = (
        10,
        "the run found no article: the sources name none in scope, or what they name is missing, holds none or is past "
        "the limits of reading",
        "the last line says which, and what to look at",
    )
    PARTIAL = (
        11,
        "the run is partial: some pages or sources could not be used, or an address asked for by name was not stored",
        "run it again; the manifest names an example of each error",
    )
    BLOCKED = (
        12,
        "the site, or its robots.txt, refused the run: no article, but refusals (401, 403, 429), challenges, login or "
        "consent pages",
        "crawl more slowly or later; `RENDER_MODE=auto` where scripts are needed",
    )
    UNREACHABLE = (
        13,
        "the site could not be reached: no article, but no connection, an invalid certificate, redirect loops, server "
        "errors, empty answers or maintenance pages",
        "look at the site, then run it again",
    )
    STORAGE = (
        14,
        "the bucket, this machine's disk or the fleet's database could not be used",
        "articles that were fetched wait on disk; the next run delivers them",
    )
    BROWSER = (
        15,
        "there is no browser, it does not start or shows no page, or the machine allows too few files or processes",
        "`mtcrawler doctor` says what is missing",
    )
    STOPPED = 16, "the run was stopped by a signal", "what is stored stays stored"
    SESSION_EXPIRED = 17, "a reader's session had expired and the run went on without it", "`mtcrawler login SITE`"
    DRIFTED = (
        18,
        "the run has drifted: the publisher's pages or lists no longer yield what they did",
        "the manifest says what fell from how much to how much; mend the definition in `sites/`",
    )
    BUSY = (
        19,
        "the run was not started, or gave way: another run of the publisher is in progress",
        "wait, or `OVERLAP=allow`",
    )
    STALLED = (
        20,
        "the run stalled: pending work gave no result for ten minutes (`-s STALLED_AFTER=`), or Python did not answer "
        "for 90 seconds (`-s UNRESPONSIVE_AFTER=`)",
        "run it again; the last line names where it hung, or `LOG_LEVEL=DEBUG` shows it",
    )
    INTERRUPTED = 130, "a command was interrupted (Ctrl-C)"


SEVERITY: Final = (
    ExitCode.STOPPED,
    ExitCode.STORAGE,
    ExitCode.BROWSER,
    ExitCode.FAILED,
    ExitCode.STALLED,
    ExitCode.WRONG_INPUT,
    ExitCode.DRIFTED,
    ExitCode.PARTIAL,
    ExitCode.SESSION_EXPIRED,
    ExitCode.BLOCKED,
    ExitCode.UNREACHABLE,
    ExitCode.NOTHING_FOUND,
    ExitCode.BUSY,
)
"""What the runs of one process can end with, beside 0, the most serious first: what hinders all of them, then what is
to be mended here, then what lost articles, then what is the site's own doing.
"""


def most_serious(codes: Iterable[int]) -> ExitCode:
    """The exit code of a process whose runs ended with these: 0 where all of them did, else the most serious one."""
    ended = set(codes)
    return next((code for code in SEVERITY if code in ended), ExitCode.FAILED if ended - {0} else ExitCode.DONE)
