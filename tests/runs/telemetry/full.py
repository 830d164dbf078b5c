"""A run in which everything happened, told by its telemetry and its manifest; its pages are as bad as can be."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta
from functools import cache

from PIL import Image, ImageDraw
from scrapy.exceptions import DropItem
from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from mtcrawler.model.article import Access, Evidence, Overlay
from mtcrawler.runs.outcome.counts import Counts, Stored
from mtcrawler.runs.outcome.drift import Drift
from mtcrawler.runs.outcome.profile import ARTICLE, FIELDS, Profile
from mtcrawler.runs.telemetry.gallery import small
from mtcrawler.runs.telemetry.manifest import ErrorGroup, Manifest, StoreFacts
from mtcrawler.runs.telemetry.run_telemetry import Telemetry
from mtcrawler.security.redaction import Secrets
from tests.fixtures.store import make_article
from tests.runs.project.spiders import PaperSpider

SCRIPT = "<script>document.title = 'taken'</script>"
ANSI = "\x1b[31mred\x1b[0m \u202eder"
STARTED = datetime(2026, 11, 25, 3, 10, tzinfo=UTC)
SECRET = "sVerySecret0Value9"
SECTIONS = ("news", "opinion", "arts-and-life", "ukraine-war", "climate", f"<img src=x onerror=alert(1)>{SCRIPT}")
OUTCOMES = ("new", "new", "new", "revised", "unchanged", "spooled")


class MissingField(DropItem):
    """The page has no headline."""


class Duplicate(DropItem):
    """It is there already."""


def telemetry(pages: int = 260, seconds: float = 340.0) -> Telemetry:
    """A run of so many pages in so many seconds, with overlays, walls, losses and pictures."""
    telemetry = Telemetry(get_crawler(PaperSpider))
    for number in range(pages):
        at = seconds * number / pages
        telemetry.started = time.monotonic() - at
        url = f"https://www.themoscowtimes.com/2026/11/20/a-story-with-quite-a-long-address-a{90000 + number}"
        status = 503 if number % 41 == 40 else 200
        shown = f"{url}?token={SECRET}" if number == 7 else url
        response = page(telemetry, shown, status, 0.3 + (number * 7919 % 97) / 40)
        if status != 200:
            continue
        article = make_article(
            number,
            url=url,
            headline=f"Story {number} {SCRIPT} {ANSI}",
            section=SECTIONS[number * 31 % 11 % len(SECTIONS)],
            subtitle="A subtitle" if number % 3 else None,
            overlays=overlays(number),
            access=walled(number),
        )
        if number % 24 == 3:
            telemetry.item_dropped(article, (Duplicate if number % 48 == 3 else MissingField)(url), response)
            continue
        if number % 10 == 0:
            for when in ("before", "after"):
                telemetry.gallery.hang(
                    article.id, f"overlay-{when}", f"evidence/{number}-overlay-{when}.png", picture(when)
                )
        telemetry.settled(article.id, OUTCOMES[number % len(OUTCOMES)], 0.01)
        telemetry.item_scraped(article, response)
    return telemetry


def page(telemetry: Telemetry, url: str, status: int = 200, took: float = 0.5) -> HtmlResponse:
    """A page that arrived, shown by the browser for as long as it took to be answered."""
    request = Request(url, meta={"download_latency": took})
    response = HtmlResponse(url, status=status, body=b"x" * 40_000, request=request)
    telemetry.response_downloaded(response, request)
    request.meta["answered_at"] -= took
    telemetry.response_received(response, request)
    return response


def overlays(number: int) -> list[Overlay]:
    """A consent layer on every fifth page, a donation modal on every tenth; one of them stuck."""
    found = []
    if number % 5 == 0:
        found.append(Overlay(kind="consent", rule="generic: refuse button", action="refused", outcome="gone", ms=420))
    if number % 10 == 0:
        stuck = number == 50
        found.append(
            Overlay(
                kind="donation",
                rule="moscowtimes/modal",
                action="none" if stuck else "closed",
                outcome="stuck" if stuck else "gone",
                ms=900,
            )
        )
    return found


def walled(number: int) -> Access:
    """A wall on two pages."""
    if number not in {60, 61}:
        return Access(tier="free")
    signs = [
        Evidence(signal="gate", value=f"Subscribe to continue reading {SCRIPT}"),
        Evidence(signal="words", value="54"),
    ]
    return Access(tier="subscription", complete=False, evidence=signs)


@cache
def picture(when: str) -> bytes:
    """A small picture of a page, with or without something over it."""
    image = Image.new("RGB", (1280, 800), "#ffffff")
    draw = ImageDraw.Draw(image)
    for line in range(120, 780, 44):
        draw.rectangle((160, line, 900 - line % 230, line + 16), fill="#c9c4b8")
    if when == "before":
        draw.rectangle((0, 480, 1280, 800), fill="#22304a")
    out = io.BytesIO()
    image.save(out, "PNG")
    return small(out.getvalue()) or b""


def manifest() -> Manifest:
    """The manifest of that run; it tells of drift."""
    return Manifest(
        run_id="20261125T031000Z-0a1b2c",
        spider="moscowtimes",
        arguments={"since": "7d", "site": "https://mirror.example"},
        versions={"mtcrawler": "0.1.0", "scrapy": "2.19.0"},
        started_at=STARTED,
        finished_at=STARTED + timedelta(minutes=5, seconds=40),
        outcome="partial",
        exit_code=11,
        message=f"244 articles; 16 pages could not be used. {SCRIPT} The manifest names an example of each.",
        counts=Counts(
            found={"rss:all": 120, "sitemap:2026-11": 98, "section:opinion": 31, f"section:plus/{SCRIPT}": 11},
            unreadable={"section:climate": 1},
            fetched=274,
            rendered=254,
            statuses={"200": 268, "503": 6},
            unanswered=2,
            not_due=37,
            disallowed=3,
            articles=238,
            stored=Stored(new=126, revised=40, unchanged=41, spooled=40, waiting=2),
            duplicates=5,
            dropped={"MissingField": 6},
            overlays={"consent": {"gone": 52}, "donation": {"gone": 25, "stuck": 1}},
            errors={"HTTP 503": 6, "MissingField": 6},
            walled={"subscription": 2},
        ),
        errors=[
            ErrorGroup(
                name="HTTP 503", count=6, example=f"the site answered 503 {ANSI}", url="https://example.org/503"
            ),
            ErrorGroup(name="MissingField", count=6, example=f"no headline {SCRIPT}", url="javascript:alert(1)"),
        ],
        evidence=["evidence/0-overlay-before.png"],
        profile=Profile(at=STARTED, pages=240, fields=dict.fromkeys(FIELDS, 232) | {ARTICLE: 236, "subtitle": 96}),
        drift=[
            Drift(what="subtitle", before=0.97, now=0.4, pages=240),
            Drift(what="listed by rss:news", before=24, now=3),
        ],
        store=StoreFacts(endpoint="http://127.0.0.1:8333", bucket="articles", conditional_writes=True),
    )


def before() -> Profile:
    """What earlier runs of the publisher gave."""
    fields = dict.fromkeys(FIELDS, 870) | {ARTICLE: 898, "summary": 60, "tags": 700}
    return Profile(at=STARTED, pages=900, fields=fields, words=[380, 410, 460])


def secrets() -> Secrets:
    """What must not be shown."""
    return Secrets([SECRET])
