"""Which sites a command names: each once, with what it is asked; what is wrong is told before anything starts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.faults import each_of
from mtcrawler.sites.loading import Sites
from mtcrawler.sites.site_list import TOLD
from mtcrawler.sites.undescribed import UndescribedSite, undescribed
from mtcrawler.visits import planning
from mtcrawler.visits.planning import PlannedVisit, planned
from tests.fixtures.moody import described_in

DOCS = Path(__file__).parents[2] / "docs" / "any-site.md"


@pytest.fixture
def sites(tmp_path: Path) -> Sites:
    """A folder that describes paper.example alone."""
    return Sites(Path(described_in(tmp_path / "sites")))


def told(known: Sites, **arguments: str) -> list[str]:
    """What is wrong with these arguments."""
    with pytest.raises(ArgumentError) as raised:
        planned("news", arguments, known)
    return [str(one) for one in each_of(raised.value)]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("news", {"site": "https://one.example"}),
        ("news", {"url": "https://one.example/a https://one.example/b"}),
        ("news", {}),
        ("paper", {"site": "http://127.0.0.1:1,http://127.0.0.1:2"}),
    ],
)
def test_one_site_is_no_list(name: str, arguments: dict[str, str], sites: Sites) -> None:
    """One site, the addresses of one, and a spider of its own are crawled as they always were."""
    assert planned(name, arguments, sites) is None


def test_sites_separated_by_commas(sites: Sites) -> None:
    """Each site of `site=` is a visit, described or not, with the arguments of the command."""
    found = planned("news", {"site": "https://one.example, paper.example,http://127.0.0.1:8600", "since": "3d"}, sites)
    assert found == [
        PlannedVisit("one.example", "https://one.example", {"since": "3d"}),
        PlannedVisit("paper.example", "paper.example", {"since": "3d"}),
        PlannedVisit("127.0.0.1:8600", "http://127.0.0.1:8600", {"since": "3d"}),
    ]


def test_addresses_of_several_sites(sites: Sites) -> None:
    """Addresses of articles are a visit for each site, with its own addresses."""
    found = planned("news", {"url": "https://one.example/a,https://two.example/b,https://one.example/c"}, sites)
    assert found == [
        PlannedVisit("one.example", "https://one.example", {"url": "https://one.example/a,https://one.example/c"}),
        PlannedVisit("two.example", "https://two.example", {"url": "https://two.example/b"}),
    ]


def test_addresses_of_one_site_are_one_visit(sites: Sites) -> None:
    """Addresses on two hosts of one site are one visit."""
    urls = "https://one.example/a,https://www.one.example/b"
    assert planned("news", {"url": urls}, sites) == [PlannedVisit("one.example", "https://one.example", {"url": urls})]


def test_what_a_row_says_counts_more(sites: Sites, tmp_path: Path) -> None:
    """Arguments of a row stand above those of the command, and its settings are its own."""
    path = tmp_path / "sites.csv"
    path.write_text("url,since,limit,RENDER_MODE\none.example,9d,,http\npaper.example,,5,\n")
    found = planned("news", {"sites": str(path), "since": "3d", "limit": "7"}, sites)
    assert found == [
        PlannedVisit("one.example", "one.example", {"since": "9d", "limit": "7"}, {"RENDER_MODE": "http"}),
        PlannedVisit("paper.example", "paper.example", {"since": "3d", "limit": "5"}),
    ]


def test_every_fault_of_a_file_is_told(sites: Sites, tmp_path: Path) -> None:
    """Wrong addresses, sites that are there twice, wrong values and settings are told at once, with file and line."""
    path = tmp_path / "sites.csv"
    path.write_text(
        "url,since,RENDER_MODE\n"
        "https://one.example/news,,\n"
        "paper.example,,\n"
        "ftp://two.example,,\n"
        "https://www.paper.example:443,,\n"
        "three.example,soon,\n"
        "www.three.example,,\n"
        "four.example,,fast\n"
    )
    found = [one.removeprefix(str(path)).removeprefix(", ") for one in told(sites, sites=str(path))]
    assert [one.partition(". ")[0] for one in found] == [
        "line 2: Reading the argument site=https://one.example/news: it is no site's address",
        "line 4: Reading the argument site=ftp://two.example: it is no site's address",
        "line 5: Reading the site https://www.paper.example:443: it is the same site as paper.example in line 3",
        "line 6: Reading the argument since=soon: it is neither a day nor an age in minutes, hours, days or weeks",
        "line 7: Reading the site www.three.example: it is the same site as three.example in line 6",
        "line 8: reading RENDER_MODE: 'fast' is not allowed",
    ]


def test_faults_of_the_file_and_of_its_values_are_told_together(sites: Sites, tmp_path: Path) -> None:
    """An unknown column hides no wrong address; of more faults than are told in all, the rest is counted."""
    path = tmp_path / "sites.csv"
    path.write_text("url,sine\nftp://one.example,1d\n")
    first, second = told(sites, sites=str(path))
    assert "line 1: there is no column 'sine'" in first
    assert "line 2: Reading the argument site=ftp://one.example" in second
    path.write_text("url,sine\n" + "".join(f"ftp://{number}.example,\n" for number in range(TOLD + 4)))
    found = told(sites, sites=str(path))
    assert len(found) == TOLD + 1
    assert found[-1] == "Reading the sites: there are 5 more faults. Mend these first."


@pytest.mark.parametrize(
    "urls", ["https://one.example/a,https://two.example/b,nonsense", "https://one.example/a,nonsense"]
)
def test_what_is_no_address_is_told(urls: str, sites: Sites) -> None:
    """An address that is none is named, however many sites the others are on."""
    (one,) = told(sites, url=urls)
    assert one.startswith("Reading the argument url=nonsense: ")


def test_sections_of_an_unknown_site_are_to_be_left_out(sites: Sites) -> None:
    """Where there is nothing to choose from, the remedy says so."""
    (one,) = told(sites, site="one.example,two.example", sections="news")
    assert one.endswith("Leave sections out: this site has none to choose from.")


@pytest.mark.parametrize(("language", "sites_named"), [("url,", 2), ("[[site]]", 1)])
def test_the_examples_of_the_page_are_right(language: str, sites_named: int, sites: Sites, tmp_path: Path) -> None:
    """The files that docs/any-site.md shows are taken as they stand."""
    (example,) = (
        one for one in re.findall(r"```\n(.*?)```", DOCS.read_text("utf-8"), re.S) if one.startswith(language)
    )
    path = tmp_path / f"sites.{'csv' if language == 'url,' else 'toml'}"
    path.write_text(example)
    assert len(planned("news", {"sites": str(path)}, sites) or ()) == sites_named


def test_a_long_list_is_announced_and_each_site_read_once(
    sites: Sites, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking at a list asks once for each site what is known of it, and says so where it takes long."""
    monkeypatch.setattr(planning, "LONG", 3)
    asked, said = list[str](), list[str]()

    def counted(url: str) -> UndescribedSite:
        asked.append(url)
        return undescribed(url)

    monkeypatch.setattr(planning, "undescribed", counted)
    path = tmp_path / "sites.csv"
    path.write_text("url\none.example\ntwo.example\nthree.example\n")
    planned("news", {"sites": str(path)}, sites, said.append)
    assert asked == ["one.example", "two.example", "three.example"]
    assert said == ["Reading 3 sites …"]


def test_a_fault_of_the_command_is_told_once(sites: Sites) -> None:
    """A wrong argument of the command is one fault, however many sites it is for."""
    assert len(told(sites, site="one.example,two.example", since="soon")) == 1


@pytest.mark.parametrize(
    ("arguments", "happened"),
    [
        ({"site": "one.example,two.example", "mirror": "http://127.0.0.1:1"}, "it is one site's"),
        ({"site": "one.example,two.example", "url": "https://one.example/a"}, "several sites are named, too"),
        ({"sites": "a.csv", "site": "one.example"}, "site names sites, too"),
    ],
)
def test_sites_are_named_in_one_way(arguments: dict[str, str], happened: str, sites: Sites) -> None:
    """What can hold for one site only is refused where several are named."""
    (one,) = told(sites, **arguments)
    assert happened in one


def test_a_faulty_definition_costs_its_own_site(sites: Sites) -> None:
    """A site whose definition is wrong is planned all the same; its visit will say what is wrong."""
    (sites.folder / "paper.example.toml").write_text("spider = 7")
    found = planned("news", {"site": "one.example,paper.example"}, Sites(sites.folder))
    assert found is not None
    assert [one.site for one in found] == ["one.example", "paper.example"]
