"""The plan of a session, as settings describe it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from mtcrawler.config.reading import settings_of
from mtcrawler.frontier.schedule import Schedule
from mtcrawler.model.errors import SettingError
from mtcrawler.session.plan import Plan
from mtcrawler.storage.location import Location


class Settings(Protocol):
    """What is asked of a crawler's settings."""

    def __contains__(self, name: Any, /) -> bool:
        """Whether a setting has a value."""

    def get(self, name: Any, default: Any = None) -> Any:
        """The value of a setting."""


def plan_of(settings: Settings) -> Plan:
    """The plan that settings describe (see mtcrawler/config/schema.py); raises SettingError.

    The bucket is `location_of`. A missing RUN_ID is made up.
    """
    typed = settings_of(settings)
    return Plan(
        run_id=typed.RUN_ID,
        location=location_of(settings),
        store_dir=typed.STORE_DIR,
        state_dir=typed.STATE_DIR,
        spool_dir=typed.SPOOL_DIR,
        spool_max_bytes=typed.SPOOL_MAX_BYTES,
        threads=typed.STORE_THREADS,
        closing_seconds=typed.STORE_CLOSING_SECONDS,
        feed_lines=typed.FEED_LINES,
        feed_seconds=typed.FEED_SECONDS,
        snapshot_segments=typed.SNAPSHOT_SEGMENTS,
        latest=bool(settings.get("VISIT")),
        keep_pages=typed.KEEP_PAGES,
        keep_pages_days=typed.KEEP_PAGES_DAYS,
        keep_pages_max_bytes=typed.KEEP_PAGES_MAX_BYTES,
        schedule=Schedule.of(typed),
    )


def location_of(settings: Settings) -> Location | None:
    """The bucket that settings name; None is the embedded store, unless EMBEDDED_STORE is false.

    S3_LOCATION (a Location or a mapping of its fields), else S3_VARIABLES (as the environment names them). Raises
    SettingError.
    """
    value = settings.get("S3_LOCATION")
    if isinstance(value, Location):
        return value
    if value is None:
        location = Location.from_mapping(settings.get("S3_VARIABLES") or {})
        if location is None and not settings_of(settings).EMBEDDED_STORE:
            raise SettingError(
                "reading the settings", "no bucket is named", "Set S3_BUCKET (and S3_ENDPOINT_URL, AWS_…)."
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
