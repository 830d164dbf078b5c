"""What a page says of itself in its head: title, meta tags, JSON-LD, links to its feed and to its other forms."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from tests.sites.world.layouts import Layout
from tests.sites.world.stories import Story

KINDS = {"newsarticle": "NewsArticle", "article": "Article", "blogposting": "BlogPosting"}
CHARSETS = {"utf-8": "utf-8", "shift_jis": "Shift_JIS", "gbk": "gb2312"}


def meta(name: str, content: str, attribute: str = "name") -> str:
    """A meta tag."""
    return f'<meta {attribute}="{name}" content="{escape(content)}">'


def title_of(layout: Layout, site_name: str, title: str, links: list[str]) -> str:
    """What every page of a site has in its head."""
    old = layout.encoding != "utf-8"
    charset = CHARSETS.get(layout.encoding, layout.encoding)
    first = (
        f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        if old
        else '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    )
    return "\n".join([first, f"<title>{escape(title)} - {escape(site_name)}</title>", *links])


def head_of(layout: Layout, site_name: str, story: Story, url: str, media: str, section_url: str) -> list[str]:
    """What an article's page declares."""
    asked, told = layout.declares.split(), [f'<link rel="canonical" href="{url}">', meta("description", story.summary)]
    if layout.declares == "blank":
        return [] if layout.skin == "handmade" else told[:1]
    image = media + story.picture.path if story.picture else ""
    if "og" in asked:
        pairs = {"og:type": "article", "og:title": story.headline, "og:description": story.summary, "og:url": url}
        pairs |= {"og:site_name": site_name, **({"og:image": image} if image else {})}
        told += [meta(name, value, "property") for name, value in pairs.items()]
    if "meta" in asked:
        told.append(meta("article:published_time", story.at.isoformat(), "property"))
        told.append(meta("article:section", story.section[1], "property"))
        told += [meta("article:tag", tag, "property") for tag in story.tags]
    if "dc" in asked:
        told += [meta("dcterms.title", story.headline), meta("dcterms.date", story.at.isoformat())]
        told.append(meta("dcterms.creator", ", ".join(story.authors)))
    if "meta-keywords" in asked:
        told.append(meta("keywords", ",".join(story.tags)))
    if "yoast" in asked:
        told.append(_linked(_graph(site_name, story, url, image)))
    if kind := next((KINDS[one] for one in asked if one in KINDS), None):
        told.append(_linked(_article(kind, site_name, story, url, image, layout)))
    if "crumbs" in asked:
        told.append(_linked(_crumbs(story, url, section_url)))
    return told


def _linked(node: dict[str, Any]) -> str:
    said = json.dumps({"@context": "https://schema.org", **node}, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{said}</script>'


def _article(kind: str, site_name: str, story: Story, url: str, image: str, layout: Layout) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@type": kind,
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "headline": story.headline,
        "description": story.summary,
        "datePublished": story.at.isoformat(),
        "dateModified": story.at.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "Organization", "name": site_name},
        "articleSection": story.section[1],
    }
    if "shell" in layout.extras.split():
        node["isAccessibleForFree"] = True  # without which nothing is read from the data of an empty page
    if layout.skin != "substack":
        node["keywords"] = list(story.tags)
    if image:
        node["image"] = {"@type": "ImageObject", "url": image, "width": 1200, "height": 800}
    return node


def _graph(site_name: str, story: Story, url: str, image: str) -> dict[str, Any]:
    """As the most used plugin of WordPress declares a page."""
    home = url.split("/", 3)
    origin = "/".join(home[:3]) + "/"
    article: dict[str, Any] = {
        "@type": "Article",
        "@id": f"{url}#article",
        "isPartOf": {"@id": url},
        "author": {"name": story.authors[0], "@id": f"{origin}#/schema/person/1"},
        "headline": story.headline,
        "datePublished": story.at.isoformat(),
        "mainEntityOfPage": {"@id": url},
        "keywords": list(story.tags),
        "articleSection": [story.section[1]],
    }
    page = {"@type": "WebPage", "@id": url, "url": url, "name": f"{story.headline} - {site_name}"}
    nodes = [article, page, {"@type": "WebSite", "@id": f"{origin}#website", "url": origin, "name": site_name}]
    nodes += [{"@type": "Person", "@id": f"{origin}#/schema/person/1", "name": story.authors[0]}]
    if image:
        article["image"] = {"@id": f"{url}#primaryimage"}
        nodes.append({"@type": "ImageObject", "@id": f"{url}#primaryimage", "url": image, "contentUrl": image})
    return {"@graph": nodes}


def _crumbs(story: Story, url: str, section_url: str) -> dict[str, Any]:
    home = "/".join(url.split("/", 3)[:3]) + "/"
    steps = [("Home", home), (story.section[1], section_url), (story.headline, url)]
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": address}
        for number, (name, address) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
