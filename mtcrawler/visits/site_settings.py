"""The settings of one site among many: its own, above those of the process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scrapy.settings import BaseSettings

from mtcrawler.storage.location import Location

ITS_OWN: Final = 50
"""Scrapy's priority of a setting that one site has: above the command line's (40), which holds for all."""
MOST: Final = 100
"""Settings that are kept: as many as sites have settings of their own."""
_KEPT: Final = "mtcrawler_shared"
"""Where the settings of a process keep those of its sites: to copy them takes longer than a glance at a site."""


class _Kept(dict[Any, BaseSettings]):
    """The settings of sites that a process has made. A copy of the process' settings has none of them: each crawl takes
    such a copy, and each of these is one, so that every site would double what a crawl copies.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> _Kept:
        return _Kept()


def of_a_site(own: Mapping[str, str], location: Location | None) -> dict[str, Any]:
    """What is set for a site with these settings of its own, and for the bucket."""
    return {**own, **({} if location is None else {"S3_LOCATION": location})}


def shared_settings(process: BaseSettings, own: Mapping[str, str], location: Location | None) -> BaseSettings:
    """The settings of all sites that have these of their own, frozen; the name of a run is not theirs."""
    kept: _Kept = vars(process).setdefault(_KEPT, _Kept())
    key = tuple(sorted(own.items())), location
    if key not in kept:
        if len(kept) >= MOST:
            kept.clear()
        made = process.copy()
        for setting, value in of_a_site(own, location).items():
            made.set(setting, value, priority=ITS_OWN)
        made.freeze()
        kept[key] = made
    return kept[key]
