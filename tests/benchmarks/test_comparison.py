"""A comparison in small: two peers that need nothing but the project's own environment, on a handful of pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import in_turn
from benchmarks.measuring.contenders import CONTENDERS, REFERENCE, chosen
from benchmarks.measuring.harness import Measure
from benchmarks.measuring.results import names_of, rows, table
from mtcrawler.storage.embedded.server import Embedded

PAGES = 5


@pytest.fixture(scope="module")
def measures(tmp_path_factory: pytest.TempPathFactory) -> list[Measure]:
    store = Embedded(tmp_path_factory.mktemp("store"))  # peers need none, so it is never started
    return list(in_turn(chosen("Scrapy,bare loop"), PAGES, 1, store))


def test_every_page_is_read_and_counted(measures: list[Measure]) -> None:
    """Each contender has the headline of each page, and the newspaper counted what it was asked for that."""
    for one in measures:
        assert (one.code, one.right, one.left) == (0, PAGES, 0)
        assert one.requests >= PAGES
        assert one.body_bytes > PAGES * 20_000
        assert 0 < one.seconds < one.whole


def test_the_browser_is_part_of_the_account(measures: list[Measure]) -> None:
    """CPU and memory are those of the browser's processes too, of which plain HTTP has none."""
    plain, bare = measures
    assert any("chrom" in name or "headless" in name for name in bare.seen)
    assert not any("chrom" in name or "headless" in name for name in plain.seen)
    assert bare.cpu > sum(seconds for name, seconds in bare.seen.items() if name.startswith("python"))
    assert bare.peak > plain.peak + 50


def test_the_table_has_a_row_for_each(measures: list[Measure]) -> None:
    """Every contender's median stands in the table, with the ratio to scrapy-playwright where that was measured."""
    lines = table(rows(measures, ["Scrapy", "bare loop"])).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| Scrapy", "| bare loop"]
    assert all(line.endswith(f"| {PAGES}/{PAGES} |") for line in lines[2:])
    found = {
        row.contender: row for row in rows([*measures, _twice_as_slow(measures[1])], ["bare loop", REFERENCE, "Scrapy"])
    }
    assert found[REFERENCE].faster == 1
    assert found["bare loop"].faster == pytest.approx(2)


def test_contenders_are_chosen_by_name() -> None:
    """A whole name means that one, a word every one that has it, nothing all; a word of none is refused."""
    assert names_of(chosen("scrapy")) == ["Scrapy"]
    assert names_of(chosen("crawlee")) == ["Crawlee Playwright", "Crawlee adaptive"]
    assert chosen(None) == list(CONTENDERS)
    with pytest.raises(ValueError, match="no contender is called 'selenium'"):
        chosen("selenium")


def test_each_script_of_a_peer_is_compared() -> None:
    """A file in benchmarks/peers that reads pages is in the table."""
    folder = Path(__file__).parents[2] / "benchmarks" / "peers"
    scripts = {path.stem for path in folder.glob("*.py") if "__main__" in path.read_text()}
    assert scripts == {one.script for one in CONTENDERS if hasattr(one, "script")}


def _twice_as_slow(one: Measure) -> Measure:
    return Measure(**{**vars(one), "contender": REFERENCE, "seconds": 2 * one.seconds})
