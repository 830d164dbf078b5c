"""What of a robots.txt concerns us: its sitemaps, and the rules of the one group that holds for us."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from mtcrawler.model.limits import ROBOTS_BYTES, WILDCARD_CHARS, WILDCARD_RULES

AGENT_FIELDS = frozenset({("user-agent",), ("useragent",), ("user", "agent")})
RULE_FIELDS = frozenset({"allow", "disallow", "crawl-delay", "request-rate"})
TOKEN = re.compile(r"[a-z_-]+", re.IGNORECASE)
DELAY = re.compile(r"\s*+(\d{1,9}(?:[.,]\d{1,9})?)\s*+(?:s|sec|seconds?)?\s*+$", re.IGNORECASE)
RATE = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})\s*([smhd]?)", re.IGNORECASE)
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
UNQUOTED = re.compile(r"[A-Za-z0-9_.~/=*%-]*")
SITE_FIELDS = frozenset({"sitemap", "sitemaps", "site-map", "host"})  # hold for the whole file and end no group


class Rules(NamedTuple):
    """A robots.txt with one group, for everybody, and how many of its rules were made stricter than they are."""

    text: str
    stricter: int


def sitemaps_of(body: bytes) -> list[str]:
    """The addresses that the file names as sitemaps, in its order."""
    found = []
    for line in _lines(body):
        name, _, value = line.partition(":")
        if name.strip().lower() == "sitemap" and (words := value.strip("<>\"' \t").split(None, 1)):
            found.append(words[0])
    return found


def rules_for(agent: str, body: bytes) -> Rules:
    """The rules of all groups that name what fits the agent best.

    A parser gets the same rules for this agent; but the file cannot make it keep thousands of rules for each
    of thousands of names. Nor can it make each decision search the address for thousands of patterns: of rules with
    stars past the caps only what stands before the first star counts, and those that allow something are left out. So
    what the file forbids stays forbidden.
    """
    groups = list(_groups(body))
    fitting = {name: _fit(name, agent) for names, _ in groups for name in names}
    best = max(fitting.values(), default=0)
    if not best:
        return Rules("", 0)
    rules = [line for names, lines in groups if any(fitting[name] == best for name in names) for line in lines]
    kept, stricter = _cheap(rules)
    return Rules("\n".join(["User-agent: *", *kept]), stricter)


def delay_of(rules: Rules) -> float | None:
    """Seconds between two requests that the rules ask for, by Crawl-delay or by Request-rate; the longest of them.

    A rate that holds for some hours of the day is taken to hold always.
    """
    found = []
    for line in rules.text.splitlines():
        name, value = (*line.replace(":", " ", 1).split(None, 1), "")[:2]
        if name.lower() == "crawl-delay":
            if said := DELAY.match(value):  # some write 0,5 or 2s
                found.append(float(said[1].replace(",", ".")))
        elif name.lower() == "request-rate" and (rate := RATE.match(value)) and int(rate[1]):
            found.append(int(rate[2]) * UNITS[rate[3].lower()] / int(rate[1]))
    return max((delay for delay in found if 0 < delay < inf), default=None)


def _cheap(rules: list[str]) -> tuple[list[str], int]:
    """The rules, of which those with stars past the caps are made stricter, and how many these are."""
    kept, number, chars, stricter = [], 0, 0, 0
    for rule in rules:
        head, star, tail = rule.partition("*")
        if not star or not tail.strip("* \t"):
            kept.append(rule)
        elif number < WILDCARD_RULES and chars + len(rule) <= WILDCARD_CHARS:
            kept.append(rule)
            number, chars = number + 1, chars + len(rule)
        else:
            stricter += 1
            if not _allows(rule):
                kept.append(head + "*" * (1 + _quoted_length(tail.strip())))  # as long as it was: longer rules win
    return kept, stricter


def _quoted_length(text: str) -> int:
    """As many characters as a parser can make of the text by quoting it, or more."""
    return len(text) if UNQUOTED.fullmatch(text) else 3 * len(text.encode("utf-8", "replace"))


def _allows(rule: str) -> bool:
    return rule.replace(":", " ", 1).split(None, 1)[0].lower() == "allow"


def _lines(body: bytes) -> list[str]:
    """The lines without their comments; a line that the cap cuts through is left out."""
    text = body[:ROBOTS_BYTES]
    if len(body) > ROBOTS_BYTES:
        text = text[: max(text.rfind(b"\n"), text.rfind(b"\r"), 0)]
    charset = "utf-16" if text.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    return [line.partition("#")[0] for line in text.decode(charset, "ignore").splitlines()]


def _groups(body: bytes) -> Iterator[tuple[list[str], list[str]]]:
    """The names and the rules of each group. Names are found as the parser finds them: with or without a colon."""
    names: list[str] = []
    rules: list[str] = []
    for line in _lines(body):
        words = line.replace(":", " ", 1).split(None, 2)
        head = tuple(word.lower() for word in words[:2])
        if head[:1] in AGENT_FIELDS or head in AGENT_FIELDS:
            if rules:
                yield names, rules
                names, rules = [], []
            skipped = 1 if head[:1] in AGENT_FIELDS else 2
            names.append(" ".join(words[skipped:]).strip().lower())
        elif words and head[0] not in SITE_FIELDS and (":" in line or head[0] in RULE_FIELDS):
            rules.append(line)
    yield names, rules


def _fit(name: str, agent: str) -> int:
    """How well the name of a group fits the agent: 2 for its product token, 1 for all, 0 for none.

    What follows the token in a name is left out, such as its version (RFC 9309, section 2.2.1).
    """
    if name.split()[:1] == ["*"]:
        return 1
    token = TOKEN.match(name)
    return 2 if token and token[0].lower() in TOKEN.findall(agent.lower()) else 0
