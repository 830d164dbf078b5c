"""The words of a segment and of the names around it, as places among learned weights."""

from __future__ import annotations

import re
from typing import Final

from mtcrawler.extraction.body.segments import Segment
from mtcrawler.extraction.body.surroundings import Surroundings, bucket

WORD: Final = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f\u1000-\u109f]"
    r"|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f\u1000-\u109f]+"
)
"""A word; of scripts that put no space between words, a character."""
SHORT: Final = 6
"""Words of a segment whose every word counts; of a longer one only the first and last."""
LETTERS: Final = 5
"""Characters of a word, about."""
_DIGITS: Final = re.compile(r"\d")


def words_of(text: str) -> list[str]:
    """The words of a text in lower case."""
    return WORD.findall(text.lower())


def size_of(text: str, words: list[str]) -> int:
    """The length of a text as if it were in Latin letters: a character that is a word says as much as several."""
    return max(len(text), LETTERS * len(words))


def text_buckets(segment: Segment, words: list[str]) -> list[int]:
    """The places of what a segment says and of what it is: its tag, its length, how much of it is a link."""
    size = size_of(segment.text, words).bit_length()
    tag = segment.element.tag
    said = [f"t{tag}{size}", f"k{int(segment.linked * 3)}{size}", f"b{int(segment.strong * 3)}{size}"]
    if words:
        plain = [_DIGITS.sub("0", word) for word in (*words[:2], words[-1])]
        said += (f"f{plain[0]}", f"l{plain[-1]}")
        if len(words) > 1:
            said.append(f"g{plain[0]} {plain[1]}")
        if len(words) <= SHORT:
            said += (f"w{_DIGITS.sub('0', word)}" for word in words)
    said.append(f"e{segment.text[-1]}{size}")
    return [bucket(word) for word in said]


def name_buckets(around: Surroundings) -> list[int]:
    """The places of the names of a segment's block and of all above it, one by one, as learning needs them."""
    found = list(around.names.buckets[0])
    above = around.above
    if above is not None:
        found += above.names.buckets[1]
        above = above.above
    while above is not None:
        found += above.names.buckets[2]
        above = above.above
    return found


def name_score(around: Surroundings, weights: list[float]) -> float:
    """The sum of the weights of `name_buckets`; what is further up is known from other segments."""
    total = sum(weights[index] for index in around.names.buckets[0])
    if (above := around.above) is not None:
        total += sum(weights[index] for index in above.names.buckets[1])
        if above.above is not None:
            total += above.above.score
    return total
