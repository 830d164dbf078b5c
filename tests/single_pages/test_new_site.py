"""Laws of `mtcrawler sites new`: a first definition that is right as it stands and crawls what was found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from mtcrawler.cli import main
from mtcrawler.cli.pages.new_definition import definition_text, described_sources
from mtcrawler.cli.pages.new_site import keep
from mtcrawler.model.article import Draft
from mtcrawler.model.errors import PageNotFetched
from mtcrawler.model.provenance import Provenance
from mtcrawler.pages.exchange import FoundArticle, FoundSource, SiteAnswer
from mtcrawler.sites.loading import load_definition, read_definition
from mtcrawler.storage.location import Location
from tests.extraction.any_site.pages import STORY
from tests.extraction.any_site.test_page_kind import TEASERS, other
from tests.fixtures.crawl import articles, crawl
from tests.single_pages.site import of_a_command, serving

NAMES: Final = ("ferry", "bridge", "market", "tower")
PATHS: Final = [f"/news/2026/11/{day}/the-{name}-stays-open-a{day}.html" for day, name in enumerate(NAMES, 17)]
PROVENANCE: Final = {
    "run_id": "r", "crawler_version": "1", "fetched_at": "2026-11-20T10:00:00Z", "discovered_via": "rss",
    "rendered": "http", "status": 200, "extractor": "x", "fields": {"headline": "declared"},
}  # fmt: skip


def found_at(*paths: str) -> SiteAnswer:
    """A site with articles at these paths, and names that have to be quoted."""
    html = '<html><head><meta property="og:site_name" content="&quot;A&#10;\\ Paper&#127;"></head></html>'
    drafts = [
        Draft(
            url=f"https://paper.example{path}",
            canonical_url=f"https://paper.example{path}",
            site="paper.example",
            publisher="paper.example",
            spider="news",
            kind="news",
            provenance=Provenance.model_validate(PROVENANCE),
        )
        for path in paths
    ]
    return SiteAnswer(
        origin="https://paper.example",
        hosts=["paper.example"],
        sources=[FoundSource(kind="sitemap", address='https://elsewhere.example/"a".xml', articles=3)],
        articles=[FoundArticle(html=html, draft=draft) for draft in drafts],
        lists=["/", "/news", *paths],
    )


def story(name: str) -> str:
    told = "".join(f"<p>{name.capitalize()}: {text}</p>" for text in STORY)
    return (
        f"<!doctype html><html lang=en><head><title>The {name} stays open</title>"
        "<meta property=og:type content=article>"
        '<meta property="og:site_name" content="The \'Ostervik\' Courier">'
        '<meta property="article:published_time" content="2026-11-20T09:00:00+01:00"></head><body>'
        f"<article><h1>The {name} stays open</h1><p class=byline>By Ines Duval</p>{told}</article></body></html>"
    )


def paper(origin: str) -> dict[str, str]:
    """A site with a feed that names its stories, and a section."""
    items = "".join(f"<item><link>{origin}{path}</link></item>" for path in PATHS)
    feed = "<link rel=alternate type='application/rss+xml' href='/news.xml'>"
    front = f"<html lang=en><head>{feed}</head><body></body></html>"
    return {
        "/": front,
        "/news.xml": f"<?xml version='1.0'?><rss version='2.0'><channel><title>C</title>{items}</channel></rss>",
        "/news": other("News", TEASERS),
        **{path: story(name) for path, name in zip(PATHS, NAMES, strict=True)},
    }


def test_a_site_is_looked_at_and_described(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The file has language, publisher, the feed and patterns of articles and days; pages are kept on request."""
    pages: dict[str, str] = {}
    environment = of_a_command(tmp_path) | {
        "MTCRAWLER_SITES": str(tmp_path / "sites"),
        "MTCRAWLER_NOW": "2026-11-21T10:00:00Z",
    }
    (tmp_path / "sites").mkdir()
    with serving(pages) as origin:
        pages.update(paper(origin))
        assert main(["sites", "new", origin, "--pages", str(tmp_path / "kept")], environment) == 0
        told = json.loads(capfd.readouterr().out)
        found = load_definition(Path(told["file"]))
        assert main(["sites", "new", origin], environment) == 2  # what a person may have changed is left alone
    assert found.origin == origin
    assert (found.publisher, found.languages) == ("The 'Ostervik' Courier", ("en",))
    assert all(found.article(path) and found.day(path) for path in PATHS)
    assert not found.article("/news")
    assert [getattr(one, "address", None) for one in found.all_sources] == ["/news.xml"]
    assert {urlsplit(one["url"]).path for one in told["articles"]} == set(PATHS)
    assert len(list((tmp_path / "kept").glob("*.html"))) == len(list((tmp_path / "kept").glob("*.json"))) == len(PATHS)
    assert "#   body: 4 model" in Path(told["file"]).read_text("utf-8")


@pytest.mark.parametrize("asked", ["https://www.paper.example", "https://paper.example", "https://m.paper.example"])
def test_a_site_that_a_file_describes_is_not_described_again(
    asked: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where a file of another name describes the host, it is named, and nothing is asked of the site or written."""
    file = tmp_path / "sites" / "paper.example.toml"
    file.parent.mkdir()
    file.write_text(
        definition_text(found_at("/ice")).replace('["paper.example"]', '["paper.example", "www.paper.example"]')
    )
    assert main(["sites", "new", asked], of_a_command(tmp_path) | {"MTCRAWLER_SITES": str(file.parent)}) == 2
    assert f"{file} describes {urlsplit(asked).hostname} already" in capfd.readouterr().err
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("named", ["news", "site_127_0_0_1"])
def test_a_copy_on_this_machine_is_crawled_as_it_was_described(named: str, bucket: Location, tmp_path: Path) -> None:
    """A definition of a copy on loopback, whose pages name the publisher's host, is crawled from there with no setting
    more, and nothing is asked of the publisher.
    """
    pages = paper("https://www.courier.example")
    given = {"MTCRAWLER_SITES": str(tmp_path / "sites"), "MTCRAWLER_NOW": "2026-11-21T10:00:00Z"}
    (tmp_path / "sites").mkdir()
    with serving(pages) as origin:
        assert main(["sites", "new", origin], of_a_command(tmp_path) | given) == 0
        asked = {**({"site": origin} if named == "news" else {}), **{f"E_{name}": given[name] for name in given}}
        run = crawl(named, bucket, tmp_path / "var", since="30d", S_RENDER_MODE="http", **asked)
    assert run.code == 0, run.said
    assert set(articles(bucket)) == {origin + path for path in PATHS}
    (file,) = (tmp_path / "sites").iterdir()
    assert "www.courier.example" in load_definition(file).hosts


def test_a_site_without_articles_is_not_described(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where no article is found, or nobody answers, no file is written, and the line says what to try."""
    environment = of_a_command(tmp_path) | {"MTCRAWLER_SITES": str(tmp_path / "sites")}
    (tmp_path / "sites").mkdir()
    with serving({"/": "<html><body><p>Soon.</p></body></html>"}) as origin:
        assert main(["sites", "new", origin], environment) == 13
    assert "no article was found" in capfd.readouterr().err
    assert main(["sites", "new", origin], environment) == 13  # nobody answers there any more
    said = capfd.readouterr().err
    assert "its robots.txt cannot be fetched" in said
    assert "Check the address and the network" in said
    assert not list((tmp_path / "sites").iterdir())


@pytest.mark.parametrize(
    "path",
    [
        "/story/ice",
        "/a'b/c\\d",
        "/2026/13/40/ice",
        "/news/ice-12.html",
        "/12/345/6789",
        "/新闻/冰.htm",
        "/x.aspx",
        "/ice",
    ],
)
def test_whatever_is_found_makes_a_right_definition(path: str) -> None:
    """Whatever characters addresses, names and languages have, the text is a definition that its own checks pass."""
    described = read_definition(definition_text(found_at(path)), "paper.example.toml")
    assert described.article(path)


def test_a_declared_language_that_the_text_contradicts_is_not_taken() -> None:
    """Articles in Cyrillic are described as Russian, though their pages declare English."""
    found = found_at("/story/ice")
    (one,) = found.articles
    draft = one.draft.model_copy(update={"language": "en", "headline": "Паром снова ходит"})
    changed = found.model_copy(update={"articles": [one.model_copy(update={"draft": draft})]})
    assert 'languages = ["ru"]' in definition_text(changed)


def test_a_source_of_one_address_is_told_in_the_singular() -> None:
    """The comment of a source that named one address first says so in English."""
    found = found_at("/story/ice")
    one = found.model_copy(update={"sources": [found.sources[0].model_copy(update={"articles": 1})]})
    assert "# It was the first to name 1 address.\n" in definition_text(one)


def test_a_source_that_named_nothing_new_is_not_told_as_empty() -> None:
    """A source whose articles another one named first is told as that, and not as one that names none."""
    found = found_at("/story/ice")
    late = FoundSource(kind="feed", address="https://paper.example/news.xml", articles=0)
    text = definition_text(found.model_copy(update={"sources": [*found.sources, late]}))
    assert '# It named no article that another source had not named before.\n[[sources]]\nkind = "feed"' in text
    alone = definition_text(found.model_copy(update={"sources": [late]}))
    assert "# It named no article.\n[[sources]]" in alone


def patterns_of(*paths: str, lists: tuple[str, ...] = ("/", "/news")) -> list[str]:
    found = found_at(*paths).model_copy(update={"lists": list(lists)})
    described = read_definition(definition_text(found), "paper.example.toml")
    assert all(map(described.article, paths))
    assert not any(map(described.article, lists))
    return [one.match.pattern for one in described.articles]


def test_one_pattern_stands_for_all_sections() -> None:
    """Articles whose addresses differ in the section alone have one pattern, which other sections' articles match too;
    a word of a list, or one that nothing else tells from lists, is not left open.
    """
    days = [f"/{section}/2026/11/20/ice" for section in ("news", "sport", "city")]
    assert patterns_of(*days) == [r"/[^/]+/\d{4}/\d{1,2}/\d{1,2}/[^/]+"]
    assert patterns_of(*days, lists=("/archive/2026/11/20/all",)) == [
        r"/(?:city|news|sport)/\d{4}/\d{1,2}/\d{1,2}/[^/]+"
    ]
    assert patterns_of("/news/ice", "/sport/snow", "/about.html") == ["/(?:news|sport)/[^/]+", r"/[^/]+\.html"]
    assert patterns_of("/news/a/ice", "/sport/b/snow") == ["/news/a/[^/]+", "/sport/b/[^/]+"]


def test_a_schema_is_named_only_where_there_is_one() -> None:
    """The first line leads editors to the schema of the project, or says which command prints it; the second leads to
    the guide only where the project has it.
    """
    assert (text := definition_text(found_at("/ice"), "../docs/s.json")).startswith("#:schema ../docs/s.json\n")
    assert "Look it over: docs/any-site.md." in text
    assert (text := definition_text(found_at("/ice"))).startswith("# For editors: `mtcrawler sites schema` prints")
    assert "docs/" not in text
    assert "Look it over: `mtcrawler try URL`" in text


def test_sources_are_told_as_they_are_written() -> None:
    """A list that named no article is neither written nor counted; where nothing is left, the front page is both."""
    empty = FoundSource(kind="list", address="https://paper.example/tags", articles=0)
    found = found_at("/ice").model_copy(update={"sources": [*found_at("/ice").sources, empty]})
    assert described_sources(found) == found.sources[:1]
    assert definition_text(found).count("[[sources]]") == 1
    (front,) = described_sources(found.model_copy(update={"sources": [empty]}))
    assert (front.kind, front.address) == ("list", "/")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/2026/11/20/ice.html", "2026-11-20-ice-html"),
        ("/", "page"),
        ("/news/" + "word-" * 20 + "end", "word-" * 15 + "end"),
        ("/" + "w" * 100, "w" * 80),
    ],
)
def test_kept_pages_are_named_by_whole_words(path: str, name: str, tmp_path: Path) -> None:
    """A long name begins with a whole word, and no page takes the name of another."""
    keep(tmp_path, [*found_at(path).articles, *found_at(path).articles])
    assert {one.name for one in tmp_path.glob("*.html")} == {f"{name}.html", f"{name}-2.html"}


def test_articles_at_the_home_page_are_left_out() -> None:
    """An article that only its query tells from the home page gets no pattern, and spoils none of the others'."""
    described = read_definition(definition_text(found_at("/?p=12", "/story/ice", "/?p=13")), "paper.example.toml")
    assert described.article("/story/ice")
    assert not described.article("/")


def test_a_site_whose_articles_only_queries_tell_apart_is_not_described() -> None:
    """Where no pattern can be written, the error says why and how the site is crawled without a definition."""
    with pytest.raises(PageNotFetched, match=r"patterns match paths.*scrapy crawl news -a site=https://paper\.example"):
        definition_text(found_at("/?p=12", "/?p=13"))
