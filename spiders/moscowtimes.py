"""The Moscow Times: what no definition can say of its pages, on both of its sites (sites/*.toml says the rest)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from lxml.html import HtmlElement

from mtcrawler.extraction.blocks.block_reader import embeds_in, picture_of
from mtcrawler.extraction.bylines import people
from mtcrawler.extraction.declared import section_step
from mtcrawler.extraction.page import ArticlePage, css, fragment
from mtcrawler.markup.css import innermost, outermost
from mtcrawler.markup.dates import Stated, moment
from mtcrawler.markup.structured import string
from mtcrawler.markup.text import inline_text, text_before
from mtcrawler.model.article import Aside, Author, Block, Embed, Image, ImageBlock, Media, Post, text_of
from mtcrawler.model.provenance import FieldSource

FROM = re.compile(r"\{\{\s*from\s*\}\}|%7B%7Bfrom%7D%7D")
TIMES = 10  # a byline has two
BLOCK = re.compile(r"\barticle__block--(\w+)")


class MoscowTimesPage(ArticlePage):
    """An article page: its blocks have types, a live page's posts come as JSON, a gallery's captions as attributes."""

    contents_at = css(".article__content")
    gallery_at = css(".article__gallery .article__gallery__item, .gallery .gallery__item")
    captions_at = {name: css(f".gallery__item__aside__content__{name}") for name in ("caption", "credits", "title")}
    header_at = css(".galleryheader__image")
    video_at = css("figure.videoheader[data-video]")
    player_at = css(".mb-3 iframe[src]")
    live_at = css(".live-posts[data-url]")
    time_at = css("time.byline__datetime[datetime]")
    embeds_at = css(".article__embed, #scrolly")
    photos_at = css("figure.article__image, .slider__slide")

    @cached_property
    def declared_url(self) -> str:
        """A fragment (/all/84321) has no head; its container names the article."""
        return super().declared_url or self.scope.get("data-article-url", "")

    @cached_property
    def is_article(self) -> bool:
        """A wrong address under a known route answers 200 and “Oops!”, in a header that is no article's."""
        named = self.declared_url or self.linked or self.contents_at(self.scope)
        return super().is_article and bool(named)

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
            return self.had("authors", "declared", people([named], self.definition.publishers, self.base))
        return super().authors

    @property
    def section(self) -> str | None:
        """The breadcrumb's; the section that is declared by name is news or ukraine_war, whatever the section."""
        return self.had("section", "declared", section_step(self.nodes, self.base))

    def dates(self) -> Iterator[tuple[FieldSource, Stated]]:
        """From the head; the byline's time where there is none and it is not the time of an update."""
        yield from super().dates()
        webpage = next((node for node in self.nodes if str(node.get("@type")).lower() == "webpage"), {})
        if declared := self.read_date(string(webpage, "datePublished")):
            yield "declared", declared
        if shown := self._byline_date(updated=False):
            yield "site", shown

    @property
    def modified_at(self) -> datetime | None:
        """Shown as “Updated:” when more than ten minutes after publication; dateModified moves without an edit."""
        shown = self._byline_date(updated=True)
        return self.had("modified_at", "site", shown.moment if shown else None)

    @property
    def image(self) -> Image | None:
        """The lead photo; an advertiser's gallery has it above its headline."""
        found = super().image
        if found is None and self.kind not in {"news", "opinion", "live"}:
            pictures = (picture_of(place, self.base) for place in self.header_at(self.scope))
            photo = next((picture for picture in pictures if picture), None)
            found = Image(**photo.model_dump(exclude={"type", "title"})) if photo else None
        return self.had("image", "site", found)

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
            # To Python true and false are numbers, too; the publisher's template has posts whose id is false.
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
        blocks = [child for child in content.iterchildren("*") if child not in self.boilerplate]
        if not any(BLOCK.search(block.get("class") or "") for block in blocks):
            return self.reader.read([content])
        return [one for block in blocks for one in self._block(block)]

    def _block(self, block: HtmlElement) -> list[Block]:
        match BLOCK.findall(block.get("class") or ""):
            case ["quote", *_]:
                quoted, cite = block.find(".//blockquote"), block.find("cite")
                return self.reader.quote(quoted, cite) if quoted is not None else []
            case ["aside", *_]:
                groups = groupby(self.reader.read([block]), lambda one: isinstance(one, ImageBlock | Embed))
                return [one for apart, group in groups for one in (group if apart else _aside(list(group)))]
            case ["image" | "images", *_]:
                return [photo for item in innermost(self.photos_at(block)) if (photo := picture_of(item, self.base))]
            case ["embed" | "scrollama", *_]:
                # Beside it an advertisement may stand in the same block.
                return [found for place in outermost(self.embeds_at(block)) for found in self._embedded(place)]
            case ["article" | "link" | "newsletter", *_]:
                return []
        return self.reader.read([block])

    def _embedded(self, place: HtmlElement) -> list[Block]:
        """The embeds in a place for them; a picture that leads nowhere is a picture."""
        found = embeds_in(place, self.base)
        picture = None if found else picture_of(place, self.base)
        return [*found, *([picture] if picture else [])]

    def _photo(self, item: HtmlElement) -> ImageBlock | None:
        caption, credit, title = (self._given(item, name) for name in ("caption", "credits", "title"))
        photo = picture_of(item, self.base, caption, credit)
        return photo.model_copy(update={"caption": caption, "credit": credit, "title": title}) if photo else None

    def _byline_date(self, *, updated: bool) -> Stated | None:
        for time in self.time_at(self.scope)[:TIMES]:
            if bool(re.search(r"updated|обновлен", text_before(time), re.IGNORECASE)) == updated:
                return self.read_date(time.get("datetime"))
        return None

    def _given(self, item: HtmlElement, name: str) -> str | None:
        """What is said of a gallery's picture: as an attribute, or on an advertorial's in an element beside it."""
        stated = " ".join((item.get(f"data-image-{name}") or "").split())
        shown = None if stated else next(iter(self.captions_at[name](item)), None)
        return stated or (inline_text(shown) if shown is not None else "") or None


def _aside(blocks: list[Block]) -> list[Block]:
    text = text_of(blocks)
    return [Aside(text=text)] if text else []
