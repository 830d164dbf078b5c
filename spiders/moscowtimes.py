"""The Moscow Times: what no definition can say of its pages, on both of its sites (sites/*.toml says the rest)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from lxml.html import HtmlElement

from mtcrawler.extraction.blocks import embeds_in, picture_of
from mtcrawler.extraction.page import ArticlePage, css, fragment
from mtcrawler.markup.css import innermost, outermost
from mtcrawler.markup.dates import moment
from mtcrawler.markup.structured import string
from mtcrawler.markup.text import text_before
from mtcrawler.model.article import Aside, Author, Block, ImageBlock, Media, Post, text_of

FROM = re.compile(r"\{\{\s*from\s*\}\}|%7B%7Bfrom%7D%7D")
TIMES = 10  # a byline has two
BLOCK = re.compile(r"\barticle__block--(\w+)")


class MoscowTimesPage(ArticlePage):
    """An article page: its blocks have types, a live page's posts come as JSON, a gallery's captions as attributes."""

    contents_at = css(".article__content")
    gallery_at = css(".article__gallery .article__gallery__item")
    video_at = css("figure.videoheader[data-video]")
    player_at = css(".mb-3 iframe[src]")
    live_at = css(".live-posts[data-url]")
    time_at = css("time.byline__datetime[datetime]")
    embeds_at = css(".article__embed, #scrolly")
    photos_at = css("figure.article__image, .slider__slide")

    @property
    def declared_url(self) -> str:
        """A fragment (/all/84321) has no head; its container names the article."""
        return super().declared_url or self.scope.get("data-article-url", "")

    @cached_property
    def is_article(self) -> bool:
        """A wrong address under a known route answers 200 and “Oops!”."""
        named = self.declared_url or self.linked or self.contents_at(self.scope)
        return super().is_article and bool(named) and (self.headline or "").strip(" !") != "Oops"

    @property
    def live_url(self) -> str | None:
        """Where the posts of a live page are, as JSON, all of them; its markup holds none."""
        return next((FROM.sub("0", element.get("data-url")) for element in self.live_at(self.scope)), None)

    @property
    def authors(self) -> list[Author]:
        """From the byline; on live pages that sits in a comment, and an advertorial's names its campaign."""
        if self.kind == "advertorial":
            return []
        if self.kind == "live" and string(self.linked, "author", "@type") == "Person":
            named = (string(self.linked, "author", "name") or "", string(self.linked, "author", "url"))
            return self.had("authors", "declared", self._people([named]))
        return super().authors

    @property
    def published_at(self) -> datetime | None:
        """From the head; the byline's time where there is none and it is not the time of an update."""
        webpage = next((node for node in self.nodes if str(node.get("@type")).lower() == "webpage"), {})
        return (
            super().published_at
            or self.had("published_at", "declared", moment(string(webpage, "datePublished")))
            or self.had("published_at", "site", self._byline_time(updated=False))
        )

    @property
    def modified_at(self) -> datetime | None:
        """Shown as “Updated:” when more than ten minutes after publication; dateModified moves without an edit."""
        return self.had("modified_at", "site", self._byline_time(updated=True))

    @cached_property
    def body(self) -> list[Block]:
        """The publisher's own blocks; what scripts put beside them is not the article's."""
        if self.kind == "live":
            return []
        contents = self.body_elements or self.contents_at(self.scope)[-1:]
        photos = [picture for item in innermost(self.gallery_at(self.scope)) if (picture := self._photo(item))]
        blocks = [*photos, *(block for content in contents[:1] for block in self._blocks(content))]
        return self.had("body", "site", self.clean(blocks))

    @property
    def media(self) -> list[Media]:
        """The film or the programme first."""
        films = [f"https://www.youtube.com/watch?v={film.get('data-video')}" for film in self.video_at(self.root)[:1]]
        sounds = [player.get("src") for player in self.player_at(self.scope)[:1]] if self.kind == "podcast" else []
        first = [*(Media(type="video", url=url) for url in films), *(Media(type="audio", url=url) for url in sounds)]
        return [*first, *super().media]

    def posts(self, entries: Iterable[Mapping[str, Any]]) -> list[Block]:
        """The posts of a live page, oldest first, from the JSON at `live_url`."""
        posts = []
        for entry in entries:
            # To Python true and false are numbers, too.
            if not isinstance(entry, Mapping) or type(entry.get("id")) not in {int, str}:
                continue
            parts = body if isinstance(body := entry.get("body"), list) else []
            blocks = self.clean(block for part in parts for block in self._post_block(part))
            if blocks and (time := moment(str(entry.get("time") or ""), self.zone)):
                posts.append(Post(id=entry["id"], time=time, blocks=blocks))
        return [*sorted(posts, key=lambda post: post.time)]

    def _post_block(self, part: Mapping[str, Any]) -> list[Block]:
        match part:
            case {"type": "html", "body": str(markup)}:
                return self.reader.read([fragment(markup, self.url)])
            case {"type": "embed", "embed": str(markup)}:
                return list(embeds_in(fragment(markup, self.url), self.base))
            case {"type": "image", "image": {"src": str(source)} as image} if source:
                return [ImageBlock(url=source, caption=string(image, "caption"), credit=string(image, "credits"))]
        return []  # links to other articles are no part of this one

    def _blocks(self, content: HtmlElement) -> list[Block]:
        blocks = [child for child in content.iterchildren("*") if child not in self.strangers]
        if not any(BLOCK.search(block.get("class") or "") for block in blocks):
            return self.reader.read([content])
        return [one for block in blocks for one in self._block(block)]

    def _block(self, block: HtmlElement) -> list[Block]:
        match BLOCK.findall(block.get("class") or ""):
            case ["quote", *_]:
                quoted, cite = block.find(".//blockquote"), block.find("cite")
                quote = self.reader.quote(quoted, cite) if quoted is not None else None
                return [quote] if quote else []
            case ["aside", *_]:
                text = text_of(self.reader.read([block]))
                return [Aside(text=text)] if text else []
            case ["image" | "images", *_]:
                return [photo for item in innermost(self.photos_at(block)) if (photo := picture_of(item, self.base))]
            case ["embed" | "scrollama", *_]:
                # Beside it an advertisement may stand in the same block.
                return [found for place in outermost(self.embeds_at(block)) for found in embeds_in(place, self.base)]
            case ["article" | "link" | "newsletter", *_]:
                return []
        return self.reader.read([block])

    def _photo(self, item: HtmlElement) -> ImageBlock | None:
        caption, credit, title = (_given(item, name) for name in ("caption", "credits", "title"))
        photo = picture_of(item, self.base, caption, credit)
        return photo.model_copy(update={"caption": caption, "credit": credit, "title": title}) if photo else None

    def _byline_time(self, *, updated: bool) -> datetime | None:
        for time in self.time_at(self.scope)[:TIMES]:
            if bool(re.search(r"updated|обновлен", text_before(time), re.IGNORECASE)) == updated:
                return moment(time.get("datetime"), self.zone)
        return None


def _given(item: HtmlElement, name: str) -> str | None:
    return " ".join((item.get(f"data-image-{name}") or "").split()) or None
