"""`mtcrawler login SITE`: a person signs in, and the session is kept for the crawl."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from mtcrawler.cli.terminal import safe, var_of
from mtcrawler.fetch.sessions import ReaderSession, has_run_out, imported, of_site
from mtcrawler.model.errors import DISK, ArgumentError, BrowserError, DiskError, SettingError

AGAIN = "Sign in to that site, then export its cookies again; a session that was kept before is as it was."
HEADED = ("chromium", "google-chrome", "chromium-browser")


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser: argparse.ArgumentParser = commands.add_parser("login", help="keep a subscriber's session for a site")
    parser.add_argument("site", metavar="SITE", help="the site's host, such as www.example.com")
    parser.add_argument("--import", dest="file", type=Path, metavar="FILE", help="a storage state or cookies.txt file")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Keep the session of this site, from a file or from a window in which a person signs in."""
    site = options.site.strip().lower()
    if not all(part.isalnum() or part in "-." for part in site) or "." not in site or ".." in site or site[0] in "-.":
        raise ArgumentError(f"signing in to {site!r}", "that is no host name", "Write it as in www.example.com")
    session = ReaderSession(site, var_of(options) / "sessions" / f"{site}.json")
    given = imported(options.file) if options.file else _signed_in(site, options.environment)
    state = of_site(given, site)
    if not state["cookies"]:
        doing = f"signing in to {site}"
        raise SettingError(doing, f"there are no cookies of {site} among the {len(given['cookies'])}", AGAIN)
    if has_run_out(state):
        raise SettingError(f"signing in to {site}", f"all cookies of {site} have run out", AGAIN)
    try:
        session.save(state)
    except OSError as err:
        doing, remedy = f"writing {session.path}", "Free some space, or name another folder with --var."
        kind = DiskError if err.errno in DISK else SettingError
        raise kind(doing, err.strerror or str(err), remedy) from err
    if left := len(given["cookies"]) - len(state["cookies"]):
        print(f"Left out: {left} cookies of other sites.")
    print(safe(f"{session.path} holds the session for {site}. It is a secret: never share it, never commit it."))
    return 0


def _signed_in(site: str, environment: Any) -> dict[str, Any]:
    """The storage state after a person has signed in; raises BrowserError where no window can be shown."""
    from playwright.sync_api import Error  # noqa: PLC0415 - readers do without a browser

    from mtcrawler.fetch.browser.driver import sync_playwright  # noqa: PLC0415 - as above

    doing, instead = f"opening a window to sign in to {site}", "Sign in elsewhere and use --import with its cookies.txt"
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        raise BrowserError(doing, "there is no screen", instead)
    program = next((path for name in HEADED if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(headless=False, executable_path=program)
            context = browser.new_context()
            context.new_page().goto(f"https://{site}/")
            input("Sign in in the window that has opened, then press Enter here: ")
            state: dict[str, Any] = dict(context.storage_state())
            browser.close()
        except (Error, EOFError) as err:
            raise BrowserError(doing, next(iter(str(err).splitlines()), "it was closed"), instead) from err
    return state
