"""The settings of sites that one process visits."""

from __future__ import annotations

from typing import Any

from scrapy.settings import BaseSettings, Settings

from mtcrawler.visits.site_settings import shared_settings


def _settings_in(value: Any) -> int:
    """How many settings there are in these, beside themselves."""
    if isinstance(value, dict):
        return sum(map(_settings_in, value.values()))
    return 1 + _settings_in(vars(value)) if isinstance(value, BaseSettings) else 0


def test_no_copy_of_the_settings_holds_those_of_other_sites() -> None:
    """However many sites have settings of their own, each has its own values, is made once, and neither a crawl's copy
    of the process' settings nor a site's own holds those of any other site.
    """
    process = Settings({"RETRY_TIMES": 2})
    made = [shared_settings(process, {"RETRY_TIMES": str(number)}, None) for number in range(6)]
    assert [one.getint("RETRY_TIMES") for one in made] == list(range(6))
    assert [shared_settings(process, {"RETRY_TIMES": str(number)}, None) for number in range(6)] == made
    assert process.copy().getint("RETRY_TIMES") == 2
    assert [_settings_in(vars(one)) for one in (process.copy(), *made)] == [0] * 7
