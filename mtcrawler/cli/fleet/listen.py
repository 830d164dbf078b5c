"""`mtcrawler fleet listen`: subscribes to the hubs that sites name (WebSub), and has a site visited when one tells."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

from mtcrawler.cli.project.crawl import become_scrapy
from mtcrawler.model.errors import ArgumentError, SettingError

PORT: Final = 8766
LONGEST: Final = 500
"""Characters of the public address."""


def add(actions: Any) -> None:
    """Add the action's parser."""
    parser = actions.add_parser(
        "listen",
        help="have hubs tell when sites have news (WebSub); needs a public address",
        description="Subscribes to the hubs that the fleet's sites name, renews that, and makes a site due as soon as "
        "its hub tells that it has news. It needs an address that hubs reach; sites are polled as before with it and "
        "without. SIGTERM ends it, and the next one goes on.",
    )
    parser.add_argument(
        "--public", required=True, metavar="URL", help="the address at which hubs reach this, such as a proxy's"
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: 127.0.0.1, for a proxy there)")
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"port (default: {PORT}; 0: any free one)")
    parser.add_argument("--end", action="store_true", help="end all subscriptions at that address, then stop")
    parser.add_argument(
        "-s", dest="settings", action="append", default=[], metavar="NAME=VALUE", help="a setting, as of scrapy crawl"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Become `scrapy listen`."""
    _check(options.public)
    if not 0 <= options.port <= 65_535:
        raise ArgumentError("reading --port", f"{options.port} is no port", "Give 0 to 65535.")
    for name in ("starlette", "uvicorn"):
        if find_spec(name) is None:
            happened = f"{name} is not installed"
            raise SettingError("starting a listener", happened, "pip install 'mtcrawler[fleet]'.")
    given = [f"--public={options.public.rstrip('/')}", f"--host={options.host}", f"--port={options.port}"]
    given += ["--end"] if options.end else []
    become_scrapy(["listen", *given, *(part for one in options.settings for part in ("-s", one))], options)


def _check(address: str) -> None:
    """Raises ArgumentError for what hubs cannot ask."""
    try:
        parts = urlsplit(address)
        _ = parts.port
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        usable = False
    plain = address.isascii() and address.isprintable() and not {" ", "?", "#"} & set(address)
    if not usable or not plain or len(address) > LONGEST:
        happened = f"{address[:80]!r} is no address that a hub can ask"
        raise ArgumentError("reading --public", happened, "Write it as https://news.example.com/hub.")
