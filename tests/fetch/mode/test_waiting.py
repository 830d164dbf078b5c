"""Laws of pages that wait until the browser has shown others like them."""

from __future__ import annotations

from collections.abc import Mapping

from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.fetch.crawl_context import SiteContext
from mtcrawler.fetch.mode.mode_history import FIRST
from tests.fixtures.sites import extractor_named, spider_named

TEXT = "<p>The river froze early this year, and ice fishing began at once.</p>" * 10


class Counted:
    """The extractor of the paper, which counts the pages it reads."""

    def __init__(self) -> None:
        self.name, self.read = "moscowtimes/1", 0

    def extract(self, html: str, url: str, headers: Mapping[str, str], tdm: tuple[TdmRule, ...] = ()) -> ExtractedPage:
        """As the paper's own."""
        self.read += 1
        return extractor_named("moscowtimes").extract(html, url, headers, tdm)


def response(request: Request) -> HtmlResponse:
    """The page of the paper that this asks for."""
    url = request.url
    told = '<meta property="article:published_time" content="2026-11-02T10:00:00+03:00">'
    head = f'<head><link rel="canonical" href="{url}">{told}</head>'
    article = f'<header class="article__header"><h1>Ice</h1></header><div class="article__content">{TEXT}</div>'
    html = f'<html lang="en">{head}<body><article class="article">{article}</article></body></html>'
    return HtmlResponse(url, body=html.encode(), encoding="utf-8", request=request)


def test_a_page_that_waits_is_read_once() -> None:
    """When those before it have taught what there was to learn it is taken as it was read."""
    extractor, kind = Counted(), spider_named("moscowtimes")
    crawler = get_crawler(kind, {"RENDER_MODE": "auto", "RUN_ID": "run"})
    spider, asked = kind(crawler, SiteContext(crawler, kind.definition, {}), extractor), []
    for number in range(FIRST + 1):
        target = spider.frontier.ask(f"https://www.themoscowtimes.com/2026/11/02/ice-a{number}")
        assert target is not None
        asked.append([*spider.parse_plain(response(spider.requests.page(target)), target)])
    assert [len(came) for came in asked] == [*[1] * FIRST, 0]
    read = extractor.read
    drafts = [one for (request,) in asked[:FIRST] for one in spider.parse_shown(response(request), **request.cb_kwargs)]
    assert [draft.url[-1] for draft in drafts] == ["0", "1", "2", "3"]
    assert extractor.read == read + FIRST
