"""How a run ends that found no article on a site that answers: what there was to see, and what to look at."""

from __future__ import annotations

from typing import Final

from mtcrawler.model.errors import Forged, PageTooLarge
from mtcrawler.model.printable import count
from mtcrawler.model.reasons import Fate
from mtcrawler.runs.outcome.causes import Cause
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.result import Addresses, Outcome, RunResult, not_kept, unread

LOOK: Final = "Look at one of the pages: the selectors of the site's definition in sites/ may not fit it."
WIDEN: Final = "Widen since, until, sections or sources."
HOSTS: Final = "See where they lead: if the site has moved, add its hosts to its definition in sites/."
FATES: Final[dict[str, tuple[str, str]]] = {
    Fate.MISSING: ("missing", "Look at one of the addresses: the sources name pages that are not there."),
    Fate.NOT_ARTICLE: ("without an article", LOOK),
    Fate.UNLIKELY: (
        "that are probably no articles by their addresses",
        "Ask for one of the addresses by -a url=, or describe the site: `mtcrawler sites new`.",
    ),
    Fate.OUT_OF_SCOPE: ("out of scope", WIDEN),
    Fate.ELSEWHERE: ("that led to other hosts", HOSTS),
    Fate.DISALLOWED: ("disallowed by robots.txt", "Choose other sources or addresses; robots.txt is always obeyed."),
    Fate.METER: (
        "left alone, the meter being reached",
        "Run it again later, or with a session: `mtcrawler login SITE`.",
    ),
    PageTooLarge.__name__: ("too large to read", "Open one of them in a browser: it is past the limits of reading."),
    Forged.__name__: (
        "whose scripts changed what was seen of them",
        "Open one of them in a browser: nothing is stored of a page that does that.",
    ),
    Fate.OVER_LIMIT: ("past the limit", "Raise -a limit=."),
}
"""What became of addresses of which none gave an article: in words, and what to do where most came to it."""


def nothing_found(counts: Counts, addresses: Addresses) -> RunResult | None:
    """Why a site that answers gave no article: what there was to see, and what to look at."""
    errors = set(counts.causes) - {Cause.PAGE}
    if counts.known or counts.lists_unchanged or errors or (counts.lost and not counts.causes):
        return None
    seen = [f"{count(counts.addresses, 'address', 'addresses')} named by the sources"]
    for fate, number in sorted(counts.fates.items(), key=lambda one: -one[1]):
        seen.append(f"{count(number, 'page')} {FATES[fate][0]}" if fate in FATES else f"{number} × {fate}")
    if counts.unmatched:
        seen.append(f"{counts.unmatched} that match no pattern of articles, such as {', '.join(addresses.unmatched)}")
    if counts.foreign:
        seen.append(f"{counts.foreign} on none of the site's hosts, such as {', '.join(addresses.foreign)}")
    if counts.unusable:
        seen.append(f"{count(sum(counts.unusable.values()), 'entry', 'entries')} of sources without a link to a page")
    cause = f"no article was found ({', '.join(seen)}){unread(counts, addresses)}{not_kept(addresses)}"
    return RunResult(Outcome.NOTHING_FOUND, cause, _remedy(counts))


def _remedy(counts: Counts) -> str:
    """What to look at where no article was found."""
    if counts.foreign > max(counts.addresses, counts.unmatched):
        return HOSTS
    if counts.fates:
        most = max(counts.fates, key=lambda fate: counts.fates[fate])
        if set(counts.found) == {"url"} and most in {Fate.MISSING, Fate.NOT_ARTICLE}:
            return "Look at the addresses: none is an article's."
        return FATES[most][1] if most in FATES else LOOK
    if counts.unmatched:
        return "Mend the patterns of `articles` in the site's definition in sites/."
    if counts.unreadable:
        gone = f": {counts.sources_missing} answered 404" if counts.sources_missing else ""
        return f"Look at the addresses of the sources in the site's definition in sites/{gone}."
    return WIDEN
