"""What is wrong with data that a person wrote: each fault with its key, what happened and what to do."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError

Key = tuple[str | int, ...]
"""The way to a value: names of keys, and numbers of entries in lists."""
Told = tuple[Key, str, str]
"""Where it is, what is wrong, what to do."""

REMEDIES: Final = {
    "extra_forbidden": ("there is no such key", "Take it out, or look for its right name in the schema."),
    "missing": ("it is missing", "Add it."),
    "string_type": ("it is no text", "Write it in quotes."),
    "bool_type": ("it is neither true nor false", "Write true or false, without quotes."),
    "int_type": ("it is no whole number", "Write a number, without quotes."),
    "float_type": ("it is no number", "Write a number, without quotes."),
    "tuple_type": ("it is no list", "Write a list, in square brackets."),
    "model_type": ("it is no table", "Write a table with the keys that the schema names."),
    "dict_type": ("it is no table", "Write a table of names and values."),
    "too_short": ("it is empty", "Give at least one value."),
    "string_too_short": ("it is empty", "Give at least one character."),
}


def faults_of(error: ValidationError) -> list[Told]:
    """Every fault that pydantic found, in the words of a person who writes the file."""
    errors = error.errors(include_url=False)
    keys = [one["loc"] for one in errors]
    # A list of which every entry is wrong is not empty, too.
    told = (one for one in errors if one["type"] != "too_short" or not _around(one["loc"], keys))
    return [_told(one) for one in told]


def dotted(key: Key) -> str:
    """The key as it is told, such as `sources.3.links`."""
    return ".".join(str(part) for part in key)


def _around(key: Key, keys: list[Key]) -> bool:
    return any(len(other) > len(key) and other[: len(key)] == key for other in keys)


def _told(one: Any) -> Told:
    key = tuple(one["loc"])
    if known := REMEDIES.get(one["type"]):
        return key, *known
    if one["type"] == "value_error":
        return key, str(one["ctx"]["error"]), "Mend it, then run `mtcrawler sites check`."
    return key, f"{one['msg'][0].lower()}{one['msg'][1:]}", "Give it a value that the schema allows."
