"""What one crawl is asked for: which days, sections, sources and addresses, on which origin."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from mtcrawler.markup.addresses import origin_of
from mtcrawler.model import clock
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.limits import ADDRESS_CHARS

KINDS = ("sitemap", "rss", "sections")
RELATIVE = re.compile(r"(\d{1,5})\s*([hdw])", re.IGNORECASE)
UNITS = {"h": "hours", "d": "days", "w": "weeks"}
DEFAULT_SINCE = "2d"
EXAMPLES = {
    "since": "since=2026-11-01 or since=7d",
    "until": "until=2026-11-30 or until=1d",
    "limit": "limit=50",
    "site": "site=http://127.0.0.1:8600",
    "mirror": "mirror=http://127.0.0.1:8600",
    "url": "url=https://…",
}


@dataclass(frozen=True)
class Scope:
    """The checked arguments of a crawl. `since` and `until` are days in the publisher's time, both included.

    `site` is the origin of a mirror, which `mirror=` names, too.
    """

    since: date
    until: date
    sections: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset(KINDS)
    limit: int | None = None
    urls: tuple[str, ...] = ()
    site: str | None = None

    def covers(self, day: date) -> bool:
        """Whether an article of this day is asked for."""
        return self.since <= day <= self.until

    def wants(self, source: str, day: date | None, section: str | None) -> bool:
        """Whether an article is asked for, by the source that named it, its day of publication and its section.

        A source other than a sitemap was chosen by its section already; a stored article is looked at in any case.
        """
        if source == "recheck":
            return True
        if day is not None and not self.covers(day):
            return False
        return not self.sections or not source.startswith("sitemap") or section in self.sections

    @classmethod
    def parse(
        cls,
        arguments: Mapping[str, str],
        sections: Collection[str],
        zone: tzinfo | None = None,
        now: datetime | None = None,
    ) -> Scope:
        """The scope these spider arguments ask for; raises ArgumentError, naming the argument and what it may be."""
        if unknown := sorted(set(arguments) - {*EXAMPLES, "sections", "sources"}):
            known = ", ".join(sorted({*EXAMPLES, "sections", "sources"}))
            raise _wrong(unknown[0], arguments[unknown[0]], "there is no such argument", f"Known are {known}")
        today = (now or clock.now()).astimezone(zone or UTC)
        since = _day("since", arguments.get("since", DEFAULT_SINCE), today)
        until = _day("until", arguments["until"], today) if "until" in arguments else date.max
        if since > today.date():
            raise _wrong("since", str(since), "it lies in the future", f"Write {EXAMPLES['since']}")
        if since > until:
            raise _wrong("since", str(since), f"it lies after until={until}", "Swap or change them")
        if "mirror" in arguments and "site" in arguments:
            raise _wrong("mirror", arguments["mirror"], "site names a mirror, too", "Give one of the two")
        chosen = _choices("sections", arguments.get("sections"), sections)
        sources = _choices("sources", arguments.get("sources"), KINDS)
        # A sitemap does not tell sections apart, so asking it for some of them would mean fetching all of them.
        default = frozenset(KINDS) - {"sitemap"} if chosen else frozenset(KINDS)
        return cls(
            since=since,
            until=until,
            sections=chosen,
            sources=sources or default,
            limit=_limit(arguments.get("limit")),
            urls=_addresses(arguments.get("url")),
            site=_origin("mirror", arguments.get("mirror")) or _origin("site", arguments.get("site")),
        )


def _wrong(name: str, value: str, happened: str, remedy: str) -> ArgumentError:
    return ArgumentError(f"Reading the argument {name}={value}", happened, f"{remedy}.")


def _day(name: str, value: str, now: datetime) -> date:
    if relative := RELATIVE.fullmatch(value.strip()):
        return (now - timedelta(**{UNITS[relative[2].lower()]: int(relative[1])})).date()
    try:
        return date.fromisoformat(value.strip())
    except ValueError as err:
        happened = "it is neither a day nor an age in hours, days or weeks"
        raise _wrong(name, value, happened, f"Write {EXAMPLES[name]}") from err


def _choices(name: str, value: str | None, known: Collection[str]) -> frozenset[str]:
    chosen = frozenset(part for part in re.split(r"[\s,]+", (value or "").strip().lower()) if part)
    if value is not None and not chosen:
        raise _wrong(name, value, "it is empty", f"Choose from {', '.join(known)}")
    if unknown := sorted(chosen - set(known)):
        raise _wrong(name, value or "", f"“{unknown[0]}” is not known", f"Choose from {', '.join(known)}")
    return chosen


def _limit(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.strip().isdecimal() or int(value) < 1:
        raise _wrong("limit", value, "it is not a whole number above 0", f"Write {EXAMPLES['limit']}")
    return int(value)


def _address(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if usable and "@" in parts.netloc:
        raise ArgumentError(
            f"Reading the argument {name}", "it holds a user name or a password", "What is read has to be open to all"
        )
    if len(value) > ADDRESS_CHARS:
        raise _wrong(name, f"{value[:80]}…", f"it is longer than {ADDRESS_CHARS} characters", f"Write {EXAMPLES[name]}")
    if not usable:
        raise _wrong(name, value, "it is not an http or https address", f"Write {EXAMPLES[name]}")
    return value


def _addresses(value: str | None) -> tuple[str, ...]:
    urls = tuple(_address("url", url) for url in re.split(r"[\s,]+", (value or "").strip()) if url)
    if value is not None and not urls:
        raise _wrong("url", value, "it is empty", f"Write {EXAMPLES['url']}")
    return urls


def _origin(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(_address(name, value.strip()))
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _wrong(name, value, "it names a page, not an origin", f"Write {EXAMPLES[name]}")
    return origin_of(value.strip())
