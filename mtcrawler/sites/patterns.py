"""Patterns that a definition writes, of addresses and of texts: in RE2, whose time is linear whatever the text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

import re2
from pydantic import Field, PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema, field_validator

from mtcrawler.model.overlay_rule import Strict

USUAL = 200
"""Characters of a path that is remembered."""
DAY_PARTS = 3  # year, month and day


class Match(Protocol):
    """What is used of a match."""

    def groups(self) -> tuple[str | None, ...]:
        """The groups, in order."""

    def groupdict(self) -> dict[str, str | None]:
        """The named groups."""


class Pattern(Protocol):
    """What is used of a compiled pattern."""

    @property
    def pattern(self) -> str:
        """Its source."""

    @property
    def groups(self) -> int:
        """How many groups it has."""

    def __hash__(self) -> int:
        """Equal for equal patterns."""

    def fullmatch(self, text: str) -> Match | None:
        """The match where the whole text fits."""

    def search(self, text: str) -> Match | None:
        """The first match anywhere in the text."""


def compiled(text: str, *, any_case: bool = False) -> Pattern:
    """The pattern; with `any_case` it ignores case and its dots match line ends. Raises ValueError."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not any_case
    options.dot_nl = any_case
    try:
        pattern: Pattern = re2.compile(text, options)
    except re2.error as err:
        told = err.args[0].decode() if isinstance(err.args[0], bytes) else str(err.args[0])
        raise ValueError(f"{text!r} is no RE2 pattern: {told}") from err
    return pattern


def _exact(value: Any) -> Pattern:
    return compiled(value) if isinstance(value, str) else _given(value)


def _loose(value: Any) -> Pattern:
    return compiled(value, any_case=True) if isinstance(value, str) else _given(value)


def _given(value: Any) -> Pattern:
    if not hasattr(value, "fullmatch"):
        raise ValueError("it is no text: write a pattern in quotes")
    pattern: Pattern = value
    return pattern


def _schema(told: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": 1, "description": told})


_source = PlainSerializer(lambda pattern: pattern.pattern, return_type=str)
PathPattern = Annotated[
    Pattern, PlainValidator(_exact), _source, _schema("An RE2 pattern that the whole path of an address has to match.")
]
TextPattern = Annotated[
    Pattern,
    PlainValidator(_loose),
    _source,
    _schema("An RE2 pattern of a text, in any case; its dots match line ends."),
]
Example = Annotated[str, Field(pattern=r"^(/|https?://)")]
"""A path, or an address whose path counts."""


@lru_cache(512)
def _whole(pattern: Pattern, path: str) -> Match | None:
    """The match of the whole path; each stage that an address goes through asks for it."""
    return pattern.fullmatch(path)


class AddressPattern(Strict):
    """The paths of some addresses, matched whole; what should and should not match is tried when it is read.

    A group named `slug` holds the words that an address of the same page without a day has, too.
    """

    match: PathPattern
    examples: Annotated[tuple[Example, ...], Field(min_length=1)]
    counter_examples: tuple[Example, ...] = ()

    @field_validator("examples")
    @classmethod
    def _match_it(cls, examples: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if (pattern := info.data.get("match")) and (missed := list(cls._missed(pattern, examples))):
            raise ValueError(f"{pattern.pattern!r} does not match {', '.join(missed)}")
        return examples

    @field_validator("counter_examples")
    @classmethod
    def _do_not(cls, examples: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        pattern = info.data.get("match")
        if pattern and (hit := [one for one in examples if pattern.fullmatch(path_of(one))]):
            raise ValueError(f"{pattern.pattern!r} matches {', '.join(hit)}")
        return examples

    @classmethod
    def _missed(cls, pattern: Pattern, examples: tuple[str, ...]) -> Iterator[str]:
        return (one for one in examples if not pattern.fullmatch(path_of(one)))

    def of(self, path: str) -> Match | None:
        """The match, where this path is one of these."""
        return _whole(self.match, path) if len(path) <= USUAL else self.match.fullmatch(path)


class DatedPattern(AddressPattern):
    """Paths that hold the day of publication: their first three groups are year, month and day."""

    @classmethod
    def _missed(cls, pattern: Pattern, examples: tuple[str, ...]) -> Iterator[str]:
        for one in examples:
            if not (found := pattern.fullmatch(path_of(one))):
                yield one
            elif day_in(found) is None:
                yield f"a day in the first three groups of {one}"

    def day(self, path: str) -> date | None:
        """The day in this path."""
        found = self.of(path)
        return day_in(found) if found else None


def day_in(found: Match) -> date | None:
    """The day that the first three groups say; None where they say none."""
    parts = found.groups()[:DAY_PARTS]
    try:
        return date(*(int(part or "") for part in parts)) if len(parts) == DAY_PARTS else None
    except ValueError:
        return None


def path_of(example: str) -> str:
    """The path of an example, which may be a whole address."""
    return urlsplit(example).path
