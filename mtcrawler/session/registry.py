"""The plan of a session, as settings describe it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from mtcrawler.frontier.schedule import SETTINGS, Schedule
from mtcrawler.identity.ids import new_run_id
from mtcrawler.model.errors import SettingError
from mtcrawler.session.plan import Plan
from mtcrawler.storage.location import Location


class Settings(Protocol):
    """What is asked of a crawler's settings."""

    def get(self, name: Any, default: Any = None) -> Any:
        """The value of a setting."""


def plan_of(settings: Settings) -> Plan:
    """The plan that settings describe.

    S3_LOCATION (a Location or a mapping of its fields), else S3_VARIABLES (as the environment names them), else the
    embedded store unless EMBEDDED_STORE is false; STORE_DIR, STATE_DIR,
    SPOOL_DIR, SPOOL_MAX_BYTES, STORE_THREADS, STORE_CLOSING_SECONDS, FEED_LINES, FEED_SECONDS, SNAPSHOT_SEGMENTS,
    RECHECK_… (see `schedule`), RUN_ID. What is not
    set has Plan's default; a missing RUN_ID is made up. Raises SettingError for a value that makes no sense.
    """
    given: dict[str, Any] = {
        "store_dir": _read(settings, "STORE_DIR", Path),
        "state_dir": _read(settings, "STATE_DIR", Path),
        "spool_dir": _read(settings, "SPOOL_DIR", Path),
        "spool_max_bytes": _read(settings, "SPOOL_MAX_BYTES", int),
        "threads": _read(settings, "STORE_THREADS", int),
        "closing_seconds": _read(settings, "STORE_CLOSING_SECONDS", float),
        "feed_lines": _read(settings, "FEED_LINES", int),
        "feed_seconds": _read(settings, "FEED_SECONDS", float),
        "snapshot_segments": _read(settings, "SNAPSHOT_SEGMENTS", int),
    }
    return Plan(
        run_id=settings.get("RUN_ID") or new_run_id(),
        location=_location(settings),
        schedule=Schedule.read({name: settings.get(name) for name in SETTINGS}),
        **{name: value for name, value in given.items() if value is not None},
    )


def _read(settings: Settings, name: str, kind: type[Path | int | float]) -> Path | int | float | None:
    value = settings.get(name)
    try:
        return None if value is None else kind(value)
    except (TypeError, ValueError) as err:
        raise SettingError(
            f"reading the setting {name}",
            f"{value!r} makes no sense",
            "Give it a path or a number, as in settings/base.py.",
        ) from err


def _location(settings: Settings) -> Location | None:
    value = settings.get("S3_LOCATION")
    if isinstance(value, Location):
        return value
    if value is None:
        location = Location.from_mapping(settings.get("S3_VARIABLES") or {})
        if location is None and not settings.get("EMBEDDED_STORE", True):
            raise SettingError(
                "reading the settings", "no bucket is named", "Set S3_BUCKET (and S3_ENDPOINT_URL, AWS_…)"
            )
        return location
    if isinstance(value, Mapping):
        try:
            return Location(**{str(name): given for name, given in value.items()})
        except TypeError as err:
            raise SettingError(
                "reading the setting S3_LOCATION", str(err), "Give it endpoint_url, bucket, prefix, region and keys."
            ) from err
    raise SettingError("reading the setting S3_LOCATION", f"{value!r} is no location", "Give it a mapping or None.")
