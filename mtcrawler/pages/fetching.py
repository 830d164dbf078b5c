"""Has a process of its own fetch one page, with the project's settings, and hands on what it answers.

Where there is no project it has the usual settings, and keeps nothing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from mtcrawler.model import errors
from mtcrawler.model.environment import variables
from mtcrawler.model.errors import ArgumentError, MtcrawlerError, PageNotFetched
from mtcrawler.pages.exchange import Exchange, PageAnswer, PageFailure, PageRequest, SiteAnswer, SiteRequest
from mtcrawler.pages.trial import TrialAnswer, TrialRequest
from mtcrawler.security.redaction import has_userinfo
from mtcrawler.storage.finding import DEFAULTS, project

PROCESS: Final = "mtcrawler.commands.one_page"
PAGE_SECONDS: Final = 300.0
"""For a page and its robots.txt, waits that the site asks for included; settings have shorter limits for each part."""
SITE_SECONDS: Final = 1_800.0
"""For a site's sources and a dozen of its articles, one after the other."""
ENDING: Final = 10.0
"""Seconds in which the process ends, with its browser, once it is told to."""


def fetch_page(asked: PageRequest, environment: Mapping[str, str] | None = None) -> PageAnswer:
    """The page at an address, fetched with everything that holds in a crawl: robots.txt, pace, guarded networks.

    Nothing is stored. Raises PageNotFetched, ArgumentError where the address holds a password, and SettingError.
    """
    if has_userinfo(asked.url):
        remedy = "What is read has to be open to all."
        raise ArgumentError("Reading the page's address", "it holds a user name or a password", remedy)
    told = _exchanged(asked, f"Fetching {asked.url}", PAGE_SECONDS, environment)
    assert told.answer is not None
    return told.answer


def look_at(asked: SiteRequest, environment: Mapping[str, str] | None = None) -> SiteAnswer:
    """What there is to say of a site that nobody has described: its sources, and some articles as they were read.

    Nothing is stored. Raises as `fetch_page` does.
    """
    told = _exchanged(asked, f"Looking at {asked.site}", SITE_SECONDS, environment)
    assert told.site is not None
    return told.site


def try_definition(asked: TrialRequest, environment: Mapping[str, str] | None = None) -> TrialAnswer:
    """What the live site shows of a definition: its sources, its patterns, and some articles read by it.

    Nothing is stored. Raises as `fetch_page` does.
    """
    told = _exchanged(asked, f"Trying {asked.definition}", SITE_SECONDS, environment)
    assert told.trial is not None
    return told.trial


def _exchanged(
    asked: PageRequest | SiteRequest | TrialRequest, doing: str, seconds: float, environment: Mapping[str, str] | None
) -> Exchange:
    folder, given = project(), variables() if environment is None else environment
    program = [sys.executable, "-m", PROCESS]
    with tempfile.TemporaryDirectory(prefix="mtcrawler-page-") as room:
        exchange = Path(room) / "answer.json"
        if folder is None:
            given = _without_project(given, Path(room))
            program.insert(1, "-P")  # no module is taken from the folder that we happen to be in
        else:
            given = _with_code_of(folder, given)
        _run([*program, str(exchange)], folder, given, asked.model_dump_json(), doing, seconds)
        try:
            told = Exchange.model_validate_json(exchange.read_bytes())
        except (OSError, ValidationError) as err:
            happened = "the process for it ended without an answer"
            raise PageNotFetched(doing, happened, "What it said stands above. `mtcrawler doctor` may help.") from err
    if told.failure is not None:
        raise _error(told.failure)
    return told


def _without_project(environment: Mapping[str, str], room: Path) -> dict[str, str]:
    """An environment in which the usual settings hold, and whatever is kept goes with the room."""
    (room / "var" / "sites").mkdir(parents=True)  # definitions may lie there; none has to
    usual = {"SCRAPY_SETTINGS_MODULE": DEFAULTS, "MTCRAWLER_VAR": str(room / "var")}
    return {**usual, **{name: value for name, value in environment.items() if value}}


def _with_code_of(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which the modules of a project are found."""
    places = [str(folder), environment.get("PYTHONPATH")]
    return {**environment, "PYTHONPATH": os.pathsep.join(filter(None, places))}


def _run(
    command: Sequence[str], folder: Path | None, environment: Mapping[str, str], asked: str, doing: str, seconds: float
) -> None:
    """Run the process to its end, in a folder or where we are; one that takes too long is told to stop, and then killed
    with its browser.
    """
    child = subprocess.Popen(  # noqa: S603 - our own module
        command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        child.communicate(asked.encode(), timeout=seconds)
    except subprocess.TimeoutExpired as err:
        happened = f"it took longer than {seconds:g} s"
        raise PageNotFetched(doing, happened, "Look at the site, then try again.") from err
    finally:
        _end(child)


def _error(failure: PageFailure) -> MtcrawlerError:
    """The error as it was raised there, or the nearest one that is made of the same parts."""
    sort = getattr(errors, failure.sort, PageNotFetched)
    sorts = sort.__mro__ if isinstance(sort, type) and issubclass(sort, MtcrawlerError) else ()
    made = (one for one in sorts if issubclass(one, MtcrawlerError) and one.__init__ is MtcrawlerError.__init__)
    return next(made, PageNotFetched)(failure.doing, failure.happened, failure.remedy)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    try:
        child.wait(ENDING)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
