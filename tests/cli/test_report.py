"""`mtcrawler report` and `mtcrawler doctor`: what an operator asks after, and before, a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.cli import main
from mtcrawler.model import clock
from mtcrawler.runs.report import render
from mtcrawler.runs.telemetry.report_data import ReportData
from mtcrawler.security.redaction import Secrets
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from tests.fixtures.answering import Answer, Asked, answering, error
from tests.fixtures.crawl import ROOT, environment
from tests.fixtures.disk import full_disk
from tests.runs.telemetry import full

CONTACT = {"MTCRAWLER_CONTACT": "https://paper.example/bot"}


@pytest.fixture
def place(bucket: Location, tmp_path: Path) -> dict[str, str]:
    """The variables that name the bucket, and a folder of its own."""
    return {**environment(bucket, tmp_path / "var"), **CONTACT}


def late(asked: Asked) -> Answer:
    """What a store says whose clock is an hour behind."""
    theirs = format_datetime(clock.now() - timedelta(hours=1), usegmt=True)
    return error(403, "RequestTimeTooSkewed", Date=theirs)


@pytest.fixture
def later() -> Iterator[None]:
    """Five minutes from now, for this process."""
    clock.pretend(clock.now() + timedelta(minutes=5))
    yield
    clock.pretend(clock.now() - timedelta(minutes=5))


def told(arguments: list[str], place: dict[str, str], capsys: pytest.CaptureFixture[str]) -> tuple[int, list[Any]]:
    """How a command ended, and the JSON lines it printed."""
    code = main(arguments, place)
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_report_is_made_by_run_or_of_the_last_one(
    place: dict[str, str], new_session: Callable[..., Session], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report of the last run, or of that whose id begins so, is made of its data, in a private file; a full disk is
    told, and leaves what was there.
    """
    session, data = new_session(), ReportData.of(full.telemetry(), full.before())
    for number, spider in enumerate(("moscowtimes", "moscowtimes_ru"), start=1):
        run = full.manifest().model_copy(update={"run_id": f"2026112{number}T031000Z-0a1b2c", "spider": spider})
        session.put_run_file(run.run_id, "2026-11-25", "report.json", data.to_json())
        session.put_run_file(run.run_id, "2026-11-25", "manifest.json", run.to_json())
    code, (last,) = told(["report"], place, capsys)
    assert (code, last["spider"]) == (0, "moscowtimes_ru")
    assert Path(last["file"]) == tmp_path / "var" / "reports" / "20261122T031000Z-0a1b2c.html"
    made = render(run, ReportData.read(data.to_json()), Secrets.of_environment(place))
    assert Path(last["file"]).read_bytes() == made
    assert Path(last["file"]).stat().st_mode & 0o777 == 0o600
    file = tmp_path / "elsewhere.html"
    assert told(["report", "20261121", "--output", str(file)], place, capsys)[0] == 0
    assert "<h1>moscowtimes</h1>" in file.read_text()
    of_a_site = run.model_copy(update={"spider": "news", "site": "https://www.example.com"})
    assert b"<h1>www.example.com</h1>" in render(of_a_site, None, Secrets.of_environment(place))
    before = file.read_bytes()
    with full_disk(room=8000):
        assert main(["report", "20261121", "--output", str(file)], place) == 14
    assert main(["report", "20261121", "--output", "/dev/full"], place) == 14
    assert capsys.readouterr().err.count("\n") == 2
    assert (file.read_bytes(), list(file.parent.glob("*.part"))) == (before, [])
    assert main(["report", "20261121", "--output", "-"], place) == 0
    assert capsys.readouterr().out == file.read_text()
    for missing in (["report", "--spider", "nobody"], ["report", "20301231"]):
        assert main(missing, place) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "mtcrawler runs" in said


def test_a_run_that_kept_no_data_has_a_report_of_its_manifest(
    place: dict[str, str], new_session: Callable[..., Session], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where an earlier version wrote a report.html alone, the report is made of the manifest, and both say so."""
    session, run = new_session(), full.manifest()
    session.put_run_file(run.run_id, "2026-11-25", "report.html", b"<p>of an earlier version", "text/html")
    session.put_run_file(run.run_id, "2026-11-25", "manifest.json", run.to_json())
    assert main(["report"], place) == 0
    out, err = capsys.readouterr()
    page = Path(json.loads(out)["file"]).read_text(encoding="utf-8")
    assert "of an earlier version" not in page
    assert "the site answered 503" in page
    assert "kept no report.json" in err
    assert "kept no report.json" in page
    assert "No page was answered" not in page


def test_a_report_is_made_without_the_crawlers_packages() -> None:
    """Whoever only reads the bucket has the report, too: nothing of Scrapy, Playwright or lxml is loaded for it."""
    code = (
        "import sys, mtcrawler.cli.read.report; "
        "sys.exit(' '.join({'scrapy', 'playwright', 'lxml'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_sound_place_is_told_to_be_sound(place: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing is wrong every line is ok and the command ends with 0."""
    code, lines = told(["doctor"], place, capsys)
    assert (code, {line["state"] for line in lines}) == (0, {"ok"}), lines
    assert [
        line["what"] for line in lines
    ] == "versions settings sites machine browser bucket writes clock disk".split()


@pytest.mark.parametrize(
    ("change", "what", "words"),
    [
        ({"MTCRAWLER_BROWSER": "/no/such/browser"}, "browser", "playwright install"),
        ({"S3_BUCKET": "nobody-made-this"}, "bucket", "aws s3 mb"),
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, "bucket", "AWS_SECRET_ACCESS_KEY"),
        ({"S3_ENDPOINT_URL": "http://me:planted@127.0.0.1:9"}, "bucket", "AWS_ACCESS_KEY_ID"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_told_with_what_mends_it(
    place: dict[str, str], change: dict[str, str], what: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong is one line of its own that names the remedy; the rest is checked all the same; the code is 3."""
    code, lines = told(["doctor"], {**place, **change}, capsys)
    assert code == 3
    wrong = [line for line in lines if line["state"] == "wrong"]
    assert [line["what"] for line in wrong] == [what]
    assert words in wrong[0]["mend"]
    assert "planted" not in str(lines)
    assert "disk" in {line["what"] for line in lines}


def test_a_clock_that_is_wrong_is_told(place: dict[str, str], later: None, capsys: pytest.CaptureFixture[str]) -> None:
    """A clock five minutes ahead of the bucket's is wrong."""
    _, lines = told(["doctor"], place, capsys)
    (wrong,) = [line for line in lines if line["state"] == "wrong"]
    assert (wrong["what"], wrong["mend"]) == ("clock", "timedatectl set-ntp true")
    assert wrong["said"].startswith(tuple(f"this machine's is {seconds} s ahead" for seconds in (299, 300, 301)))


def test_a_clock_that_keeps_the_bucket_closed_is_told(
    place: dict[str, str], bucket: Location, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the store refuses requests for their time, the clock is what is wrong, with how much and the command."""
    with answering(bucket, late) as behind:
        _, lines = told(["doctor"], {**place, "S3_ENDPOINT_URL": str(behind.endpoint_url)}, capsys)
    wrong = {line["what"]: line for line in lines if line["state"] == "wrong"}
    assert set(wrong) == {"bucket", "clock"}
    assert "1:00:0" in wrong["bucket"]["said"]
    assert wrong["clock"]["said"].startswith(("this machine's is 360", "this machine's is 3599"))
    assert wrong["clock"]["mend"] == "timedatectl set-ntp true"


def test_a_session_others_may_read_is_told(
    place: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A session's file that others may read is wrong, and the command closes it."""
    file = tmp_path / "var" / "sessions" / "www.example.com.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"cookies": [], "origins": []}')
    file.chmod(0o644)
    code, lines = told(["doctor"], place, capsys)
    assert (code, lines[-1]["what"], lines[-1]["mend"]) == (3, "session", f"chmod 600 {file}")


def test_production_needs_a_bucket_and_a_contact(tmp_path: Path) -> None:
    """With production's settings a place without a bucket or a contact is wrong, and no store is started for it."""
    given = {**environment(None, tmp_path), "SCRAPY_PROJECT": "production", "MTCRAWLER_CONTACT": ""}
    given = {name: value for name, value in given.items() if not name.startswith("S3_")}
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", "doctor"],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = {
        line["what"]: line["mend"] for line in map(json.loads, done.stdout.splitlines()) if line["state"] == "wrong"
    }
    assert done.returncode == 3
    assert set(wrong) == {"settings", "bucket"}
    assert "MTCRAWLER_CONTACT" in wrong["settings"]
    assert "S3_BUCKET" in wrong["bucket"]
    assert not (tmp_path / "store").exists()


def test_wrong_settings_are_found_by_the_doctor(tmp_path: Path) -> None:
    """The doctor names every wrong setting of the environment before a crawl is refused for it."""
    given = {**environment(None, tmp_path), "RENDER_MODE": "fast", "STOP_GRACE": "soon"}
    asked = [sys.executable, "-m", "mtcrawler.cli", "doctor"]
    done = subprocess.run(asked, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    [wrong] = [line for line in map(json.loads, done.stdout.splitlines()) if line["what"] == "settings"]
    assert (done.returncode, wrong["state"]) == (3, "wrong")
    assert "RENDER_MODE: 'fast'" in wrong["said"]
    assert "STOP_GRACE: 'soon'" in wrong["said"]
    assert wrong["mend"] == "mtcrawler settings"


def test_outside_of_a_project_the_bucket_is_still_read(
    place: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a folder that is no project, with nothing but a bucket named, what can be checked is, and the code is 0."""
    monkeypatch.chdir(tmp_path)
    # Reading a project's settings, as the tests above do, leaves this behind in their process.
    monkeypatch.delenv("SCRAPY_SETTINGS_MODULE", raising=False)
    place.pop("MTCRAWLER_VAR")
    code, lines = told(["doctor"], place, capsys)
    assert code == 0, lines
    assert {line["what"] for line in lines if line["state"] == "warning"} == {"settings"}


@pytest.mark.slow
def test_a_site_that_is_described_wrongly_is_told(place: dict[str, str], tmp_path: Path) -> None:
    """With --online a faulty definition is a line of its own that names what mends it, and other sites are asked."""
    right = (ROOT / "tests" / "sites" / "gazette.toml").read_text().replace("https://www.gazette", "http://127.0.0.1")
    right = right.replace('"www.gazette.example"', '"127.0.0.1.example"')
    folder = tmp_path / "sites"
    folder.mkdir()
    (folder / "gazette.example.toml").write_text(right)
    (folder / "herald.example.toml").write_text(right.replace("gazette", "herald").replace("free = true", "free = 1"))
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", "doctor", "--online"],
        cwd=ROOT,
        env={**environment(None, tmp_path), **place, "MTCRAWLER_SITES": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = {line["what"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 3, done.stderr
    assert done.stdout.count("policy.free") == 1
    assert (lines["site"]["state"], lines["site"]["mend"]) == ("wrong", "mtcrawler sites check")
    assert "policy.free" in lines["site"]["said"]
    assert "gazette" in lines["robots"]["said"]


@pytest.mark.slow
def test_robots_are_asked_only_online(place: dict[str, str]) -> None:
    """With --online each publisher's robots.txt is asked for, and a site that cannot be reached is named."""
    proxied = {**os.environ, **place, "https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", "doctor", "--online"],
        cwd=ROOT,
        env=proxied,
        capture_output=True,
        text=True,
        check=False,
    )
    robots = [line for line in map(json.loads, done.stdout.splitlines()) if line["what"] == "robots"]
    assert {line["said"].partition(":")[0] for line in robots} == {"moscowtimes", "moscowtimes_ru"}, done.stderr
    assert all("curl" in line["mend"] for line in robots)
    assert done.returncode == 3
