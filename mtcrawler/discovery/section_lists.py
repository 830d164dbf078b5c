"""Section lists, read: which addresses they link to."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from mtcrawler.discovery.documents import CHECK
from mtcrawler.markup.addresses import joined, short_base
from mtcrawler.markup.css import Selector
from mtcrawler.markup.document import base_of, parsed
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError, PageTooLarge
from mtcrawler.model.limits import LIST_BYTES, MIB


def read_listing(html: str, base: str, links: Selector, source: str) -> Iterator[DiscoveredUrl]:
    """Every address a section list or one of its fragments links to, each once, in page order.

    Raises DiscoveryError where it is too large.
    """
    doing = f"Reading the list {base}"
    if len(html) > LIST_BYTES:
        raise DiscoveryError(doing, f"it is larger than {LIST_BYTES // MIB} MiB", CHECK)
    try:
        root = parsed(html, base)
    except PageTooLarge as err:
        raise DiscoveryError(doing, err.happened, CHECK) from err
    yield from linked_from(root, base_of(root, base) or short_base(base), links, source)


def linked_from(root: HtmlElement, base: str, links: Selector, source: str) -> Iterator[DiscoveredUrl]:
    """Every address that these links of a page lead to, each once, in page order."""
    seen = set()
    for anchor in links(root):
        address = joined(base, anchor.get("href"))
        if address and address not in seen:
            seen.add(address)
            yield DiscoveredUrl(address, source)
