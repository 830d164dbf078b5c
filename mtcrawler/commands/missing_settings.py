"""`scrapy crawl` where no settings were found: outside a project's folder, or with a SCRAPY_PROJECT that is unknown."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands.crawl import Command as ScrapyCrawl

from mtcrawler.config.project import check_project
from mtcrawler.model.environment import variables
from mtcrawler.model.errors import SettingError
from mtcrawler.model.printable import safe


class Command(ScrapyCrawl):
    """Scrapy's own command, which would go on without any settings and end in a traceback.

    Found by Scrapy through the package's entry points; the project's settings, once found, replace it with `crawl`.
    """

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse a project without settings in one line on stderr, with exit code 2."""
        assert self.settings is not None
        if self.settings.get("SETTINGS_MODULE") is None:
            err = _missing()
            print(safe(str(err)), file=sys.stderr)
            sys.exit(err.exit_code)
        super().process_options(args, opts)


def _missing() -> SettingError:
    try:
        check_project(variables())
    except SettingError as err:
        return err
    return SettingError(
        "looking for a Scrapy project",
        f"neither {Path.cwd()} nor a folder above it has a scrapy.cfg with settings",
        "Run in the folder of a project, or make one: mtcrawler init DIR.",
    )
