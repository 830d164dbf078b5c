"""How a run ended, in one word, one exit code and one line an operator can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mtcrawler.model.errors import BrowserError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.reasons import CloseReason
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.drift import Drift

# Why Scrapy closes a spider that has done all it was asked to do.
COMPLETE_REASONS = frozenset({CloseReason.FINISHED, CloseReason.ITEM_COUNT, CloseReason.PAGE_COUNT})
STOPPED_REASONS = frozenset({CloseReason.SHUTDOWN, CloseReason.CANCELLED})
FALLEN = 5  # things that fell which the last line names


class Outcome(StrEnum):
    """What a run came to; the value is what goes into the manifest."""

    DONE = "done"
    NOTHING_FOUND = "nothing-found"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    STORAGE = "storage"
    BROWSER = "browser"
    STOPPED = "stopped"
    SESSION_EXPIRED = "session-expired"
    DRIFTED = "drifted"
    BUSY = "busy"
    STALLED = "stalled"

    @property
    def exit_code(self) -> ExitCode:
        """What the process ends with: 0 when all is well, a number of its own for every other ending."""
        return ExitCode[self.name]


# How a run ends that has seen what it was to see: what it gave is a measure for later ones.
WHOLE = frozenset({Outcome.DONE, Outcome.NOTHING_FOUND, Outcome.PARTIAL, Outcome.SESSION_EXPIRED, Outcome.DRIFTED})

SLOWER = "Crawl more slowly or later, and see that MTCRAWLER_CONTACT tells the site whom to write to."
HANGS = "Run it again; LOG_LEVEL=DEBUG shows what hangs."
CHECK = "Check the address (-a site=…) and the network, then run it again."

# Reasons a spider gives for closing itself when page after page cannot be had.
GIVEN_UP: dict[str, tuple[Outcome, str, str]] = {
    CloseReason.BLOCKED: (Outcome.BLOCKED, "the site refused page after page", SLOWER),
    CloseReason.UNREACHABLE: (Outcome.UNREACHABLE, "page after page could not be fetched", CHECK),
    CloseReason.STALLED: (
        Outcome.STALLED,
        "nothing came of anything any more",
        "Run it again; LOG_LEVEL=DEBUG shows what hangs.",
    ),
}


@dataclass(frozen=True)
class RunResult:
    """The outcome of a run with its cause and what to do about it; no remedy where nothing is wrong."""

    outcome: Outcome
    cause: str
    remedy: str = ""

    @property
    def message(self) -> str:
        """Cause and remedy as one line."""
        return f"{self.cause}. {self.remedy}".rstrip()


def judge(
    counts: Counts,
    reason: str = CloseReason.FINISHED,
    store_error: str | None = None,
    drift: Sequence[Drift] = (),
    partial_above: float = 0.0,
) -> RunResult:
    """Decide what a run came to: from what it counted, Scrapy's reason for closing it, what ended the store, what
    drifted, and the share of pages that may be lost before the run is called partial.

    What kept the whole run from working comes before what only some pages suffered, and a stop by the
    operator before both: whatever happened then may be because of the stop.
    """
    if reason in STOPPED_REASONS:
        return RunResult(
            Outcome.STOPPED,
            f"the run was stopped after {_count(counts.articles, 'article')}",
            "What is stored stays stored; run it again to fetch the rest.",
        )
    if reason == CloseReason.OVERTAKEN:
        return RunResult(
            Outcome.BUSY,
            f"another run of the publisher began while this one was not heard of; it ended after "
            f"{_count(counts.articles, 'article')}",
            "What is stored stays stored; the other run fetches the rest.",
        )
    return (
        _machinery(counts, store_error)
        or _site(counts, reason)
        or _drifted(counts, drift)
        or _session(counts)
        or _pages(counts, reason, partial_above)
    )


def _drifted(counts: Counts, drift: Sequence[Drift]) -> RunResult | None:
    """What the publisher's pages or lists no longer give: articles may be stored, but are not what they were."""
    if not drift:
        return None
    lost = f"; {_count(counts.lost, 'page')} could not be used ({_listed(counts.errors)})" if counts.lost else ""
    more = f" and {len(drift) - FALLEN} more, all of them in the manifest" if len(drift) > FALLEN else ""
    return RunResult(
        Outcome.DRIFTED,
        f"{_told(counts)}{lost}; the site no longer gives what it did: {', '.join(map(str, drift[:FALLEN]))}{more}",
        "Look at one of its pages and mend its definition in sites/; "
        "if this is how the site is now, set DRIFT_SINCE to today.",
    )


def _session(counts: Counts) -> RunResult | None:
    """What is wrong with a subscriber's session: the run is whole, but not what was paid for."""
    if not counts.session_expired:
        return None
    cause = f"{_told(counts)}; the reader's session is no longer good, so walled articles are parts"
    return RunResult(Outcome.SESSION_EXPIRED, cause, "Run `mtcrawler login SITE` again; the log names the site.")


def _machinery(counts: Counts, store_error: str | None) -> RunResult | None:
    """What is wrong on our side: the browser, the bucket."""
    if BrowserError.__name__ in counts.errors:
        return RunResult(
            Outcome.BROWSER,
            "the browser could not be started, or died and did not come back",
            "`python -m mtcrawler.fetch.browser.browser` tries it by itself and says what is missing.",
        )
    if store_error:
        return RunResult(
            Outcome.STORAGE,
            f"the run was ended by its store, {_count(counts.stored.waiting, 'article')} waiting on disk",
            store_error,
        )
    if waiting := counts.stored.waiting:
        return RunResult(
            Outcome.STORAGE,
            f"the bucket could not be written; {_count(waiting, 'article')} wait on disk",
            "Nothing is lost: the next run delivers them once the bucket answers again.",
        )
    if failed := counts.stored.failed:
        return RunResult(
            Outcome.STORAGE,
            f"{_count(failed, 'article')} could not be stored",
            "See the errors for the cause, then run it again.",
        )
    return None


def _site(counts: Counts, reason: str) -> RunResult | None:
    """What is wrong with the whole site: it refuses, or does not answer; the spider may have given up because of it."""
    if reason in GIVEN_UP:
        outcome, what, remedy = GIVEN_UP[reason]
        return RunResult(outcome, f"{_told(counts)}; then {what} ({_listed(counts.errors)})", remedy)
    if counts.known:
        return None
    failing = {f"HTTP {status}": number for status, number in counts.statuses.items() if int(status) >= 400}
    if counts.refused >= max(counts.broken, counts.unanswered, 1):
        return RunResult(
            Outcome.BLOCKED,
            f"the site refused {_count(counts.refused, 'page')} and gave no article ({_listed(failing)})",
            SLOWER,
        )
    if counts.broken or counts.unanswered:
        return RunResult(
            Outcome.UNREACHABLE,
            f"no article could be fetched from the site ({_listed(counts.errors or failing)})",
            CHECK,
        )
    if counts.disallowed and not counts.fetched:
        return RunResult(
            Outcome.BLOCKED,
            f"robots.txt disallows {_count(counts.disallowed, 'address', 'addresses')} and nothing else was asked for",
            "Choose other sources or addresses; robots.txt is always obeyed.",
        )
    return None


def _pages(counts: Counts, reason: str, partial_above: float) -> RunResult:
    """What became of the single pages of a site that answers."""
    unread = _unread(counts)
    if not (counts.known or counts.lost or counts.lists_unchanged):
        return RunResult(
            Outcome.NOTHING_FOUND,
            f"no article was found ({_count(counts.addresses, 'address', 'addresses')} named by the sources"
            f", {_count(counts.out_of_scope, 'page')} out of scope"
            f", {_count(counts.not_articles, 'page')} without an article, {_count(counts.gone, 'page')} gone){unread}",
            "Look at the addresses: none is an article's."
            if set(counts.found) == {"url"}
            else "Widen since, until, sections or sources.",
        )
    lost = f"{_told(counts)}; {_count(counts.lost, 'page')} could not be used ({_listed(counts.errors)})"
    if counts.lost > partial_above * (counts.lost + counts.known):
        return RunResult(
            Outcome.PARTIAL,
            lost,
            "The manifest names an example of each; run it again to try them again.",
        )
    if unread:
        return RunResult(
            Outcome.PARTIAL,
            f"{_told(counts)}{unread}",
            "The log says why; what only they name is missing.",
        )
    if reason not in COMPLETE_REASONS:
        return RunResult(
            Outcome.PARTIAL,
            f"{_told(counts)}; then the run was closed early ({reason})",
            "Lift that limit or run it again to fetch the rest.",
        )
    if left_out := counts.stored.unreadable:
        return RunResult(
            Outcome.PARTIAL,
            f"{_told(counts)}; {_count(left_out, 'object')} of the bucket or the disk could not be read and "
            f"{'was' if left_out == 1 else 'were'} left out",
            "The log names each; `mtcrawler verify` finds what is wrong in the bucket.",
        )
    return RunResult(Outcome.DONE, lost if counts.lost else _told(counts))


def _unread(counts: Counts) -> str:
    """What sources may have named and nobody read."""
    failed = f"; {_count(len(counts.unreadable), 'source')} could not be read ({', '.join(counts.unreadable)})"
    return (failed if counts.unreadable else "") + (f"; not read: {_listed(counts.cut)}" if counts.cut else "")


def _told(counts: Counts) -> str:
    stored = counts.stored
    parts = [f"{stored.new} new", f"{stored.revised} revised", f"{stored.unchanged} unchanged"]
    if counts.duplicates:
        parts.append(_count(counts.duplicates, "duplicate"))
    return f"{_count(counts.articles, 'article')}: {', '.join(parts)}"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _listed(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number} × {name}" for name, number in sorted(numbers.items(), key=lambda pair: -pair[1]))
