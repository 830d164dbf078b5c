"""A month of newspapers in three scripts: walls, overlays, edits and runs, for pages to be looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from mtcrawler.identity.ids import content_hash
from mtcrawler.model import clock
from mtcrawler.model.article import (
    Article,
    Aside,
    Block,
    Embed,
    Heading,
    Image,
    ImageBlock,
    ListBlock,
    Paragraph,
    Post,
    Quote,
    Similar,
    Table,
    text_of,
)
from mtcrawler.runs.telemetry.manifest import ErrorGroup
from mtcrawler.storage.layout import manifest_key
from tests.browse.shelf import GAZETTE, HARBOUR, HERE, JARIDA, LONG, RIBAO, Shelf, article, layers, metered, screenshot


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
            items=[
                "Ten centimetres hold a person",
                "Nineteen is what there is",
                ListBlock(ordered=True, items=["a", "b"]),
            ],
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
            inner += [
                Heading(level=3, text="At the six places"),
                Quote(text="Solid as a pier.", cite="the harbour master"),
            ]
        posts.append(Post(id=40 - place, time=begun - timedelta(minutes=25 * place), blocks=inner))
    return [Paragraph(text="All about the opening of the ice road."), *posts]


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
            more["errors"] = [
                ErrorGroup(name="HTTP 429", count=8, example="https://x.example/ said: too many requests")
            ]
        shelf.run(f"run-{ago}", started, GAZETTE if ago % 2 else HARBOUR, **more)
    named |= special(shelf, today)
    shelf.flush()
    return named


REFUSED: Final = "The site refused 8 of 12 pages (429). Crawl it less often, or ask the publisher."


def special(shelf: Shelf, today: datetime) -> dict[str, Article]:
    """Articles that have something to show: every block, a live blog, an edit, other scripts, pictures of overlays."""
    rich = article(
        5000,
        url=f"https://{GAZETTE}/2026/long-read",
        subtitle="Nobody remembers ice in November. The fishers were on it before the council had met.",
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
    arabic = article(
        5005, site=JARIDA, language="ar", headline="تجمد النهر مبكراً هذا العام", section="المدينة", body=ARABIC
    )
    for one in (rich, like, live, chinese, arabic):
        shelf.put(one)
    shelf.put(first)
    shelf.put(second, "revised")
    run = shelf.run("run-0", today, GAZETTE)
    names = [
        shelf.picture(run, rich, when, screenshot("The Gazette", layer=when == "before"))
        for when in ("before", "after")
    ]
    shelf.store.put(manifest_key(f"{today:%Y-%m-%d}", "run-0"), run.model_copy(update={"evidence": names}).to_json())
    return {"rich": rich, "like": like, "live": live, "edited": second, "chinese": chinese, "arabic": arabic}


CHINESE: Final[list[Block]] = [
    Paragraph(text="今年河流结冰比往年更早，港口的渡轮已经全部停航。港务长说，没有人记得冰来得这么早。"),
    Paragraph(text="市政府要等工程师的测量结果，才允许卡车过河。"),
]
ARABIC: Final[list[Block]] = [
    Paragraph(text="تجمد النهر مبكراً هذا العام، وتوقفت العبّارات عن العمل في الأسبوع الثاني من الشهر."),
    Paragraph(text="تنتظر الحكومة المحلية نتائج القياس قبل السماح للشاحنات بعبور الجليد."),
]
