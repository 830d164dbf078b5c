"""What a report is made of beside the manifest: plain numbers, texts and pictures, kept as `report.json`.

It is read as whatever lies in a bucket is: by anyone's hand until it is shown to be what it says. Nothing in it is
markup, no list is longer than a report shows, and pictures are decoded and encoded anew before they are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, ValidationError

from mtcrawler.model.article import Access, Model
from mtcrawler.runs.telemetry.gallery import MOST_BYTES as PICTURE_BYTES
from mtcrawler.runs.telemetry.gallery import SHOWN, checked
from mtcrawler.runs.telemetry.timeline import BOUNDS, PARTS, Latency, Part, Timeline
from mtcrawler.security.untrusted import bounded
from mtcrawler.storage.limits import RUN_VALUES

if TYPE_CHECKING:
    from mtcrawler.runs.outcome.profile import Profile
    from mtcrawler.runs.telemetry.run_telemetry import Page, Telemetry

DATA_NAME: Final = "report.json"
MOST_BYTES: Final = 4 * 1024 * 1024
ROWS: Final = 5000
CLASSES: Final = len(BOUNDS) + 1

Count = Annotated[int, Field(ge=0, le=2**53)]
Seconds = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Words = Annotated[str, Field(max_length=10_000)]
Rows = Annotated[list[tuple[Words, Words, Count]], Field(max_length=ROWS)]


class _Data(Model):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")


class Spread(_Data):
    """Latencies by class (`timeline.BOUNDS`), and the sum of them in seconds."""

    classes: Annotated[list[Count], Field(min_length=CLASSES, max_length=CLASSES)] = [0] * CLASSES
    total: Seconds = 0.0

    def latency(self) -> Latency:
        """These as the charts take them."""
        return Latency(list(self.classes), sum(self.classes), self.total)


class Stretch(_Data):
    """One part of the run's time (`timeline.Part`)."""

    pages: Count
    stored: Count
    others: Count
    lost: Count
    latency: Spread


class Wall(_Data):
    """An article behind a wall, with what shows that."""

    url: Words
    headline: Words
    access: Access


class Pictured(_Data):
    """A page that overlays stood over: what was done about each, its pictures as JPEGs, and where they lie whole."""

    url: Words
    told: Annotated[list[Words], Field(max_length=100)]
    stuck: bool
    pictures: dict[Literal["before", "after"], bytes]
    file: Words


class Slow(_Data):
    """A page that took long: seconds until it answered and until it was shown and read, its size in bytes."""

    url: Words
    status: Count
    fetch: Seconds
    show: Seconds
    size: Count


class Earlier(_Data):
    """What earlier runs of the publisher gave: how many pages had each field, the middle length of texts in words."""

    pages: Count
    fields: Annotated[dict[Words, Count], Field(max_length=100)]
    words: Seconds | None = None

    def share(self, field: str) -> float:
        """The share of pages that had a field, from 0 to 1."""
        return self.fields.get(field, 0) / self.pages if self.pages else 0.0


class ReportData(_Data):
    """A run as its telemetry tells it; counts by (section, outcome), (hour, outcome) and (kind, rule · action)."""

    form: Literal[1] = 1
    width: Annotated[float, Field(gt=0, le=1e9)] = 0.5
    parts: Annotated[list[Stretch], Field(max_length=PARTS)] = []
    latency: Spread = Spread()
    sections: Rows = []
    hours: Rows = []
    overlays: Rows = []
    articles: Count = 0
    fields: Annotated[dict[Words, Count], Field(max_length=100)] = {}
    words: Seconds | None = None
    walls: Annotated[list[Wall], Field(max_length=100)] = []
    exhibits: Annotated[list[Pictured], Field(max_length=SHOWN)] = []
    slowest: Annotated[list[Slow], Field(max_length=100)] = []
    before: Earlier | None = None

    @classmethod
    def of(cls, telemetry: Telemetry, before: Profile | None = None) -> Self:
        """What telemetry holds, and what earlier runs gave."""
        rules: dict[tuple[str, str], int] = {}
        for (kind, rule, action, outcome), number in telemetry.overlays.items():
            told = f"{rule} · {outcome if outcome == 'stuck' else action}"
            rules[kind, told] = rules.get((kind, told), 0) + number
        return cls(
            width=telemetry.timeline.width,
            parts=[_stretch(part) for part in telemetry.timeline.parts],
            latency=_spread(telemetry.latency),
            sections=_rows(telemetry.sections),
            hours=_rows(telemetry.hours),
            overlays=_rows(rules),
            articles=telemetry.articles,
            fields=dict(telemetry.fields),
            words=median(telemetry.words) if telemetry.words else None,
            walls=[Wall(url=_cut(one.url), headline=_cut(one.headline), access=one.access) for one in telemetry.walls],
            exhibits=list(_exhibits(telemetry)),
            slowest=[_slow(page) for page in telemetry.slowest],
            before=_earlier(before),
        )

    @classmethod
    def read(cls, body: bytes) -> Self:
        """What `report.json` holds, without pictures that are none; raises ValueError where it is none of ours."""
        if len(body) > MOST_BYTES:
            raise ValueError(f"it has {len(body)} bytes, more than {MOST_BYTES}")
        try:
            data = cls.model_validate_json(bounded(body, RUN_VALUES), strict=True)
        except ValidationError as err:
            first = err.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}") from err
        exhibits = [
            one.model_copy(
                update={"pictures": {name: good for name, jpeg in one.pictures.items() if (good := checked(jpeg))}}
            )
            for one in data.exhibits
        ]
        return data.model_copy(update={"exhibits": exhibits})

    def to_json(self) -> bytes:
        """The bytes that are stored."""
        return self.model_dump_json().encode() + b"\n"

    def timeline(self) -> Timeline:
        """The parts of the run as the charts take them."""
        timeline = Timeline(self.width)
        timeline.parts = [
            Part(one.pages, one.stored, one.others, one.lost, one.latency.latency()) for one in self.parts
        ]
        return timeline


def _stretch(part: Part) -> Stretch:
    return Stretch(
        pages=part.pages, stored=part.stored, others=part.others, lost=part.lost, latency=_spread(part.latency)
    )


def _spread(latency: Latency) -> Spread:
    return Spread(classes=latency.classes, total=latency.total)


def _rows(counted: Mapping[tuple[str, str], int]) -> list[tuple[str, str, int]]:
    return [(_cut(name), _cut(outcome), number) for (name, outcome), number in counted.items()][:ROWS]


def _exhibits(telemetry: Telemetry) -> Iterable[Pictured]:
    for exhibit in telemetry.gallery.chosen():
        told = [_cut(f"{one.kind}: {one.action}, {one.outcome}") for one in exhibit.overlays][:100]
        pictures: Any = {when: jpeg for when, jpeg in exhibit.pictures.items() if len(jpeg) <= PICTURE_BYTES}
        yield Pictured(
            url=_cut(exhibit.url), told=told, stuck=exhibit.stuck, pictures=pictures, file=_cut(exhibit.file)
        )


def _slow(page: Page) -> Slow:
    return Slow(
        url=_cut(page.url),
        status=page.status,
        fetch=max(0.0, page.fetched - page.begun),
        show=max(0.0, page.read - page.fetched),
        size=page.size,
    )


def _earlier(before: Profile | None) -> Earlier | None:
    if before is None:
        return None
    return Earlier(pages=before.pages, fields=before.fields, words=median(before.words) if before.words else None)


def _cut(text: str) -> str:
    return text if len(text) <= 10_000 else f"{text[:9_999]}…"
