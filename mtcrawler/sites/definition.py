"""What there is to know of a site before it is crawled: a frozen value, of which every part is checked when made."""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property
from typing import Annotated, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement
from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from mtcrawler.markup.addresses import Site
from mtcrawler.markup.css import Selector, css
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Kind
from mtcrawler.model.overlay_rule import OverlayRule, Strict, Words
from mtcrawler.security.loopback import is_private
from mtcrawler.sites.patterns import AddressPattern, DatedPattern, Match, Pattern, TextPattern, compiled
from mtcrawler.sites.sources import AnySource, Archive, Feed, Listing, PageSelector, Source

ANY_SITE = "news"
"""The spider by whose name any site is crawled."""


def _own(spider: str) -> str:
    if spider == ANY_SITE:
        raise ValueError(f"{spider!r} is the name for any site: give this one a name of its own")
    return spider


def _known(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (KeyError, OSError, ValueError) as err:
        raise ValueError(f"{zone!r} is no time zone of the IANA database, such as Europe/Paris") from err
    return zone


Zone = Annotated[str, AfterValidator(_known)]
HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.\-]*[a-z0-9])?")
Host = Annotated[str, Field(pattern=f"^{HOST.pattern}$")]
Origin = Annotated[str, Field(pattern=r"^https?://[a-z0-9]([a-z0-9.\-]*[a-z0-9])?(:\d{1,5})?$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
SpiderName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=52), AfterValidator(_own)]
"""As long as the name of a Kubernetes CronJob may be."""
CookieName = Annotated[str, Field(pattern=r"^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$")]
CookieValue = Annotated[str, Field(pattern=r"^[^\x00-\x20\",;\\\x7f]*$")]


class Selectors(Strict):
    """Where each field stands on an article's page. `container` is the element of this article and of no other.

    The others are looked for inside it; what has no selector is read from the markup that newspapers share.
    `published_at` and `modified_at` select a `<time>`, or an element whose text is the time.
    """

    container: PageSelector = Field(default="article", validate_default=True)
    headline: PageSelector = Field(default="h1", validate_default=True)
    subtitle: PageSelector | None = None
    summary: PageSelector | None = None
    section: PageSelector | None = None
    authors: PageSelector = Field(default="[rel=author]", validate_default=True)
    sponsor: PageSelector | None = None
    published_at: PageSelector | None = None
    modified_at: PageSelector | None = None
    tags: PageSelector = Field(default="[rel=tag]", validate_default=True)
    image: PageSelector = Field(default="figure", validate_default=True)
    body: PageSelector | None = None


class LeftOut(Strict):
    """What stands in the body and is no part of the article: elements, and paragraphs that match a pattern whole."""

    elements: tuple[PageSelector, ...] = ()
    paragraphs: tuple[TextPattern, ...] = ()

    @cached_property
    def selector(self) -> Selector | None:
        """One selector for all of the elements."""
        return css(", ".join(one.text for one in self.elements)) if self.elements else None

    @cached_property
    def pattern(self) -> Pattern | None:
        """One pattern for all of the paragraphs."""
        if not self.paragraphs:
            return None
        return compiled("|".join(f"(?:{one.pattern})" for one in self.paragraphs), any_case=True)


class ErrorPage(Strict):
    """What the site's own error page has that no article has: an element, and what all of its text `says`."""

    at: PageSelector
    says: TextPattern | None = None

    def stands_on(self, root: HtmlElement) -> bool:
        """Whether this page is the site's error page."""
        says = self.says
        return any(says is None or says.fullmatch(inline_text(element)) for element in self.at(root))


class KindMark(Strict):
    """Where a page states its kind: an attribute of the first element that the selector finds."""

    at: PageSelector
    attribute: Words


class KindRule(Strict):
    """What an article's kind is told by; of the rules of a site the first that holds counts.

    All that is given has to hold: the path matches `path`; the page states `stated`, or states nothing (`unstated`);
    the article has an element that `has` finds, and its text somewhere matches `says`.
    """

    kind: Kind
    path: AddressPattern | None = None
    stated: Words | None = None
    unstated: bool = False
    has: PageSelector | None = None
    says: TextPattern | None = None

    @model_validator(mode="after")
    def _tells(self) -> KindRule:
        if self.path is None and self.stated is None and self.has is None:
            raise ValueError("a kind is told by path, stated or has: give at least one")
        if self.says is not None and self.has is None:
            raise ValueError("says is the text of what has finds: give has")
        return self


class Policy(Strict):
    """Who may read: with `free` everything, as the publisher says, but for what is `paid`."""

    free: bool = False
    paid: tuple[AddressPattern, ...] = ()

    @property
    def all_free(self) -> bool:
        """Whether every article is free by policy."""
        return self.free and not self.paid

    def free_at(self, path: str) -> bool:
        """Whether the article at this path is free by policy."""
        return self.free and not any(pattern.of(path) for pattern in self.paid)


class Pace(Strict):
    """How gently the site is asked, where it wants more room than the settings give: `delay` is in seconds."""

    delay: Annotated[float, Field(ge=0, le=600)] | None = None
    at_once: Annotated[int, Field(ge=1, le=64)] | None = None


class SiteDefinition(Strict):
    """A publisher's site. `spider` names its crawls, in the bucket too, and never changes once articles are stored.

    `origin` is where it lives; its host names the site in the bucket. `hosts` are all that serve it. `zone` is that of
    times without an offset. `own_names` are the paper's own, which are no authors. With `query_matters` false a query
    string never changes a page. `error_page` tells a missing page that is answered with 200. `code` names the class
    that reads what data cannot say, as `module:Class`. `untried` says that nobody has crawled the live site by it yet;
    with `deploy` false it is left out of what is deployed, as untried ones are. Neither changes how a page is read.
    """

    spider: SpiderName
    publisher: Words
    origin: Origin
    untried: Annotated[bool, Field(exclude=True)] = False
    deploy: Annotated[bool, Field(exclude=True)] = True
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    zone: Zone | None = None
    own_names: tuple[Words, ...] = ()
    query_matters: bool = True
    code: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")] | None = None
    articles: Annotated[tuple[AddressPattern, ...], Field(min_length=1)]
    dated: tuple[DatedPattern, ...] = ()
    sources: Annotated[tuple[AnySource, ...], Field(min_length=1)]
    archive: Archive | None = None
    selectors: Selectors = Selectors()
    left_out: LeftOut = LeftOut()
    error_page: ErrorPage | None = None
    kind_mark: KindMark | None = None
    kinds: tuple[KindRule, ...] = ()
    policy: Policy = Policy()
    pace: Pace = Pace()
    cookies: dict[CookieName, CookieValue] = {}
    overlays: tuple[OverlayRule, ...] = ()

    @field_validator("hosts")
    @classmethod
    def _at_home(cls, hosts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        home = urlsplit(info.data.get("origin", "")).hostname
        if home and home not in hosts:
            raise ValueError(f"{home}, the host of origin, is not among them")
        return hosts

    @field_validator("dated")
    @classmethod
    def _of_articles(cls, dated: tuple[DatedPattern, ...], info: ValidationInfo) -> tuple[DatedPattern, ...]:
        articles = info.data.get("articles", ())
        for example in (one for pattern in dated if articles for one in pattern.examples):
            if not any(pattern.of(urlsplit(example).path) for pattern in articles):
                raise ValueError(f"{example} is dated, but no pattern of articles matches it")
        return dated

    @field_validator("kinds")
    @classmethod
    def _marked(cls, kinds: tuple[KindRule, ...], info: ValidationInfo) -> tuple[KindRule, ...]:
        if info.data.get("kind_mark") is None and any(rule.stated or rule.unstated for rule in kinds):
            raise ValueError("a kind is told by what the page states: say where, in kind_mark")
        return kinds

    @cached_property
    def site(self) -> Site:
        """Its addresses. What lies on a private address is a copy of some site, whose names are among the hosts."""
        mirror = self.origin if is_private(urlsplit(self.origin).hostname or "") else None
        return Site(self.origin, frozenset(self.hosts), mirror, query_matters=self.query_matters)

    @property
    def deployed(self) -> bool:
        """Whether deploy/ and a fleet crawl it without being told to."""
        return self.deploy and not self.untried

    @cached_property
    def tzinfo(self) -> ZoneInfo | None:
        """The zone, where one is given."""
        return ZoneInfo(self.zone) if self.zone else None

    @cached_property
    def all_sources(self) -> tuple[Source, ...]:
        """Every single source, in the order of the file."""
        return tuple(one for source in self.sources for one in source.sources())

    @cached_property
    def publishers(self) -> frozenset[str]:
        """Lower-cased names of the paper itself."""
        return frozenset(name.lower() for name in (self.own_names or (self.publisher,)))

    @property
    def named_by_hand(self) -> str | None:
        """The origin, where whoever runs the crawl named it: it may be anywhere, as a mirror may."""
        return None

    @property
    def crawls(self) -> str:
        """The name of its crawls, one after the other: they take turns, and each is compared with those before it."""
        return self.spider

    @property
    def sections(self) -> tuple[str, ...]:
        """The names of the sections that its sources cover, each once."""
        named = (one.section for one in self.all_sources if isinstance(one, Feed | Listing))
        return tuple(dict.fromkeys(section for section in named if section))

    @cached_property
    def _lists(self) -> frozenset[str]:
        return frozenset(urlsplit(one.address).path for one in self.all_sources if isinstance(one, Listing))

    def lists(self, path: str) -> bool:
        """Whether there is a list of articles at this path, whatever its form."""
        nested = (one.nested for one in self.all_sources if isinstance(one, Listing))
        return path in self._lists or any(pattern.fullmatch(path) for pattern in nested if pattern)

    @property
    def backfills(self) -> tuple[str, ...]:
        """The names of the sources that are read only where they are asked for, each once."""
        return tuple(dict.fromkeys(one.backfill for one in self.all_sources if one.backfill))

    def article(self, path: str) -> Match | None:
        """The match of the first pattern of articles that fits this path."""
        return next((found for pattern in self.articles if (found := pattern.of(path))), None)

    def day(self, path: str) -> date | None:
        """The day of publication, where the path holds it."""
        return next((day for pattern in self.dated if (day := pattern.day(path))), None)
