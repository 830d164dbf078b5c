"""The browser that shows the pages: which one is here, and how it is started so that it keeps quiet.

Run as `python -m mtcrawler.fetch.browser.browser [NAME-OR-PATH]` it starts that browser once and prints where it is.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from mtcrawler.model.environment import variables
from mtcrawler.model.errors import BrowserError
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, contents

logger = logging.getLogger(__name__)

INSTALL_COMMANDS = (
    "playwright install --only-shell chromium",
    "apt-get install chromium-headless-shell",
)

# The headless shell first: it is about twice as fast as the full browser.
NAMES_ON_PATH = ("chromium-headless-shell", "chromium", "google-chrome")

# What a browser does on its own account would be traffic nobody asked for, and time.
QUIET = (
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
)

ANSWERING = 20.0
"""Seconds that a browser may take to tell its version."""
VERSION = re.compile(r"\b\d{2,4}\.\d+\.\d{2,5}\.\d+\b")
"""Four numbers: Chromium's, and those of all browsers made of it."""

NO_SANDBOX = "--no-sandbox"

BROWSERS: Final = Path(sys.prefix, "browsers")
"""Where deploy/setup has Playwright put its browser."""
DECIDING: Final = ("HOME", "XDG_CACHE_HOME", "PLAYWRIGHT_BROWSERS_PATH", "PLAYWRIGHT_HOST_PLATFORM_OVERRIDE")
"""The variables that decide where Playwright's own browser would be."""


@dataclass(frozen=True)
class Browser:
    """A Chromium that can be started; path is None for the build that Playwright brought itself."""

    path: str | None
    args: tuple[str, ...] = QUIET

    @property
    def launch_options(self) -> dict[str, Any]:
        """What Playwright's `launch` takes: args, sandbox, signals and, unless it is Playwright's own, the path."""
        options: dict[str, Any] = {
            "args": list(self.args),
            # Playwright switches the sandbox off unless it is asked not to.
            "chromium_sandbox": NO_SANDBOX not in self.args,
            # Ctrl-C reaches the driver, too, which would close the browser on pages that the run reads to their end.
            "handle_sigint": False,
            "handle_sigterm": False,
            "handle_sighup": False,
        }
        if self.path is not None:
            options["executable_path"] = self.path
        return options

    def __str__(self) -> str:
        return self.path or "Playwright's own build"


@cache
def find_browser(explicit: str | None = None, notes: Path | None = None) -> Browser:
    """The browser to use: the one named, else Playwright's own build, else the first of NAMES_ON_PATH.

    `explicit` is a path or a name on PATH; `notes` is a folder in which is noted where Playwright's own build would be:
    to ask takes half a second. Raises BrowserError when it is not there, or when nothing is.
    """
    if explicit:
        path = shutil.which(explicit)
        if path is None:
            raise BrowserError(
                f"looking for the browser {explicit!r}",
                "there is no such program",
                f"Correct MTCRAWLER_BROWSER, or leave it empty and run one of: {_or(INSTALL_COMMANDS)}.",
            )
        return Browser(path, _args())
    if _playwright_has_its_own(notes):
        return Browser(None, _args())
    for name in NAMES_ON_PATH:
        if path := shutil.which(name):
            return Browser(path, _args())
    raise BrowserError(
        "looking for a browser",
        f"Playwright has not downloaded its own, and none of {', '.join(NAMES_ON_PATH)} is on PATH",
        f"Run one of: {_or(INSTALL_COMMANDS)}.",
    )


def verify_browser(browser: Browser) -> None:
    """Start the browser and open an empty page; raises BrowserError with its last words when that fails."""
    from playwright.sync_api import Error  # noqa: PLC0415 - only this command needs it

    from mtcrawler.fetch.browser.driver import sync_playwright  # noqa: PLC0415 - as above

    doing = f"starting the browser {browser}"
    try:
        with sync_playwright() as playwright:
            running = playwright.chromium.launch(**browser.launch_options, timeout=30_000)
            running.new_page().close()
            running.close()
    except Error as err:
        remedy = f"Install another one with: {_or(INSTALL_COMMANDS)}."
        raise BrowserError(doing, _last_words(err.message), remedy) from err
    except Exception as err:  # Playwright raises just that when its own driver does not start.
        remedy = "Run `playwright --version` to see why; on a small Debian `apt-get install libatomic1` helps."
        raise BrowserError(doing, f"Playwright's driver does not run ({err})", remedy) from err


def check_kind(path: str) -> None:
    """Raises BrowserError where a program that was named does not tell a version as every Chromium does."""
    from mtcrawler.fetch.browser.driver import environment  # noqa: PLC0415 - only a browser that is named is asked

    try:
        asked = [path, "--version"]
        told = subprocess.run(  # noqa: S603 - named by the operator
            asked, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=ANSWERING, check=False
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.TimeoutExpired) as err:
        happened = err.strerror if isinstance(err, OSError) and err.strerror else "it does not tell its version"
    else:
        if VERSION.search(told):
            return
        happened = "it is no Chromium: its --version says " + (repr(told.split("\n")[0][:80]) if told else "nothing")
    remedy = f"Correct MTCRAWLER_BROWSER, or leave it empty and run one of: {_or(INSTALL_COMMANDS)}."
    raise BrowserError(f"looking at the browser {path!r}", happened, remedy)


def _args() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return QUIET
    logger.warning("Running as root: the browser works without its sandbox. Run as an ordinary user to have it.")
    return (*QUIET, NO_SANDBOX)


def _playwright_has_its_own(notes: Path | None = None) -> bool:
    """Whether the build this Playwright wants is downloaded; Playwright itself says where that would be."""
    told = [version("playwright"), str(BROWSERS.is_dir()), *(f"{variables().get(name)}" for name in DECIDING)]
    asked_as = hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).hexdigest()
    note = notes / "browser" if notes is not None else None
    place = _noted(note, asked_as) or _place_of_its_own()
    if note is not None and place is not None:
        with suppress(OSError):  # the next run asks again
            private_files.folder(note.parent)
            private_files.put(note, f"{asked_as}\n{place}".encode("utf-8", "surrogateescape"), durable=False)
    # Playwright leaves this mark when a download was unpacked completely.
    return place is not None and Path(place, "INSTALLATION_COMPLETE").exists()


def _noted(note: Path | None, asked_as: str) -> str | None:
    """What was noted of the place, where the same was asked."""
    try:
        said = contents(note, 5_000).decode("utf-8", "surrogateescape") if note is not None else ""
    except (OSError, Unreadable):
        return None
    key, _, place = said.partition("\n")
    return place if key == asked_as and "\0" not in place else None


def _place_of_its_own() -> str | None:
    """Where Playwright says that its own build would be; None where it cannot say."""
    from playwright.async_api import Error  # noqa: PLC0415 - a browser that is named needs no Playwright here

    from mtcrawler.fetch.browser.driver import command, environment  # noqa: PLC0415 - as above

    try:
        asked = command("install", "--dry-run", "--only-shell", "chromium")
        told = subprocess.run(  # noqa: S603 - Playwright's own
            asked, env=environment(), capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (Error, OSError, subprocess.SubprocessError) as err:
        logger.warning("Playwright cannot say where its browser would be (%s); looking on PATH instead.", err)
        return None
    places = (line.partition("Install location:")[2].strip() for line in told.splitlines())
    return next((place for place in places if "chromium_headless_shell" in place), None)


def _last_words(message: str) -> str:
    """The line of Playwright's long message that says why: the system's own complaint, else the first line."""
    lines = [line.strip(" ║│-") for line in message.splitlines() if line.strip(" ║╔═╗╚╝│-")]
    complaints = [line for line in lines if "error while loading" in line or "missing dependencies" in line]
    return re.sub(
        r"^(BrowserType\.launch: |\[pid=\d+\]\[err\] )", "", (complaints or lines or ["it said nothing"])[0]
    ).rstrip(".")


def _or(commands: tuple[str, ...]) -> str:
    return " · ".join(f"`{command}`" for command in commands)


def main(argv: list[str]) -> int:
    """Find and verify the browser named by the first argument, or any; print where it is."""
    try:
        browser = find_browser(argv[0] if argv else None)
        verify_browser(browser)
    except BrowserError as err:
        print(err, file=sys.stderr)
        return err.exit_code
    print(f"browser: {browser}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
