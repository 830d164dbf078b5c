"""What runs kept of a removed article goes: its screenshots, and what their reports show of it; all else stays."""

from __future__ import annotations

from pathlib import Path

from mtcrawler.identity.ids import article_id
from mtcrawler.removal.run_files import RunFiles
from mtcrawler.runs import run_files
from mtcrawler.runs.report import render
from mtcrawler.runs.telemetry.report_data import ReportData
from mtcrawler.security.redaction import Secrets
from mtcrawler.storage.layout import run_key
from tests.fixtures.memory import MemoryStore
from tests.removal.whole_bucket import holding
from tests.runs.project.pipelines import Folder
from tests.runs.telemetry import full

DAY, RUN = "2026-11-25", full.manifest().run_id


def test_a_report_is_made_anew_without_it() -> None:
    """A report and its data lose what they show of the article, pictures and headlines, and nothing else."""
    store = MemoryStore()
    data, manifest = ReportData.of(full.telemetry(pages=70)), full.manifest()
    gone = (data.walls[0].url, data.exhibits[0].url)
    picture = run_key(DAY, RUN, f"evidence/{article_id(gone[0])}-wall-before.png")
    for name, body in (
        ("report.json", data.to_json()),
        ("report.html", render(manifest, data, Secrets())),
        ("manifest.json", manifest.to_json()),
        (f"evidence/{article_id('https://other.example/')}-wall-before.png", b"png"),
    ):
        store.put(run_key(DAY, RUN, name), body)
    store.put(picture, b"png")
    before = set(store.keys(""))
    files = RunFiles(store, [article_id(url) for url in gone], gone)
    assert sorted(files.left()) == sorted([picture, run_key(DAY, RUN, "report.json")])
    assert (files.take_out(), list(files.left())) == (2, [])
    assert before - set(store.keys("")) == {picture}
    kept = store.get(run_key(DAY, RUN, "report.json"))
    page = store.get(run_key(DAY, RUN, "report.html"))
    assert kept is not None
    assert page is not None
    left = ReportData.read(kept.body)
    assert left.walls == data.walls[1:]
    assert [one.url for one in left.exhibits] == [one.url for one in data.exhibits if one.url not in gone]
    assert left.sections == data.sections
    assert data.walls[0].headline[:8] in render(manifest, data, Secrets()).decode()
    assert f"{data.walls[0].headline[:8]} " not in page.body.decode()


def test_errors_that_may_quote_it_are_made_anew() -> None:
    """What an error says of a page may have its words: they go from the manifest and from its report, and the address,
    the count and whatever else a manifest of another version holds stay.
    """
    store, url = MemoryStore(), "https://paper.example/quiet"
    group = full.manifest().errors[0].model_copy(update={"example": "no body: Quagga runs", "url": url})
    other = group.model_copy(update={"name": "Other", "example": "no body: Zebra runs", "url": f"{url}-too"})
    manifest = full.manifest().model_copy(update={"errors": [group, other]})
    data = ReportData.of(full.telemetry(pages=1))
    store.put(run_key(DAY, RUN, "manifest.json"), manifest.to_json().replace(b'"run_id"', b'"later": 1, "run_id"'))
    store.put(run_key(DAY, RUN, "report.json"), data.to_json())
    store.put(run_key(DAY, RUN, "report.html"), render(manifest, data, Secrets()))
    files = RunFiles(store, [article_id(url)], [url])
    assert holding(store, "Quagga").keys() == {run_key(DAY, RUN, name) for name in ("manifest.json", "report.html")}
    assert (files.take_out(), list(files.left())) == (1, [])
    assert holding(store, "Quagga") == {}
    assert len(holding(store, "Zebra", url)) == 2
    assert b'"later": 1' in store.get(run_key(DAY, RUN, "manifest.json")).body  # type: ignore[union-attr]


def test_a_report_that_cannot_be_made_anew_goes() -> None:
    """Where data that name the article cannot be read the report goes whole; one without data goes if it names it."""
    store = MemoryStore()
    url = "https://paper.example/a?b&c"
    store.plant(run_key(DAY, "torn", "report.json"), f'{{"walls": "{article_id(url)}'.encode())
    store.plant(run_key(DAY, "torn", "report.html"), b"<p>whatever")
    store.plant(run_key(DAY, "old", "report.html"), b"<a href='https://paper.example/a?b&amp;c'>")
    store.plant(run_key(DAY, "other", "report.html"), b"<a href='https://paper.example/z'>")
    files = RunFiles(store, [article_id(url)], [url])
    assert files.take_out() == 2
    assert list(store.keys("")) == [run_key(DAY, "other", "report.html")]


def test_a_run_forgets_what_was_removed_meanwhile(tmp_path: Path) -> None:
    """A run whose article is removed while it goes on deletes its pictures, and its report shows nothing of it."""
    telemetry = full.telemetry(pages=70)
    wall, shown = telemetry.walls[0].url, telemetry.walls[1].url
    files = run_files.RunFiles("run-1", full.STARTED)
    folder = files.folder = Folder(tmp_path)
    for url in (wall, shown, "https://met.example/"):
        name = f"evidence/{article_id(url)}-wall-before.png"
        folder.put_run_file("run-1", DAY, name, b"png", "image/png")
        files.evidence.append(name)
    folder.removed = frozenset({article_id(wall)})
    files.take_out(["https://met.example/"], telemetry)
    assert files.evidence == [f"evidence/{article_id(shown)}-wall-before.png"]
    assert [one.name for one in tmp_path.rglob("*.png")] == [Path(files.evidence[0]).name]
    assert [one.url for one in telemetry.walls] == [shown]
    group = full.manifest().errors[0].model_copy(update={"example": "Quagga runs", "url": wall})
    files.put_manifest(full.manifest().model_copy(update={"errors": [group]}))
    (written,) = tmp_path.rglob("manifest.json")
    assert "Quagga" not in written.read_text("utf-8")
    assert wall in written.read_text("utf-8")
