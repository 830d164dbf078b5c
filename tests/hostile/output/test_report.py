"""A run's report is made from data: whatever somebody put into the bucket, nothing of it runs and nothing is asked."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from mtcrawler.cli import main
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.runs.telemetry.report_data import MOST_BYTES, ReportData
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import environment
from tests.hostile.canary import Canary
from tests.runs.telemetry import full

DAY = "2026-11-25"
RUN = full.manifest()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_browser().launch_options)
        yield browser
        browser.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary("127.0.0.1")
    yield made
    made.close()


@pytest.fixture
def place(bucket: Location, tmp_path: Path) -> dict[str, str]:
    """The variables that name the bucket, and a folder of its own."""
    return environment(bucket, tmp_path / "var")


def poison(canary: Canary) -> str:
    """Markup that runs, and asks for the canary, wherever it is taken for markup, an attribute, a style or a script."""
    url = f"http://127.0.0.1:{canary.port}/"
    return (
        f"\"'></style></title></script><script>document.title='taken';fetch('{url}')</script>"
        f"<img src='{url}a' onerror=\"document.title='taken'\"><link rel=stylesheet href='{url}b'>"
        f"<iframe src='{url}c'></iframe><meta http-equiv=refresh content='0;{url}d'>"
        f"<style>@import '{url}e';*{{background:url({url}f)}}</style><svg onload=\"document.title='taken'\">"
        "{{ 7 * 1911111111 }}{% include 'page.html' %}"
    )


def poisoned(value: Any, with_this: str) -> Any:
    """Every text in a value of JSON with this put at its end, but those that have to be one of a few words."""
    if isinstance(value, str):
        return value + with_this
    if isinstance(value, list):
        return [poisoned(inner, with_this) for inner in value]
    if isinstance(value, dict):
        kept = {"tier", "choice", "manifest_version", "run_id", "started_at", "finished_at", "at", "pictures"}
        free = {"found", "dropped", "kinds", "statuses", "errors", "arguments", "versions", "unreadable", "walled"}
        return {
            name: {key + with_this: poisoned(one, with_this) for key, one in inner.items()}
            if name in free and isinstance(inner, dict)
            else inner
            if name in kept
            else poisoned(inner, with_this)
            for name, inner in value.items()
        }
    return value


def put(new_session: Callable[..., Session], **files: bytes) -> None:
    """Put files of the run there as somebody else may: `manifest` for manifest.json, `data` for report.json …"""
    names = {"manifest": "manifest.json", "data": "report.json", "page": "report.html"}
    session = new_session()
    for name, body in files.items():
        session.put_run_file(RUN.run_id, DAY, names[name], body)


def opened(chromium: Browser, page: Path) -> tuple[str, list[str]]:
    """The title of a page once it has loaded and settled, and what it asked for besides itself and its pictures."""
    tab = chromium.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate("document.scripts.length + document.querySelectorAll('iframe, object, embed').length") == 0
    title = tab.title()
    tab.close()
    return title, [url for url in asked if not url.startswith(("data:image/jpeg;base64,", "data:,", page.as_uri()))]


def made(place: dict[str, str], capsys: pytest.CaptureFixture[str], code: int = 0) -> tuple[Path, str]:
    """The report that the command makes, ending with that code, and what it says on stderr."""
    assert main(["report"], place) == code
    out, err = capsys.readouterr()
    return Path(json.loads(out)["file"]), err


def test_html_of_the_bucket_is_never_opened(
    place: dict[str, str],
    new_session: Callable[..., Session],
    canary: Canary,
    chromium: Browser,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A report.html that somebody replaced is not what is shown, and nothing in it runs or asks for anything."""
    put(new_session, page=poison(canary).encode(), manifest=RUN.to_json())
    file, _ = made(place, capsys)
    title, asked = opened(chromium, file)
    assert "taken" not in title
    assert asked == []
    assert canary.hits == 0


def test_texts_of_the_bucket_stay_texts(
    place: dict[str, str],
    new_session: Callable[..., Session],
    canary: Canary,
    chromium: Browser,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Markup in every text of a manifest and of a report.json is shown as text: nothing runs, nothing is asked for."""
    said = poison(canary)
    manifest = poisoned(json.loads(RUN.to_json()), said)
    data = poisoned(json.loads(ReportData.of(full.telemetry(), full.before()).to_json()), said)
    put(new_session, manifest=json.dumps(manifest).encode(), data=json.dumps(data).encode())
    file, err = made(place, capsys)
    assert err == ""
    title, asked = opened(chromium, file)
    assert "document.title='taken'" in title
    assert asked == []
    assert canary.hits == 0
    assert "13377777777" not in file.read_text()


def pixels(form: str, size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, form)
    return out.getvalue()


@pytest.mark.parametrize(
    ("picture", "left"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", False),
        (b"<html><script>document.title = 'taken'</script>", False),
        (pixels("GIF"), False),
        (pixels("JPEG", (9000, 9000)), False),
        (pixels("JPEG")[:300], False),
        (pixels("JPEG") + b"<script>document.title = 'taken'</script>", True),
    ],
    ids=["svg", "html", "gif", "too large", "cut off", "jpeg with a tail"],
)
def test_a_picture_is_one_or_is_left_out(picture: bytes, left: bool) -> None:
    """A picture in report.json is encoded anew, without what lay beside it, or left out; the rest is read."""
    data = json.loads(ReportData.of(full.telemetry()).to_json())
    data["exhibits"] = [
        {"url": "https://a.example/", "told": [], "stuck": False, "file": "evidence/a.png", "pictures": {"before": ""}}
    ]
    data["exhibits"][0]["pictures"]["before"] = base64.b64encode(picture).decode()
    (exhibit,) = ReportData.read(json.dumps(data).encode()).exhibits
    assert set(exhibit.pictures) == ({"before"} if left else set())
    for jpeg in exhibit.pictures.values():
        assert jpeg.startswith(b"\xff\xd8")
        assert b"<script" not in jpeg


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"form": 2}',
        b'{"width": 1e999}',
        b'{"articles": ' + b"9" * 5000 + b"}",
        b'{"fields": {"authors": -1}}',
        b'{"script": "<script>"}',
        b'{"\\n2026-11-25 03:00:00 ERROR forged \\u009b": 1}',
        b'{"sections": [' + b'["a", "new", 1],' * 6000 + b'["a", "new", 1]]}',
        b'{"words": NaN}',
        b'{"before": {"pages": 1, "fields": {"authors": ' + str(10**300).encode() + b"}}}",
        b'{"latency": {"classes": [1]}}',
        b" " * (MOST_BYTES + 1),
        b"\xff\xfe",
    ],
    ids=lambda body: repr(body[:30]),
)
def test_data_that_is_none_costs_itself_alone(
    body: bytes, place: dict[str, str], new_session: Callable[..., Session], capsys: pytest.CaptureFixture[str]
) -> None:
    """A report.json that is none of ours is named, in the report too, which is made of the manifest alone."""
    put(new_session, manifest=RUN.to_json(), data=body)
    file, err = made(place, capsys)
    assert err.count("\n") == 1
    assert "its report.json cannot be used" in err
    assert "its report.json cannot be used" in file.read_text()
    assert "the site answered 503" in file.read_text()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("run_id", "../../../planted"),
        ("started_at", "yesterday"),
        ("started_at", "0001-01-01T00:00:00+23:00"),
        ("exit_code", 10**400),
        ("counts", {"found": {"rss": 2**60}}),
        ("drift", [{"what": "a", "before": 1e400, "now": 0}]),
        ("errors", {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}}}}}),
    ],
)
def test_a_manifest_that_is_none_is_passed_over(
    field: str,
    value: Any,
    place: dict[str, str],
    new_session: Callable[..., Session],
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    """A manifest that no run wrote is named in one line and no file is made of it; the run before has its report, and
    the exit code says that it is not the last run's.
    """
    put(new_session, manifest=RUN.to_json())
    session: Session = new_session()
    later = json.loads(RUN.to_json()) | {"run_id": "20261126T031000Z-0a1b2c", field: value}
    session.put_run_file("20261126T031000Z-0a1b2c", "2026-11-26", "manifest.json", json.dumps(later).encode())
    file, err = made(place, capsys, 3)
    assert file.stem == RUN.run_id
    assert len(err.splitlines()) + len(caplog.messages) == 2
    assert "is passed over" in err or "manifest" in caplog.text
    assert "may not be the last run's report" in err
    assert "may not be the last run" in file.read_text()
    assert not list(tmp_path.glob("**/planted*"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("arguments", {"url": ",".join(f"https://www.themoscowtimes.com/2026/11/15/a-story-a{n}" for n in range(600))}),
        ("evidence", [f"evidence/{number}.png" for number in range(20_001)]),
        ("message", "x" * 20_001),
    ],
)
def test_a_long_manifest_has_its_report(
    field: str,
    value: Any,
    place: dict[str, str],
    new_session: Callable[..., Session],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What a run was asked or kept may be long; its report is made, and a long text is cut in it."""
    put(new_session, manifest=json.dumps(json.loads(RUN.to_json()) | {field: value}).encode())
    file, _ = made(place, capsys)
    page = file.read_text()
    assert max(map(len, page.split("<"))) < 15_000 or field == "evidence"
    assert (" characters)" in page) == (field != "evidence")


def test_a_run_stores_what_its_report_is_made_of(client: Client, new_session: Callable[..., Session]) -> None:
    """Data that is stored is read as it was written, within the sizes that are read."""
    data = ReportData.of(full.telemetry(), full.before())
    put(new_session, data=data.to_json())
    stored = client.get(f"runs/v1/date={DAY}/{RUN.run_id}/report.json")
    assert stored is not None
    assert len(stored.body) < MOST_BYTES / 2
    read = ReportData.read(stored.body)
    plain = {"exhibits"}
    assert read.model_dump(exclude=plain) == data.model_dump(exclude=plain)
    assert [set(one.pictures) for one in read.exhibits] == [set(one.pictures) for one in data.exhibits]
