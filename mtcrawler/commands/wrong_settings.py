"""What is wrong with a crawl's settings, all of it at once and before anything starts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Final

from scrapy.settings import BaseSettings, default_settings

from mtcrawler.config.reading import default, described, problems, settings_of
from mtcrawler.config.schema import Settings
from mtcrawler.fetch.user_agent import fault_of_contact, user_agent
from mtcrawler.model.errors import SettingError
from mtcrawler.session.plan_from_settings import location_of

logger = logging.getLogger(__name__)

COMMAND_LINE: Final = 40
"""Scrapy's priority of what stands on the command line."""
PROJECT: Final = 20
"""Scrapy's priority of the settings module."""
ALIKE: Final = 0.85
"""How alike a name must be to one that exists to count as a slip of the pen (1 is the same)."""
SCRAPYS: Final = frozenset(name for name in dir(default_settings) if name.isupper())
"""The settings that Scrapy itself knows."""
RELATED: Final = 0.6
"""How alike a name must be to be suggested for one that does not exist."""


def wrong_settings(settings: BaseSettings) -> list[SettingError]:
    """Every wrong value of the environment, of the command line and of the settings module.

    Where none is wrong, what only all of them together can miss: a contact address, a bucket, and intervals that fit
    together. What -s gives as text becomes a number, a truth value or a mapping, and a wrong value is replaced by its
    default.
    """
    return [*_wrong_values(settings), *_unknown(settings)] or list(_missing(settings))


class RefuseWrongSettings:
    """A Scrapy add-on: no crawl begins with a wrong setting, whoever starts it. `scrapy crawl` has told all by then."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Raises SettingError for the first wrong value; the others are errors in the log."""
        if found := _wrong_values(settings):
            for error in found[1:]:
                logger.error("%s", error)
            raise found[0]


def _wrong_values(settings: BaseSettings) -> list[SettingError]:
    found = [*_in_environment(settings), *_in_values(settings), *_in_scrapys_own(settings), *_in_names(settings)]
    if not found:
        _make_typed(settings)
    return found


def _in_environment(settings: BaseSettings) -> Iterator[SettingError]:
    """What the settings module found; what the command line sets anew is not told."""
    for problem in settings.get("WRONG_IN_ENVIRONMENT") or ():
        if (settings.getpriority(problem.name) or 0) <= PROJECT:
            yield problem.error


def _in_values(settings: BaseSettings) -> Iterator[SettingError]:
    module = settings.get("SETTINGS_MODULE")
    sources = {
        name: f"-s {name}" if _is_given(settings, name) else f"{name} in {module}" for name in Settings.model_fields
    }
    for problem in problems(_Project(settings), sources):
        # Whoever tells of it reads settings, too: the log's form, or what must not be shown.
        settings.set(problem.name, default(problem.name), priority=COMMAND_LINE)
        yield problem.error


class _Project:
    """Scrapy's settings without Scrapy's defaults, and without what the environment alone may set."""

    def __init__(self, settings: BaseSettings) -> None:
        self._settings = settings

    def __contains__(self, name: Any) -> bool:
        return described(name).override and (self._settings.getpriority(name) or 0) >= PROJECT

    def get(self, name: Any) -> Any:
        """The value of a setting."""
        return self._settings.get(name)


def _in_scrapys_own(settings: BaseSettings) -> Iterator[SettingError]:
    """Numbers and truth values of Scrapy's that -s gives as something else; Scrapy would end in a traceback."""
    for name in _given_names(settings):
        usual, value = getattr(default_settings, name, None), settings.get(name)
        if name in Settings.model_fields or not isinstance(usual, int | float):
            continue
        try:
            settings.getbool(name) if isinstance(usual, bool) else settings.getfloat(name)
        except (TypeError, ValueError):
            allowed = "1 or 0, true or false" if isinstance(usual, bool) else "a number"
            yield SettingError(f"reading -s {name}", f"{value!r} is not allowed", f"Allowed: {allowed}.")


def _in_names(settings: BaseSettings) -> Iterator[SettingError]:
    """Names on the command line that no setting has, where one is meant: without a word they would do nothing."""
    variables = {variable: name for name in Settings.model_fields if (variable := described(name).variable)}
    for name in _given_names(settings):
        named = variables.get(name, name)
        if name in SCRAPYS or (named == name and named in Settings.model_fields and described(name).override):
            continue
        if named in Settings.model_fields:
            instead = f"Write -s {named}=…." if described(named).override else f"Set the environment variable {name}."
            yield SettingError(f"reading -s {name}", "it has no effect", instead)
        elif name not in _in_module(settings) and (alike := _alike(name, ALIKE)):
            yield SettingError(f"reading -s {name}", "there is no such setting", f"Did you mean {alike}?")


def _unknown(settings: BaseSettings) -> Iterator[SettingError]:
    """The other names on the command line that nothing here knows: neither ours, nor Scrapy's, nor the project's."""
    known = {*SCRAPYS, *Settings.model_fields, *_in_module(settings)}
    known |= {variable for name in Settings.model_fields if (variable := described(name).variable)}
    for name in _given_names(settings):
        if name not in known and not _alike(name, ALIKE):
            meant = f"Did you mean {alike}? " if (alike := _alike(name, RELATED)) else ""
            remedy = f"{meant}See `mtcrawler settings`; one of your own has to stand in {settings['SETTINGS_MODULE']}."
            yield SettingError(f"reading -s {name}", "there is no such setting", remedy)


@lru_cache(maxsize=256)
def _alike(name: str, cutoff: float) -> str:
    """The setting with the name most alike, whatever the case; "" where none is."""
    names = [
        name
        for name in (*Settings.model_fields, *SCRAPYS)
        if name not in Settings.model_fields or described(name).override
    ]
    return next(iter(get_close_matches(name.strip().upper(), names, n=1, cutoff=cutoff)), "")


def _in_module(settings: BaseSettings) -> frozenset[str]:
    """The names that the project's settings module gives a value."""
    return _names_in(settings["SETTINGS_MODULE"])


@cache
def _names_in(module: str) -> frozenset[str]:
    return frozenset(name for name in dir(import_module(module)) if name.isupper())


def _missing(settings: BaseSettings) -> Iterator[SettingError]:
    typed = settings_of(settings)
    if typed.CONTACT_REQUIRED and (wrong := fault_of_contact(typed.CONTACT)):
        remedy = "Set MTCRAWLER_CONTACT to a web page or a mail address of yours."
        yield SettingError("reading the settings", wrong, remedy)
    if typed.FLEET_MAX_INTERVAL < typed.FLEET_MIN_INTERVAL:
        remedy = "Set FLEET_MAX_INTERVAL to the same time, or a longer one."
        yield SettingError("reading FLEET_MAX_INTERVAL", "it is shorter than FLEET_MIN_INTERVAL", remedy)
    try:
        location_of(settings)
    except SettingError as err:
        yield err


def _make_typed(settings: BaseSettings) -> None:
    typed = settings_of(settings)
    if _is_given(settings, "CONTACT"):  # the settings module knows only the environment's
        agent = user_agent(typed.CONTACT)
        if not _is_given(settings, "USER_AGENT"):
            settings.set("USER_AGENT", agent, priority=COMMAND_LINE)
        context = {**settings.getdict("RENDER_CONTEXT"), "user_agent": settings.get("USER_AGENT")}
        settings.set("RENDER_CONTEXT", context, priority=COMMAND_LINE)
    for name in Settings.model_fields:
        value = getattr(typed, name)
        if _is_given(settings, name) and isinstance(value, str | int | float | dict):
            settings.set(name, value, priority=COMMAND_LINE)


def _is_given(settings: BaseSettings, name: str) -> bool:
    return (settings.getpriority(name) or 0) >= COMMAND_LINE


def _given_names(settings: BaseSettings) -> list[str]:
    return [name for name in settings if isinstance(name, str) and _is_given(settings, name)]
