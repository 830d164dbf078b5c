"""Which words a text is found by, and what a person's search means in FTS5's language."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.printable import safe

TOKENIZER: Final = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
"""Marks are part of a word: without them every Hindi word would be several."""
LONGEST: Final = 300
"""Characters of a search."""
MOST_TERMS: Final = 20
MOST_BEGINNINGS: Final = 4
"""Beginnings of words in a search: FTS5 gathers all articles of each first, and cannot be stopped meanwhile."""

# Scripts that put no space between words (Han, kana, Thai, Lao, Khmer, Burmese), and Hangul, whose words carry endings:
# their texts are found by pairs of characters.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U000323af"
)
_RUN: Final = re.compile(f"[{_UNSPACED}]+")
_ARABIC: Final = re.compile("[\u0621-\u0652\u0670\u0671]+")
_ARABIC_LETTERS: Final = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ة": "ه",
        "ـ": None,
        **dict.fromkeys((*map(chr, range(0x64B, 0x653)), "\u0670"), None),
    }
)
_ARTICLES: Final = ("وال", "بال", "كال", "فال", "لل", "ال")
"""The definite article of Arabic with what is written together with it."""
_PART: Final = re.compile(r'(-?)"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Search:
    """A search: `match` in FTS5's language ("" where nothing is looked for), `marked` the words to mark in a text."""

    match: str = ""
    marked: tuple[str, ...] = ()


def folded(text: str) -> str:
    """A text as it is indexed: forms that mean the same are one, and unspaced scripts are cut into pairs."""
    if text.isascii():  # nearly half of the time that all of it takes
        return text.lower()
    text = unicodedata.normalize("NFKC", safe(text)).lower()
    text = _ARABIC.sub(lambda found: _arabic(found[0]), text)
    return _RUN.sub(lambda found: f" {_pairs(found[0])} ", text)


def _arabic(word: str) -> str:
    """A word without vowel signs, its letters in one form, and without the definite article."""
    word = word.translate(_ARABIC_LETTERS)
    for article in _ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + 2:
            return word[len(article) :]
    return word


def _pairs(run: str) -> str:
    """Each two characters that stand together, and the last one alone, so that one character is found, too."""
    return " ".join([*(first + second for first, second in pairwise(run)), run[-1]])


def search_for(asked: str) -> Search:
    """What was asked for: all of its words; `"…"` words in this order, `word*` what begins so, `-word` what has not.

    Raises ArgumentError where that is too long, has too many beginnings, or names only what is not wanted.
    """
    if len(asked) > LONGEST:
        raise ArgumentError("searching", f"that is more than {LONGEST} characters", "Look for fewer words.")
    wanted: list[str] = []
    unwanted: list[str] = []
    marked: list[str] = []
    beginnings = 0
    for found in list(_PART.finditer(safe(asked)))[:MOST_TERMS]:
        quoted, word = found[2], found[3]
        text = quoted if quoted is not None else word
        refused = found[1] == "-" or (quoted is None and len(text) > 1 and text.startswith("-"))
        term = _term(text.removeprefix("-") if quoted is None and refused else text, whole=quoted is not None)
        if term is None:
            continue
        (unwanted if refused else wanted).append(term)
        beginnings += term.endswith("*")
        if not refused:
            marked.append(text.rstrip("*"))
    if beginnings > MOST_BEGINNINGS:
        happened = f"that is more than {MOST_BEGINNINGS} beginnings of words"
        raise ArgumentError("searching", happened, "Write some of the words whole.")
    if unwanted and not wanted:
        raise ArgumentError("searching", "that says only what is not wanted", "Add a word to look for.")
    match = " AND ".join(wanted)
    if unwanted:
        match = f"({match}) NOT ({' OR '.join(unwanted)})"
    return Search(match, tuple(marked))


def _term(text: str, *, whole: bool) -> str | None:
    """A word, the beginning of one, or words in their order, as FTS5 has it; None where there is no letter in it."""
    beginning = text.endswith("*") and not whole
    tokens = folded(text.rstrip("*")).replace('"', " ").split()
    if not any(sign.isalnum() for token in tokens for sign in token):
        return None
    run = _RUN.fullmatch(text.rstrip("*"))
    if run and len(run[0]) == 1:
        beginning = True  # any pair that begins with it
    elif _RUN.search(tokens[-1]) and len(tokens) > 1 and len(tokens[-1]) == 1:
        tokens.pop()  # the last character of a run stands alone only where the text's run ends, too
    return f'"{" ".join(tokens)}"' + (" *" if beginning else "")


def pieces(text: str, marked: tuple[str, ...]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is one of the words to mark."""
    low = text.lower()
    if len(low) != len(text):  # a few letters are longer in lower case, and places would not fit
        return [(text, False)]
    spans: list[tuple[int, int]] = []
    for word in {word.lower() for word in marked if word}:
        begin = low.find(word)
        while begin >= 0 and len(spans) < 200:
            if _stands_alone(low, begin, word):
                spans.append((begin, begin + len(word)))
            begin = low.find(word, begin + len(word))
    found: list[tuple[str, bool]] = []
    done = 0
    for begin, end in sorted(spans):
        if begin >= done:
            found += [(text[done:begin], False), (text[begin:end], True)]
            done = end
    return [piece for piece in [*found, (text[done:], False)] if piece[0]]


def _stands_alone(text: str, begin: int, word: str) -> bool:
    """Whether a word begins there, and is no part of another one."""
    return bool(_RUN.match(word)) or begin == 0 or not text[begin - 1].isalnum()


def excerpt(text: str, marked: tuple[str, ...], length: int) -> str:
    """A part of a text, at most so many characters: from a little before the first of these words, else from its
    beginning.
    """
    low = text[:200_000].lower()
    places = [place for word in marked if word and (place := low.find(word.lower())) >= 0]
    begin = max(0, min(places, default=0) - length // 4)
    if begin and (space := text.find(" ", begin, begin + 40)) >= 0:
        begin = space + 1
    end = begin + length
    if end < len(text) and (space := text.rfind(" ", end - 40, end)) >= 0:
        end = space
    part = " ".join(text[begin:end].split())
    before, after = "… " if begin else "", " …" if len(text) > end else ""
    return f"{before}{part}{after}"
