"""How well a site was found and read: what was stored of it, held against the truth."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from tests.sites.world.crawling import Crawled
from tests.sites.world.lists import lists_of
from tests.sites.world.newssite import NewsSite
from tests.sites.world.sources import sources_of
from tests.sites.world.stories import Story

FIELDS = ("headline", "authors", "date", "section", "tags", "image", "caption", "blocks")
"""What is compared, each article by itself; of blocks, each block."""
JSON_LD = ("yoast", "newsarticle", "article", "blogposting")


@dataclass
class Score:
    """Of a site, or of several: articles that were to be found and were, requests for pages, further parts of articles
    that have several, requests for sources, those of them that were asked for before, what was stored and is no
    article, right and compared values by field, lines that are not the article's, and examples of what is wrong.
    """

    wanted: int = 0
    found: int = 0
    pages: int = 0
    parts: int = 0
    sources: int = 0
    again: int = 0
    strays: int = 0
    clutter: int = 0
    right: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    wrong: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of_all(cls, scores: Iterable[Score]) -> Self:
        """Their sum, without the examples."""
        whole = cls()
        for one in scores:
            for name in ("wanted", "found", "pages", "parts", "sources", "again", "strays", "clutter"):
                setattr(whole, name, getattr(whole, name) + getattr(one, name))
            whole.right += one.right
            whole.compared += one.compared
        return whole

    def share(self, name: str) -> float:
        """The share of values of a field that are right."""
        return self.right[name] / max(1, self.compared[name])

    @property
    def fetches(self) -> float:
        """Requests for pages per article that was to be found and was, or per page of one that has several."""
        return self.pages / max(1, self.found + self.parts)

    def note(self, name: str, right: bool, stored: object, true: object) -> None:
        """One value."""
        self.compared[name] += 1
        self.right[name] += right
        if not right:
            self.wrong[name].append(f"{stored!r} for {true!r}")


def scored(crawled: Crawled) -> Score:
    """The score of one crawl."""
    site, score = crawled.site, Score()
    stored = {_place(url): one for url, one in crawled.stored.items()}
    young = {_place(site.url(one)): one for one in site.stories if one.young}
    known = {_place(site.url(one)) for one in site.stories}
    score.wanted, score.found = len(young), len(young.keys() & stored.keys())
    score.wrong["found"] = sorted(young.keys() - stored.keys())
    score.wrong["strays"] = sorted(stored.keys() - known)
    score.strays = len(score.wrong["strays"])
    score.parts = sum(len(site.parts_of(one)) - 1 for one in young.values())
    _requests(crawled, score)
    for place in young.keys() & stored.keys():
        compare(site, young[place], stored[place], score)
    return score


def _place(url: str) -> str:
    parts = urlsplit(url)
    return unquote(parts.path.rstrip("/")) + (f"?{parts.query}" if parts.query else "")


def _requests(crawled: Crawled, score: Score) -> None:
    """Lists, sitemaps, feeds and what is not there are sources; whatever else was asked for is a page."""
    site = crawled.site
    sources = {*lists_of(site), *sources_of(site)}
    young = {(urlsplit(url).hostname, site.path(one)) for one in site.stories if one.young and (url := site.url(one))}
    for (host, path), number in crawled.hits.items():
        here = path in sources or (host, path) not in site.pages
        if here:
            score.sources += number
            score.again += number - 1
            score.wrong["again"] += [path] * (number - 1)
            continue
        score.pages += number
        score.wrong["pages"] += [path] * (number - ((host, path) in young))


def stated(site: NewsSite) -> set[str]:
    """The fields that the pages of a site state."""
    states, asked = set(site.theme.states), site.layout.declares.split()
    if declared := [one for one in asked if one in JSON_LD]:
        states |= {"authors", "date", "image", "section", *([] if site.layout.skin == "substack" else ["tags"])}
    states |= {"date", "section", "tags"} if "meta" in asked else set()
    states |= {"image"} if declared or "og" in asked else set()
    states -= {"caption"} if site.layout.has("shell") else set()
    return (states | {"headline", "blocks"}) & set(FIELDS)


def compare(site: NewsSite, story: Story, article: dict[str, Any], score: Score) -> None:
    """Each field that the page states at all."""
    states = stated(site)
    photo, image = story.picture, article["image"] or {}
    names = [one["name"] for one in article["authors"]]
    score.note("headline", article["headline"] == story.headline, article["headline"], story.headline)
    if "authors" in states:
        score.note("authors", sorted(names) == sorted(story.authors), names, story.authors)
    if "date" in states:
        day = (article["published_at"] or article["published_date"] or "")[:10]
        score.note("date", day == f"{story.at:%Y-%m-%d}", day, story.at)
    if "section" in states:
        said = article["section"] or ""
        score.note("section", said.casefold() in {one.casefold() for one in story.section}, said, story.section)
    if "tags" in states:
        score.note("tags", set(article["tags"]) == set(story.tags), article["tags"], story.tags)
    if "image" in states and photo:
        score.note("image", urlsplit(image.get("url") or "").path == photo.path, image.get("url"), photo.path)
    if "caption" in states and photo:
        score.note("caption", image.get("caption") == photo.caption, image.get("caption"), photo.caption)
    _blocks(site, story, article, score)


def _blocks(site: NewsSite, story: Story, article: dict[str, Any], score: Score) -> None:
    """Each block by its type and words, and the lines that are no block's."""
    stored = Counter(map(_key, _flat(article["body"])))
    truth = [_key(block, bold=not site.theme.make("h2").startswith("<h2")) for block in story.blocks]
    if site.layout.has("live") and story.number == 2:
        truth = [one for one in truth if one[0] == "paragraph"][:6]
    for key in truth:
        if key[0] in {"image", "embed"} and key not in stored:
            stored_keys = [one for one in stored if one[0] == key[0]]
            score.note("blocks", False, stored_keys[:2], key)
        else:
            score.note("blocks", stored[key] > 0, "nothing", key)
            stored[key] -= 1
    lines = {line for _, text in truth for line in text.split("\n")} | {story.summary}
    extra = [key for key, number in stored.items() for _ in range(number) if key[0] not in {"image", "embed"}]
    for kind, text in extra:
        if stray := [line for line in text.split("\n") if line and line not in lines]:
            score.clutter += len(stray)
            score.wrong["clutter"] += [f"{kind}: {line}" for line in stray]


def _flat(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, those of posts among them."""
    return [inner for block in blocks for inner in (_flat(block["blocks"]) if block["type"] == "post" else [block])]


def _key(block: dict[str, Any], *, bold: bool = False) -> tuple[str, str]:
    match block["type"]:
        case "list":
            return "list", "\n".join(str(item) for item in block["items"])
        case "table":
            return "table", "\n".join(" ".join(row) for row in block["rows"])
        case "image":
            return "image", urlsplit(block["url"]).path
        case "embed":
            return "embed", re.split("[/=]", block["url"] or "")[-1]
        case "heading" if bold:
            return "paragraph", block["text"]
        case kind:
            return kind, block.get("text", "")
