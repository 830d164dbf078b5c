"""The telemetry of a run: what it adds up is right, and it does not grow with the run."""

from __future__ import annotations

import random

import pytest
from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from mtcrawler.runs.report.charts import columns, line, scale
from mtcrawler.runs.telemetry.gallery import PAGES, SHOWN, small
from mtcrawler.runs.telemetry.run_telemetry import HOURS, SECTIONS, SLOWEST, Telemetry
from mtcrawler.runs.telemetry.timeline import EARLIER, OTHERS, PARTS, Latency, Timeline
from tests.fixtures.store import make_article
from tests.runs.project.spiders import PaperSpider
from tests.runs.telemetry import full


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_quantiles_are_true_to_a_class(share: float) -> None:
    """A quantile of the classes is the true one to within the width of a class, √2."""
    random.seed(4)
    seconds = sorted(random.lognormvariate(0, 0.8) for _ in range(5000))
    latency = Latency()
    for one in seconds:
        latency.add(one)
    told = latency.quantile(share)
    assert told is not None
    assert 1 / 1.42 < told / seconds[int(share * len(seconds)) - 1] < 1.42
    assert Latency().quantile(share) is None


def test_a_long_run_has_no_more_parts_than_a_short_one() -> None:
    """However long a run, its timeline has at most so many parts, and nothing that was counted is lost."""
    timeline, second = Timeline(), 0
    for second in range(0, 400_000, 37):
        part = timeline.at(float(second))
        part.pages += 1
        part.latency.add(1.0)
    assert len(timeline.parts) <= PARTS
    assert sum(part.pages for part in timeline.parts) == second // 37 + 1
    assert sum(part.latency.count for part in timeline.parts) == second // 37 + 1
    assert (len(timeline.parts) - 1) * timeline.width <= second < len(timeline.parts) * timeline.width


def test_what_pages_call_themselves_does_not_fill_the_memory() -> None:
    """A page with a new section every time, or a run of many hours, is told in a bounded number of rows."""
    telemetry = Telemetry(get_crawler(PaperSpider))
    for number in range(300):
        article = make_article(number, section=f"section {number}")
        telemetry.item_scraped(article, full.page(telemetry, article.url))
        telemetry.hours[f"2026-01-{number:04}", "new"] += 1
        if telemetry.gallery.wants(article.id):
            telemetry.gallery.hang(article.id, "before", "evidence/a.png", b"")
    telemetry.item_scraped(make_article(1), full.page(telemetry, "https://a.example/"))
    names = {section for section, _ in telemetry.sections}
    assert len(names) == SECTIONS + 1
    assert telemetry.sections[OTHERS, "kept"] == 301 - SECTIONS
    assert len(telemetry.slowest) == SLOWEST
    assert len(telemetry.hours) <= HOURS
    assert sum(number for (_, outcome), number in telemetry.hours.items() if outcome == "kept") == 301
    assert len(list(telemetry.gallery.chosen())) <= SHOWN < PAGES
    assert EARLIER not in {hour for hour, _ in telemetry.hours} or len(telemetry.hours) == HOURS


def test_outcomes_are_told_by_section() -> None:
    """What became of an article in the bucket, or the reason it was dropped, is counted under its section."""
    telemetry = full.telemetry(pages=60)
    outcomes = {outcome for _, outcome in telemetry.sections}
    assert outcomes == {"new", "revised", "unchanged", "spooled", "Duplicate", "MissingField"}
    assert sum(telemetry.sections.values()) == 59
    assert telemetry.hours.total() == 60 + 59
    assert telemetry.articles == 59 - 3
    assert telemetry.last_stored is not None


def test_what_is_no_picture_is_left_out() -> None:
    """A broken picture costs no more than itself."""
    assert small(b"\x89PNG\r\n\x1a\n broken") is None
    assert full.picture("before").startswith(b"\xff\xd8")


def test_axes_hold_what_is_drawn() -> None:
    """The top of an axis is at least the most that is drawn, with a few ticks from 0 on; nothing draws nothing."""
    for most in (0.003, 0.9, 1.0, 7.2, 99.0, 100.0, 2501.0):
        top, ticks = scale(most)
        assert most <= top * 1.001
        assert 3 <= len(ticks) <= 6
        assert (ticks[0], ticks[-1][1]) == (("0", 0.0), 100.0)
    assert scale(0) == (1.0, [("0", 0.0)])
    assert columns([0, 0], [0, 0], 1) == line([None, None], 1) == ""


def test_what_lists_addresses_is_no_slow_page() -> None:
    """However long a sitemap or a feed took, the slowest pages are pages of articles."""
    telemetry = Telemetry(get_crawler(PaperSpider))
    request = Request("https://a.example/sitemap.xml", cb_kwargs={"source": "sitemap"}, meta={"download_latency": 60})
    telemetry.response_received(HtmlResponse(request.url, request=request), request)
    article = full.page(telemetry, "https://a.example/story")
    assert [page.url for page in telemetry.slowest] == [article.url]
