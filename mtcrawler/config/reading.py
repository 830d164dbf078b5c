"""Values of settings, checked: each wrong one is a problem with the setting's name, all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, Protocol, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from mtcrawler.config.field import Allowed, Setting
from mtcrawler.config.schema import Settings
from mtcrawler.model.errors import SettingError

LONGEST: Final = 80
"""Characters of a wrong value that are repeated."""
_TYPED: Final = "mtcrawler_typed"
"""Where settings that are frozen keep what they are as typed ones: each part of a crawl asks for them."""


class Problem(NamedTuple):
    """A wrong value of the setting `name`, and the error that tells it."""

    name: str
    error: SettingError


class Named(Protocol):
    """What settings are read from: Scrapy's settings, or a mapping."""

    def __contains__(self, name: Any, /) -> bool:
        """Whether the setting has a value here."""

    def get(self, name: Any, /) -> Any:
        """The value of a setting, None where there is none."""


def settings_of(given: Named) -> Settings:
    """The settings of a crawl, typed; one that its project does not set has its default.

    Raises SettingError for the first wrong one: `scrapy crawl` has told all of them before anything starts.
    """
    frozen = getattr(given, "frozen", False) is True  # Scrapy's, once a crawl is made: they change no more
    if frozen and isinstance(known := vars(given).get(_TYPED), Settings):
        return known
    values = _values(given)
    try:
        typed = Settings.model_validate(values)
        if frozen:
            vars(given)[_TYPED] = typed
        return typed
    except ValidationError as err:
        name = _wrong(err)[0]
        raise problem(name, values.get(name), f"the setting {name}").error from err


def problems(given: Named, sources: Mapping[str, str]) -> list[Problem]:
    """What is wrong with settings; `sources` says in words where a value comes from, by the setting's name."""
    values = _values(given)
    try:
        Settings.model_validate(values)
    except ValidationError as err:
        return [problem(name, values.get(name), sources.get(name, f"the setting {name}")) for name in _wrong(err)]
    return []


def problem(name: str, value: Any, source: str) -> Problem:
    """What is told of a wrong value: where it comes from, what it is unless it may be secret, and what is allowed."""
    hidden = described(name).secret or "@" in str(value)
    told = repr(value if not isinstance(value, str) or len(value) <= LONGEST else f"{value[:LONGEST]}…")
    happened = "its value is not allowed" if hidden else f"{told} is not allowed"
    return Problem(name, SettingError(f"reading {source}", happened, f"Allowed: {allowed(name)}."))


def described(name: str) -> Setting:
    """What a setting says of itself."""
    return next(one for one in Settings.model_fields[name].metadata if isinstance(one, Setting))


def kind(name: str) -> str:
    """The type of a setting, in words."""
    annotation = Settings.model_fields[name].annotation
    if get_origin(annotation) is Literal:
        return "word"
    kinds: dict[Any, str] = {bool: "yes or no", int: "whole number", float: "number"}
    return kinds.get(annotation, "text")


def allowed(name: str) -> str:
    """The values of a setting, in words."""
    field, told = Settings.model_fields[name], described(name)
    if told.allowed:
        return told.allowed
    words = next((one.words for one in field.metadata if isinstance(one, Allowed)), "")
    if words:
        return words
    if get_origin(field.annotation) is Literal:
        return ", ".join(get_args(field.annotation))
    if field.annotation is bool:
        return "1 or 0, true or false"
    return _range(field, told.unit)


def default(name: str) -> Any:
    """The default of a setting, as a user would write it; None where there is none or each run has its own."""
    value = Settings.model_fields[name].default
    return None if value is PydanticUndefined else value


def _values(given: Named) -> dict[str, Any]:
    return {name: given.get(name) for name in Settings.model_fields if name in given}


def _wrong(err: ValidationError) -> list[str]:
    return list(dict.fromkeys(str(one["loc"][0]) for one in err.errors(include_url=False)))


def _range(field: FieldInfo, unit: str) -> str:
    least = next(one.ge for one in field.metadata if hasattr(one, "ge"))
    most = next(one.le for one in field.metadata if hasattr(one, "le"))
    kind = "a whole number" if field.annotation is int else "a number"
    return f"{kind} from {least:.12g} to {most:.16g}{f' ({unit})' if unit else ''}"
