"""What a site has beside stories and lists: pages about itself, goods, and other forms of its stories."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from html import escape

from tests.sites.world.declaring import title_of
from tests.sites.world.newssite import Answer, NewsSite, Page
from tests.sites.world.stories import Story

POSTS = 5


def others_of(site: NewsSite) -> dict[tuple[str, str], Page]:
    """Each of them by host and path."""
    layout, home = site.layout, site.layout.own_host
    found: dict[tuple[str, str], Page] = {}
    for path, label in (("/about", "about"), ("/contact", "contact"), ("/privacy", "privacy")):
        found[home, path] = partial(plain, site, path, site.words.labels[label], 5 if path != "/contact" else 1)
    found[home, "/shop/print-of-the-harbour"] = partial(goods, site)
    bare = home.removeprefix("www.")
    for host in layout.hosts:
        if host == bare and host != home:  # the name without www leads to the one with it
            found[host, "*"] = partial(Answer, status=301, to=site.origin)
    for story in site.stories:
        path = site.path(story)
        if layout.has("print"):
            other = path.replace("article.aspx", "print.aspx") if "aspx" in path else _with(path, "print=1")
            found[home, other] = partial(bare_form, site, story, amp=False)
        if layout.has("amp"):
            place = site.amp(story).split("/", 3)
            found[place[2].partition(":")[0], "/" + place[3]] = partial(bare_form, site, story, amp=True)
        if layout.has("host:m"):
            found[f"m.{bare}", path] = partial(site.article, story)
        if layout.has("comments-pages"):
            found[home, f"{path}/comments"] = partial(talk, site, story)
        if layout.has("gallery") and story.number % 4 == 0 and story.picture:
            for number in range(1, 4):
                found[home, f"{path}/photo/{number}"] = partial(photo, site, story, number)
    return found


def _with(path: str, pair: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{pair}"


def plain(site: NewsSite, path: str, title: str, paragraphs: int) -> Answer:
    """A page in which the site speaks of itself."""
    text = "".join(f"<p>{escape(site.words.paragraph(site.random))}</p>" for _ in range(paragraphs))
    head = title_of(site.layout, site.name, title, [f'<link rel="canonical" href="{site.origin}{path}">'])
    values = {**site.common, "title": escape(title), "text": text, "kind": "page", "id": 2}
    return site.page(site.theme.make("plain", **values), head, values)


def goods(site: NewsSite) -> Answer:
    """Something that is sold."""
    title = site.words.few(site.random)
    node = {"@context": "https://schema.org", "@type": "Product", "name": title}
    node["offers"] = {"@type": "Offer", "price": "24.00", "priceCurrency": "EUR"}  # type: ignore[assignment]
    told = [f'<script type="application/ld+json">{json.dumps(node)}</script>']
    told.append('<meta property="og:type" content="product">')
    text = f"<p class='price'>24,00 €</p><p>{escape(site.words.paragraph(site.random))}</p><button>+</button>"
    head = title_of(site.layout, site.name, title, told)
    values = {**site.common, "title": escape(title), "text": text, "kind": "product", "id": 3}
    return site.page(site.theme.make("plain", **values), head, values)


def bare_form(site: NewsSite, story: Story, *, amp: bool) -> Answer:
    """A story to be printed, or for a phone's cache, with nothing around it."""
    links = [f'<link rel="canonical" href="{escape(site.url(story))}">'] if amp or site.layout.absolute else []
    text = "".join(f"<p>{escape(block['text'])}</p>" for block in story.blocks if "text" in block)
    head = title_of(site.layout, site.name, story.headline, links)
    mark = " ⚡" if amp else ""
    return Answer(
        f"<!doctype html><html{mark} lang={site.words.code}><head>{head}</head><body><h1>{escape(story.headline)}</h1>"
        f"<p>{escape(', '.join(story.authors))}, {story.at:%Y-%m-%d}</p>{text}</body></html>"
    )


def talk(site: NewsSite, story: Story) -> Answer:
    """The comments of a story, on a page of their own."""
    told = [
        {**site.common, "name": name, "text": escape(site.words.paragraph(site.random)), **site.when(story.at)}
        for name in site.words.people[:5]
    ]
    inner = site.theme.make("comments", items=site.theme.each("comment", told), **site.common)
    head = title_of(site.layout, site.name, story.headline, [])
    title = f'<h2><a href="{site.link(story)}">{escape(story.headline)}</a></h2>'
    main = f'<div class="single-post-container">{title}{inner}</div>'
    return site.page(main, head, site.common)


def photo(site: NewsSite, story: Story, number: int) -> Answer:
    """One picture of a gallery, on a page of its own."""
    assert story.picture
    source = site.origin + story.picture.path.replace("lead", f"photo{number}")
    figure = site.theme.picture("figure", source, site.words.sentence(site.random), "", "")
    head = title_of(site.layout, site.name, story.headline, [f'<link rel="canonical" href="{site.url(story)}">'])
    links = f'<a href="{site.path(story)}/photo/{number % 3 + 1}">{site.words.labels["next"]}</a>'
    main = f"<main><h1>{escape(story.headline)}</h1>{figure}{links}</main>"
    return site.page(main, head, site.common)


def live(site: NewsSite, story: Story) -> tuple[str, str]:
    """A story as a live blog: its markup, each paragraph a post, and what it declares."""
    shown, told = [], []
    first, *others = [block["text"] for block in story.blocks if block["type"] == "paragraph"]
    for number, text in enumerate(others[:POSTS]):
        at = story.at + timedelta(minutes=25 * (POSTS - number))
        shown.append(
            f'<div class="live-post" id="post-{number}"><time datetime="{at.isoformat()}">{at:%H:%M}</time>'
            f"<p>{escape(text)}</p></div>"
        )
        told.append({"@type": "BlogPosting", "datePublished": at.isoformat(), "articleBody": text, "headline": ""})
    node = {"@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": story.headline}
    node |= {"datePublished": story.at.isoformat(), "liveBlogUpdate": told, "url": site.url(story)}  # type: ignore[dict-item]
    node["author"] = [{"@type": "Person", "name": name} for name in story.authors]  # type: ignore[assignment]
    said = json.dumps(node, ensure_ascii=False)
    markup = f'<p>{escape(first)}</p><div class="live-posts">{"".join(shown)}</div>'
    return markup, f'<script type="application/ld+json">{said}</script>'
