"""Laws of pages that wait until the browser has shown others like them."""

from __future__ import annotations

from typing import Any

from scrapy.http import HtmlResponse, Request
from scrapy.settings import BaseSettings

from mtcrawler.fetch.mode.mode_history import FIRST
from spiders.moscowtimes import MoscowTimes, MoscowTimesPage

TEXT = "<p>The river froze early this year, and ice fishing began at once.</p>" * 10


class Counted(MoscowTimesPage):
    """A page that is counted when it is read."""

    read = 0

    def __init__(self, *told: Any) -> None:
        super().__init__(*told)
        Counted.read += 1


class Reading(MoscowTimes):
    """A spider in RENDER_MODE auto that fetches nothing."""

    page = Counted  # type: ignore[assignment]  # inferred too narrowly in MoscowTimes

    def __init__(self) -> None:
        super().__init__()
        self.settings = BaseSettings({"RENDER_MODE": "auto", "RUN_ID": "run"})
        self.choose_mode(self.settings)


def response(request: Request) -> HtmlResponse:
    """The page of the paper that this asks for."""
    url = request.url
    head = f'<head><link rel="canonical" href="{url}"></head>'
    article = f'<header class="article__header"><h1>Ice</h1></header><div class="article__content">{TEXT}</div>'
    html = f'<html lang="en">{head}<body><article class="article">{article}</article></body></html>'
    return HtmlResponse(url, body=html.encode(), encoding="utf-8", request=request)


def test_a_page_that_waits_is_read_once() -> None:
    """When those before it have taught what there was to learn it is taken as it was read."""
    spider, asked = Reading(), []
    for number in range(FIRST + 1):
        target = spider.frontier.ask(f"https://www.themoscowtimes.com/2026/11/02/ice-a{number}")
        assert target is not None
        asked.append([*spider.parse_plain(response(spider.page_request(target)), target)])
    assert [len(came) for came in asked] == [*[1] * FIRST, 0]
    read = Counted.read
    drafts = [
        one for (request,) in asked[:FIRST] for one in spider.parse_article(response(request), **request.cb_kwargs)
    ]
    assert [draft.url[-1] for draft in drafts] == ["0", "1", "2", "3"]
    assert Counted.read == read + FIRST
