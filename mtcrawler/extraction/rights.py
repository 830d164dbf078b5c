"""What a publisher declares about use: robots directives, text-and-data-mining reservation, licence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from mtcrawler.markup.json_values import Node
from mtcrawler.markup.structured import string
from mtcrawler.model.article import Rights

ROBOTS = ("robots", "googlebot", "googlebot-news", "otherbot")


@dataclass(frozen=True)
class TdmRule:
    """One entry of `/.well-known/tdmrep.json`; `location` is a path pattern with `*` and a closing `$`."""

    location: str
    reservation: int
    policy: str | None

    def covers(self, path: str) -> bool:
        """Whether the pattern matches the path from its start; takes time in proportion to the two."""
        first, *others = self._parts
        if not path.startswith(first):
            return False
        at = len(first)
        # Between stars each part is best found as early as it can be, so nothing has to be tried twice.
        for part in others[:-1]:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        whole = self.location.endswith("$")
        if not others:
            return not whole or at == len(path)
        return path.endswith(others[-1], at) if whole else path.find(others[-1], at) >= 0

    @cached_property
    def _parts(self) -> list[str]:
        return self.location.removesuffix("$").split("*")


def tdm_rules(body: str) -> tuple[TdmRule, ...]:
    """The rules of a TDM Reservation Protocol file; none where the file is not one."""
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(entries, list):
        return ()
    return tuple(
        TdmRule(entry["location"], _flag(entry.get("tdm-reservation")) or 0, _text(entry.get("tdm-policy")))
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("location"), str)
    )


def rights(
    url: str,
    root: HtmlElement,
    metas: Mapping[str, str],
    article: Node,
    headers: Mapping[str, str],
    tdm: tuple[TdmRule, ...],
) -> Rights:
    """The declared rights of one page; a page or header declaration beats the site-wide file.

    `headers` has lower-cased names.
    """
    directives = [metas[name] if name == "robots" else f"{name}: {metas[name]}" for name in ROBOTS if name in metas]
    if header := headers.get("x-robots-tag"):
        directives.append(header)
    rule = next((rule for rule in tdm if rule.covers(urlsplit(url).path)), None)
    declared = (
        (_flag(metas.get("tdm-reservation")), _text(metas.get("tdm-policy"))),
        (_flag(headers.get("tdm-reservation")), _text(headers.get("tdm-policy"))),
        (rule.reservation if rule else None, rule.policy if rule else None),
    )
    reservation, policy = next((pair for pair in declared if pair[0] is not None), (None, None))
    licences = root.xpath("//*[self::link or self::a][contains(concat(' ', @rel, ' '), ' license ')]/@href")
    return Rights(
        robots=", ".join(directives) or None,
        tdm_reservation=reservation,
        tdm_policy=policy,
        licence=string(article, "license") or (licences[0] if licences else None),
    )


def _flag(value: Any) -> int | None:
    return int(value) if isinstance(value, str | int) and str(value).strip() in {"0", "1"} else None


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
