"""Inputs that would hold a pattern up, made from the pattern itself: what its repetitions take, and do not get past."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import _constants as names  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

SAMPLES: Final = "a0 \n-._/:=&?%*$<>\"'|A\tя…"
"""Characters of every class a pattern is likely to tell apart."""
LONG: Final = 20
"""Repetitions; fewer cannot make more than a constant of it."""
BODIES: Final = 10
"""Things that one repetition is tried with."""


@dataclass(frozen=True)
class Recipe:
    """A text: `start`, then `unit` again and again, then `end`."""

    start: str
    unit: str
    end: str

    def text(self, size: int, like: str | bytes) -> Any:
        """Of about so many characters, of the kind that `like` is."""
        text = self.start + self.unit * (size // len(self.unit)) + self.end
        return text.encode("utf-8", "replace") if isinstance(like, bytes) else text


def recipes(pattern: re.Pattern[Any]) -> list[Recipe]:
    """What would hold the pattern up, if anything did."""
    found: dict[Recipe, None] = {}
    for prefix, body, wrong in Adversary(pattern).repetitions():
        found.update(dict.fromkeys(Recipe(prefix, body, end) for end in ("", "\x00", "\n", wrong)))
        found.update(dict.fromkeys(Recipe("", prefix + body, end) for end in ("", "\x00")))
    return list(found)


class Adversary:
    """Reads the parsed pattern."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
        self._flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
        self._flags &= ~re.LOCALE
        if isinstance(pattern.pattern, bytes):
            self._flags |= re.ASCII
        self._tree = parser.parse(source, self._flags)
        self._words = list(dict.fromkeys(self._literals(self._tree)))

    def repetitions(self) -> Iterator[tuple[str, str, str]]:
        """What leads to a repetition, something it repeats, and a sign that it does not take.

        So are the beginnings of a match, and runs of every sign: what a search has to begin with again and again.
        """
        yield from self._walk(self._tree, "")
        whole = self._witness(self._tree)
        yield from (("", whole[:end], "!") for end in range(1, min(len(whole), LONG) + 1))
        yield from (("", sign, "!") for sign in SAMPLES)

    def _walk(self, sequence: Sequence[Any], prefix: str) -> Iterator[tuple[str, str, str]]:
        for op, value in sequence:
            if op in {names.MAX_REPEAT, names.MIN_REPEAT, names.POSSESSIVE_REPEAT}:
                _, most, inner = value
                if most is names.MAXREPEAT or most > LONG:
                    bodies, wrong = self._bodies(inner)
                    yield from ((prefix, body, wrong) for body in bodies)
                yield from self._walk(inner, prefix)
            elif op is names.BRANCH:
                for branch in value[1]:
                    yield from self._walk(branch, prefix)
            elif op is names.SUBPATTERN:
                yield from self._walk(value[-1], prefix)
            elif op is names.ATOMIC_GROUP:
                yield from self._walk(value, prefix)
            elif op in {names.ASSERT, names.ASSERT_NOT}:
                yield from self._walk(value[1], prefix)
            prefix += self._witness([(op, value)])

    def _bodies(self, inner: Sequence[Any]) -> tuple[list[str], str]:
        """What a repetition of this takes, words of the pattern before single signs; and a sign that it does not."""
        state = parser.State()
        state.flags = self._flags
        state.str = ""
        state.groupwidths = self._tree.state.groupwidths
        state.groupdict = self._tree.state.groupdict
        again = parser.SubPattern(state, [(names.MAX_REPEAT, (1, names.MAXREPEAT, inner))])
        try:
            accepts = re._compiler.compile(again, self._flags).fullmatch  # type: ignore[attr-defined]
        except (ValueError, IndexError, re.error):
            accepts = lambda text: False  # noqa: E731 - it refers to a group outside of it
        tries = dict.fromkeys([*self._words, self._witness(inner), *SAMPLES])
        taken = [each for each in tries if each and accepts(each)]
        wrong = next((sign for sign in [*self._words, *SAMPLES] if len(sign) == 1 and not accepts(sign)), "!")
        return (taken or [each for each in [self._witness(inner)] if each])[:BODIES], wrong

    def _literals(self, sequence: Sequence[Any]) -> Iterator[str]:
        """Every run of literals in the pattern, and every character of its sets."""
        run = ""
        for op, value in sequence:
            if op is names.LITERAL:
                run += chr(value)
                continue
            if run:
                yield run
            run = ""
            if op is names.IN:
                yield from (chr(given) for kind, given in value[:6] if kind is names.LITERAL)
            elif op is names.BRANCH:
                for branch in value[1]:
                    yield from self._literals(branch)
            elif op in {names.MAX_REPEAT, names.MIN_REPEAT, names.POSSESSIVE_REPEAT, names.SUBPATTERN}:
                yield from self._literals(value[-1])
            elif op is names.ATOMIC_GROUP:
                yield from self._literals(value)
            elif op in {names.ASSERT, names.ASSERT_NOT}:
                yield from self._literals(value[1])
        if run:
            yield run

    def _witness(self, sequence: Sequence[Any]) -> str:
        """A text that matches, as short as it is easily had."""
        text = ""
        for op, value in sequence:
            if op is names.LITERAL:
                text += chr(value)
            elif op in {names.NOT_LITERAL, names.ANY, names.IN}:
                text += self._sign(op, value)
            elif op in {names.MAX_REPEAT, names.MIN_REPEAT, names.POSSESSIVE_REPEAT}:
                least, most, inner = value
                text += self._witness(inner) * min(max(least, 1), most if isinstance(most, int) else 1, LONG)
            elif op is names.SUBPATTERN:
                text += self._witness(value[-1])
            elif op is names.ATOMIC_GROUP:
                text += self._witness(value)
            elif op is names.BRANCH:
                text += self._witness(value[1][0])
            elif op is names.ASSERT and value[0] < 0:  # what has to stand before
                text += self._witness(value[1])
        return text

    def _sign(self, op: Any, value: Any) -> str:
        """A character that this takes."""
        state = parser.State()
        state.flags = self._flags
        state.str = ""
        one = re._compiler.compile(parser.SubPattern(state, [(op, value)]), self._flags)  # type: ignore[attr-defined]
        tries = [*SAMPLES, *(chr(code) for code in range(0x20, 0x250)), "Ж"]
        return next((sign for sign in tries if one.fullmatch(sign)), "")
