"""`mtcrawler revisions | diff | changes | runs | verify | export`: tables for people, JSON lines for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.cli.test_cli import on_a_terminal
from tests.fixtures.store import SITE, make_article

New = Callable[..., Session]
Lines = Callable[..., list[dict[str, object]]]
ONE = make_article(1)
EDITED = make_article(1, words="The river froze late this year.", headline="A Late Winter")


@pytest.fixture
def environment(new_session: New, bucket: Location) -> dict[str, str]:
    """The variables that name a bucket with two articles, one of them edited, and one run's manifest."""
    session = new_session("run-1")
    for article in (ONE, make_article(2), EDITED):
        session.writer.save(article)
    session.close()
    manifest = {"run_id": "run-1", "spider": "moscowtimes", "started_at": "2026-11-21T06:00:00Z", "outcome": "done"}
    session.put_run_file("run-1", "2026-11-21", "manifest.json", json.dumps(manifest).encode())
    return {
        "S3_ENDPOINT_URL": bucket.endpoint_url or "",
        "S3_BUCKET": bucket.bucket,
        "AWS_ACCESS_KEY_ID": bucket.access_key or "",
        "AWS_SECRET_ACCESS_KEY": bucket.secret_key or "",
    }


@pytest.fixture
def lines(environment: dict[str, str], capsys: pytest.CaptureFixture[str]) -> Lines:
    """Runs a command in a pipe and reads its lines."""

    def run(*arguments: str, code: int = 0) -> list[dict[str, object]]:
        assert main(list(arguments), environment) == code
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.mark.slow
def test_revisions_and_their_difference(environment: dict[str, str], lines: Lines) -> None:
    """Newest first; what changed field by field, the text as a unified diff; numbers that are none are refused."""
    assert [line["revision"] for line in lines("revisions", ONE.id)] == [2, 1]
    edits = {str(line["field"]): line for line in lines("diff", ONE.canonical_url)}
    assert list(edits) == ["headline", "text"]
    assert (edits["headline"]["before"], edits["headline"]["after"]) == (ONE.headline, EDITED.headline)
    assert "+The river froze late this year." in edits["text"]["lines"]  # type: ignore[operator]
    assert lines("diff", ONE.id, "2", "2") == []
    for wrong in (["diff", ONE.id, "7"], ["revisions", "00000000"], ["diff", make_article(2).id, "1", "0"]):
        assert main(wrong, environment) == 2
    shown = on_a_terminal(["diff", ONE.id], environment)
    assert "+The river froze late this year." in shown
    assert "A Late Winter" in on_a_terminal(["revisions", ONE.id], environment)
    assert "Nothing that a reader sees" in on_a_terminal(["diff", ONE.id, "1", "1"], environment)


def test_changes_go_on_where_they_stopped(
    environment: dict[str, str], lines: Lines, new_session: New, tmp_path: Path
) -> None:
    """With a cursor's file only what is new comes the next time; a damaged one is an error, not the beginning."""
    file = tmp_path / "seen"
    assert [line["change"] for line in lines("changes", "--cursor", str(file))] == ["new", "new", "revised"]
    assert lines("changes", "--cursor", str(file)) == []
    assert len(lines("changes")) == 3
    session = new_session("run-2")
    session.writer.tell_gone(ONE.id)
    session.close()
    assert [line["change"] for line in lines("changes", "--since", file.read_text().strip())] == ["gone"]
    assert "gone" in on_a_terminal(["changes", "--cursor", str(file)], environment)
    file.write_text("torn")
    assert main(["changes", "--cursor", str(file)], environment) == 2


def test_runs_are_listed(environment: dict[str, str], lines: Lines) -> None:
    """Each finished run is its manifest."""
    assert [line["run_id"] for line in lines("runs")] == ["run-1"]
    assert lines("runs", "--date", "2026-11-22..") == []
    assert "moscowtimes" in on_a_terminal(["runs"], environment)


def test_a_run_is_listed_with_its_site(environment: dict[str, str], client: Client) -> None:
    """Runs of `crawl news` are told apart by their sites; the rest of a line stays in its columns."""
    told: dict[str, object] = {
        "run_id": "run-2",
        "spider": "news",
        "site": "https://www.example.com",
        "outcome": "done",
    }
    told |= {"started_at": "2026-11-21T07:00:00Z", "counts": {"articles": 81, "stored": {"new": 82, "unchanged": 83}}}
    client.put("runs/v1/date=2026-11-21/run-2/manifest.json", json.dumps(told).encode())
    line, other = (one.split() for one in on_a_terminal(["runs"], environment).splitlines() if "run-" in one)
    assert line[2:] == ["run-2", "news", "www.example.com", "done", "81", "82", "0", "83"]
    assert other[3:6] == ["moscowtimes", "–", "done"]


def test_run_ids_are_whole(environment: dict[str, str], lines: Lines, client: Client) -> None:
    """However narrow the terminal, an id can be copied from it."""
    run_id = "20261121T060000Z-" + "of-a-very-long-name-" * 4 + "end"
    manifest = {"run_id": run_id, "spider": "moscowtimes", "started_at": "2026-11-21T06:00:00Z", "outcome": "partial"}
    client.put(f"runs/v1/date=2026-11-21/{run_id}/manifest.json", json.dumps(manifest).encode())
    assert run_id in [line["run_id"] for line in lines("runs")]
    assert run_id in on_a_terminal(["runs"], environment)


def test_verify_says_what_is_broken(environment: dict[str, str], lines: Lines, client: Client) -> None:
    """A whole bucket ends with 0; damage is a line each and ends with 3."""
    assert lines("verify") == [
        {"articles": 2, "revisions": 3, "changes": 3, "problems": 0, "restored": 0, "due": 0, "told": 0, "pages": 0}
    ]
    assert "all as the contract says" in on_a_terminal(["verify"], environment)
    key = f"articles/v1/site={SITE}/date=2026-11-20/{ONE.id}.json"
    client.put(key, b"{")
    problem, verdict = lines("verify", code=3)
    assert (problem["key"], verdict["problems"]) == (key, 1)


@pytest.mark.slow
def test_export_writes_a_file(environment: dict[str, str], lines: Lines, tmp_path: Path) -> None:
    """The ending says the format, days narrow it; what is no format is refused."""
    for name in ("out.parquet", "out.jsonl"):
        (said,) = lines("export", str(tmp_path / name))
        assert said["articles"] == 2
        assert (tmp_path / name).stat().st_size > 500
    (said,) = lines("export", str(tmp_path / "none.jsonl"), "--date", "2020-01-01")
    assert said["articles"] == 0
    assert main(["export", str(tmp_path / "out.xlsx")], environment) == 2
    assert "2 articles in" in " ".join(on_a_terminal(["export", str(tmp_path / "a.jsonl")], environment).split())


@pytest.mark.parametrize("site", [f"www.{SITE}", "paper.example", "", "no host"])
def test_an_export_of_a_site_that_is_not_there_is_refused(
    site: str, environment: dict[str, str], lines: Lines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A site of which nothing lies in the bucket is refused, and a file that is there stays as it is; a site that has
    articles, but none in that time, gives an empty file.
    """
    file = tmp_path / "out.jsonl"
    file.write_text("kept")
    assert main(["export", str(file), "--site", site], environment) == 2
    said = capsys.readouterr().err
    assert "there is nothing of that site in the bucket" in said
    assert (f"Did you mean {SITE}?" in said) == (site == f"www.{SITE}")
    assert SITE in said  # what is there is named where nothing is alike
    assert file.read_text() == "kept"
    (told,) = lines("export", str(file), "--site", SITE, "--date", "2020-01-01")
    assert (told["articles"], file.read_text()) == (0, "")


@pytest.mark.parametrize("command", ["articles", "reextract"])
@pytest.mark.parametrize("site", [f"www.{SITE}", "paper.example", ""])
def test_a_site_that_is_not_there_is_refused(
    command: str, site: str, environment: dict[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A site of which nothing lies in the bucket is a mistake for whatever reads one site's articles."""
    assert main(["--var", str(tmp_path), command, "--site", site], environment) == 2
    said = capsys.readouterr()
    assert "there is nothing of that site in the bucket" in said.err
    assert (f"Did you mean {SITE}?" in said.err) == (site == f"www.{SITE}")
    assert said.out == ""


def test_who_keeps_no_page_is_told_how_to(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Where no page is kept that could be read again, the setting that keeps them is named."""
    assert main(["--var", str(tmp_path), "reextract", "--site", SITE, "--workers", "1"], environment) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["left"] == {"its page is not kept": 2}
    assert "KEEP_PAGES=changed" in said.err
