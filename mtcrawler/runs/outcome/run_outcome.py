"""How a run ended, in one word, one exit code and one line an operator can act on."""

from __future__ import annotations

from collections.abc import Sequence

from mtcrawler.model.errors import AddressRefused, RobotsUnreadable
from mtcrawler.model.printable import count
from mtcrawler.model.reasons import CloseReason, Fate
from mtcrawler.runs.outcome.causes import Cause
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.drift import Drift
from mtcrawler.runs.outcome.machinery import machinery
from mtcrawler.runs.outcome.nothing_found import nothing_found

# Why Scrapy closes a spider that has done all it was asked to do.
from mtcrawler.runs.outcome.result import Addresses, Outcome, RunResult, counted, listed, not_kept, quiet, unread

# Why Scrapy closes a spider that has done all it was asked to do.
COMPLETE_REASONS = frozenset({CloseReason.FINISHED, CloseReason.ITEM_COUNT, CloseReason.PAGE_COUNT})
STOPPED_REASONS = frozenset({CloseReason.SHUTDOWN, CloseReason.CANCELLED})
FALLEN = 5  # things that fell which the last line names


# How a run ends that has seen what it was to see: what it gave is a measure for later ones.
WHOLE = frozenset({Outcome.DONE, Outcome.NOTHING_FOUND, Outcome.PARTIAL, Outcome.SESSION_EXPIRED, Outcome.DRIFTED})

SCRIPTS = (
    "Set RENDER_MODE=auto where its pages need scripts; else crawl more slowly or later, and name MTCRAWLER_CONTACT."
)
SLOWER = "Crawl more slowly or later, and see that MTCRAWLER_CONTACT tells the site whom to write to."
CHECK = "Check the address (-a site=…) and the network, then run it again."

NETWORKS = "If you trust that host, name its network in ALLOWED_NETWORKS (127.0.0.0/8 is this machine); run it again."

# Reasons a spider gives for closing itself when page after page cannot be fetched.
GIVEN_UP: dict[str, tuple[Outcome, str, str]] = {
    CloseReason.BLOCKED: (Outcome.BLOCKED, "the site refused page after page", SLOWER),
    CloseReason.UNREACHABLE: (Outcome.UNREACHABLE, "page after page could not be fetched", CHECK),
    CloseReason.STALLED: (
        Outcome.STALLED,
        "no progress although work was pending",
        "Run it again; LOG_LEVEL=DEBUG shows what hangs.",
    ),
}


def judge(
    counts: Counts,
    reason: str = CloseReason.FINISHED,
    store_error: str | None = None,
    drift: Sequence[Drift] = (),
    partial_above: float = 0.0,
    addresses: Addresses | None = None,
    store_trouble: str | None = None,
) -> RunResult:
    """Decide what a run came to: from what it counted, Scrapy's reason for closing it, what ended the store, what
    drifted, the share of pages that may be lost before the run is called partial, addresses worth naming, and the last
    failure of the store that the run went on after.

    What kept the whole run from working comes before what only some pages suffered, and a stop by the
    operator before both: whatever happened then may be because of the stop.
    """
    if reason in STOPPED_REASONS:
        return RunResult(
            Outcome.STOPPED,
            f"the run was stopped after {count(counts.articles, 'article')}",
            "What is stored stays stored; run it again to fetch the rest.",
        )
    if reason == CloseReason.OVERTAKEN:
        return RunResult(
            Outcome.BUSY,
            f"another run of the publisher began because this one had not renewed its lease; it ended after "
            f"{count(counts.articles, 'article')}",
            "What is stored stays stored; the other run fetches the rest.",
        )
    return (
        machinery(counts, store_error, store_trouble)
        or _site(counts, reason, addresses or Addresses())
        or _drifted(counts, drift)
        or _session(counts)
        or nothing_found(counts, addresses or Addresses())
        or _pages(counts, reason, partial_above, addresses or Addresses())
    )


def _drifted(counts: Counts, drift: Sequence[Drift]) -> RunResult | None:
    """What the publisher's pages or lists no longer give: articles may be stored, but are not what they were."""
    if not drift:
        return None
    lost = f"; {count(counts.lost, 'page')} could not be used ({listed(counts.page_errors)})" if counts.lost else ""
    more = f" and {len(drift) - FALLEN} more, all of them in the manifest" if len(drift) > FALLEN else ""
    return RunResult(
        Outcome.DRIFTED,
        f"{counted(counts)}{lost}; the site no longer yields what it did: {', '.join(map(str, drift[:FALLEN]))}{more}",
        "Look at one of its pages and mend its definition in sites/; "
        "if this is how the site is now, set DRIFT_SINCE to today.",
    )


def _session(counts: Counts) -> RunResult | None:
    """What is wrong with a subscriber's session: the run is whole, but not what was paid for."""
    if not counts.session_expired:
        return None
    cause = f"{counted(counts)}; the reader's session is no longer good, so walled articles are parts"
    return RunResult(Outcome.SESSION_EXPIRED, cause, "Run `mtcrawler login SITE` again; the log names the site.")


def _site(counts: Counts, reason: str, addresses: Addresses) -> RunResult | None:
    """What is wrong with the whole site: it refuses, or does not answer; the spider may have given up because of it."""
    if reason in GIVEN_UP:
        outcome, what, remedy = GIVEN_UP[reason]
        remedy = _reach(counts) if remedy is CHECK else remedy
        return RunResult(outcome, f"{counted(counts)}; then {what} ({listed(counts.errors)})", remedy)
    if counts.met or (counts.known and not counts.failed_addresses):
        return None
    failing = {f"HTTP {status}": number for status, number in counts.statuses.items() if int(status) >= 400}
    refused = max(counts.refused, counts.causes.get(Cause.REFUSED, 0))
    away = max(
        counts.broken, counts.unanswered, counts.causes.get(Cause.AWAY, 0) + counts.causes.get(Cause.NEEDS_BROWSER, 0)
    )
    why = f"({listed(counts.errors or failing)}){unread(counts, addresses)}"
    if refused >= max(away, 1):
        return RunResult(
            Outcome.BLOCKED,
            f"the site refused {count(refused, 'request')} and gave no article {why}",
            SCRIPTS if counts.errors.get(Fate.BLOCKED) and not counts.rendered else SLOWER,
        )
    if away:
        return RunResult(Outcome.UNREACHABLE, f"no article could be fetched from the site {why}", _reach(counts))
    if counts.disallowed and RobotsUnreadable.__name__ in counts.errors:
        barred = count(counts.disallowed, "address", "addresses")
        return RunResult(
            Outcome.BLOCKED,
            f"robots.txt could not be fetched, so {barred} may not be fetched",
            "The manifest says what was answered; run it again later.",
        )
    if counts.disallowed and not counts.fetched:
        return RunResult(
            Outcome.BLOCKED,
            f"robots.txt disallows {count(counts.disallowed, 'address', 'addresses')} and nothing else was asked for",
            "Choose other sources or addresses; robots.txt is always obeyed.",
        )
    return None


def _reach(counts: Counts) -> str:
    """What to do where a site was not reached: most failures say whether it was refused for where it is."""
    most = max(counts.errors, key=lambda name: counts.errors[name], default="")
    return NETWORKS if most == AddressRefused.__name__ else CHECK


def _pages(counts: Counts, reason: str, partial_above: float, addresses: Addresses) -> RunResult:
    """What became of the single pages of a site that answers."""
    left = unread(counts, addresses)
    lost = f"{counted(counts)}; {count(counts.lost, 'page')} could not be used ({listed(counts.page_errors)})"
    if counts.lost > partial_above * (counts.lost + counts.known):
        return RunResult(
            Outcome.PARTIAL,
            f"{lost}{not_kept(addresses) if reason in COMPLETE_REASONS else ''}{left}",
            "The manifest names an example of each; run it again to try them again.",
        )
    if addresses.not_kept and reason in COMPLETE_REASONS:
        cause = f"{counted(counts)}{not_kept(addresses)}{left}"
        return RunResult(Outcome.PARTIAL, cause, "Look at these addresses.")
    if left:
        return RunResult(
            Outcome.PARTIAL,
            f"{counted(counts)}{left}",
            "The log says why; what only they name is missing.",
        )
    if reason not in COMPLETE_REASONS:
        return RunResult(
            Outcome.PARTIAL,
            f"{counted(counts)}; then the run was closed early ({reason})",
            "Lift that limit or run it again to fetch the rest.",
        )
    if left_out := counts.stored.unreadable:
        return RunResult(
            Outcome.PARTIAL,
            f"{counted(counts)}; {count(left_out, 'object')} of the bucket or the disk could not be read and "
            f"{'was' if left_out == 1 else 'were'} left out",
            "The log names each; `mtcrawler verify` finds what is wrong in the bucket.",
        )
    return RunResult(Outcome.DONE, lost if counts.lost else counted(counts) + quiet(counts, addresses))
