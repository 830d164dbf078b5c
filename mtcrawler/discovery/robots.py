"""What of a robots.txt concerns us: its sitemaps, and the rules of the one group that holds for us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mtcrawler.model.limits import ROBOTS_BYTES, WILDCARD_CHARS, WILDCARD_RULES

AGENT_FIELDS = frozenset({("user-agent",), ("useragent",), ("user", "agent")})
RULE_FIELDS = frozenset({"allow", "disallow", "crawl-delay"})
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
        if name.strip().lower() == "sitemap" and (words := value.split(None, 1)):
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
    return [line.partition("#")[0] for line in text.decode("utf-8-sig", "ignore").splitlines()]


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
            name = " ".join(words[skipped:]).strip().lower()
            names += {name} if name == "*" else {name, name.replace("*", "")} - {""}
        elif words and head[0] not in SITE_FIELDS and (":" in line or head[0] in RULE_FIELDS):
            rules.append(line)
    yield names, rules


def _fit(name: str, agent: str) -> int:
    """How well the name of a group fits the agent: its length where it begins a word of it, 1 for all, 0 for none."""
    if name == "*":
        return 1
    agent = agent.lower()
    at = agent.find(name)
    while at > 0 and (agent[at - 1].isalnum() or agent[at - 1] in "-_"):
        at = agent.find(name, at + 1)
    return 0 if at < 0 else len(name) + 1
