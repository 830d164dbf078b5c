"""Settings are typed, and each wrong value is told with its name, what was given and what is allowed."""

from __future__ import annotations

import re
import subprocess
import sys
import traceback
from datetime import date, timedelta
from pathlib import Path

import pytest
from scrapy.settings import BaseSettings, default_settings

from mtcrawler.cli import main
from mtcrawler.config.field import networks
from mtcrawler.config.from_environment import read
from mtcrawler.config.reading import allowed, default, described, problems, settings_of
from mtcrawler.config.schema import Settings
from mtcrawler.model.errors import SettingError
from mtcrawler.session.plan import Plan

ROOT = Path(__file__).parents[2]
WRONG = {
    "MTCRAWLER_CONTACT": "two\nlines",
    "MTCRAWLER_RUN_ID": "../run",
    "MTCRAWLER_PUSHGATEWAY": "http://gateway:port",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318",
    "S3_BUCKET": "A",
    "S3_PREFIX": "a//b",
    "S3_ENDPOINT_URL": "ftp://x",
    "RENDER_MODE": "fast",
    "WALLED_ARTICLES": "open",
    "OVERLAY_EVIDENCE": "yes",
    "OVERLAP": "maybe",
    "KEEP_PAGES": "some",
    "KEEP_PAGES_DAYS": "0",
    "CONCURRENT_SITES": "many",
    "ALLOWED_NETWORKS": "intranet",
    "SSL_CERT_FILE": "/nowhere/ca.pem",
    "MTCRAWLER_CA_FILE": "/etc/hostname",
    "RECHECK_FIRST_DAY": "hourly",
    "RECHECK_FIRST_WEEK": "1",
    "RECHECK_FIRST_MONTH": "1y",
    "RECHECK_LATER": "soon",
    "RECHECK_GONE_AFTER": "never",
    "PARTIAL_ABOVE": "2",
    "DRIFT_DROP": "half",
    "DRIFT_SINCE": "yesterday",
    "STOP_GRACE": "nan",
    "METRICS_PORT": "70000",
    "LOG_LEVEL": "LOUD",
    "FLEET_DSN": "mysql://127.0.0.1/fleet",
    "FLEET_VISITS": "0",
    "FLEET_VISIT_SECONDS": "long",
    "FLEET_BACKFILL_SHARE": "2",
    "FLEET_MIN_INTERVAL": "1y",
    "FLEET_MAX_INTERVAL": "seldom",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which no setting is set."""
    for name in Settings.model_fields:
        if variable := described(name).variable:
            monkeypatch.delenv(variable, raising=False)
    return monkeypatch


def test_every_setting_says_what_it_is() -> None:
    """Each has a sentence, values in words, and a default that is one of them."""
    for name in Settings.model_fields:
        assert described(name).means, name
        assert allowed(name), name
    given = {name: default(name) for name in Settings.model_fields if name != "RUN_ID"}
    assert problems(given, {}) == []


def test_no_setting_is_read_that_is_not_described() -> None:
    """What the code asks Scrapy's settings for is in the model, Scrapy's own, or made by the project and never set."""
    made = {"CREDENTIALS", "PROJECT", "RENDER_CONTEXT", "RUN_ARGUMENTS", "S3_LOCATION", "S3_VARIABLES"}
    made |= {"SETTINGS_MODULE", "VISIT", "WRONG_IN_ENVIRONMENT"}
    asked = re.compile(r'settings(?:\.get[a-z]{0,10}\(|\[)"([A-Z0-9_]{1,50})"')
    found = {
        name
        for folder in ("mtcrawler", "pipelines", "spiders")
        for path in (ROOT / folder).rglob("*.py")
        for name in asked.findall(path.read_text("utf-8"))
    }
    assert "EMBEDDED_STORE" in found
    assert {name for name in found if not hasattr(default_settings, name)} - set(Settings.model_fields) == made & found


def test_without_a_variable_every_setting_has_its_default(environment: pytest.MonkeyPatch) -> None:
    """An empty environment gives defaults and no problem; an empty variable is as good as none."""
    for variable in WRONG:
        environment.setenv(variable, "")
    given = read()
    assert given.problems == []
    assert {name: given.values[name] for name in given.values if name != "RUN_ID"} == {
        name: default(name) for name in Settings.model_fields if name in given.values and name != "RUN_ID"
    }


def test_every_wrong_variable_is_told_at_once(environment: pytest.MonkeyPatch) -> None:
    """Each is named with what was given and what is allowed; the setting has its default instead."""
    for variable, value in WRONG.items():
        environment.setenv(variable, value)
    given = read()
    told = {re.findall(r"environment variable (\w+)", str(one.error))[0]: str(one.error) for one in given.problems}
    assert told.keys() == WRONG.keys()
    for variable, value in WRONG.items():
        secret = variable == "FLEET_DSN"  # it may hold a password
        assert (repr(value) in told[variable]) is not secret
        assert "Allowed: " in told[variable]
    for one in given.problems:
        if described(one.name).override and one.name != "RUN_ID":
            assert given.values[one.name] == default(one.name)


@pytest.mark.parametrize("rest", ["fleet:hidden%word@127.0.0.1/fleet", "127.0.0.1/fleet?hidden=hidden-word"])
def test_a_database_is_named_as_its_library_reads_it(environment: pytest.MonkeyPatch, rest: str) -> None:
    """An address that PostgreSQL's library cannot read is a wrong value, of which nothing is repeated."""
    environment.setenv("FLEET_DSN", f"postgresql://{rest}")
    (told,) = read().problems
    assert "its value is not allowed" in str(told.error)
    assert "hidden" not in "".join(traceback.format_exception(told.error))


def test_every_variable_with_values_of_its_own_is_tried() -> None:
    """A setting that the environment sets and that may be wrong is among those tried above."""
    free = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "MTCRAWLER_VAR"}
    free |= {"MTCRAWLER_BROWSER", "MTCRAWLER_SITES", "METRICS_ADDRESS", "SCRAPY_PROJECT"}
    variables = {described(name).variable for name in Settings.model_fields} - {None}
    assert variables - free == WRONG.keys()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"S3_ENDPOINT_URL": "http://127.0.0.1:1"}, "S3_ENDPOINT_URL is set but S3_BUCKET is not"),
        ({"S3_BUCKET": "articles", "AWS_ACCESS_KEY_ID": "key"}, "only half of the credentials is set"),
    ],
)
def test_what_does_not_go_together_is_told(environment: pytest.MonkeyPatch, given: dict[str, str], told: str) -> None:
    """Values that are right alone and wrong together are a problem as well."""
    for variable, value in given.items():
        environment.setenv(variable, value)
    assert [told in str(one.error) for one in read().problems] == [True]


def test_a_password_is_not_repeated(environment: pytest.MonkeyPatch) -> None:
    """A wrong value that may hold a password is told without the value."""
    environment.setenv("MTCRAWLER_PUSHGATEWAY", "http://operator:hunter2@gateway:port")
    [problem] = read().problems
    assert "hunter2" not in str(problem.error)
    assert "MTCRAWLER_PUSHGATEWAY" in str(problem.error)


def test_settings_have_types() -> None:
    """What is written as text arrives as a number, a time, a day or networks; what is not set has its default."""
    given = {
        "STOP_GRACE": "5",
        "RECHECK_LATER": "4w",
        "DRIFT_SINCE": "2026-11-01",
        "ALLOWED_NETWORKS": "10.0.0.0/8,::1",
    }
    settings = settings_of({**given, "LOG_LEVEL": "warn", "METRICS_PORT": "", "READER_SESSIONS": '{"a.example": "f"}'})
    assert (5.0, timedelta(weeks=4)) == (settings.STOP_GRACE, settings.RECHECK_LATER)
    assert (date(2026, 11, 1), None) == (settings.DRIFT_SINCE, settings.METRICS_PORT)
    assert (settings.LOG_LEVEL, settings.READER_SESSIONS) == ("WARNING", {"a.example": "f"})
    assert networks("10.0.0.0/8, ::1,") == settings.ALLOWED_NETWORKS
    assert (timedelta(weeks=4), None) == (settings.RECHECK_LATER, settings_of({}).RECHECK_LATER)
    with pytest.raises(SettingError, match="STORE_THREADS"):
        settings_of({"STORE_THREADS": "many"})


def test_the_plans_defaults_are_the_settings() -> None:
    """What a session assumes where nobody plans it is what a crawl has by default."""
    plan, settings = Plan("run"), settings_of({})
    assert (plan.feed_lines, plan.feed_seconds) == (settings.FEED_LINES, settings.FEED_SECONDS)
    assert (plan.closing_seconds, plan.snapshot_segments) == (
        settings.STORE_CLOSING_SECONDS,
        settings.SNAPSHOT_SEGMENTS,
    )


def test_the_command_lists_every_setting(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`mtcrawler settings` prints each with its present value, hides secrets, and ends with 2 where one is wrong."""
    environment.setenv("RENDER_MODE", "http")
    environment.setenv("AWS_ACCESS_KEY_ID", "me")
    environment.setenv("AWS_SECRET_ACCESS_KEY", "hunter2hunter2")
    environment.setenv("S3_BUCKET", "articles")
    assert main(["settings"]) == 0
    said = capsys.readouterr().out
    assert [line.split('"')[3] for line in said.splitlines()] == list(Settings.model_fields)
    assert '"name":"RENDER_MODE","variable":"RENDER_MODE"' in said.replace(": ", ":").replace(", ", ",")
    assert "hunter2" not in said
    environment.setenv("RENDER_MODE", "fast")
    assert main(["settings"]) == 2
    assert "RENDER_MODE: 'fast' is not allowed. Allowed: auto, browser, http." in capsys.readouterr().err


def test_readers_start_without_the_model() -> None:
    """A command that reads the bucket imports neither the model of settings nor pydantic-settings."""
    code = (
        "import sys; from mtcrawler.cli import main\n"
        "try: main(['articles', '--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(' '.join({'pydantic_settings', 'mtcrawler.config.schema'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_pages_are_fetched_by_typed_settings() -> None:
    """What fetches pages takes no setting of ours from Scrapy's, which knows neither its type nor what is allowed."""
    raw = {
        (path.name, name)
        for path in (ROOT / "mtcrawler" / "fetch").rglob("*.py")
        for name in re.findall(r'settings(?:\.get[a-z]{0,10}\(|\[)"([A-Z0-9_]{1,50})"', path.read_text("utf-8"))
    }
    # What hides secrets hides them in a message about wrong settings, too.
    assert {one for one in raw if one[1] in Settings.model_fields} == {("sessions.py", "READER_SESSIONS")}


def test_settings_of_a_crawl_are_typed_once() -> None:
    """Settings that are frozen are the same each time; those that may yet change are read anew."""
    given = BaseSettings({"DRIFT_DROP": "0.25"})
    assert settings_of(given).DRIFT_DROP == 0.25
    given.set("DRIFT_DROP", "0.5")
    assert settings_of(given).DRIFT_DROP == 0.5
    frozen = given.frozencopy()
    assert settings_of(frozen) is settings_of(frozen)
    assert settings_of(frozen).DRIFT_DROP == 0.5
