"""Where a site names its articles: sitemaps, feeds, lists, and an archive that only links lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date
from typing import Annotated, Any, ClassVar, Literal

from cssselect import SelectorError
from lxml import etree
from pydantic import (
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from mtcrawler.markup.css import Selector, css
from mtcrawler.model.overlay_rule import Strict
from mtcrawler.sites.patterns import PathPattern, Pattern

SECTION = "{section}"
NUMBER = "{number}"


def _selector(value: Any) -> Selector:
    if isinstance(value, Selector):
        return value
    if not isinstance(value, str):
        raise ValueError("it is no text: write a CSS selector in quotes")
    try:
        return css(value)
    except (SelectorError, etree.XPathError) as err:
        raise ValueError(f"{value!r} is no CSS selector that can be used here: {err}") from err


PageSelector = Annotated[
    Selector,
    PlainValidator(_selector),
    PlainSerializer(lambda selector: selector.text, return_type=str),
    WithJsonSchema({"type": "string", "minLength": 1, "description": "A CSS selector of the fetched page."}),
]
"""Written as a text, read as a `Selector`, which is compiled once."""
Address = Annotated[str, Field(pattern=r"^(/|https?://)\S*$")]
"""A path on the site, or a whole address."""
SectionName = Annotated[str, Field(pattern=r"^[^\s,]+$")]
LONGEST_NAME = 200  # characters of a list's path in the name of the source, which is counted and logged
BACKFILL = "backfill"
BackfillName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
"""The word that `-a sources=` names to have a source read that is read only then; `backfill` has all of them read."""


@dataclass(frozen=True)
class Sitemap:
    """A sitemap; with no address given the one that robots.txt names, else `/sitemap.xml`.

    `months` finds year and month, as its first two groups, in the address of a nested sitemap that covers one month.
    """

    kind: ClassVar = "sitemap"
    section: ClassVar[None] = None
    address: str | None = None
    months: Pattern | None = None
    backfill: str | None = None

    def month_of(self, url: str) -> tuple[date, date] | None:
        """First day of the month that a nested sitemap covers and of the one after it, where its address names one."""
        found = self.months.search(url) if self.months else None
        year, month = (int(part or 0) for part in found.groups()[:2]) if found else (0, 0)
        if not (MINYEAR <= year < MAXYEAR and 1 <= month <= 12):
            return None
        return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


@dataclass(frozen=True)
class Feed:
    """An RSS or Atom feed, with the section it covers where it covers one."""

    kind: ClassVar = "feed"
    address: str
    section: str | None = None
    backfill: str | None = None

    @property
    def name(self) -> str:
        """How it is counted, logged and told as what an article was found by."""
        return f"{BACKFILL}:{self.backfill}" if self.backfill else f"rss:{self.address.rstrip('/').rpartition('/')[2]}"


@dataclass(frozen=True)
class Listing:
    """A list that goes on by offset: `address`, `address/first`, then every `step` more, until one names nothing new.

    An address with `{number}` has no page without one. `links` selects the anchors; `first` is None where the list has
    one page only; `nested` is a pattern for the paths of further lists it links to, which go on by `nested_first` and
    `nested_step`.
    """

    kind: ClassVar = "list"
    address: str
    section: str | None = None
    links: Selector = css("a[href]")  # noqa: RUF009 - compiled once, and frozen
    first: int | None = None
    step: int = 1
    nested: Pattern | None = None
    nested_first: int | None = None
    nested_step: int = 1
    backfill: str | None = None

    @property
    def name(self) -> str:
        """How it is counted, logged and told as what an article was found by."""
        place = self.address.strip("/")[:LONGEST_NAME] or "home"
        return f"{BACKFILL}:{self.backfill}" if self.backfill else f"section:{place}"

    @property
    def numbered(self) -> bool:
        """Whether it is a row of lists with numbers; some of them may be missing."""
        return NUMBER in self.address

    def part(self, offset: int | None) -> str:
        """The address of the part that begins there."""
        if self.numbered:
            return self.address.replace(NUMBER, str(self.first if offset is None else offset))
        return self.address if offset is None else f"{self.address.rstrip('/')}/{offset}"

    def following(self, offset: int | None) -> int | None:
        """Where the part after this one begins; None where there is none."""
        if self.first is None:
            return None
        if offset is None:
            return self.first + self.step if self.numbered else self.first
        return offset + self.step

    def inner(self, path: str) -> Listing:
        """The further list at this path."""
        listing = Listing(path, first=self.nested_first, step=self.nested_step, backfill=self.backfill)
        return replace(listing, nested=self.nested) if self.backfill else listing


@dataclass(frozen=True)
class WordPress:
    """The posts of a WordPress site, by the interface that it has for programs, usually at `/wp-json/`."""

    kind: ClassVar = "wordpress"
    name: ClassVar = "wordpress"
    section: ClassVar[None] = None
    address: str = "/wp-json/"
    backfill: str | None = None

    @property
    def counted_as(self) -> str:
        """How it is counted, logged and told as what an article was found by."""
        return f"{BACKFILL}:{self.backfill}" if self.backfill else self.name


@dataclass(frozen=True)
class FrontPage:
    """The front page of a site that is not described: it leads to its feeds, its sections and its stories."""

    kind: ClassVar = "list"
    section: ClassVar[None] = None
    backfill: ClassVar[None] = None


Source = Sitemap | Feed | Listing | WordPress | FrontPage


class SitemapSource(Strict):
    """The site's sitemap: `address`, or what robots.txt names; `months` as `Sitemap` has it, tried on `examples`."""

    kind: Literal["sitemap"]
    address: Address | None = None
    months: PathPattern | None = None
    backfill: BackfillName | None = None
    examples: tuple[str, ...] = ()

    @field_validator("examples")
    @classmethod
    def _named(cls, examples: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if (months := info.data.get("months")) is None:
            return examples
        one = Sitemap(months=months)
        if missed := [example for example in examples if one.month_of(example) is None]:
            raise ValueError(f"{months.pattern!r} finds no year and month in {', '.join(missed)}")
        return examples

    @model_validator(mode="after")
    def _tried(self) -> SitemapSource:
        if self.months is not None and not self.examples:
            raise ValueError("months is not tried: give examples of a nested sitemap's address")
        return self

    def sources(self) -> Iterator[Source]:
        """What it stands for."""
        yield Sitemap(self.address, self.months, self.backfill)


class _OfSections(Strict):
    """A source at one address, or at one for each section where the address holds `{section}`.

    With `backfill` it is read only where `-a sources=` names that word, or is `backfill`.
    """

    address: Address
    sections: tuple[SectionName, ...] = ()
    backfill: BackfillName | None = None

    @field_validator("sections")
    @classmethod
    def _fits(cls, sections: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        address = info.data.get("address", SECTION if len(sections) > 1 else "")
        if SECTION not in address and len(sections) > 1:
            raise ValueError(f"several sections need an address with {SECTION} in it")
        return sections

    @model_validator(mode="after")
    def _filled(self) -> _OfSections:
        if SECTION in self.address and not self.sections:
            raise ValueError(f"the address holds {SECTION}: give sections")
        return self

    def places(self) -> Iterator[tuple[str, str | None]]:
        """Each address, with its section."""
        for section in self.sections or (None,):
            yield self.address.replace(SECTION, section or ""), section


class FeedSource(_OfSections):
    """An RSS or Atom feed, or one for each section."""

    kind: Literal["feed"]

    def sources(self) -> Iterator[Source]:
        """What it stands for."""
        return (Feed(address, section, self.backfill) for address, section in self.places())


class ListSource(_OfSections):
    """A page that links to articles, or one for each section.

    `links` selects the anchors. Where the list goes on at `address/OFFSET`, `first` and `step` are its offsets; where
    the address holds `{number}`, its numbers. `nested` matches the paths of further lists that it links to; where they
    go on, `nested_first` and `nested_step` are their offsets. The further lists of a back-fill are also looked for on
    the pages of the articles that are read.
    """

    kind: Literal["list"]
    links: PageSelector = Field(default="a[href]", validate_default=True)
    first: Annotated[int, Field(ge=0)] | None = None
    step: Annotated[int, Field(ge=1)] = 1
    nested: PathPattern | None = None
    nested_first: Annotated[int, Field(ge=0)] | None = None
    nested_step: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _counted(self) -> ListSource:
        if NUMBER in self.address and self.first is None:
            raise ValueError(f"the address holds {NUMBER}: give first, the number it begins with")
        if self.nested is None and self.nested_first is not None:
            raise ValueError("nested_first is that of nested lists: give nested, the pattern of their paths")
        return self

    def sources(self) -> Iterator[Source]:
        """What it stands for."""
        for address, section in self.places():
            way = (self.links, self.first, self.step, self.nested, self.nested_first, self.nested_step)
            yield Listing(address, section, *way, self.backfill)


class WordPressSource(Strict):
    """The posts of a WordPress site by its interface for programs, newest first; `address` is that of the interface."""

    kind: Literal["wordpress"]
    address: Address = "/wp-json/"
    backfill: BackfillName | None = None

    def sources(self) -> Iterator[Source]:
        """What it stands for."""
        yield WordPress(self.address, self.backfill)


class Archive(Strict):
    """Articles that no source lists: other articles link to them, all are older than `before`, `links` selects them."""

    before: date
    links: PageSelector


AnySource = Annotated[SitemapSource | FeedSource | ListSource | WordPressSource, Field(discriminator="kind")]
