"""What one crawl is asked for: which days, sections, sources and addresses, on which origin."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from difflib import get_close_matches
from functools import partial
from urllib.parse import urlsplit

from mtcrawler.markup.addresses import origin_of
from mtcrawler.model import clock
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.faults import ArgumentFaults
from mtcrawler.model.limits import ADDRESS_CHARS
from mtcrawler.security.redaction import has_userinfo
from mtcrawler.sites.sources import BACKFILL

KINDS = ("sitemap", "feed", "list", "wordpress")
OTHER_WORDS = {"rss": "feed", "feeds": "feed", "sections": "list", "lists": "list", "sitemaps": "sitemap"}
RELATIVE = re.compile(r"(\d{1,5})\s*([mhdw])", re.IGNORECASE)
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
EXACT = frozenset("mh")
"""Units of an age that ends at a moment; days and weeks end with a whole day."""
DEFAULT_SINCE = "2d"
LIMIT_DIGITS = 18
SHOWN = 80
"""Characters of a wrong argument that its error shows."""
FORCED = "force"
"""The source of what is asked for again because of force=1."""
EXAMPLES = {
    "since": "since=2026-11-01, since=7d or since=48h",
    "until": "until=2026-11-30 or until=1d",
    "limit": "limit=50",
    "force": "force=1",
    "site": "site=http://127.0.0.1:8600",
    "mirror": "mirror=http://127.0.0.1:8600",
    "url": "url=https://…",
}


@dataclass(frozen=True)
class Scope:
    """The checked arguments of a crawl. `since` and `until` are days in the publisher's time, both included.

    `after` and `before` are the moments in them where hours or minutes were asked for.

    `sources` are kinds of sources, and names of those that are read only where they are asked for. `site` is the
    origin of a mirror, which `mirror=` names, too. With `force` everything in scope is asked for again, whatever is
    known of it.
    """

    since: date
    until: date
    sections: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset(KINDS)
    limit: int | None = None
    urls: tuple[str, ...] = ()
    site: str | None = None
    force: bool = False
    after: datetime | None = None
    before: datetime | None = None

    def covers(self, day: date, at: datetime | None = None) -> bool:
        """Whether an article of this day, and of this moment where that is known, is asked for."""
        if at is not None and ((self.after and at < self.after) or (self.before and at > self.before)):
            return False
        return self.since <= day <= self.until

    def reads(self, kind: str, backfill: str | None) -> bool:
        """Whether a source of this kind is read; one for back-fills has a name, and is read by that alone."""
        return (backfill or kind) in self.sources or (backfill is not None and BACKFILL in self.sources)

    def wants(self, source: str, day: date | None, section: str | None, at: datetime | None = None) -> bool:
        """Whether an article is asked for, by the source that named it, its section, and its day and moment.

        A feed or list was chosen by its section already, unless it is for back-fills; a stored article is looked at in
        any case.
        """
        if source == "recheck":
            return True
        if day is not None and not self.covers(day, at):
            return False
        return (
            not self.sections or not source.startswith(("sitemap", "wordpress", BACKFILL)) or section in self.sections
        )

    @classmethod
    def parse(
        cls,
        arguments: Mapping[str, str],
        sections: Collection[str],
        zone: tzinfo | None = None,
        now: datetime | None = None,
        backfills: Collection[str] = (),
    ) -> Scope:
        """The scope these spider arguments ask for; raises ArgumentError with all that is wrong, each of them with the
        argument's name and what it may be.
        """
        wrong = ArgumentFaults()
        known = {*EXAMPLES, "sections", "sources"}
        for name in sorted(set(arguments) - known):
            wrong.note(_unknown(name, arguments[name], known))
        today = (now or clock.now()).astimezone(zone or UTC)
        begins = wrong.noting(lambda: _bound("since", arguments.get("since", DEFAULT_SINCE), today))
        ends = wrong.noting(
            lambda: _bound("until", arguments["until"], today) if "until" in arguments else (date.max, None)
        )
        if begins and begins[0] > today.date():
            wrong.note(_wrong("since", arguments["since"], "it lies in the future", f"Write {EXAMPLES['since']}"))
        elif begins and ends and (begins[0] > ends[0] or (begins[1] and ends[1] and begins[1] > ends[1])):
            wrong.note(_swapped(arguments.get("since"), arguments["until"]))
        if "mirror" in arguments and "site" in arguments:
            wrong.note(_wrong("mirror", arguments["mirror"], "site names a mirror, too", "Give one of the two"))
        chosen = wrong.noting(lambda: _choices("sections", arguments.get("sections"), sections))
        named = (*KINDS, *([BACKFILL, *backfills] if backfills else ()))
        sources = wrong.noting(lambda: _choices("sources", arguments.get("sources"), named, OTHER_WORDS))
        force = wrong.noting(lambda: _truth("force", arguments.get("force", "0")))
        limit = wrong.noting(lambda: _limit(arguments.get("limit")))
        urls = wrong.noting(lambda: addresses_of_articles(arguments.get("url")))
        mirrors = [wrong.noting(partial(_origin, name, arguments.get(name))) for name in ("mirror", "site")]
        wrong.tell()
        assert begins is not None
        assert ends is not None
        # These do not tell sections apart, so asking them for some of them would mean fetching all of them.
        default = frozenset(KINDS) - {"sitemap", "wordpress"} if chosen else frozenset(KINDS)
        return cls(
            since=begins[0],
            until=ends[0],
            after=begins[1],
            before=ends[1],
            sections=chosen or frozenset(),
            sources=sources or default,
            limit=limit,
            urls=urls or (),
            site=next(filter(None, mirrors), None),
            force=bool(force),
        )


def _unknown(name: str, value: str, known: Collection[str]) -> ArgumentError:
    alike = get_close_matches(name.lower(), known, n=1)
    meant = f"Did you mean {alike[0]}? " if alike else ""
    return _wrong(name, value, "there is no such argument", f"{meant}Known are {', '.join(sorted(known))}")


def _wrong(name: str, value: str, happened: str, remedy: str) -> ArgumentError:
    value = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
    return ArgumentError(f"Reading the argument {name}={value}", happened, f"{remedy}.")


def _swapped(since: str | None, until: str) -> ArgumentError:
    """The period ends before it begins."""
    if since is None:
        remedy = f"Give an earlier since as well: {EXAMPLES['since']}"
        return _wrong("until", until, f"it lies before since={DEFAULT_SINCE}, the default", remedy)
    return _wrong("since", since, f"it lies after until={until}", "Swap or change them")


def _bound(name: str, value: str, now: datetime) -> tuple[date, datetime | None]:
    """The day that is meant, and the moment where one is."""
    if relative := RELATIVE.fullmatch(value.strip()):
        unit = relative[2].lower()
        moment = now - timedelta(**{UNITS[unit]: int(relative[1])})
        return moment.date(), moment if unit in EXACT else None
    try:
        return date.fromisoformat(value.strip()), None
    except ValueError as err:
        happened = "it is neither a day nor an age in minutes, hours, days or weeks"
        raise _wrong(name, value, happened, f"Write {EXAMPLES[name]}") from err


def _choices(
    name: str, value: str | None, known: Collection[str], meant: Mapping[str, str] | None = None
) -> frozenset[str]:
    remedy = f"Choose from {', '.join(known)}" if known else f"Leave {name} out: this site has none to choose from"
    parts = (part for part in re.split(r"[\s,]+", (value or "").strip().lower()) if part)
    chosen = frozenset(part if part in known else (meant or {}).get(part, part) for part in parts)
    if value is not None and not chosen:
        raise _wrong(name, value, "it is empty", remedy)
    if unknown := sorted(chosen - set(known)):
        told = " and ".join(f"“{one}”" for one in unknown)
        happened = f"{told} {'is' if len(unknown) == 1 else 'are'} not known"
        raise _wrong(name, value or "", happened, remedy)
    return chosen


def _limit(value: str | None) -> int | None:
    if value is None:
        return None
    if len(value.strip()) > LIMIT_DIGITS:
        raise _wrong("limit", value, f"it has more than {LIMIT_DIGITS} characters", f"Write {EXAMPLES['limit']}")
    if not value.strip().isdecimal() or int(value) < 1:
        raise _wrong("limit", value, "it is not a whole number above 0", f"Write {EXAMPLES['limit']}")
    return int(value)


def _truth(name: str, value: str) -> bool:
    truth = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(value.strip().lower())
    if truth is None:
        raise _wrong(name, value, "it is neither 1 nor 0", f"Write {EXAMPLES[name]}")
    return truth


def is_address(value: str) -> bool:
    """Whether this is an http or https address."""
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _address(name: str, value: str) -> str:
    usable = is_address(value)
    if usable and has_userinfo(value):
        raise ArgumentError(
            f"Reading the argument {name}", "it holds a user name or a password", "What is read has to be open to all"
        )
    if len(value) > ADDRESS_CHARS:
        raise _wrong(name, value, f"it is longer than {ADDRESS_CHARS} characters", f"Write {EXAMPLES[name]}")
    if not usable:
        raise _wrong(name, value, "it is not an http or https address", f"Write {EXAMPLES[name]}")
    return value


def addresses_in(value: str) -> list[str]:
    """What `url=` names, as it is written."""
    return [url for url in re.split(r"[\s,]+", value.strip()) if url]


def addresses_of_articles(value: str | None) -> tuple[str, ...]:
    """The same, each looked at; raises ArgumentError with all that are no addresses. None is none."""
    urls, wrong = addresses_in(value or ""), ArgumentFaults()
    if value is not None and not urls:
        raise _wrong("url", value, "it is empty", f"Write {EXAMPLES['url']}")
    for url in urls:
        wrong.noting(partial(_address, "url", url))
    wrong.tell()
    return tuple(urls)


def _origin(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(_address(name, value.strip()))
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _wrong(name, value, "it names a page, not an origin", f"Write {EXAMPLES[name]}")
    return origin_of(value.strip())
