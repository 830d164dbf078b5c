"""`mtcrawler browse`: a read-only web page over the bucket."""

from __future__ import annotations

import argparse
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING, Any, Final

from mtcrawler.cli.terminal import location_of, safe, var_of
from mtcrawler.model.errors import ArgumentError, MtcrawlerError, SettingError
from mtcrawler.security.loopback import is_loopback

if TYPE_CHECKING:
    from mtcrawler.browse.index.updating import Updater

PORT: Final = 8765
TELL_EVERY: Final = 5.0
"""Seconds between two lines about the index."""


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "browse",
        help="look at the bucket in a web browser",
        description="Serve a read-only web page over the bucket: search, articles with where each field came from, "
        "revisions, overlays, walls, runs and sites. It keeps an index in browse/ below --var, which may be deleted at "
        "any time. Ctrl-C ends it.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: 127.0.0.1, this machine alone)")
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"port (default: {PORT}; 0: any free one)")
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="NAME",
        help="another host name by which the page may be opened, beside IP addresses and this machine's own names",
    )
    parser.add_argument("--open", action="store_true", help="show it in a browser")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until told to end."""
    if not 0 <= options.port <= 65_535:
        raise ArgumentError("reading --port", f"{options.port} is no port", "Give 0 to 65535.")
    try:
        import starlette  # noqa: F401, PLC0415 - an extra
        import uvicorn  # noqa: F401, PLC0415 - as above
    except ImportError as err:
        raise SettingError(
            "starting mtcrawler browse", f"{err.name} is not installed", "pip install 'mtcrawler[browse]'."
        ) from err
    from mtcrawler.browse.library import Library  # noqa: PLC0415 - only once it is sure to be served
    from mtcrawler.browse.server import serving  # noqa: PLC0415 - as above
    from mtcrawler.security.listening import listening  # noqa: PLC0415 - as above

    location = location_of(options)
    server = listening(options.host, options.port)
    address = serving.address_of(server, options.host)
    library = Library(location, var_of(options) / "browse", options.environment)

    def started() -> None:
        print(safe(f"{library.where}: open {address} (Ctrl-C ends it)"), flush=True)
        if not is_loopback(options.host):
            print(f"mtcrawler: {serving.NO_LOGIN}", file=sys.stderr, flush=True)
        threading.Thread(target=_tell, args=(library.updater,), name="browse-progress", daemon=True).start()
        if options.open and not webbrowser.open(address):
            print(f"mtcrawler: there is no browser to show it: open {address} in one.", file=sys.stderr, flush=True)

    try:
        serving.serve(library, server, host=options.host, names=options.name, started=started)
    finally:
        library.close()
        server.close()
    return 0


def _tell(updater: Updater) -> None:
    """Say how far the index is while it is made for the first time."""
    waited = threading.Event()
    said = ""
    try:
        while not updater.is_filled or updater.progress.state.doing:
            state = updater.progress.state
            of = f" of {state.total:,}" if state.total else ""
            told = f"{state.doing}: {state.done:,}{of}" if state.doing else state.failure
            if told and told != said:
                print(safe(f"mtcrawler: index: {told}").replace("\n", " "), file=sys.stderr, flush=True)
                said = told
            waited.wait(TELL_EVERY)
    except MtcrawlerError as err:
        print(safe(f"mtcrawler: {err}").replace("\n", " "), file=sys.stderr, flush=True)
        return
    if said and not updater.progress.state.failure:
        print("mtcrawler: index: complete", file=sys.stderr, flush=True)
