"""Laws of a guest: how gently the live site is asked, and who says so."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from mtcrawler.fetch.politeness.site_pace import SitePace, delay_of
from mtcrawler.project import defaults
from mtcrawler.sites.definition import Pace
from tests.fixtures.sites import definition_of, spider_named

ROOT = Path(__file__).parents[2]
PACE = {"DOWNLOAD_DELAY": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 2, "AUTOTHROTTLE_ENABLED": True, "ROBOTSTXT_OBEY": True}


def test_the_live_site_is_asked_gently() -> None:
    """One second between requests, two at a time, slower when the site is slow, robots.txt obeyed."""
    assert {name: getattr(defaults, name) for name in PACE} == PACE


@pytest.mark.parametrize(
    ("mirror", "gently"), [(None, True), ("https://staging.example", True), ("http://127.0.0.1:8600", False)]
)
def test_only_our_own_machine_is_not_waited_for(mirror: str | None, gently: bool) -> None:
    """A mirror elsewhere is somebody's host like any other."""
    crawler = Crawler(spider_named("moscowtimes"), Settings({**PACE, "RENDER_TABS": 4}))
    SitePace(crawler, replace(definition_of("moscowtimes").site, mirror=mirror)).apply()
    assert (crawler.settings.getint("DOWNLOAD_DELAY") == 1) is gently
    assert crawler.settings.getbool("AUTOTHROTTLE_ENABLED") is gently
    assert crawler.settings.getbool("ROBOTSTXT_OBEY")


@pytest.mark.parametrize(
    ("mirror", "wished", "delay"),
    [(None, {}, 2), ("http://127.0.0.1:8600", {}, 0), ("http://127.0.0.1:8600", {"DOWNLOAD_DELAY": 5}, 5)],
)
def test_a_glance_waits_as_long_as_a_crawl(mirror: str | None, wished: dict[str, int], delay: float) -> None:
    """Who asks a site once after the other keeps the definition's delay, and none on our own machine unless told so."""
    settings = Settings({"DOWNLOAD_DELAY": 1, "AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": 1})
    for name, value in wished.items():
        settings.set(name, value, priority="cmdline")
    site = replace(definition_of("moscowtimes").site, mirror=mirror)
    assert delay_of(settings, site, Pace(delay=2)) == delay


@pytest.mark.parametrize(
    ("contact", "told"), [("https://paper.example/bot", "; +https://paper.example/bot)"), ("", "0)")]
)
def test_the_user_agent_names_us_and_our_contact(contact: str, told: str) -> None:
    """The user agent says what we are and, where it is set, whom to write to."""
    asked = [sys.executable, "-m", "scrapy", "settings", "--get", "USER_AGENT"]
    environment = {**os.environ, "MTCRAWLER_CONTACT": contact}
    environment.pop("SCRAPY_SETTINGS_MODULE", None)
    said = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert "mtcrawler/" in said
    assert told in said
