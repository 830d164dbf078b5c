"""A page whose script left half of a pair of surrogates is read all the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from scrapy.http import HtmlResponse, Request

from mtcrawler.fetch.browser.renderer import _response

URL = "https://paper.example/story/ice"


def test_half_a_pair_of_surrogates_costs_one_sign() -> None:
    """A script that cuts an emoji in two leaves what no encoding has; all the rest of the page stands."""
    page: Any = SimpleNamespace(url=URL)
    answer: Any = SimpleNamespace(headers={"content-type": "text/html; charset=utf-8"}, status=200)
    response = _response(page, Request(URL), answer, "<p>A cut emoji \ud83d here, <b>й</b> is whole.</p>")
    assert isinstance(response, HtmlResponse)
    assert response.text == "<p>A cut emoji ? here, <b>й</b> is whole.</p>"
