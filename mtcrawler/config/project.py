"""Which of a project's settings are meant: SCRAPY_PROJECT names them in scrapy.cfg."""

from __future__ import annotations

from collections.abc import Mapping

from mtcrawler.model.errors import SettingError


def check_project(environment: Mapping[str, str]) -> None:
    """Raises SettingError where SCRAPY_PROJECT names settings that scrapy.cfg does not have.

    Scrapy itself would go on without any settings. Where only reading is installed no settings are read.
    """
    project = environment.get("SCRAPY_PROJECT")
    if project is None or environment.get("SCRAPY_SETTINGS_MODULE"):
        return
    try:
        from scrapy.utils.conf import get_config  # noqa: PLC0415 - readers do without Scrapy
    except ImportError:
        return
    config = get_config()
    known = config.options("settings") if config.has_section("settings") else []
    if known and not config.has_option("settings", project):
        happened = f"{project!r} is not in scrapy.cfg"
        raise SettingError("reading SCRAPY_PROJECT", happened, f"Choose from {', '.join(known)}.")
