"""Sitemaps, feeds and robots.txt, with the flaws the publisher's have."""

from __future__ import annotations

from email.utils import format_datetime
from itertools import groupby
from typing import TYPE_CHECKING

from tests.newspaper.blocks import Html
from tests.newspaper.markup.story.body import piece
from tests.newspaper.markup.text import esc, plain
from tests.newspaper.newsroom.cast import section_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.newspaper.addresses import Addresses
    from tests.newspaper.story import Story

FEED_LENGTH = 50
TITLE = "The Moscow Times - Independent News From Russia"
ABOUT = "Headlines, analysis and pictures from one newspaper"
XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def robots(addresses: Addresses) -> str:
    """Who may fetch what, and where the sitemap is: on the host for static files."""
    shared = "Disallow: /preview/\nDisallow: /search/\n"
    return (
        f"User-agent: *\n{shared}Disallow: *?utm\nDisallow: *&utm\n\n"
        f"User-agent: Yandex\n{shared}Disallow: */amp/\nDisallow: *?amp \nDisallow: *?utm\nDisallow: *&utm\n\n"
        f"Sitemap: {addresses.static}/sitemap/sitemap.xml\n"
    )


def mapped(stories: Iterable[Story]) -> list[Story]:
    """The stories that sitemaps name: no archive, no advertorials, nothing sponsored."""
    return [story for story in stories if story.regular and not story.sponsored]


def sitemaps(addresses: Addresses, stories: Sequence[Story]) -> dict[str, str]:
    """The index and its months by file name; months are not zero-padded and carry addresses only."""
    files, entries = {}, []
    for month, group in groupby(mapped(stories), key=lambda story: f"{story.published.year}-{story.published.month}"):
        members = list(group)
        places = "".join(
            f"    <url>\n        <loc>{esc(addresses.story(story))}</loc>\n    </url>\n" for story in members
        )
        files[f"{month}.xml"] = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
            f'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">\n{places}</urlset>'
        )
        entries.append(
            f"    <sitemap>\n        <loc>{addresses.static}/sitemap/{month}.xml</loc>\n"
            f"        <lastmod>{max(story.touched for story in members).isoformat()}</lastmod>\n    </sitemap>\n"
        )
    files["sitemap.xml"] = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{''.join(entries)}</sitemapindex>"
    )
    return files


def rss(addresses: Addresses, section: str, stories: Sequence[Story]) -> str:
    """A section's feed: at most fifty items, most descriptions nothing but space."""
    items = "".join(
        f"\t\t<item>\n\t\t\t<title>{esc(story.headline)}</title>\n\t\t\t<link>{esc(addresses.story(story))}</link>\n"
        f"\t\t\t<description>\n\t\t\t\t\t\t\t\t{esc(story.intro or story.subtitle)}\n\t\t\t</description>\n"
        f"\t\t\t<pubDate>{format_datetime(story.published)}</pubDate>\n"
        f"\t\t\t<guid>{esc(addresses.story(story))}</guid>\n\t\t</item>\n"
        for story in stories[:FEED_LENGTH]
    )
    return _channel(addresses, f"/{section}", f"/rss/{section}", "en-us", items)


def rss_all(addresses: Addresses, stories: Sequence[Story]) -> str:
    """The feed of everything, with bodies."""
    items = "".join(
        f"\t\t<item>\n\t\t\t<title>\n\t\t\t\t{_signed(story)}{esc(story.headline)}\n\t\t\t</title>\n"
        f"\t\t\t<link>{esc(addresses.story(story))}</link>\n\t\t\t<author>general@themoscowtimes.com</author>\n"
        f"\t\t\t<description>\n\t\t\t\t<![CDATA[\n{_running_text(story)}\n\t\t\t\t]]>\n\t\t\t</description>\n"
        f"\t\t\t<category>\n\t\t\t\tArticle - {esc(section_of(story.flags)[1])}\n\t\t\t</category>\n"
        f'\t\t\t<enclosure url="{addresses.share_card(story)}" length="1" type="image/jpeg" />\n'
        f"\t\t\t<pubDate>{format_datetime(story.published)}</pubDate>\n"
        f"\t\t\t<guid>{esc(addresses.story(story))}</guid>\n\t\t</item>\n"
        for story in recent(stories)
    )
    return _channel(addresses, "/rss/all", "/rss/all", "en", items)


def yandex_news(addresses: Addresses, stories: Sequence[Story]) -> bytes:
    """The feed made for one reader: it declares windows-1251 over UTF-8 bytes and is not well-formed."""
    items = "".join(
        f"\t\t<item>\n\t\t\t<title>{esc(story.headline)}</title>\n\t\t\t<link>{esc(addresses.story(story))}</link>\n"
        f"\t\t\t<author>\n{', '.join(byline.name for byline in story.bylines)}\n\t\t\t</author>\n"
        f"\t\t\t<category>\n{section_of(story.flags)[1]}\n\t\t\t</category>\n"
        f"\t\t\t<pubDate>{format_datetime(story.published)}</pubDate>\n"
        f"\t\t\t<yandex:full-text>\n{esc(plain(_running_text(story)))} & more &nbsp;\n\t\t\t</yandex:full-text>\n"
        "\t\t</item>\n"
        for story in recent(stories)
    )
    return (
        '<?xml version="1.0" encoding="windows-1251"?>\n'
        '<rss version="2.0" xmlns="http://backend.userland.com/rss2" xmlns:yandex="http://news.yandex.ru">\n'
        f"\t<channel>\n\t\t<title>{TITLE}</title>\n\t\t<link>{addresses.page('/')}</link>\n"
        f"\t\t<description>{ABOUT}</description>\n{items}\t</channel>\n</rss>"
    ).encode()


def recent(stories: Iterable[Story]) -> list[Story]:
    """What the feeds of everything hold: plain stories, galleries and videos that nobody paid for."""
    plain_ones = (story for story in stories if story.regular and story.type in {"default", "gallery", "video"})
    return [story for story in plain_ones if not story.sponsored][:FEED_LENGTH]


def _channel(addresses: Addresses, link: str, own: str, language: str, items: str) -> str:
    return (
        f'{XML}<rss xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">\n\t<channel>\n\t\t<title>{TITLE}</title>\n'
        f"\t\t<link>{addresses.page(link)}</link>\n\t\t<description>{ABOUT}</description>\n"
        f'\t\t<atom:link rel="self" href="{addresses.page(own)}"></atom:link>\n\t\t<language>{language}</language>\n'
        f"\t\t<ttl>600</ttl>\n{items}\t</channel>\n</rss>"
    )


def _signed(story: Story) -> str:
    if story.kind != "opinion" or not story.bylines:
        return ""
    return esc(" and ".join(byline.name for byline in story.bylines)) + ": "


def _running_text(story: Story) -> str:
    return "\n".join(piece(part) for block in story.blocks if isinstance(block, Html) for part in block.pieces)
