"""Agency copy: reports that several stories were made from with a few words changed, and a story published twice."""

from __future__ import annotations

from dataclasses import replace

from tests.newspaper import blocks as b
from tests.newspaper.newsroom.cast import AGENCIES, tag
from tests.newspaper.newsroom.filing import SOMETIME
from tests.newspaper.newsroom.layouts import photo
from tests.newspaper.newsroom.writing import Writer, slugify, topics
from tests.newspaper.story import Edition, Story

# Each report: its subject, then headlines, one for every story that was made from it.
REPORTS: dict[Edition, dict[str, tuple[str, ...]]] = {
    "en": {
        "trains": ("Night Express Halted by Snow for Nine Hours", "Snow Stops Night Express, Passengers Sleep Aboard"),
        "weather": (
            "Mudslide Blocks Mountain Road, No One Hurt",
            "Mountain Road Closed After Mudslide",
            "Road in the Hills Cut Off by Mud",
        ),
        "harvest": ("Grain Terminal Resumes Loading After Fire", "Loading Restarts at Grain Terminal Hit by Fire"),
    },
    "ru": {"delo": ("Пожар остановил погрузку на терминале", "На терминале после пожара возобновили погрузку")},
}
# What a desk changes in agency copy: a word here and there.
EDITS: dict[Edition, tuple[tuple[str, str], ...]] = {
    "en": (("said", "told reporters"), ("about", "some"), ("more than", "over"), ("a month", "four weeks")),
    "ru": (("говорит", "рассказывает"), ("обещает", "намерена"), ("почти", "около")),
}
REPEATED = "Correction Service Opens for Readers of the Print Edition"


def groups(edition: Edition, seed: int) -> list[list[Story]]:
    """The stories made from each report, newest first: the agency's own version is the oldest."""
    return [_report(edition, seed, topic, headlines)[::-1] for topic, headlines in REPORTS[edition].items()]


def _report(edition: Edition, seed: int, name: str, headlines: tuple[str, ...]) -> list[Story]:
    topic = topics(edition)[name]
    writer = Writer(edition, seed, f"wire/{name}")
    lead = writer.fill(topic.leads[0])
    texts = [lead, *writer.sentences(topic, 12)]
    picture = photo(writer, topic)
    made = []
    for number, headline in enumerate(headlines):
        made.append(
            Story(
                kind="news",
                edition=edition,
                headline=headline,
                slug=slugify(headline),
                published=SOMETIME,
                flags=topic.flags,
                blocks=(b.html(*texts),),
                language=edition,
                tags=(tag(topic.tags[0]),),
                bylines=(AGENCIES[edition][-1 if edition == "ru" else 0],) if number == 0 else (),
                photo=picture,
                wire=name,
            )
        )
        texts = _edited(texts, edition, number)
    return made


def _edited(texts: list[str], edition: Edition, number: int) -> list[str]:
    old, new = EDITS[edition][number % len(EDITS[edition])]
    changed = [text.replace(old, new, 1) for text in texts]
    words = changed[3 + number].split(" ")
    words[1:2] = ["also", words[1]] if edition == "en" else ["также", words[1]]
    changed[3 + number] = " ".join(words)
    return changed


def repeated(edition: Edition) -> list[Story]:
    """One story that stands at two addresses word for word, as happens when it is filed twice."""
    text = (
        "Readers who kept their paper copies can now send in the mistakes they found in them, the editors said.",
        "Every correction is checked by two people and printed on the last page, next to the tide tables.",
        "“We would rather be corrected than believed,” the note adds, and it gives an address for parcels.",
        "Copies from before the move to the new presses should be wrapped, as the ink still comes off.",
    )
    once = Story(
        kind="news",
        edition=edition,
        headline=REPEATED,
        slug=slugify(REPEATED),
        published=SOMETIME,
        flags=("news",),
        blocks=(b.html(*text),),
    )
    return [replace(once, slug=f"{once.slug}-again", twin=once.slug), once]
