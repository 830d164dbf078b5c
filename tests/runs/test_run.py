"""The accounts of real crawls, each in its own process against a site that answers as told."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest

from tests.runs.site import Site, crawl, manifest, serve, start_crawl


@pytest.fixture
def site() -> Site:  # type: ignore[misc] # pytest takes generators
    with serve() as site:
        yield site


def paths(site: Site, *wanted: str) -> tuple[str, ...]:
    return ("paper", "-a", f"site={site.origin}", "-a", f"paths={','.join(wanted)}")


def test_a_good_run(site: Site, tmp_path: Path) -> None:
    """A run whose pages all became articles exits with 0, and its manifest tells what it met."""
    code, said = crawl(tmp_path, *paths(site, "say/one", "say/two", "say/twice", "status/404", "private/x"))
    told = manifest(tmp_path)
    assert (code, told["outcome"], told["exit_code"]) == (0, "done", 0), said
    assert told["arguments"] == {"site": site.origin, "paths": "say/one,say/two,say/twice,status/404,private/x"}
    assert told["counts"]["found"] == {"list": 5}
    assert told["counts"]["statuses"] == {"200": 3, "404": 1}
    assert told["counts"]["kinds"] == {"news": 2}
    assert (told["counts"]["stored"]["new"], told["counts"]["duplicates"], told["counts"]["disallowed"]) == (2, 1, 1)
    assert told["errors"] == []
    assert told["store"]["conditional_writes"] is True
    assert told["started_at"] <= told["finished_at"]
    assert f"{told['run_id']}/manifest.json" in said
    assert "done: 2 articles: 2 new" in said


def test_errors_are_grouped_with_an_example(site: Site, tmp_path: Path) -> None:
    """Pages that fail, stages that fail and drops that lose something are counted by name, one example each."""
    wanted = paths(site, "say/one", "say/explode", "say/fail", "say/drop", "status/500", "status/500")
    code, said = crawl(tmp_path, *wanted)
    told = manifest(tmp_path)
    groups = {group["name"]: group for group in told["errors"]}
    assert code == 11, said
    assert {name: group["count"] for name, group in groups.items()} == {
        "HTTP 500": 2,
        "KeyError": 1,
        "MissingField": 1,
        "ValueError": 1,
    }
    assert groups["MissingField"]["url"] == f"{site.origin}/say/drop"
    assert groups["ValueError"]["example"] == "cannot be kept"
    assert groups["KeyError"]["url"] == f"{site.origin}/say/explode"


def test_every_page_refused(site: Site, tmp_path: Path) -> None:
    """A site that answers 403 to everything is told as blocked."""
    code, said = crawl(tmp_path, *paths(site, "status/403", "status/403"))
    assert code == 12
    assert "the site refused 2 requests" in said


def test_nobody_answers(tmp_path: Path) -> None:
    """A site that is not there is told as unreachable, its failure counted once and not once a retry."""
    with serve() as site:
        origin = site.origin
    code, said = crawl(tmp_path, "paper", "-a", f"site={origin}", "-a", "paths=say/one")
    assert code == 13, said
    assert manifest(tmp_path)["counts"]["unanswered"] == 1


def test_nothing_found(site: Site, tmp_path: Path) -> None:
    """A run that was given nothing to fetch does not exit with 0."""
    code, said = crawl(tmp_path, *paths(site))
    assert code == 10
    assert "nothing-found (exit code 10): no article was found" in said


@pytest.mark.slow
def test_stopped_by_a_signal(site: Site, tmp_path: Path) -> None:
    """A run that is stopped says so, and still writes its manifest."""
    process = start_crawl(tmp_path, *paths(site, "say/one", "hang"), "-s", "DOWNLOAD_TIMEOUT=5")
    assert site.asked.wait(60)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 16, said
    assert manifest(tmp_path)["outcome"] == "stopped"


def test_manifest_cannot_be_written(site: Site, tmp_path: Path) -> None:
    """A store that refuses the manifest turns a good run into a storage failure."""
    code, said = crawl(tmp_path / "gone", *paths(site, "say/one"))
    assert code == 14
    assert "nobody answers" in said


def test_evidence_lies_beside_the_manifest(site: Site, tmp_path: Path) -> None:
    """A screenshot is kept under the run's evidence, named after its article, and the manifest lists it."""
    crawl(tmp_path, *paths(site, "say/stuck"))
    assert manifest(tmp_path)["evidence"] == ["evidence/a-1-donation-stuck.png"]
    assert [file.read_bytes() for file in tmp_path.rglob("evidence/*.png")] == [b"png"]


def test_plain_lines_where_there_is_no_terminal(site: Site, tmp_path: Path) -> None:
    """Elsewhere than on a terminal progress is told in plain log lines, without control characters."""
    code, said = crawl(tmp_path, *paths(site, "say/one", "say/two"), "-s", "DOWNLOAD_DELAY=1")
    assert code == 0
    assert "1 stored" in said
    assert "\x1b" not in said


def test_live_display_on_a_terminal(site: Site, tmp_path: Path) -> None:
    """On a terminal the numbers are redrawn in place, and log records stand on lines of their own above them."""
    ours, theirs = pty.openpty()
    process = start_crawl(
        tmp_path, *paths(site, "say/one", "say/two"), "-s", "DOWNLOAD_DELAY=1", stdout=subprocess.DEVNULL, stderr=theirs
    )
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 65536):
            seen += chunk
    except OSError:  # the other end of a pseudo-terminal is gone
        pass
    finally:
        os.close(ours)
    assert process.wait(60) == 0
    told = seen.decode()
    assert "\x1b[" in told
    assert "overlays closed" in told
    assert "\n" in told.split("Closing spider (finished)")[1][:8]
