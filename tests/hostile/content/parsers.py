"""Every parser of what comes from outside, given the names of things that must not be opened; run as a module.

Its arguments are a path and an address of a canary, and parsers' names (default: all); it prints each before its turn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from mtcrawler.extraction.language.detection import language_of
from mtcrawler.fetch.browser.charset import true_charset
from mtcrawler.runs.telemetry.gallery import small
from tests.fuzz.targets import TARGETS


def charset(data: bytes) -> None:
    """The character set of a page that declares another."""
    true_charset(data + "\xff…".encode("cp1252"), "utf-8")


def picture(data: bytes) -> None:
    """A small copy of evidence."""
    small(data)


def language(data: bytes) -> None:
    """What a text is written in."""
    language_of(data.decode("utf-8", "replace") * 5, None)


PARSERS: Final[dict[str, Callable[[bytes], None]]] = {
    parser.__name__: parser for parser in (*TARGETS, charset, picture, language)
}

FORMS: Final = (
    "{0}",
    "{0}\n",
    "<{0}>",
    "Sitemap: {0}\nUser-agent: *\nDisallow: {0}",
    '[{{"location": "{0}", "tdm-policy": "{0}"}}]',
    '{{"cookies": [{{"name": "{0}", "value": "{0}", "domain": "{0}"}}], "origins": ["{0}"]}}',
    '<?xml version="1.0"?><!DOCTYPE x SYSTEM "{0}"><urlset><url><loc>{0}</loc></url></urlset>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "{0}">]><urlset><url><loc>&e;</loc></url></urlset>',
    '<!DOCTYPE x [<!ENTITY % e SYSTEM "{0}"> %e;]><rss><channel><item><link>&e;</link></item></channel></rss>',
    '<urlset xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{0}" parse="text"/></urlset>',
    '<?xml-stylesheet href="{0}" type="text/xsl"?><rss xml:base="{0}"><channel><link>{0}</link>'
    "<item><link>{0}</link><guid>{0}</guid></item></channel></rss>",
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{0}"><entry><link href="{0}"/><content src="{0}"/></entry>',
    '<html><head><base href="{0}"><link rel="canonical" href="{0}"><meta http-equiv="refresh" content="0; url={0}">'
    '</head><body><h1>x</h1><img src="{0}"><iframe src="{0}"></iframe><a href="{0}">x</a></body></html>',
)


def bodies(path: str, address: str) -> Iterator[bytes]:
    """What a site might say to have a parser open the path or the address."""
    for name in (path, f"file://{path}", f"feed:{address}", address):
        for form in FORMS:
            yield form.format(name).encode()


if __name__ == "__main__":
    for parser in sys.argv[3:] or PARSERS:
        print(parser, flush=True)
        for body in bodies(*sys.argv[1:3]):
            with suppress(ValueError):
                PARSERS[parser](body)
