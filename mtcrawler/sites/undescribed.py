"""A site that nobody has described: what can be said of it before its first page has come."""

from __future__ import annotations

from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field

from mtcrawler.markup.addresses import ascii_host, origin_of
from mtcrawler.model.errors import ArgumentError
from mtcrawler.security.loopback import is_ours_to_name, is_private
from mtcrawler.sites.definition import ANY_SITE, HOST, SiteDefinition
from mtcrawler.sites.patterns import AddressPattern
from mtcrawler.sites.sources import AnySource, FrontPage, Sitemap, Source

ALIKE: Final = ("www", "m", "mobile", "amp")
"""First labels of hosts that serve the same site as the host without them."""


class UndescribedSite(SiteDefinition):
    """A definition that only knows the address. Which addresses are articles' is learned while the site is crawled."""

    spider: str = ANY_SITE
    languages: tuple[str, ...] = ()
    articles: tuple[AddressPattern, ...] = Field(default=(), validate_default=False)
    sources: tuple[AnySource, ...] = Field(default=(), validate_default=False)

    @cached_property
    def all_sources(self) -> tuple[Source, ...]:
        """What robots.txt and the front page lead to."""
        return Sitemap(), FrontPage()

    @property
    def named_by_hand(self) -> str | None:
        """The origin, unless its owner decides where its name leads, which may be into our own network."""
        return self.origin if is_ours_to_name(urlsplit(self.origin).hostname or "") else None

    @property
    def crawls(self) -> str:
        """Each such site has crawls of its own; at another port there is another site."""
        return f"{self.spider}-{self.site.known_as}"


def undescribed(address: str) -> UndescribedSite:
    """The site at this host or address, which has `https` unless it says otherwise; raises ArgumentError."""
    given = address.strip()
    whole = given if "://" in given else f"https://{given}"
    try:
        origin, parts = origin_of(whole), urlsplit(whole)
        host = ascii_host(parts.hostname or "")
        usable = parts.scheme in {"http", "https"} and HOST.fullmatch(host) is not None and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.fragment:
        raise ArgumentError(
            f"Reading the argument site={address}", "it is no site's address", "Give site=https://www.example.com."
        )
    return UndescribedSite(publisher=host, origin=origin, hosts=tuple(sorted(hosts_like(host))))


def hosts_like(host: str) -> set[str]:
    """The hosts that serve the same pages as this one: with and without www, and for phones."""
    if is_private(host) or "." not in host or host.replace(".", "").isdecimal():
        return {host}
    first, _, rest = host.partition(".")
    bare = rest if first in ALIKE and "." in rest else host
    return {host, bare, *(f"{label}.{bare}" for label in ALIKE)}
