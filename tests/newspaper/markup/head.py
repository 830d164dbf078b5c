"""The head of a page: base, meta tags and structured data, with the flaws the publisher's have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.newspaper.blocks import Html
from tests.newspaper.markup.story.body import piece
from tests.newspaper.markup.text import cut, esc, plain, structured
from tests.newspaper.newsroom.cast import section_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Story

PREFIXES = {"video": "Video | ", "gallery": "Gallery | ", "podcast": "Podcast | "}
CONTEXT = "http://schema.org/"


def teaser(story: Story, limit: int = 150) -> str:
    """The first words of a story, from its introduction or else its first running text."""
    if story.intro:
        return cut(plain(story.intro), limit)
    text = next((block for block in story.blocks if isinstance(block, Html)), None)
    return cut(plain(" ".join(map(piece, text.pieces))), limit) if text else ""


def page_seo(paper: Paper, title: str, path: str) -> str:
    """The tags of a page that is no story."""
    url = paper.addresses.page(path)
    text = "Independent news from Russia"
    return (
        f'<title>{esc(title)} - The Moscow Times</title>\n<link rel="canonical" href="{esc(url)}">\n'
        + _metas("name", {"keywords": "news,russia,moscow", "description": text})
        + _metas("property", {"og:url": url, "og:title": title, "og:description": text})
    )


def story_seo(paper: Paper, story: Story) -> str:
    """The tags and structured data of a story."""
    if story.campaign is not None:
        return _advertorial_seo(paper, story)
    url, first = paper.addresses.story(story), story.bylines[0].name if story.bylines else "The Moscow Times"
    description = ("Opinion | " if story.kind == "opinion" else PREFIXES.get(story.kind, "")) + _first_sentence(story)
    keywords = ",".join(tag.title for tag in story.tags)
    flag = "ukraine_war" if "ukraine_war" in story.flags else "news"
    times = {"published": story.published.isoformat(), "modified": story.touched.isoformat()}
    card = paper.addresses.share_card(story)
    article: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "NewsArticle",
        "dateCreated": times["published"],
        "datePublished": times["published"],
        "dateModified": times["modified"],
        "name": story.headline,
        "headline": story.headline,
        "description": description,
        "keywords": keywords,
        "articleSection": flag,
        "isAccessibleForFree": True,
        "mainEntityOfPage": url,
        "url": url,
        "thumbnailUrl": _thumb(paper, story),
        "image": {"@type": "ImageObject", "url": card, "width": 1200, "height": 630},
        "publisher": _publisher(paper),
        "inLanguage": {"@type": "Language", "name": "English", "alternateName": "English"},
        **_signed(paper, story),
    }
    return (
        f'<title>{esc(story.headline)}</title>\n<link rel="canonical" href="{esc(url)}">\n'
        + _metas(
            "name",
            {
                "keywords": keywords,
                "news_keywords": keywords,
                "description": description,
                "thumbnail": _thumb(paper, story),
                "author": first,
            },
        )
        + _metas(
            "property",
            {
                "og:url": url,
                "og:title": story.headline,
                "og:description": description,
                "og:image": card,
                "og:image:width": "1200",
                "og:image:height": "630",
                "article:author": first,
                "article:content_tier": "free",
                "article:modified_time": times["modified"],
                "article:published_time": times["published"],
                "article:publisher": "https://www.facebook.com/MoscowTimes",
                "article:section": flag,
                "article:tag": keywords,
                "twitter:title": story.headline,
                "twitter:description": description,
                "twitter:image:src": card,
            },
        )
        + structured(article, broken=paper.broken)
        + "\n"
        + structured(_breadcrumbs(paper, story, url))
    )


def _first_sentence(story: Story) -> str:
    return teaser(story, 2000).split(". ")[0]


def _thumb(paper: Paper, story: Story) -> str:
    if story.photo is None:
        return f"{paper.addresses.static}/img/thumb_default.jpg"
    return paper.addresses.image(story.photo, "320")


def _publisher(paper: Paper) -> dict[str, Any]:
    logo = {"@type": "ImageObject", "url": f"{paper.addresses.static}/img/logo.png", "width": 50, "height": 50}
    return {"@type": "Organization", "name": "The Moscow Times", "logo": logo}


def _signed(paper: Paper, story: Story) -> dict[str, Any]:
    """Only the first name above the story, whoever else signed it; an agency counts as a person here."""
    if not story.bylines:
        return {"author": {"@type": "Organization", "name": "The Moscow Times"}}
    first = story.bylines[0]
    portrait = paper.addresses.image(first.portrait, "320") if first.portrait else "avatar_default.jpg"
    author = {
        "@type": "Person",
        "name": first.name,
        "description": None,
        "image": portrait,
        "url": paper.addresses.author(first),
    }
    if first.handle:
        author["sameAs"] = f"http://www.twitter.com/{first.handle.strip('@')}"
    return {"creator": first.name, "author": author}


def _breadcrumbs(paper: Paper, story: Story, url: str) -> dict[str, Any]:
    slug, name = section_of(story.flags)
    steps = (
        ("The Moscow Times", paper.addresses.page("/")),
        (name, paper.addresses.page(f"/{slug}")),
        (story.headline, url),
    )
    items = [
        {"@type": "ListItem", "position": place, "name": label, "item": item}
        for place, (label, item) in enumerate(steps, 1)
    ]
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": items}


def _advertorial_seo(paper: Paper, story: Story) -> str:
    url, description = paper.addresses.story(story), teaser(story)
    card = (
        paper.addresses.image(story.photo, "1360") if story.photo else f"{paper.addresses.static}/img/share_default.jpg"
    )
    page = {
        "@context": CONTEXT,
        "@type": "webPage",
        "dateCreated": story.published.isoformat(),
        "datePublished": story.published.isoformat(),
        "dateModified": story.touched.isoformat(),
        "name": story.headline,
        "headline": story.headline,
        "description": description,
        "keywords": "",
        "mainEntityOfPage": url,
        "url": url,
        "thumbnailUrl": _thumb(paper, story),
        "image": {"@type": "ImageObject", "url": card, "width": 1360, "height": 500},
        "inLanguage": {"@type": "Language", "name": "English", "alternateName": "English"},
    }
    return (
        f'<title>{esc(story.headline)}</title>\n<link rel="canonical" href="{esc(url)}">\n'
        + _metas("name", {"keywords": "", "description": description, "thumbnail": _thumb(paper, story)})
        + _metas(
            "property", {"og:url": url, "og:title": story.headline, "og:description": description, "og:image": card}
        )
        + structured(page, broken=paper.broken)
    )


def _metas(key: str, values: Mapping[str, str]) -> str:
    return "".join(f'\t<meta {key}="{name}" content="{esc(value)}">\n' for name, value in values.items())
