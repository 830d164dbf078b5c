"""What a site names its stories in: robots.txt, sitemaps of every kind, feeds of every kind."""

from __future__ import annotations

import json
from datetime import UTC
from email.utils import format_datetime
from functools import partial
from html import escape

from tests.sites.world.newssite import Answer, NewsSite, Page
from tests.sites.world.stories import Story

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
NEWS_DAYS = 12
"""Stories in a news sitemap, which only names those of the last two days or so."""


def sources_of(site: NewsSite) -> dict[str, Page]:
    """Each of them by its path."""
    layout, found = site.layout, dict[str, Page]()
    if layout.sitemap != "none":
        found |= _sitemaps(site)
    if layout.feed:
        found[layout.feed] = partial(_feed, site)
    if layout.has("posts"):
        found["/wp-json/wp/v2/posts?*"] = partial(_posts, site)
    named = ""
    if layout.sitemap != "none" and layout.robots:
        named = f"Sitemap: {site.origin}{layout.sitemap_at}\n"
        if layout.sitemap == "news":
            named += f"Sitemap: {site.origin}/sitemap.xml\n"
    found["/robots.txt"] = partial(Answer, f"User-agent: *\nDisallow: /search\n{named}", "text/plain")
    return found


def _posts(site: NewsSite) -> Answer:
    """As WordPress answers programs that ask for its posts."""
    told = [
        {"link": site.url(one), "date_gmt": f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "modified_gmt": None}
        for one in site.stories[:100]
    ]
    return Answer(json.dumps(told), "application/json")


def _sitemaps(site: NewsSite) -> dict[str, Page]:
    layout, all_of_them = site.layout, site.stories
    sections = [site.origin + site.section(slug) for slug in site.words.sections]
    plain = [site.origin + "/", *sections, site.origin + "/about", site.origin + "/contact"]
    entries = [_entry(url) for url in plain] + [_dated(site, one) for one in all_of_them]
    match layout.sitemap:
        case "plain":
            return {layout.sitemap_at: partial(_urlset, entries)}
        case "text":
            lines = "\n".join([*plain, *map(site.url, all_of_them)])
            return {layout.sitemap_at: partial(Answer, lines, "text/plain")}
        case "news":
            return {
                layout.sitemap_at: partial(_urlset, [_news(site, one) for one in all_of_them[:NEWS_DAYS]]),
                "/sitemap.xml": partial(_urlset, entries),
            }
        case "news-only":
            return {layout.sitemap_at: partial(_urlset, [_news(site, one) for one in all_of_them if one.young])}
        case "months":
            months = {f"{one.at:%Y-%m}" for one in all_of_them}
            parts = {
                f"/sitemaps/{month}.xml": [_dated(site, one) for one in all_of_them if f"{one.at:%Y-%m}" == month]
                for month in sorted(months)
            }
        case _:
            parts = {
                "/post-sitemap.xml": [_dated(site, one) for one in all_of_them],
                "/page-sitemap.xml": [_entry(url) for url in plain],
                "/category-sitemap.xml": [_entry(url) for url in sections],
                "/author-sitemap.xml": [_entry(site.origin + site.person(name)) for name in site.words.people[:4]],
            }
    index = "".join(f"<sitemap><loc>{site.origin}{path}</loc></sitemap>" for path in parts)
    found: dict[str, Page] = {path: partial(_urlset, part) for path, part in parts.items()}
    found[layout.sitemap_at] = partial(Answer, f"{XML}<sitemapindex {SPACE}>{index}</sitemapindex>", "application/xml")
    return found


def _urlset(entries: list[str]) -> Answer:
    return Answer(f"{XML}<urlset {SPACE} {NEWS}>{''.join(entries)}</urlset>", "application/xml")


def _entry(url: str, more: str = "") -> str:
    return f"<url><loc>{escape(url)}</loc>{more}</url>"


def _dated(site: NewsSite, story: Story) -> str:
    return _entry(site.url(story), f"<lastmod>{story.at.isoformat()}</lastmod>")


def _news(site: NewsSite, story: Story) -> str:
    return _entry(
        site.url(story),
        f"<news:news><news:publication><news:name>{site.name}</news:name><news:language>{site.words.code}"
        f"</news:language></news:publication><news:publication_date>{story.at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(story.headline)}</news:title></news:news>",
    )


def _feed(site: NewsSite) -> Answer:
    stories, title = site.stories[: site.layout.fed], escape(site.name)
    match site.layout.feed_kind:
        case "atom":
            entries = "".join(
                f"<entry><id>tag:{site.name},{one.number}</id><published>{one.at.isoformat()}</published>"
                f"<updated>{one.at.isoformat()}</updated><title type='text'>{escape(one.headline)}</title>"
                f"<link rel='alternate' type='text/html' href='{escape(site.url(one))}'/></entry>"
                for one in stories
            )
            body = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{title}</title>{entries}</feed>"
        case "rdf":
            items = "".join(
                f"<item rdf:about='{escape(site.url(one))}'><title>{escape(one.headline)}</title>"
                f"<link>{escape(site.url(one))}</link><dc:date>{one.at.isoformat()}</dc:date></item>"
                for one in stories
            )
            body = (
                "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
                f"xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>{title}</title></channel>{items}</rdf:RDF>"
            )
        case _:
            items = "".join(
                f"<item><title>{escape(one.headline)}</title><link>{escape(site.url(one))}</link>"
                f"<description>{escape(one.summary)}</description><pubDate>{format_datetime(one.at)}</pubDate></item>"
                for one in stories
            )
            body = (
                f"<rss version='2.0'><channel><title>{title}</title><link>{site.origin}</link>{items}</channel></rss>"
            )
    return Answer(XML + body, "application/rss+xml")
