"""Settings of a fleet: its database, how many sites a worker visits at a time, how often a site is visited."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from mtcrawler.config.field import Database, Folder, Setting, Share, Wait, between


class FleetSettings(BaseModel):
    """How a fleet shares the visits of many sites among its workers."""

    FLEET_DSN: Annotated[
        Database,
        Setting(
            "the fleet's PostgreSQL ([the fleet](docs/fleet.md))",
            "FLEET_DSN",
            unset="the embedded database",
            override=False,
            secret=True,
        ),
    ] = None
    FLEET_DIR: Annotated[Folder, Setting("the embedded database's data", unset="`fleet` in MTCRAWLER_VAR")] = Path(
        "var/fleet"
    )
    FLEET_VISITS: Annotated[
        int,
        between(1, 256),
        Setting(
            "how many sites a worker visits at a time; those that show pages share one browser",
            "FLEET_VISITS",
            unit="sites",
        ),
    ] = 10
    FLEET_VISIT_SECONDS: Annotated[
        float,
        between(1, 86400),
        Setting(
            "how long a visit may take, its end in good order included; then its site is due again soon",
            "FLEET_VISIT_SECONDS",
            unit="seconds",
        ),
    ] = 300
    FLEET_BACKFILL_SHARE: Annotated[
        Share,
        Setting(
            "slices of back-fills that a worker crawls beside its visits, as a share of FLEET_VISITS; one at least, "
            "unless it is 0",
            "FLEET_BACKFILL_SHARE",
        ),
    ] = 0.2
    FLEET_MIN_INTERVAL: Annotated[
        Wait, Setting("the shortest time between two visits of a site", "FLEET_MIN_INTERVAL")
    ] = Field(default="10m", validate_default=True)
    FLEET_MAX_INTERVAL: Annotated[
        Wait,
        Setting(
            "the longest time between two visits of a site",
            "FLEET_MAX_INTERVAL",
            allowed="a time such as 12h or 1d, not shorter than FLEET_MIN_INTERVAL",
        ),
    ] = Field(default="1d", validate_default=True)
