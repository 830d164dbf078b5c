"""The newspaper on the air: served over HTTP, counted, slowed down, and started from the command line."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.newspaper import Newspaper, with_original
from tests.newspaper.addresses import story_path
from tests.newspaper.newsroom.test_stories import ORIGINAL

if TYPE_CHECKING:
    from http.client import HTTPMessage


@pytest.fixture(scope="module")
def paper() -> Iterator[Newspaper]:
    with Newspaper() as served:
        yield served


def fetch(origin: str, path: str) -> tuple[int, HTTPMessage, bytes]:
    """One GET that follows no redirect: status, headers, body."""
    address = urlsplit(origin)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_every_story_is_served(paper: Newspaper) -> None:
    """Every story's path answers 200 with its headline, and both editions can be on the air at once."""
    with Newspaper("ru") as russian:
        for served in (paper, russian):
            for story in served.stories[:60]:
                status, headers, body = fetch(served.origin, story_path(story))
                assert status == 200
                assert headers["Content-Type"].startswith("text/html")
                assert str(story.number).encode() in body


def test_statuses_and_headers_arrive(paper: Newspaper) -> None:
    """Redirects keep to the server's own origin; errors, feeds and the wrong charset arrive as answered."""
    story = paper.stories[0]
    status, headers, _ = fetch(paper.origin, f"{story_path(story)}/")
    assert (status, headers["Location"]) == (302, story_path(story))
    assert fetch(paper.origin, "/all/0")[0] == 500
    assert fetch(paper.origin, "/no/such/route")[0] == 404
    assert fetch(paper.origin, "/rss/all")[1]["Content-Type"].startswith("text/xml")
    odd = next(story for story in paper.stories if story.declared)
    assert fetch(paper.origin, story_path(odd))[1]["Content-Type"] == "text/html; charset=windows-1251"


def test_hits_count_requests_by_path(paper: Newspaper) -> None:
    """Each request counts for its path, whatever its query."""
    before = paper.hits["/opinion"]
    fetch(paper.origin, "/opinion")
    fetch(paper.origin, "/opinion?modal=none")
    assert paper.hits["/opinion"] == before + 2


def test_it_knows_the_truth(paper: Newspaper) -> None:
    """It gives a record for every story, says which source leads to it, which texts are alike and what is clutter."""
    records = paper.expected()
    assert len(records) == len(paper.stories)
    listed = paper.listed()
    assert set().union(*listed.values()) == set(records)
    assert {records[url]["kind"] for url in listed["none"]} == {"archive", "advertorial"}
    assert {records[url]["kind"] for url in listed["sections"] - listed["sitemap"]} == {"sponsored"}
    [(left, right)] = paper.twins
    assert left != right
    assert records[left]["content_hash"] == records[right]["content_hash"]
    assert sorted(map(len, paper.wire)) == [2, 2, 3]
    assert {"Once", "Monthly", "Annual", "Remind me later.", "Support The Moscow Times!"} <= set(paper.clutter)


def test_its_own_addresses_are_in_the_truth() -> None:
    """A newspaper that names its own origin expects images and authors there, and canonical addresses as ever."""
    with Newspaper(base="self") as paper:
        records = paper.expected()
        first = next(iter(records.values()))
        assert first["image"]["url"].startswith(f"{paper.origin}/image/")
        assert first["canonical_url"].startswith("https://www.themoscowtimes.com/")


def test_errors_come_at_the_rate_asked_for() -> None:
    """A share of the answers is a 500, the same ones for the same seed."""
    drawn = []
    for _ in range(2):
        with Newspaper("ru", error_rate=0.5, fault_seed=3) as paper:
            drawn.append([fetch(paper.origin, "/robots.txt")[0] for _ in range(40)])
    assert drawn[0] == drawn[1]
    assert set(drawn[0]) == {200, 500}


def test_terms_for_mining_are_declared_when_asked_for() -> None:
    """With terms, the newspaper reserves text and data mining in the place for it; without, there is nothing there."""
    with Newspaper("ru", tdm_policy="https://example.org/terms", latency=1) as paper:
        assert b'"tdm-reservation": 1' in fetch(paper.origin, "/.well-known/tdmrep.json")[2]
    with Newspaper("ru") as paper:
        assert fetch(paper.origin, "/.well-known/tdmrep.json")[0] == 404


@pytest.mark.skipif(not ORIGINAL.is_dir(), reason="the original is not ours to copy; it lies beside the repository")
def test_the_original_is_served_in_its_place() -> None:
    """With the original's folder, the first article is the original, at the first article's number and time."""
    with with_original(ORIGINAL) as paper:
        story = paper.stories[0]
        status, _, body = fetch(paper.origin, story_path(story))
        assert status == 200
        assert "Alexander Shcherbak / TASS" in body.decode()
        assert len(next(iter(paper.expected().values()))["body"]) == 8


def test_it_runs_from_the_command_line() -> None:
    """`python -m tests.newspaper` says where both editions are and stops when told to."""
    command = [sys.executable, "-m", "tests.newspaper", "--port", "0", "--ru-port", "0", "--modal", "overlay"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout
        origins = [process.stdout.readline().split()[1] for _ in range(2)]
        for origin in origins:
            assert b"tmt-message--overlay" in fetch(origin.rstrip("/"), "/")[2]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
