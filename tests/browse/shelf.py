"""A bucket as a month of crawling leaves it: three newspapers in three scripts, walls, overlays, edits and runs."""

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
    Aside,
    Author,
    Block,
    Embed,
    Evidence,
    Heading,
    Image,
    ImageBlock,
    ListBlock,
    Overlay,
    Paragraph,
    Post,
    Quote,
    Rights,
    Similar,
    Table,
    text_of,
)
from mtcrawler.model.provenance import Provenance
from mtcrawler.runs.outcome.counts import Counts, Stored
from mtcrawler.runs.telemetry.manifest import ErrorGroup, Manifest, StoreFacts
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
    """An article that was published so many days ago."""
    published = clock.now().astimezone(HERE).replace(microsecond=0) - timedelta(days=ago)
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


def rich_body() -> list[Block]:
    """A body with every kind of block but posts."""
    return [
        Paragraph(text=LONG[0]),
        Heading(level=2, text="Nineteen centimetres"),
        Paragraph(text=LONG[1]),
        ImageBlock(
            url="https://pictures.example/ice.jpg",
            caption="Tents on the ice on Saturday morning.",
            credit="P. Holm",
            width=1600,
            height=1067,
        ),
        Quote(text="My grandfather told of such a winter, and we thought he made it up.", cite="Jonna Aho, fisher"),
        ListBlock(
            ordered=False,
            items=["Ten centimetres hold a person", "Nineteen is what there is", ListBlock(ordered=True, items=["a", "b"])],
        ),
        Heading(level=4, text="What the engineers measured"),
        Table(rows=[["Day", "Ice, cm", "Air, °C"], ["Wednesday", "12", "−11"], ["Friday", "19", "−14"]]),
        Aside(text="Before you go out\n\nTell somebody where you go, and take two ice picks with you."),
        Embed(provider="Map", url="https://maps.example/harbour"),
        Paragraph(text=LONG[2]),
    ]


def live_body() -> list[Block]:
    """The body of a live blog, the newest entry first."""
    begun = clock.now().astimezone(HERE).replace(minute=5, second=0, microsecond=0)
    texts = (
        "The first lorry is across. It took eleven minutes for four hundred metres.",
        "The engineers have drilled at six places: between 31 and 34 centimetres everywhere.",
        "The road is closed to walkers while the ice is measured.",
        "Good morning. The council has called the harbour master for nine o’clock.",
    )
    posts: list[Block] = []
    for place, text in enumerate(texts):
        inner: list[Any] = [Paragraph(text=text)]
        if place == 1:
            inner += [Heading(level=3, text="At the six places"), Quote(text="Solid as a pier.", cite="the harbour master")]
        posts.append(Post(id=40 - place, time=begun - timedelta(minutes=25 * place), blocks=inner))
    return [Paragraph(text="All about the opening of the ice road."), *posts]


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


def month(shelf: Shelf, *, days: int = 30, a_day: int = 4) -> dict[str, Article]:
    """Fill a bucket with a month of three newspapers; returns the articles that tests look at, by name."""
    today = clock.now().replace(hour=6, minute=0, second=0, microsecond=0)
    named: dict[str, Article] = {}
    for ago in range(days, -1, -1):
        for number in range(a_day + (ago * 7) % 3):
            serial = ago * 10 + number
            late = article(serial, ago=ago + number / 10, site=GAZETTE if number % 3 else HARBOUR, run_id=f"run-{ago}")
            if number == 1 and ago % 3 == 0:
                late = late.model_copy(update={"access": metered(), "headline": f"{late.headline} ({ago})"})
            if number == 2 and ago % 4 == 0:
                late = late.model_copy(update={"overlays": layers(stuck=ago % 8 == 0)})
            shelf.put(late)
        shelf.flush()
        started = today - timedelta(days=ago)
        failing = ago in {5, 17}
        more: dict[str, Any] = {"outcome": "blocked", "exit_code": 12, "message": REFUSED} if failing else {}
        if failing:
            more["errors"] = [ErrorGroup(name="HTTP 429", count=8, example="https://x.example/ said: too many requests")]
        shelf.run(f"run-{ago}", started, GAZETTE if ago % 2 else HARBOUR, **more)
    named |= special(shelf, today)
    shelf.flush()
    return named


REFUSED: Final = "The site refused 8 of 12 pages (429). Crawl it less often, or ask the publisher."


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


def special(shelf: Shelf, today: datetime) -> dict[str, Article]:
    """Articles that have something to show: every block, a live blog, an edit, other scripts, pictures of overlays."""
    rich = article(
        5000,
        url=f"https://{GAZETTE}/2026/long-read",
        subtitle="Nobody remembers ice in the second week of November. The fishers were on it before the council had met.",
        summary="Ferries have stopped, tents are up, and the engineers measure twice a day.",
        kind="analysis",
        body=rich_body(),
        overlays=layers(),
        run_id="run-0",
        image=Image(url="https://pictures.example/river.jpg", caption="The river on Friday.", credit="P. Holm"),
    )
    like = article(5001, site=HARBOUR, headline="The river froze early, and the town went out to meet it: a report")
    rich = rich.model_copy(update={"similar_to": [Similar(id=like.id, similarity=0.82)]})
    live = article(5002, url=f"https://{GAZETTE}/live/ice-road", headline="The ice road opens: live", kind="live")
    live = live.model_copy(update={"body": live_body(), "text": text_of(live_body())})
    first = article(5003, url=f"https://{GAZETTE}/2026/bridge", headline="Council delays the bridge", ago=2)
    old_text, new_text = "by a year, to 2031", "by two years, to 2032"
    body = [Paragraph(text=f"The council has put off the bridge {old_text}. {LONG[2]}"), Paragraph(text=LONG[1])]
    edit = [Paragraph(text=f"The council has put off the bridge {new_text}. {LONG[2]}"), Paragraph(text=LONG[1])]
    edit.append(Paragraph(text="The mayor says that the money is there."))
    first = first.model_copy(update={"body": body, "text": text_of([*body])})
    second = first.model_copy(
        update={
            "revision": 2,
            "previous_hash": first.content_hash,
            "body": edit,
            "text": text_of([*edit]),
            "headline": "Council delays the bridge again",
            "content_hash": content_hash("Council delays the bridge again", text_of([*edit])),
            "modified_at": first.published_at + timedelta(hours=5) if first.published_at else None,
        }
    )
    chinese = article(5004, site=RIBAO, language="zh", headline="港口结冰，渡轮停航", section="本地", body=CHINESE)
    arabic = article(5005, site=JARIDA, language="ar", headline="تجمد النهر مبكراً هذا العام", section="المدينة", body=ARABIC)
    for one in (rich, like, live, chinese, arabic):
        shelf.put(one)
    shelf.put(first)
    shelf.put(second, "revised")
    run = shelf.run("run-0", today, GAZETTE)
    names = [
        shelf.picture(run, rich, when, screenshot("The Gazette", layer=when == "before")) for when in ("before", "after")
    ]
    shelf.store.put(
        manifest_key(f"{today:%Y-%m-%d}", "run-0"), run.model_copy(update={"evidence": names}).to_json()
    )
    return {"rich": rich, "like": like, "live": live, "edited": second, "chinese": chinese, "arabic": arabic}


CHINESE: Final[list[Block]] = [
    Paragraph(text="今年河流结冰比往年更早，港口的渡轮已经全部停航。港务长说，没有人记得冰来得这么早。"),
    Paragraph(text="市政府要等工程师的测量结果，才允许卡车过河。"),
]
ARABIC: Final[list[Block]] = [
    Paragraph(text="تجمد النهر مبكراً هذا العام، وتوقفت العبّارات عن العمل في الأسبوع الثاني من الشهر."),
    Paragraph(text="تنتظر الحكومة المحلية نتائج القياس قبل السماح للشاحنات بعبور الجليد."),
]
