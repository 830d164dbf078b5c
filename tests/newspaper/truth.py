"""The truth: the record that a crawl must make of a story, written down without reading any page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mtcrawler.model.article import (
    Aside,
    Author,
    Block,
    Embed,
    Heading,
    Image,
    ImageBlock,
    ListBlock,
    Media,
    Paragraph,
    Post,
    Quote,
    Table,
    text_of,
)
from tests.newspaper import blocks as b
from tests.newspaper.addresses import Addresses, publisher
from tests.newspaper.newsroom.cast import section_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.newspaper.story import Photo, Story

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2007"), " ")


def expected(story: Story, addresses: Addresses | None = None) -> dict[str, Any]:
    """The story's record as stored JSON, without the fields that depend on the run.

    Left out: revision, previous_hash, url, alternate_urls, spider, overlays, rights, similar_to, cluster_id and
    provenance; of `access` only tier and complete are given. `addresses` are those that the pages name for images and
    authors, the publisher's unless said otherwise; the canonical address is always the publisher's.
    """
    said = addresses or publisher(story.edition)
    canonical = publisher(story.edition).story(story)
    body = _body(story, said)
    text = text_of(body)
    headline = clean(story.headline)
    return {
        "schema_version": "1.1",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, canonical)),
        "content_hash": hashlib.sha256(f"{headline}\n\n{text}".encode()).hexdigest(),
        "canonical_url": canonical,
        "site": urlsplit(canonical).hostname,
        "publisher": "The Moscow Times",
        "kind": story.kind,
        "language": story.language,
        "headline": headline,
        "subtitle": clean(story.subtitle) or None,
        "summary": clean(story.intro) or None,
        "section": None if story.campaign else section_of(story.flags)[0],
        "tags": [] if story.campaign else [clean(_capital(tag.title)) for tag in story.tags],
        "authors": [author.model_dump(mode="json") for author in _authors(story, said)],
        "published_at": story.published.isoformat(),
        "published_date": story.published.date().isoformat(),
        "sponsor": None,
        "modified_at": story.updated.isoformat() if story.updated and story.shows_update else None,
        "image": _lead(story, said),
        "body": [block.model_dump(mode="json") for block in body],
        "text": text,
        "word_count": len(text.split()),
        "media": [media.model_dump(mode="json") for media in _media(story, body)],
        "access": {"tier": "free", "complete": True},
    }


def clean(text: str) -> str:
    """Text as readers compare it: composed, without invisible characters, one space for many, lines kept."""
    plain = unicodedata.normalize("NFC", text).translate(INVISIBLE).translate(SPACES)
    return "\n".join(re.sub(r"[^\S\n]+", " ", line).strip() for line in plain.strip().split("\n"))


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def _authors(story: Story, said: Addresses) -> Iterator[Author]:
    if story.campaign:
        return
    # A live blog hides its byline in a comment; structured data names the first of its authors only.
    for byline in story.bylines[:1] if story.kind == "live" else story.bylines:
        if byline.person:
            yield Author(name=clean(byline.name), url=None if story.archived else said.author(byline))


def _lead(story: Story, said: Addresses) -> dict[str, Any] | None:
    if story.photo is None or story.video or story.kind in {"video", "podcast", "gallery", "live"}:
        return None
    url = said.image(story.photo, "article_1360", archived=story.archived)
    photo = Image(url=url, caption=clean(story.photo.caption) or None, credit=clean(story.photo.credit) or None)
    return photo.model_dump(mode="json")


def _media(story: Story, body: list[Block]) -> Iterator[Media]:
    if story.video:
        yield Media(type="video", url=f"https://www.youtube.com/watch?v={story.video}")
    if story.audio:
        yield Media(type="audio", url=story.audio)
    for block in (inner for outer in body for inner in (outer.blocks if isinstance(outer, Post) else [outer])):
        if isinstance(block, ImageBlock):
            yield Media(type="image", url=block.url, caption=block.caption, credit=block.credit)


def _body(story: Story, said: Addresses) -> list[Block]:
    if story.kind == "live":
        return [
            Post(id=post.number, time=post.time, blocks=list(_blocks(post.blocks, said, "article_960")))
            for post in story.posts
        ]
    gallery = [_image(photo, said, "1360", title=True) for photo in story.images]
    return [*gallery, *_blocks(story.blocks, said, "1360")]


def _blocks(blocks: tuple[b.Block, ...], said: Addresses, preset: str) -> Iterator[Block]:
    for block in blocks:
        match block:
            case b.Html():
                for piece in block.pieces:
                    yield from _piece(piece)
            case b.Header():
                yield Heading(level=2, text=clean(block.title))
            case b.PullQuote():
                yield Quote(text=clean(block.text), cite=clean(block.by) or None)
            case b.Box():
                yield Aside(text="\n\n".join(clean(text) for text in block.paragraphs))
            case b.Picture():
                yield _image(block.photo, said, preset)
            case b.Slides():
                yield from (_image(photo, said, "1920") for photo in block.photos)
            case b.Foreign():
                yield Embed(provider=block.provider, url=block.url)
            case b.Related() | b.Pointer() | b.Signup():
                pass


def _image(photo: Photo, said: Addresses, preset: str, *, title: bool = False) -> ImageBlock:
    return ImageBlock(
        url=said.image(photo, preset),
        title=(clean(photo.title) or None) if title else None,
        caption=clean(photo.caption) or None,
        credit=clean(photo.credit) or None,
    )


def _piece(piece: b.Piece) -> Iterator[Block]:
    match piece:
        case b.Para() | b.Loose() | b.Boxed():
            yield Paragraph(text=clean(piece.text))
        case b.Subhead():
            yield Heading(level=piece.level, text=clean(piece.text))
        case b.Bullets():
            yield _bullets(piece)
        case b.Cells():
            yield Table(rows=[[clean(cell) for cell in row] for row in (piece.head, *piece.rows) if row])
        case b.Cited():
            yield Quote(text=clean(piece.text), cite=clean(piece.cite) or None)
        case b.Raw():
            yield from piece.means


def _bullets(bullets: b.Bullets) -> ListBlock:
    items = [_bullets(item) if isinstance(item, b.Bullets) else clean(item) for item in bullets.items]
    return ListBlock(ordered=bullets.ordered, items=items)
