"""Writes a bucket as crawls leave it: articles, revisions, lines of the feed, runs and their pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from PIL import Image as Picture
from PIL import ImageDraw

from mtcrawler.identity.ids import article_id, content_hash
from mtcrawler.model import clock
from mtcrawler.model.article import (
    Access,
    Article,
    Author,
    Block,
    Evidence,
    Overlay,
    Paragraph,
    Rights,
    text_of,
)
from mtcrawler.model.provenance import Provenance
from mtcrawler.runs.outcome.counts import Counts, Stored
from mtcrawler.runs.telemetry.manifest import Manifest, StoreFacts
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.layout import article_key, change_key, date_of, manifest_key, revision_key, run_key
from mtcrawler.storage.port import ObjectStore

GAZETTE: Final = "www.gazette.example"
HARBOUR: Final = "harbour-post.example"
RIBAO: Final = "www.gangkou-ribao.example"
JARIDA: Final = "jaridat-almina.example"
HERE: Final = timezone(timedelta(hours=2))

LONG: Final = (
    "The river froze early this year, and by the second week of November the ferries had stopped. The harbour master "
    "says that nobody alive remembers it so early.",
    "Ice fishing began at once. On Saturday there were more tents on the ice than stalls on the market, and the old "
    "customs house opened its doors for whoever needed to warm their hands.",
    "The council wants to wait for the engineers before it lets lorries cross. Twelve centimetres hold a person, "
    "they say, and thirty hold a lorry; on Friday it was nineteen.",
)
HEADLINES: Final = (
    ("The river froze early, and the town went out to meet it", "city"),
    ("What the harbour learned from a winter without ferries", "harbour"),
    ("A council divided over the price of a bridge", "politics"),
    ("Why the night train is coming back", "travel"),
    ("The last lamplighter hands over his ladder", "culture"),
    ("School buses will run on rapeseed oil from March", "city"),
    ("The library that lends out boats", "culture"),
    ("Bakers agree on a smaller loaf at the old price", "business"),
)


class Shelf:
    """Writes into a bucket, as crawls do: revision, article, line of the feed, manifest."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        self._changes: list[Change] = []
        self._segments = 0

    def put(self, article: Article, change: Any = "new", *, at: datetime | None = None) -> Article:
        """Store an article, and note the line that tells of it."""
        key = article_key(article.site, date_of(article), article.id)
        body = article.to_json()
        self.store.put(revision_key(article.site, article.id, article.revision, article.content_hash), body)
        self.store.put(key, body)
        self.tell(article, change, at=at)
        return article

    def tell(self, article: Article, change: Any, *, at: datetime | None = None) -> None:
        """Note a line of the feed."""
        key = article_key(article.site, date_of(article), article.id)
        line = Change.of(change, article, key=key, run_id=article.provenance.run_id)
        self._changes.append(line.model_copy(update={"at": at or article.provenance.fetched_at}))

    def flush(self) -> None:
        """Write the lines noted so far as one segment."""
        if self._changes:
            self._segments += 1
            key = change_key(f"{self._changes[0].at:%Y-%m-%d}", "shelf", self._segments)
            self.store.put(key, pack(change.to_line() for change in self._changes))
            self._changes = []

    def run(self, run_id: str, started: datetime, site: str, **more: Any) -> Manifest:
        """Store a run's manifest."""
        counts = more.pop("counts", None) or Counts(
            found={"feed": 12, "sitemap": 30},
            fetched=26,
            rendered=11,
            fates={"stored": 14, "not-due": 24, "not-article": 4},
            articles=14,
            stored=Stored(new=12, revised=2, unchanged=3),
            overlays={"consent": {"gone": 9}, "newsletter": {"gone": 2, "stuck": 1}},
            walled={"metered": 2},
        )
        given = {
            "outcome": "done",
            "exit_code": 0,
            "message": "14 articles: 12 new, 2 revised, 3 unchanged.",
            "finished_at": started + timedelta(minutes=4),
            "versions": {"mtcrawler": "0.1.0", "python": "3.11"},
            "arguments": {"limit": "200"},
            "store": StoreFacts(bucket="shelf"),
            **more,
        }
        manifest = Manifest(
            run_id=run_id, spider=site, site=f"https://{site}/", started_at=started, counts=counts, **given
        )
        self.store.put(manifest_key(f"{started:%Y-%m-%d}", run_id), manifest.to_json())
        return manifest

    def picture(self, run: Manifest, article: Article, when: str, png: bytes) -> str:
        """Store a picture of an article's page, as a run's evidence; returns its name."""
        name = f"evidence/{article.id}-overlay-{when}.png"
        self.store.put(run_key(f"{run.started_at:%Y-%m-%d}", run.run_id, name), png, content_type="image/png")
        return name


def article(
    number: int, *, site: str = GAZETTE, body: Sequence[Block] | None = None, ago: float = 0.0, **fields: Any
) -> Article:
    """An article that was published so many days, and two hours, ago."""
    published = clock.now().astimezone(HERE).replace(microsecond=0) - timedelta(days=ago, hours=2)
    headline, section = HEADLINES[number % len(HEADLINES)]
    headline = fields.pop("headline", headline)
    blocks = list(body if body is not None else [Paragraph(text=text) for text in LONG])
    url = fields.pop("url", f"https://{site}/{published:%Y/%m/%d}/story-{number}")
    text = text_of(blocks)
    whole: dict[str, Any] = {
        "id": article_id(url),
        "content_hash": content_hash(headline, text),
        "url": url,
        "canonical_url": url,
        "alternate_urls": [],
        "site": site,
        "publisher": site,
        "spider": site,
        "kind": "news",
        "language": "en",
        "headline": headline,
        "subtitle": None,
        "summary": None,
        "section": section,
        "tags": ["winter", "harbour"],
        "authors": [Author(name="Ida Lund"), Author(name="Tom Vries")],
        "published_at": published,
        "published_date": published.date(),
        "modified_at": None,
        "image": None,
        "body": blocks,
        "text": text,
        "word_count": len(text.split()),
        "media": [],
        "access": Access(tier="free", complete=True),
        "overlays": [],
        "rights": Rights(robots="max-image-preview:large"),
        "provenance": Provenance(
            run_id=fields.pop("run_id", "shelf"),
            crawler_version="0.1.0",
            fetched_at=(published + timedelta(minutes=25 + number % 50)).astimezone(UTC),
            discovered_via="feed",
            rendered="browser" if number % 3 else "http",
            status=200,
            extractor="any-site",
            fields={
                "headline": "declared",
                "authors": "learned",
                "published_at": "declared",
                "section": "guess",
                "text": "model",
                "image": "site",
            },
            confidence=fields.pop("confidence", 0.42 if number % 17 == 3 else 0.93),
        ),
        **fields,
    }
    return Article(**whole)


def metered() -> Access:
    """Access behind a meter, with its signs."""
    return Access(
        tier="metered",
        complete=False,
        evidence=[
            Evidence(signal="json-ld:isAccessibleForFree", value="false"),
            Evidence(signal="gate: metered", value="You have read your three articles of this month."),
            Evidence(signal="text fades out", value="after 118 words"),
        ],
    )


def layers(*, stuck: bool = False) -> list[Overlay]:
    """Overlays that stood over a page."""
    return [
        Overlay(kind="consent", rule="tcf · reject all", action="refused", outcome="gone", ms=412, evidence="denied"),
        Overlay(
            kind="newsletter",
            rule="a close button",
            action="none" if stuck else "closed",
            outcome="stuck" if stuck else "gone",
            ms=133,
        ),
    ]


def screenshot(words: str, *, layer: bool) -> bytes:
    """A picture of a page of ours, as a PNG: with a layer over it, or without."""
    picture = Picture.new("RGB", (1280, 800), "#ffffff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1280, 90), fill="#8f1d2c")
    for line in range(14):
        draw.rectangle((120, 150 + line * 42, 1160 - line * 37 % 300, 168 + line * 42), fill="#d9d4c8")
    if layer:
        draw.rectangle((0, 0, 1280, 800), fill="#7a7a7a")
        draw.rectangle((340, 220, 940, 580), fill="#fffdf9", outline="#333333", width=3)
        draw.rectangle((400, 480, 620, 540), fill="#1d6b3f")
        draw.rectangle((660, 480, 880, 540), fill="#dddddd")
    draw.text((130, 40), words, fill="#ffffff")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
