"""What is wrong with data that a person wrote: each fault with its key, what happened and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from tomllib import TOMLDecodeError
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from mtcrawler.model.errors import ArgumentError, ArgumentErrors, MtcrawlerError

_Read = TypeVar("_Read")

Key = tuple[str | int, ...]
"""The way to a value: names of keys, and numbers of entries in lists."""
Told = tuple[Key, str, str]
"""Where it is, what is wrong, what to do."""

LONGEST: Final = 80
"""Characters of a wrong value that are repeated."""
REMEDIES: Final = {
    "extra_forbidden": ("there is no such key", "Take it out, or look for its right name in the schema."),
    "missing": ("it is missing", "Add it."),
    "string_type": ("it is no text", "Write it in quotes."),
    "bool_type": ("it is neither true nor false", "Write true or false, without quotes."),
    "int_type": ("it is no whole number", "Write a number, without quotes."),
    "int_from_float": ("it is no whole number", "Write one without a fraction."),
    "float_type": ("it is no number", "Write a number, without quotes."),
    "finite_number": ("it is no number", "Write a number that is not infinite."),
    "tuple_type": ("it is no list", "Write a list, in square brackets."),
    "model_type": ("it is no table", "Write a table with the keys that the schema names."),
    "model_attributes_type": ("it is no table", "Write a table with the keys that the schema names."),
    "dict_type": ("it is no table", "Write a table of names and values."),
    "too_short": ("it is empty", "Give at least one value."),
    "string_too_short": ("it is empty", "Give at least one character."),
    "string_too_long": ("it is longer than {max_length} characters", "Shorten it."),
    "string_pattern_mismatch": ("{input} is not allowed here", "Write it as in {shape}."),
    "literal_error": ("{input} is not known", "Choose from {expected}."),
    "union_tag_invalid": ("the kind {tag} is not known", "Choose from {expected_tags}."),
    "union_tag_not_found": ("it does not say its kind", "Add {discriminator}."),
    "greater_than_equal": ("{input} is too small", "Give {ge} or more."),
    "less_than_equal": ("{input} is too large", "Give {le} or less."),
    "date_type": ("it is no day", "Write a day such as 2026-11-01."),
    "date_parsing": ("it is no day", "Write a day such as 2026-11-01."),
    "date_from_datetime_parsing": ("it is no day", "Write a day such as 2026-11-01."),
    "date_from_datetime_inexact": ("it is no day but a moment", "Write a day such as 2026-11-01."),
}
"""What is wrong and what to do by pydantic's type of error, with the values of its context."""
ADVICE: Final = re.compile(r"(.*): ((?:give|put|say|write) .*)", re.DOTALL)
"""What a validator of ours says to do, after what is wrong."""


class ArgumentFaults:
    """What is wrong with the arguments of one command, gathered so that all of it is told at once.

    Of more than `most` the first are told, and how many there are besides.
    """

    def __init__(self, most: int | None = None) -> None:
        self._found: list[ArgumentError] = []
        self._most, self.number = most, 0

    def noting(self, read: Callable[[], _Read]) -> _Read | None:
        """What this gives; None where it raises an ArgumentError, which is noted."""
        try:
            return read()
        except ArgumentError as err:
            self.note(err)
            return None

    def note(self, error: ArgumentError) -> None:
        """One fault more, or several that were told as one."""
        for one in error.each if isinstance(error, ArgumentErrors) else (error,):
            self.number += 1
            if self._most is None or self.number <= self._most:
                self._found.append(one)

    def tell(self) -> None:
        """Raises ArgumentError with everything that was noted; nothing where that is nothing."""
        found = list(self._found)
        if more := self.number - len(found):
            faults = f"{more} more fault{'s' if more > 1 else ''}"
            found.append(ArgumentError("Reading the sites", f"there are {faults}", "Mend these first."))
        if len(found) > 1:
            raise ArgumentErrors(found)
        if found:
            raise found[0]


def each_of(error: MtcrawlerError) -> Sequence[MtcrawlerError]:
    """The errors that this one stands for, to be told on a line each: mostly itself alone."""
    return error.each if isinstance(error, ArgumentErrors) else (error,)


def faults_of(error: ValidationError, shapes: Mapping[str, str] = MappingProxyType({})) -> list[Told]:
    """Every fault that pydantic found, in the words of a person who writes the file.

    `shapes` has examples of right values, by the name of their key.
    """
    errors = error.errors(include_url=False)
    keys = [one["loc"] for one in errors]
    # A list of which every entry is wrong is not empty, too.
    told = (one for one in errors if one["type"] != "too_short" or not _around(one["loc"], keys))
    return [_told(one, shapes) for one in told]


def no_toml(error: ValueError | RecursionError) -> str:
    """Why Python's reader takes a text for no TOML, without the place."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if not isinstance(error, TOMLDecodeError):
        return "a number in it has too many digits"
    return str(error).partition(" (at ")[0]


def dotted(key: Key) -> str:
    """The key as it is told, such as `sources.3.links`."""
    return ".".join(str(part) for part in key)


def _around(key: Key, keys: list[Key]) -> bool:
    return any(len(other) > len(key) and other[: len(key)] == key for other in keys)


def _told(one: Any, shapes: Mapping[str, str]) -> Told:
    key = tuple(one["loc"])
    if one["type"] == "value_error":
        said = str(one["ctx"]["error"])
        if advised := ADVICE.fullmatch(said):
            return key, advised[1], f"{advised[2][0].upper()}{advised[2][1:]}."
        return key, said, "Mend it, then run `mtcrawler sites check`."
    named = next((shapes[part] for part in reversed(key) if part in shapes), "the schema")
    values = {"input": repr(one["input"])[:LONGEST], "shape": named, **one.get("ctx", {})}
    happened, remedy = REMEDIES.get(
        one["type"], (f"{one['msg'][0].lower()}{one['msg'][1:]}".replace("{", "{{"), "Look it up in the schema.")
    )
    return key, happened.format(**values), remedy.format(**values)
