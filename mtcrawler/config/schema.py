"""Every setting a user can set, as one model; the tables in the documentation are made from it.

A field has the name that Scrapy knows it by (`-s NAME=value`); `Setting.variable` is its environment variable.
"""

from __future__ import annotations

from pydantic import ConfigDict

from mtcrawler.config.fleet_settings import FleetSettings
from mtcrawler.config.page_settings import PageSettings, RecheckSettings
from mtcrawler.config.run_settings import RunSettings
from mtcrawler.config.store_settings import StoreSettings


class Settings(FleetSettings, RunSettings, RecheckSettings, PageSettings, StoreSettings):
    """All settings of a crawl, in the order of their groups from the last to the first."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)
