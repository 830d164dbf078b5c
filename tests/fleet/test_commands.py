"""`mtcrawler fleet`: which sites are visited, from the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from mtcrawler.cli import main
from mtcrawler.cli.fleet.status import _print_sites
from mtcrawler.fleet.database import tables
from tests.fixtures.moody import described_in
from tests.fleet.stand_in import asked


@pytest.fixture
def given(dsn: str, tmp_path: Path) -> dict[str, str]:
    return {"FLEET_DSN": dsn, "MTCRAWLER_SITES": described_in(tmp_path / "sites")}


def done(given: dict[str, str], capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """What a command that ends well says."""
    assert main(["fleet", *arguments], given) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def sites(dsn: str) -> dict[str, tuple[str, str]]:
    return {row["name"]: (row["source"], row["url"]) for row in asked(dsn, "SELECT name, source, url FROM site")}


def test_sites_come_and_go_with_those_who_name_them(
    given: dict[str, str], dsn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sync takes what definitions or a list name, and removes what the same one named before and names no more; what a
    person added stays. Whoever syncs twice changes nothing, and what was said of a site's interval stays.
    """
    assert done(given, capsys, "sync", "--every", "30m") == {"added": 1, "updated": 0, "removed": 0}
    assert done(given, capsys, "sync") == {"added": 0, "updated": 1, "removed": 0}
    listing = tmp_path / "list.csv"
    listing.write_text("url,since,DOWNLOAD_DELAY\na.example,2026-11-01,3\nb.example,,\n")
    assert done(given, capsys, "sync", str(listing)) == {"added": 2, "updated": 0, "removed": 0}
    assert done(given, capsys, "add", "https://c.example", "--priority", "5", "--weight", "4")["added"] == 1
    done(given, capsys, "add", "https://c.example", "--backfill", "2020-01-01")
    assert done(given, capsys, "status")["backfilling"] == 1
    listing.write_text("url,since,DOWNLOAD_DELAY\na.example,2026-11-01,3\n")
    assert done(given, capsys, "sync", str(listing)) == {"added": 0, "updated": 1, "removed": 1}
    assert sites(dsn) == {
        "paper.example": ("definitions", "https://paper.example"),
        "a.example": (f"list {listing}", "a.example"),
        "c.example": ("added", "https://c.example"),
    }
    terms = "SELECT extract(epoch FROM every)::int AS every, priority, weight FROM site ORDER BY name"
    assert [tuple(row.values()) for row in asked(dsn, terms)] == [(None, 0, 1.0), (None, 5, 4.0), (1800, 0, 1.0)]
    own = asked(dsn, "SELECT arguments, settings FROM site WHERE name = 'a.example'")
    assert own == [{"arguments": {"since": "2026-11-01"}, "settings": {"DOWNLOAD_DELAY": "3"}}]


def test_what_nobody_has_tried_is_not_visited(
    given: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sync leaves out definitions that are untried, and says how many; a person may add such a site."""
    described_in(tmp_path / "sites", more="untried = true")
    assert main(["fleet", "sync"], given) == 0
    said = capsys.readouterr()
    assert (json.loads(said.out)["added"], "1 of the definitions are untried" in said.err) == (0, True)
    assert done(given, capsys, "add", "paper.example")["added"] == 1


def test_lists_are_apart(given: dict[str, str], dsn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two lists of one name in two folders are two: neither hides nor removes what the other names. A site that both
    name goes with the last of them, and one that a person added stays that person's, without what lists said of it.
    """
    one, two = tmp_path / "x" / "news.csv", tmp_path / "y" / "news.csv"
    for path, lines in ((one, "a.example,\nboth.example,1\nhand.example,3\n"), (two, "b.example,\nboth.example,2\n")):
        path.parent.mkdir()
        path.write_text(f"url,DOWNLOAD_DELAY\n{lines}")
    done(given, capsys, "add", "hand.example")
    assert done(given, capsys, "sync", str(one), str(two)) == {"added": 3, "updated": 2, "removed": 0}
    done(given, capsys, "add", "both.example", "--priority", "5")
    assert asked(dsn, "SELECT settings FROM site WHERE name = 'both.example'") == [
        {"settings": {"DOWNLOAD_DELAY": "2"}}
    ]
    asked(dsn, "UPDATE site SET source = also[1], also = also[2:] WHERE name = 'both.example'")
    one.write_text("url\nb.example\n")
    assert done(given, capsys, "sync", str(one)) == {"added": 0, "updated": 1, "removed": 1}
    assert {name: source for name, (source, _) in sites(dsn).items()} == {
        "b.example": f"list {two}",
        "both.example": f"list {two}",
        "hand.example": "added",
    }
    assert asked(dsn, "SELECT settings, also FROM site WHERE name = 'hand.example'") == [{"settings": {}, "also": []}]
    two.write_text("url\nc.example\n")
    assert done(given, capsys, "sync", str(two)) == {"added": 1, "updated": 0, "removed": 1}
    assert sites(dsn)["b.example"] == (f"list {one}", "b.example")


def test_what_is_wrong_is_told(given: dict[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A wrong definition costs its own site, and removes none; wrong addresses, lists, names and times are each told
    with what to do, and change nothing.
    """
    (tmp_path / "sites" / "wrong.example.toml").write_text('spider = "wrong"\n')
    assert main(["fleet", "sync"], given) == 2
    said = capsys.readouterr()
    assert (json.loads(said.out)["added"], "wrong.example.toml" in said.err) == (1, True)
    for arguments, told in (
        (("add", "ftp://x.example"), "it is no site's address"),
        (("add", "a.example", "https://a.example"), "it is the same site as a.example"),
        (("pause", "papr.example"), "there is none called papr.example. Did you mean paper.example?"),
        (("pause",), "Name sites, or --all."),
        (("status", "--watch"), "--watch shows tables on a terminal"),
        (("sync", str(tmp_path / "none.csv")), "it cannot be read"),
    ):
        assert main(["fleet", *arguments], given) == 2
        assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given_so", "told"),
    [
        (("add", "a.example", "--every", "soon"), "--every: 'soon' is no time such as 30m, 1h or 1d"),
        (("add", "a.example", "--every=-1h"), "--every: '-1h' is no time such as"),
        (("add", "a.example", "--weight", "nan"), "--weight: 'nan' is no number from 0.001 to 1e+06"),
        (("add", "a.example", "--priority", "99999999999"), "--priority: '99999999999' is no number from -100000 to"),
        (("add", "a.example", "--backfill", "2090-01-01"), "--backfill: '2090-01-01' is no day of the past"),
        (("drain", "--wait", "nan"), "--wait: 'nan' is no number from 0 to 1e+09"),
        (("drain", "--wait=-5"), "--wait: '-5' is no number from 0"),
    ],
)
def test_options_that_mean_nothing_are_told(
    capsys: pytest.CaptureFixture[str], given_so: tuple[str, ...], told: str
) -> None:
    """A time, number or day that cannot be meant is refused with what is allowed, before the database is asked."""
    with pytest.raises(SystemExit) as ended:
        main(["fleet", *given_so], {})
    assert ended.value.code == 2
    assert f"argument {told}" in capsys.readouterr().err


def test_sites_are_paused_and_quarantined(given: dict[str, str], dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is paused or quarantined loses the job that nobody has begun; status names it with the reason; whoever
    resumes or releases it has it due at once.
    """
    done(given, capsys, "add", "a.example", "b.example", "c.example")
    for name in "ab":
        job = "INSERT INTO procrastinate_jobs (queue_name, task_name, lock) VALUES ('visits', 'visit', %s)"
        asked(dsn, job, f"{name}.example")
    assert done(given, capsys, "pause", "https://a.example/") == {"paused": 1}
    assert done(given, capsys, "quarantine", "b.example", "--reason", "asks for money") == {"quarantined": 1}
    told = done(given, capsys, "status")
    assert [told[name] for name in ("sites", "due", "queued", "paused", "quarantined")] == [3, 1, 0, 1, 1]
    assert [(one["name"], one["reason"]) for one in told["in_quarantine"]] == [("b.example", "asks for money")]
    assert done(given, capsys, "pause", "--all", "--resume") == {"resumed": 3}
    assert done(given, capsys, "quarantine", "b.example", "--release") == {"released": 1}
    assert done(given, capsys, "status")["due"] == 3
    assert main(["fleet", "status", "--sites"], given) == 0
    assert [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()] == sorted(sites(dsn))


def test_sites_are_removed_by_name(given: dict[str, str], dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A site that is removed by its name or address is gone with the job that nobody has begun; where definitions or a
    list name it, too, stderr says that it comes back. One that is not there is refused, and nothing is removed.
    """
    done(given, capsys, "sync")
    done(given, capsys, "add", "a.example", "b.example")
    asked(dsn, "INSERT INTO procrastinate_jobs (queue_name, task_name, lock) VALUES ('visits', 'visit', 'a.example')")
    assert main(["fleet", "remove", "a.example", "c.example"], given) == 2
    assert len(sites(dsn)) == 3
    capsys.readouterr()
    assert main(["fleet", "remove", "https://a.example/", "paper.example"], given) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == {"removed": 2}
    assert "paper.example is named by definitions" in told.err
    assert "a.example" not in told.err
    assert sites(dsn).keys() == {"b.example"}
    assert asked(dsn, "SELECT lock FROM procrastinate_jobs") == []


@pytest.mark.parametrize("address", ["nonsense", "a b", "", "example", "localhost:8080", "-/x"])
def test_what_is_no_site_is_not_added(
    address: str, given: dict[str, str], dsn: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An address without a host of the web is refused, as it would be visited in vain for ever; an address with its
    scheme may be of a machine next door.
    """
    assert main(["fleet", "add", "a.example", "--", address], given) == 2
    assert "no" in capsys.readouterr().err
    assert done(given, capsys, "add", "http://localhost:8080")["added"] == 1
    assert sites(dsn).keys() == {"localhost:8080"}


def test_a_line_of_sites_is_not_folded() -> None:
    """However narrow the terminal, a site is on one line, with its whole name."""
    out = io.StringIO()
    name = f"{'very-' * 12}long.example"
    row: dict[str, Any] = {"name": name, "next_due": "2026-11-20T10:00:00", "visited": None, "outcome": "nothing found"}
    row |= {"quarantined": None, "paused": False, "failures": 0}
    _print_sites(Console(file=out, width=80), [row, {**row, "name": "b.example"}])
    assert [line.split()[0] for line in out.getvalue().splitlines() if ".example" in line] == [name, "b.example"]


def test_a_drained_fleet_waits_for_its_visits(
    given: dict[str, str], dsn: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Drain takes back what nobody has begun, waits for what is under way, and ends with 3 where that takes longer."""
    done(given, capsys, "add", "a.example", "b.example")
    job = "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status) VALUES ('visits', 'visit', %s, %s)"
    asked(dsn, job, "a.example", "doing")
    asked(dsn, job, "b.example", "todo")
    assert main(["fleet", "drain", "--wait", "0"], given) == 3
    assert json.loads(capsys.readouterr().out) == {"draining": True, "under_way": 1}
    assert [row["lock"] for row in asked(dsn, "SELECT lock FROM procrastinate_jobs")] == ["a.example"]
    asked(dsn, "DELETE FROM procrastinate_jobs")
    assert done(given, capsys, "drain") == {"draining": True, "under_way": 0}
    assert done(given, capsys, "drain", "--resume")["draining"] is False


def test_a_database_that_is_away_is_told(
    given: dict[str, str], dsn: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody answers, the address is wrong or the tables are of another form, that is told without the password,
    with what to do, and no traceback.
    """
    assert main(["fleet", "status"], {**given, "FLEET_DSN": "postgresql://fleet:hidden-word@127.0.0.1:9/fleet"}) == 14
    said = capsys.readouterr().err
    assert said.startswith("mtcrawler: opening the fleet's database: connection failed") or "refused" in said
    assert "hidden-word" not in said
    assert main(["fleet", "status"], {**given, "FLEET_DSN": "mysql://127.0.0.1/fleet"}) == 2
    assert "reading the environment variable FLEET_DSN: its value is not allowed" in capsys.readouterr().err
    done(given, capsys, "status")
    monkeypatch.setattr(tables, "FORM", tables.FORM + 1)
    assert main(["fleet", "status"], given) == 14
    assert "its tables have the form 1, and this version of the program needs 2" in capsys.readouterr().err
