"""A page that was fetched and read, however that was done; and one that waits to be decided on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from scrapy.http import HtmlResponse

from mtcrawler.extraction.page import ArticlePage
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.fetch.mode.plain import Plain, mended
from mtcrawler.frontier.frontier import CrawlTarget
from mtcrawler.markup.addresses import Site
from mtcrawler.model.article import Draft


@dataclass(frozen=True)
class Fetched:
    """A page and the response it is read from; header names are lower-case."""

    response: HtmlResponse
    page: ArticlePage
    headers: Mapping[str, str]

    @classmethod
    def of(cls, response: HtmlResponse, kind: type[ArticlePage], site: Site, tdm: tuple[TdmRule, ...]) -> Self:
        """The response read as a page of this kind."""
        headers = {
            name.decode().lower(): b", ".join(values).decode("latin-1") for name, values in response.headers.items()
        }
        told = response if "rendered" in response.meta else mended(response)
        return cls(response, kind(told.text, response.url, site, headers, tdm), headers)


@dataclass(frozen=True)
class Waiting:
    """A page over plain HTTP that may have to wait until the browser has shown others like it."""

    fetched: Fetched
    target: CrawlTarget
    draft: Draft
    plain: Plain
