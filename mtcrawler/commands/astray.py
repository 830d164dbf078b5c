"""`scrapy crawl` where no settings were found: a SCRAPY_PROJECT that scrapy.cfg does not know is named."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.utils.conf import get_config

from mtcrawler.errors import SettingError


class Command(ScrapyCrawl):
    """Scrapy's own command, which would go on without any settings and end in a traceback.

    Found by Scrapy through the package's entry points; the project's settings, once found, replace it with `crawl`.
    """

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse a project without settings in one line on stderr, with exit code 2."""
        assert self.settings is not None
        name, config = self.settings.get("PROJECT"), get_config()
        known = config.options("settings") if config.has_section("settings") else []
        if name is not None and self.settings.get("SETTINGS_MODULE") is None and name not in known:
            err = SettingError(
                "reading SCRAPY_PROJECT",
                f"{name!r} is not in scrapy.cfg",
                f"Choose from {', '.join(known)}." if known else "Run in the folder of a project.",
            )
            print(err, file=sys.stderr)
            sys.exit(err.exit_code)
        super().process_options(args, opts)
