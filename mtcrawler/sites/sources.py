"""Where a site names its articles: sitemaps, feeds, lists, and an archive that only links lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Sitemap:
    """A sitemap; with no address given the one that robots.txt names, else `/sitemap.xml`.

    `months` finds year and month, as its first two groups, in the address of a nested sitemap that covers one month.
    """

    kind: ClassVar = "sitemap"
    address: str | None = None
    months: Pattern | None = None

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

    kind: ClassVar = "rss"
    address: str
    section: str | None = None


@dataclass(frozen=True)
class Listing:
    """A section list that goes on by offset: `address`, `address/first`, then every `step` more, until one is empty.

    `links` selects the anchors; `first` is None where the list has one page only; `nested` is a pattern for the paths
    of further lists it links to.
    """

    kind: ClassVar = "sections"
    address: str
    section: str | None = None
    links: Selector = css("a[href]")  # noqa: RUF009 - compiled once, and frozen
    first: int | None = None
    step: int = 1
    nested: Pattern | None = None


Source = Sitemap | Feed | Listing


class SitemapSource(Strict):
    """The site's sitemap: `address`, or what robots.txt names; `months` as `Sitemap` has it, tried on `examples`."""

    kind: Literal["sitemap"]
    address: Address | None = None
    months: PathPattern | None = None
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
        yield Sitemap(self.address, self.months)


class _OfSections(Strict):
    """A source at one address, or at one for each section where the address holds `{section}`."""

    address: Address
    sections: tuple[SectionName, ...] = ()

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
        return (Feed(address, section) for address, section in self.places())


class ListSource(_OfSections):
    """A page that links to articles, or one for each section.

    `links` selects the anchors. Where the list goes on at `address/OFFSET`, `first` and `step` are its offsets.
    `nested` matches the paths of further lists that it links to.
    """

    kind: Literal["list"]
    links: PageSelector = Field(default="a[href]", validate_default=True)
    first: Annotated[int, Field(ge=0)] | None = None
    step: Annotated[int, Field(ge=1)] = 1
    nested: PathPattern | None = None

    def sources(self) -> Iterator[Source]:
        """What it stands for."""
        for address, section in self.places():
            yield Listing(address, section, self.links, self.first, self.step, self.nested)


class Archive(Strict):
    """Articles that no source lists: other articles link to them, all are older than `before`, `links` selects them."""

    before: date
    links: PageSelector


AnySource = Annotated[SitemapSource | FeedSource | ListSource, Field(discriminator="kind")]
