"""The extractor for sites whose definition leaves fields to it, and the definition of a site that has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from mtcrawler.extraction.any_site.page import AnyPage
from mtcrawler.extraction.body.features import VERSION
from mtcrawler.extraction.body.model import Model, shipped
from mtcrawler.extraction.memory.site_memory import SiteMemory
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.markup.addresses import Site, origin_of
from mtcrawler.sites.definition import SiteDefinition

NAMELESS: Final = "localhost"
"""The host of a page whose address is not known."""


class AnySiteExtractor:
    """Reads what the definition says by its selectors, and everything else by declared data, the model and a guess.

    `site` is the definition's, with the mirror that a run has of it; `model` is the one that ships unless given. Where
    the definition's address patterns are `told` to know articles, the page is not asked whether it is one. `remembered`
    gives what is known of the site when the page at this address is read; nothing, unless a crawl sets it.
    """

    remembered: Callable[[str], SiteMemory | None] | None = None

    def __init__(
        self,
        definition: SiteDefinition,
        site: Site | None = None,
        model: Model | None = None,
        *,
        told: bool = False,
    ) -> None:
        self.told = told
        self.definition, self.site, self.model = definition, site or definition.site, model or shipped()
        self.name = f"any-site/{VERSION}"

    def extract(self, html: str, url: str, headers: Mapping[str, str], tdm: tuple[TdmRule, ...] = ()) -> AnyPage:
        """As the protocol says."""
        memory = self.remembered(self.site.canonical(url)) if self.remembered else None
        return AnyPage(html, url, self.definition, headers, tdm, self.site, self.model, memory, told=self.told)


@lru_cache(maxsize=512)
def undescribed(origin: str) -> SiteDefinition:
    """The definition of a site of which nothing is known but its origin."""
    host = urlsplit(origin).hostname or NAMELESS
    hosts = dict.fromkeys((host, host.removeprefix("www."), f"www.{host.removeprefix('www.')}"))
    return SiteDefinition.model_validate(
        {
            "spider": "any_site",
            "publisher": host.removeprefix("www."),
            "origin": origin,
            "hosts": tuple(hosts),
            "languages": ("und",),
            "articles": ({"match": "/.+", "examples": ("/story",)},),
            "sources": ({"kind": "list", "address": "/"},),
        }
    )


def origin_for(url: str) -> str:
    """The origin of an address, or that of a nameless site where there is none that a site can have."""
    try:
        origin = origin_of(url)
    except ValueError:
        return f"https://{NAMELESS}"
    return origin if origin.startswith(("http://", "https://")) and urlsplit(origin).hostname else f"https://{NAMELESS}"
