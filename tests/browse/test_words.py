"""Which words a text is found by, and what a person's search means."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from mtcrawler.browse.index.rows import row_of
from mtcrawler.browse.index.words import LONGEST, TOKENIZER, excerpt, folded, pieces, search_for
from mtcrawler.model.errors import ArgumentError
from mtcrawler.storage.layout import article_key, date_of
from tests.browse.shelf import article

TEXTS = {
    "english": "The river froze early; the U.S. council waits. Café, naïve.",
    "chinese": "今年河流结冰比往年更早，港口的渡轮已经全部停航。",
    "japanese": "川が凍り、フェリーは止まった。",
    "korean": "강이 얼어 정부가 기다린다.",
    "thai": "แม่น้ำเป็นน้ำแข็งเร็วในปีนี้",
    "arabic": "تجمّد النهر مبكراً، وتنتظر الحكومة المحلية نتائج القياس.",
    "hindi": "नदी इस साल जल्दी जम गई।",
    "russian": "Река замёрзла рано, паромы стоят.",
    "turkish": "İstanbul'da nehir dondu.",
}


@pytest.fixture
def found() -> Iterator[Callable[[str], set[str]]]:
    """Which of the texts a search finds."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f"CREATE VIRTUAL TABLE lexicon USING fts5(text, content='', tokenize=\"{TOKENIZER}\")")
        names = list(TEXTS)
        db.executemany("INSERT INTO lexicon (rowid, text) VALUES (?, ?)", enumerate(map(folded, TEXTS.values())))

        def search(asked: str) -> set[str]:
            query = "SELECT rowid FROM lexicon WHERE lexicon MATCH ?"
            return {names[row[0]] for row in db.execute(query, (search_for(asked).match,))}

        yield search


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("RIVER", "english"),
        ("cafe", "english"),
        ("u.s.", "english"),
        ("riv*", "english"),
        ('"froze early"', "english"),
        ("river -thawed", "english"),
        ("渡轮", "chinese"),
        ("港口的渡轮", "chinese"),
        ("冰", "chinese"),
        ("结冰 渡轮", "chinese"),
        ("航", "chinese"),
        ("フェリー", "japanese"),
        ("정부", "korean"),
        ("น้ำแข็ง", "thai"),
        ("الحكومة", "arabic"),
        ("حكومة", "arabic"),
        ("تجمد", "arabic"),
        ("مبكرا", "arabic"),
        ("जल्दी", "hindi"),
        ("ЗАМЁРЗЛА", "russian"),
        ("istanbul", "turkish"),
    ],
)
def test_words_of_every_script_are_found(found: Callable[[str], set[str]], asked: str, text: str) -> None:
    """A word is found in its text and in no other, whether its script has spaces, cases, vowel signs or neither."""
    assert found(asked) == {text}


@pytest.mark.parametrize(
    "asked", ["rive", '"early froze"', "river -council", "渡口", "轮渡", "حكم", "जल्द", "river 渡轮"]
)
def test_what_is_not_asked_for_is_not_found(found: Callable[[str], set[str]], asked: str) -> None:
    """Parts of words, words in another order, words apart and unwanted ones find nothing."""
    assert found(asked) == set()


@pytest.mark.parametrize(
    "asked",
    ['"', '""', "*", "-", "AND", "NEAR(a b)", 'a" OR "b', "head:river", "^river", "(", "river)", "\x00", "{a b}"],
)
def test_nothing_that_is_typed_is_taken_for_a_command(found: Callable[[str], set[str]], asked: str) -> None:
    """Whatever is typed is words to look for, never the database's own language."""
    match = search_for(asked).match
    if match:
        assert found(asked) <= {"english"}


def test_a_search_has_bounds() -> None:
    """One that is too long, or has only what is not wanted, is refused with what to do; words past the bound go."""
    with pytest.raises(ArgumentError, match="Look for fewer words"):
        search_for("a" * (LONGEST + 1))
    with pytest.raises(ArgumentError, match="Add a word"):
        search_for("-river")
    assert search_for(" ".join("abcdefghijklmnopqrstuvwxyz")).match.count("AND") == 19


def test_what_was_looked_for_is_marked() -> None:
    """A result shows the part of the text that has the words, and marks them as they are written there."""
    text = f"{'Nothing of interest. ' * 50}The River froze. {'And more of it. ' * 50}"
    part = excerpt(text, ("river",), 120)
    assert part.startswith("… ")
    assert ("River", True) in pieces(part, ("river",))
    assert pieces("driver and river", ("river",)) == [("driver and ", False), ("river", True)]
    assert pieces("港口的渡轮停航", ("渡轮",)) == [("港口的", False), ("渡轮", True), ("停航", False)]
    assert "".join(text for text, _ in pieces("İİİ river", ("river",))) == "İİİ river"


@pytest.mark.parametrize(
    ("summary", "kept"),
    [
        (None, False),
        ("The ferry runs again. It is", False),
        ("The ferry runs\nagain…", False),
        ("It is full ...", False),
        ("Boats at sea", True),
    ],
)
def test_what_a_summary_repeats_is_shown_once(summary: str | None, kept: bool) -> None:
    """An excerpt begins with the summary only where that says what the text does not."""
    text = "The ferry runs again.\n\nIt is full."
    one = article(1).model_copy(update={"summary": summary, "text": text})
    found = row_of(article_key(one.site, date_of(one), one.id), one).text
    assert found == (f"{summary}\n{text}" if kept else text)


def test_many_beginnings_are_refused() -> None:
    """A search of many beginnings of words, which nothing could stop, is refused with what to do; a few are not."""
    assert search_for("a* b* c* -d*").match
    with pytest.raises(ArgumentError, match="Write some of the words whole"):
        search_for("a* b* c* d* -e*")
