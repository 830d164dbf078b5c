"""The report of a run, in a real browser: it can be read by anyone, on anything, and does nothing by itself."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from scrapy.utils.test import get_crawler

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.report import render
from mtcrawler.runs.telemetry.report_data import ReportData
from mtcrawler.runs.telemetry.run_telemetry import Telemetry
from tests.runs.project.spiders import PaperSpider
from tests.runs.telemetry import full

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
# Each text's contrast with what stands behind it, as WCAG 2 counts it; only what falls short is returned.
PALE = (Path(__file__).parent / "contrast.js").read_text()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_browser().launch_options)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run in which everything happened."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_bytes(render(full.manifest(), ReportData.of(full.telemetry(), full.before()), full.secrets()))
    return file


def opened(chromium: Browser, file: Path, scheme: str = "light", size: dict[str, int] | None = None) -> Page:
    """The report in a window of its own."""
    page = chromium.new_page(viewport=size or DESK, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(file.as_uri())
    return page


def test_it_runs_and_fetches_nothing(chromium: Browser, report: Path) -> None:
    """Opening it asks for no other address, says nothing on the console, and takes less than two megabytes."""
    page = chromium.new_page(viewport=DESK)  # type: ignore[arg-type]
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
    assert said == []
    assert page.locator("img").count() >= 4
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert report.stat().st_size < 2_000_000
    page.close()


def test_what_pages_say_stays_text(chromium: Browser, report: Path) -> None:
    """A script or a tag in a headline, a section, a source or an error is shown, not run; no link leads to a script."""
    page = opened(chromium, report)
    assert "taken" not in page.title()
    assert page.locator("script").count() == 0
    shown = page.inner_text("body")
    assert shown.count("<script>document.title = 'taken'</script>") >= 5
    assert "<img src=x onerror=alert(1)>" in shown
    assert page.locator("a[href^='javascript' i]").count() == 0
    source = report.read_text(encoding="utf-8")
    assert not set(source) & {"\x1b", "\u202e"}
    assert full.SECRET not in source
    page.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read(chromium: Browser, report: Path, scheme: str, size: dict[str, int]) -> None:
    """Light or dark, on a phone or a desk: nothing runs out of the page, and every text stands out as WCAG AA asks."""
    page = opened(chromium, report, scheme, size)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate(PALE) == []
    page.close()


def test_it_can_be_read_without_eyes(chromium: Browser, report: Path) -> None:
    """It has landmarks, one first heading and no step left out; charts have names and tables, pictures a text."""
    page = opened(chromium, report)
    for landmark in ("main", "header.mast", "nav[aria-label]", "footer"):
        assert page.locator(landmark).count() == 1, landmark
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(one => Number(one.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.locator("svg").count() == 2
    assert page.locator("svg:not([role=img][aria-labelledby])").count() == 0
    assert page.locator("figure:has(svg):not(:has(details table))").count() == 0
    assert page.locator("img:not([alt])").count() == 0
    assert page.locator("table:not(:has(caption))").count() == 0
    assert page.locator("html[lang=en]").count() == 1
    page.close()


def test_it_tells_what_happened(chromium: Browser, report: Path) -> None:
    """Outcome, sections, reasons, overlays, walls with evidence, what drifted, errors and slow pages are there."""
    page = opened(chromium, report)
    shown = " ".join(page.inner_text("body").split())
    for words in (
        "partial (exit code 11)",
        "ukraine-war",
        "MissingField 6",
        "section:climate could not be read",
        "donation 25 1",
        "moscowtimes/modal · closed",
        "moscowtimes/modal · stuck",
        "Subscribe to continue reading",
        "subtitle fell from 97 %",
        "listed by rss:news 24 → 3",
        "tags earlier 78 %",
        "in earlier runs 410",
        "the site answered 503",
        "to answer",
        "waits on disk",
    ):
        assert words in shown, words
    page.close()


def test_a_run_in_which_nothing_happened_has_a_report(chromium: Browser, tmp_path: Path) -> None:
    """A run without a page is told as well, without an empty chart."""
    told = full.manifest().model_copy(
        update={"counts": Counts(), "profile": None, "drift": [], "errors": [], "store": None, "evidence": []}
    )
    file = tmp_path / "report.html"
    file.write_bytes(render(told, ReportData.of(Telemetry(get_crawler(PaperSpider))), full.secrets()))
    page = opened(chromium, file)
    assert page.locator("svg").count() == 0
    assert "No page was answered." in page.inner_text("body")
    page.close()
