"""Settings read from the environment, as the project's settings and `mtcrawler settings` take them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from pydantic import AliasGenerator, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from mtcrawler.config.reading import Problem, default, described, problem
from mtcrawler.config.schema import Settings
from mtcrawler.identity.ids import new_run_id
from mtcrawler.model.environment import variables
from mtcrawler.model.errors import SettingError
from mtcrawler.storage.location import Location


class Given(NamedTuple):
    """What the environment says: each setting's value as Scrapy takes it, and what is wrong with the environment.

    A setting whose variable is wrong has its default here, so that what does not crawl (`scrapy list`) still works.
    """

    values: dict[str, Any]
    problems: list[Problem]


def _alias(name: str) -> str:
    # A setting without a variable of its own is never read from the environment: no variable has such a name.
    return described(name).variable or f"-s {name}"


class _FromEnvironment(BaseSettings, Settings):
    """The settings that the environment sets, each by its variable; an empty variable is as good as none."""

    model_config = SettingsConfigDict(
        alias_generator=AliasGenerator(validation_alias=_alias),
        case_sensitive=True,
        enable_decoding=False,
        env_ignore_empty=True,
        extra="ignore",
    )


def read() -> Given:
    """The settings that this process's environment sets; the others have their defaults."""
    environment, names = variables(), {_alias(name): name for name in Settings.model_fields}
    wrong: list[Problem] = []
    try:
        settings = _FromEnvironment()
    except ValidationError as err:
        aliases = dict.fromkeys(str(one["loc"][0]) for one in err.errors(include_url=False))
        wrong = [
            problem(names[alias], environment.get(alias), f"the environment variable {alias}") for alias in aliases
        ]
        instead = {alias: new_run_id() if names[alias] == "RUN_ID" else default(names[alias]) for alias in aliases}
        settings = _FromEnvironment.model_validate(instead)
    if not any(described(one.name).variable in _LOCATION for one in wrong):
        try:
            Location.from_mapping(environment)
        except SettingError as err:
            wrong.append(Problem("S3_BUCKET", err))
    values = {}
    for name in Settings.model_fields:
        if described(name).override:
            value = getattr(settings, name)
            # Words, numbers and truth values are kept as what they are; all else is text, as a user would write it.
            kept = isinstance(value, str | int | float)
            told = default(name) if any(one.name == name for one in wrong) else environment.get(_alias(name))
            values[name] = value if kept else told or default(name)
    if home := environment.get("MTCRAWLER_VAR"):
        values |= {name: str(Path(home) / folder) for name, folder in _IN_VAR.items()}
    return Given(values, wrong)


_IN_VAR = {"STORE_DIR": "store", "STATE_DIR": "state", "SPOOL_DIR": "spool", "FLEET_DIR": "fleet"}
_LOCATION = frozenset({"S3_BUCKET", "S3_PREFIX", "S3_ENDPOINT_URL"})
