"""The pages that lead to stories: the front page, sections and their further parts, tags, authors, a hub."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

from tests.sites.world.declaring import title_of
from tests.sites.world.newssite import Answer, NewsSite, Page
from tests.sites.world.stories import Story


def lists_of(site: NewsSite) -> dict[str, Page]:
    """Each of them by its path."""
    layout, words, newest = site.layout, site.words, site.stories
    found: dict[str, Page] = {"/": partial(a_list, site, "/", site.name, newest[: layout.fronted])}
    for slug, name in words.sections.items():
        _in_parts(found, site, site.section(slug), name, [one for one in newest if one.section[0] == slug])
    for story in newest[:12]:
        for tag in story.tags:
            found[site.tag(tag)] = partial(a_list, site, site.tag(tag), tag, [one for one in newest if tag in one.tags])
        for name in story.authors:
            signed = [one for one in newest if name in one.authors]
            found[site.person(name)] = partial(a_list, site, site.person(name), name, signed)
    intro = "".join(f"<p>{escape(words.paragraph(site.random))}</p>" for _ in range(2))
    hub = "/topic/the-new-bridge"
    found[hub] = partial(a_list, site, hub, words.headline(site.random), newest[3:9], intro=intro)
    found["/search"] = partial(a_list, site, "/search", words.labels["search"], newest[:3])
    return found


def _in_parts(found: dict[str, Page], site: NewsSite, path: str, title: str, stories: list[Story]) -> None:
    """A list with its further parts."""
    size = site.layout.listed
    parts = [stories[at : at + size] for at in range(0, len(stories), size)] or [[]]
    for number, part in enumerate(parts, 1):
        here = path + (site.layout.following.format(n=number) if number > 1 else "")
        after = path + site.layout.following.format(n=number + 1) if number < len(parts) else ""
        found[here] = partial(a_list, site, here, title, part, after=after)


def a_list(site: NewsSite, path: str, title: str, stories: list[Story], *, after: str = "", intro: str = "") -> Answer:
    """A page with these stories."""
    common, make = site.common, site.theme.make
    values: dict[str, Any] = {**common, "title": escape(title), "intro": intro, "most_read": site.rail()}
    values["items"] = site.theme.each("teaser", map(site.line, stories))
    values["pager"] = make("pager", **{**common, "url": escape(after)}) if after else ""
    told = [f'<link rel="canonical" href="{site.origin}{escape(path)}">', *site.feed_links()]
    if "og" in site.layout.declares:
        told.append('<meta property="og:type" content="website">')
    if site.layout.declares == "blank" and site.layout.skin == "handmade":
        told = site.feed_links()
    head = title_of(site.layout, site.name, title, told)
    return site.page(make("list", **values), head, {**values, "kind": "archive", "id": 0})
