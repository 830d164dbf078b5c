"""Every wrong setting of a crawl is told at once, before a browser, a store or a lease is touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.crawl import ROOT, crawl, environment


def refused(var: Path, **arguments: str) -> list[str]:
    """The lines that a crawl of the project says when it is refused because of its settings."""
    run = crawl("moscowtimes", None, var, **arguments)
    assert run.code == 2
    assert not list(var.iterdir())  # no store, no state, no session: nothing was begun
    return run.said.splitlines()


def test_all_are_told_at_once_with_where_they_come_from(tmp_path: Path) -> None:
    """One line each, of the environment and of the command line, with what was given and what is allowed."""
    said = refused(
        tmp_path, E_RENDER_MODE="fast", E_S3_BUCKET="A", E_STOP_GRACE="-1", S_RENDER_TABS="many", S_DRIFT_SINCE="once"
    )
    assert said == [
        "reading the environment variable S3_BUCKET: 'A' is not allowed. "
        "Allowed: 3 to 63 of a-z, 0-9, dots and dashes, or s3://bucket/prefix.",
        "reading the environment variable RENDER_MODE: 'fast' is not allowed. Allowed: auto, browser, http.",
        "reading the environment variable STOP_GRACE: '-1' is not allowed. Allowed: a number from 0 to 3600 (seconds).",
        "reading -s RENDER_TABS: 'many' is not allowed. Allowed: a whole number from 1 to 64 (tabs).",
        "reading -s DRIFT_SINCE: 'once' is not allowed. Allowed: a day such as 2026-11-01.",
    ]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CONCURRENT_REQUESTS", "some", "'some' is not allowed. Allowed: a number."),
        ("ROBOTSTXT_OBEY", "perhaps", "'perhaps' is not allowed. Allowed: 1 or 0, true or false."),
        ("LOG_LEVEL", "LOUD", "'LOUD' is not allowed. Allowed: DEBUG, INFO, WARNING, ERROR, CRITICAL."),
        ("READER_SESSIONS", "{", "'{' is not allowed. Allowed: a JSON object"),
        ("LOG_JSON", "perhaps", "'perhaps' is not allowed. Allowed: 1 or 0, true or false."),
        ("S3_BUCKET", "articles", "it has no effect. Set the environment variable S3_BUCKET."),
        ("MTCRAWLER_CONTACT", "https://a.example", "it has no effect. Write -s CONTACT=…."),
        ("FLEET_MAX_INTERVAL", "1m", "it is shorter than FLEET_MIN_INTERVAL. Set FLEET_MAX_INTERVAL to the same time"),
        ("RENDER_MOD", "http", "there is no such setting. Did you mean RENDER_MODE?"),
    ],
)
def test_whatever_the_command_line_has_wrong_is_told(tmp_path: Path, name: str, value: str, told: str) -> None:
    """A value of Scrapy's own, a level nobody knows, a name without effect: each is one line, and no traceback."""
    [line] = refused(tmp_path, **{f"S_{name}": value})
    assert line.removeprefix("reading ").removeprefix("-s ").startswith(f"{name}: {told}")


def test_names_that_nobody_knows_are_told_with_wrong_arguments(tmp_path: Path) -> None:
    """Names in another case, a name like no other, and each wrong argument are told at once, a line each."""
    said = refused(
        tmp_path, S_render_mode="http", S_Retry_Times="3", S_QQQ="1", S_RENDER_CONTEXT="{}", since="soon", limit="0"
    )
    assert said == [
        "reading -s render_mode: there is no such setting. Did you mean RENDER_MODE?",
        "reading -s Retry_Times: there is no such setting. Did you mean RETRY_TIMES?",
        "reading -s QQQ: there is no such setting. "
        "See `mtcrawler settings`; one of your own has to stand in settings.test.",
        "Reading the argument since=soon: it is neither a day nor an age in minutes, hours, days or weeks. "
        "Write since=2026-11-01, since=7d or since=48h.",
        "Reading the argument limit=0: it is not a whole number above 0. Write limit=50.",
    ]


def test_what_the_command_line_sets_right_is_not_told(tmp_path: Path) -> None:
    """A wrong variable that -s overrides is no problem; another one is."""
    [line] = refused(tmp_path, E_RENDER_MODE="fast", S_RENDER_MODE="http", E_OVERLAP="maybe")
    assert "OVERLAP" in line


def test_what_is_missing_in_production_is_told_at_once(tmp_path: Path) -> None:
    """Without a contact address and without a bucket both are told, as JSON where the log is."""
    said = refused(tmp_path, E_SCRAPY_PROJECT="production", E_MTCRAWLER_CONTACT="")
    told = [json.loads(line)["message"] for line in said]
    assert ["MTCRAWLER_CONTACT" in told[0], "S3_BUCKET" in told[1]] == [True, True]
    assert len(told) == 2


def test_a_contact_on_the_command_line_is_in_the_user_agent() -> None:
    """-s CONTACT=… is told to the site, as MTCRAWLER_CONTACT is."""
    code = (
        "from scrapy.utils.project import get_project_settings; from mtcrawler.commands.wrong_settings import *\n"
        "settings = get_project_settings(); settings.set('CONTACT', 'https://bot.example', 'cmdline')\n"
        "settings.set('STOP_GRACE', '5', 'cmdline'); settings.set('LOG_JSON', 'yes', 'cmdline')\n"
        "assert wrong_settings(settings) == []\n"
        "assert settings['USER_AGENT'].endswith('; +https://bot.example)'), settings['USER_AGENT']\n"
        "assert settings['RENDER_CONTEXT']['user_agent'] == settings['USER_AGENT']\n"
        "assert (settings['STOP_GRACE'], settings['LOG_JSON']) == (5.0, True)\n"
    )
    given = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPY_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_crawl_that_a_program_starts_is_refused_as_well() -> None:
    """A wrong variable is an error for whoever starts a crawl without the command; the others are logged."""
    code = (
        "from scrapy.utils.project import get_project_settings; from scrapy.utils.test import get_crawler\n"
        "import logging; logging.basicConfig()\n"
        "from mtcrawler.model.errors import SettingError\n"
        "try: get_crawler(None, get_project_settings())\n"
        "except SettingError as error: print(error)\n"
    )
    asked = [sys.executable, "-c", code]
    given = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPY_")}
    given |= {"OVERLAP": "maybe", "STOP_GRACE": "soon"}
    done = subprocess.run(asked, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("reading the environment variable OVERLAP: 'maybe' is not allowed.")
    assert "reading the environment variable STOP_GRACE: 'soon' is not allowed." in done.stderr


def test_a_project_with_wrong_settings_still_lists_its_spiders(tmp_path: Path) -> None:
    """What crawls nothing is not refused: the wrong variable has its default there."""
    given = {**environment(None, tmp_path), "LOG_LEVEL": "LOUD", "STOP_GRACE": "x"}
    asked = [sys.executable, "-m", "scrapy", "list"]
    done = subprocess.run(asked, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert {"moscowtimes", "moscowtimes_ru", "news"} <= set(done.stdout.split())


def test_a_folder_of_sites_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Whoever sets the folder of definitions wrong hears of the folder, not of a spider that is unknown."""
    run = crawl("moscowtimes", None, tmp_path, E_MTCRAWLER_SITES="/nowhere")
    assert (run.code, run.said.count("\n")) == (2, 1)
    assert "there is no folder /nowhere" in run.said
