"""What a process that fetches single pages is asked, and what it answers, as both sides write it down."""

from __future__ import annotations

from typing import Literal

from mtcrawler.model.article import Draft, Model
from mtcrawler.model.reading import Reading
from mtcrawler.pages.trial import TrialAnswer

FetchWay = Literal["browser", "http"]


class PageRequest(Model):
    """An address to fetch, and how. `definition` is the file of the site's definition.

    Without one the site is read by the definition that the project has of it, else as a site that nobody described.
    """

    url: str
    way: FetchWay = "browser"
    definition: str | None = None


class Picture(Model):
    """A picture of the page as base64 of a PNG, before overlays were touched or after everything was done."""

    name: str
    when: Literal["before", "after"]
    png: str


class PageFailure(Model):
    """Why no page came: the parts of an error, and the name of its class."""

    sort: str
    doing: str
    happened: str
    remedy: str


class PageAnswer(Model):
    """A page as it came and as it was read.

    `url` is where it was fetched in the end, `html` the markup that was read, `judged` what it is instead of the page
    that was asked for (a challenge, an error page), `reader` what read it, and `definition` the spider that the site's
    definition names; None where no definition was used.
    """

    url: str
    status: int
    seconds: float
    html: str
    reading: Reading
    reader: str
    definition: str | None = None
    judged: str | None = None
    pictures: list[Picture] = []


class SiteRequest(Model):
    """A site to look at, by its address: so many articles are read, of the last days."""

    site: str
    articles: int = 12
    days: int = 30


class FoundSource(Model):
    """A document of the site that names articles, and how many it named first."""

    kind: Literal["sitemap", "feed", "list"]
    address: str
    articles: int


class FoundArticle(Model):
    """An article as it came and as it was read."""

    html: str
    draft: Draft


class SiteAnswer(Model):
    """What was found of a site that nobody has described. `lists` are paths of pages that are no articles.

    `unasked` says why nothing could be asked of it: its robots.txt cannot be fetched. `unread` are the addresses of
    sources that could not be read, `lost` what became of pages that gave no article, each with their number.
    """

    origin: str
    hosts: list[str]
    sources: list[FoundSource]
    articles: list[FoundArticle]
    lists: list[str]
    unasked: str | None = None
    unread: list[str] = []
    lost: dict[str, int] = {}


class Exchange(Model):
    """The file between the two processes: a page, or a site, or a definition that was tried, or why there is none."""

    answer: PageAnswer | None = None
    site: SiteAnswer | None = None
    trial: TrialAnswer | None = None
    failure: PageFailure | None = None
