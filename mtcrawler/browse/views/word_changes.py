"""Two texts side by side with the words that changed, in bounded time however the texts are made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

MOST_EDITS: Final = 150
"""Edits between two sequences that are looked for, one by one: past that all of it counts as changed."""
MOST_COMPARED: Final = 200
"""Paragraphs of a text that are compared word by word."""
ALIKE: Final = 0.3
"""The share of words that two paragraphs have in common if one is a new form of the other."""
LONGEST: Final = 20_000
"""Characters of a paragraph whose words are compared."""
MOST_PARAGRAPHS: Final = 2_000
AHEAD: Final = 4
"""Paragraphs among which the new form of another is looked for."""

_UNSPACED: Final = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORDS: Final = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+|\\s+|[^\\w\\s]")

Piece = tuple[str, bool]
"""Some text, and whether it is on this side alone."""


class Step(NamedTuple):
    """A stretch of the old and of the new sequence, as places; the same, or one takes the other's place."""

    same: bool
    old: slice
    new: slice


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph on the left and one on the right, in pieces; None where there is none on that side."""

    old: list[Piece] | None
    new: list[Piece] | None

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return self.old is None or self.new is None or any(mark for _, mark in (*self.old, *self.new))


def side_by_side(old: str, new: str) -> list[Pair]:
    """The paragraphs of two texts, those that belong together beside each other."""
    before, after = _paragraphs(old), _paragraphs(new)
    pairs: list[Pair] = []
    for step in steps(before, after):
        if step.same:
            pairs += [Pair([(text, False)], [(text, False)]) for text in before[step.old]]
        else:
            left = MOST_COMPARED - sum(pair.changed for pair in pairs)
            pairs += _replaced(before[step.old], after[step.new], left)
    return pairs


def words(old: str, new: str) -> Pair:
    """Two short texts with the words that changed."""
    if max(len(old), len(new)) > LONGEST:
        return Pair([(old, True)], [(new, True)])
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for step in _joined(list(steps(before, after)), before):
        left.append(("".join(before[step.old]), not step.same))
        right.append(("".join(after[step.new]), not step.same))
    return Pair([piece for piece in left if piece[0]], [piece for piece in right if piece[0]])


def steps(old: Sequence[str], new: Sequence[str]) -> Iterator[Step]:
    """The shortest way from one sequence to the other (Myers 1986), in order; one step where it would be a long way."""
    begin, most = 0, min(len(old), len(new))
    while begin < most and old[begin] == new[begin]:
        begin += 1
    end = 0
    while end < most - begin and old[-1 - end] == new[-1 - end]:
        end += 1
    if begin:
        yield Step(True, slice(0, begin), slice(0, begin))
    middle = old[begin : len(old) - end], new[begin : len(new) - end]
    for step in _middle(*middle):
        yield Step(
            step.same,
            slice(step.old.start + begin, step.old.stop + begin),
            slice(step.new.start + begin, step.new.stop + begin),
        )
    if end:
        yield Step(True, slice(len(old) - end, len(old)), slice(len(new) - end, len(new)))


def _middle(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    if not old and not new:
        return []
    whole = [Step(False, slice(0, len(old)), slice(0, len(new)))]
    if not old or not new:
        return whole
    reached: dict[int, int] = {1: 0}
    trace: list[dict[int, int]] = []
    for edits in range(min(MOST_EDITS, len(old) + len(new)) + 1):
        trace.append(dict(reached))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
            x = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            y = x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            if x >= len(old) and y >= len(new):
                return _way_back(trace, len(old), len(new))
    return whole


def _way_back(trace: list[dict[int, int]], x: int, y: int) -> list[Step]:
    """The steps of the way to this place, found from its end."""
    ends, same = (x, y), list[tuple[int, int]]()
    for edits in range(len(trace) - 1, -1, -1):
        reached, diagonal = trace[edits], x - y
        down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        from_x = reached[before] if edits else 0
        from_y = from_x - before if edits else 0
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            same.append((x, y))
        x, y = from_x, from_y
    same.reverse()
    found: list[Step] = []
    at = (0, 0)
    for place, one in enumerate([*same, ends]):
        if one != at:
            found.append(Step(False, slice(at[0], one[0]), slice(at[1], one[1])))
        if place == len(same):
            break
        at = (one[0] + 1, one[1] + 1)
        last = found[-1] if found else None
        if last is not None and last.same and (last.old.stop, last.new.stop) == one:
            found[-1] = Step(True, slice(last.old.start, at[0]), slice(last.new.start, at[1]))
        else:
            found.append(Step(True, slice(one[0], at[0]), slice(one[1], at[1])))
    return found


def _joined(found: list[Step], old: Sequence[str]) -> list[Step]:
    """Steps of which those that are the same only by a space between two changes are part of the change."""
    joined: list[Step] = []
    for place, step in enumerate(found):
        space = step.same and 0 < place < len(found) - 1 and not "".join(old[step.old]).strip()
        if joined and not joined[-1].same and (space or not step.same):
            last = joined[-1]
            joined[-1] = Step(False, slice(last.old.start, step.old.stop), slice(last.new.start, step.new.stop))
        else:
            joined.append(step)
    return joined


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; of very many the last ones together."""
    parts = [part for part in text.split("\n") if part.strip()]
    return [*parts[:MOST_PARAGRAPHS], *(["\n".join(rest)] if (rest := parts[MOST_PARAGRAPHS:]) else [])]


def _replaced(old: Sequence[str], new: Sequence[str], most: int) -> Iterator[Pair]:
    """Paragraphs that took the place of others: each beside the one whose new form it is, if there is one; at most so
    many are compared.
    """
    place = 0
    for number, text in enumerate(old):
        known = set(text.split())
        near = range(place, min(place + AHEAD, len(new)))
        match = next((one for one in near if _alike(known, new[one])), None)
        if match is None or number >= most:
            yield Pair([(text, True)], None)
            continue
        yield from (Pair(None, [(added, True)]) for added in new[place:match])
        yield words(text, new[match])
        place = match + 1
    yield from (Pair(None, [(added, True)]) for added in new[place:])


def _alike(known: set[str], text: str) -> bool:
    other = set(text.split())
    whole = min(len(known), len(other))
    # Texts without spaces are one word each, and are compared as they stand beside each other.
    return whole <= 1 or len(known & other) >= ALIKE * whole
