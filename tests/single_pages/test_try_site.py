"""Laws of `mtcrawler sites try`: a definition is held against what its site shows, and nothing else is judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from mtcrawler.cli import main
from tests.cli.test_cli import on_a_terminal
from tests.extraction.any_site.pages import STORY
from tests.single_pages.site import of_a_command, serving

SITE: Final = "https://paper.example"
NAMES: Final = ("ferry", "bridge", "market", "tower")
PATHS: Final = [f"/2026/11/{day}/the-{name}-stays-open" for day, name in enumerate(NAMES, 17)]
DEFINITION: Final = """
spider = "paper"
publisher = "The Paper"
untried = true
origin = "https://paper.example"
hosts = ["paper.example"]
languages = ["en"]

[[articles]]
match = '/20\\d{2}/\\d{2}/\\d{2}/[^/]+'
examples = ["/2026/11/20/ice"]

[[dated]]
match = '/(20\\d{2})/(\\d{2})/(\\d{2})/[^/]+'
examples = ["/2026/11/20/ice"]

[[sources]]
kind = "sitemap"
address = "/news.xml"

[[sources]]
kind = "feed"
address = "/feed.xml"

[selectors]
authors = ".byline"

[left_out]
elements = [".letter-box"]
"""
WALL: Final = "<div class=paywall><h2>Subscribe to keep reading</h2><p>Subscribe now to read the full story.</p></div>"


def story(name: str, day: int, *, walled: bool = False) -> str:
    told = "".join(f"<p>{name.capitalize()}: {text}</p>" for text in STORY[: 1 if walled else None])
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": f"The {name} stays open",
        "datePublished": f"2026-11-{day}T09:00:00+01:00",
        "isAccessibleForFree": not walled,
    }
    return (
        f"<!doctype html><html lang=en><head><title>The {name} stays open</title>"
        f"<script type='application/ld+json'>{json.dumps(data)}</script></head><body><article>"
        f"<h1>The {name} stays open</h1><p class=byline>By Ines Duval</p>{told}{WALL if walled else ''}"
        "</article></body></html>"
    )


def paper(*, walled: bool = False) -> dict[str, str]:
    """A site with a sitemap and a feed that name its stories, and a page that is none."""
    urls = "".join(f"<url><loc>{SITE}{path}</loc></url>" for path in [*PATHS, "/about"])
    items = "".join(f"<item><link>{SITE}{path}</link></item>" for path in PATHS[:2])
    return {
        "/news.xml": f"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>",
        "/feed.xml": f"<?xml version='1.0'?><rss version='2.0'><channel><title>P</title>{items}</channel></rss>",
        **{
            path: story(name, day, walled=walled) for day, (path, name) in enumerate(zip(PATHS, NAMES, strict=True), 17)
        },
    }


def given(tmp_path: Path, definition: str = DEFINITION) -> dict[str, str]:
    """The environment of a command whose project describes the paper so."""
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "paper.example.toml").write_text(definition, "utf-8")
    now = {"MTCRAWLER_NOW": "2026-11-21T10:00:00Z"}
    return of_a_command(tmp_path) | now | {"MTCRAWLER_SITES": str(tmp_path / "sites")}


def tried(
    pages: dict[str, str], environment: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, Any], str]:
    """The exit code, what was told, and what stands on stderr."""
    with serving(pages) as copy:
        code = main(["sites", "try", "paper.example", "--mirror", copy], environment)
    out, err = capfd.readouterr()
    return code, json.loads(out) if out else {}, err


def to_mend(told: dict[str, Any]) -> set[str]:
    """The keys of what is to be mended."""
    return {one["key"] for one in told["findings"] if one["mend"]}


@pytest.mark.slow
def test_a_definition_that_holds_is_told_as_tried(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Sources, patterns and fields are told with their numbers, 0 says that nothing is to be mended; nothing is stored.

    What may rightly match nowhere is worth a look, and no fault.
    """
    environment = given(tmp_path)
    code, told, _ = tried(paper(), environment, capfd)
    assert (code, told["to_mend"], told["untried"]) == (0, 0, True), told
    assert [(one["name"], one["answered"], one["named"], one["matched"]) for one in told["sources"]] == [
        ("sitemap", True, 5, 4),
        ("rss:feed.xml", True, 2, 2),
    ]
    assert [one["matched"] for one in told["patterns"]] == [4]
    assert [one["key"] for one in told["findings"]] == ["left_out.elements.0"]
    assert len(told["articles"]) == 4
    assert all(one["sources"]["authors"] == "site" for one in told["articles"])
    assert all(one["values"]["authors"] == "Ines Duval" for one in told["articles"])
    fields = {one["field"]: (one["found"], one["ways"]) for one in told["fields"]}
    assert (fields["authors"], fields["tags"]) == ((1.0, {"site": 4}), (0.0, {}))
    assert told["unmatched"] == [f"{SITE}/about"]
    with serving(paper()) as copy:
        shown = on_a_terminal(["sites", "try", "paper.example", "--articles", "2", "--mirror", copy], environment)
    assert "2 articles were read; the definition holds: untried can go." in shown


def test_what_does_not_hold_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A selector that never matches, a language and days that the pages contradict are each to be mended."""
    wrong = DEFINITION.replace(".byline", ".signed-by").replace('["en"]', '["fr"]')
    pages = {path: page.replace("2026-11-", "2026-10-") for path, page in paper().items()}
    code, told, _ = tried(pages, given(tmp_path, wrong), capfd)
    assert code == 3
    assert to_mend(told) == {"selectors.authors", "selectors.published_at", "languages"}, told["findings"]
    assert any("mend dated" in one["remedy"] for one in told["findings"])


@pytest.mark.slow
def test_a_wall_is_told_whatever_the_definition_says(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Articles behind a wall contradict a policy that calls all of them free, and no other one."""
    environment, pages = given(tmp_path), paper(walled=True)
    assert "policy.free" not in to_mend(tried(pages, environment, capfd)[1])
    free = f"{DEFINITION}\n[policy]\nfree = true\n"
    (tmp_path / "sites" / "paper.example.toml").write_text(free, "utf-8")
    code, told, _ = tried(pages, environment, capfd)
    assert (code, "policy.free" in to_mend(told)) == (3, True), told["findings"]
    assert {one["tier"] for one in told["articles"]} == {"subscription"}


def test_a_source_that_is_gone_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A sitemap that answers 404 is to be mended, though the feed still names articles."""
    pages = paper()
    del pages["/news.xml"]
    code, told, _ = tried(pages, given(tmp_path), capfd)
    assert code == 3
    assert to_mend(told) == {"sources (sitemap)"}
    (gone, feed) = told["sources"]
    assert (gone["answered"], feed["answered"], len(told["articles"])) == (False, True, 2)
    assert "404" in gone["failures"][0]


def test_a_site_that_refuses_is_asked_for_no_more(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """robots.txt holds for a trial, too: what it forbids is not asked for, and the code is 12."""
    asked: list[str] = []
    with serving({**paper(), "/robots.txt": "User-agent: *\nDisallow: /\n"}, asked) as copy:
        assert main(["sites", "try", "paper.example", "--mirror", copy], given(tmp_path)) == 12
    assert "the site refuses" in capfd.readouterr().err
    assert {path for path in asked if not path.startswith(("/robots.txt", "/.well-known"))} == set()


def test_a_site_that_is_not_there_or_not_described_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where no source answers the code is 13, and where nothing describes the host it is 2, with what to do."""
    environment = given(tmp_path)
    code, _, err = tried({}, environment, capfd)
    assert (code, "no source could be read" in err) == (13, True)
    with serving({}) as copy:
        pass  # nobody answers there any more
    assert main(["sites", "try", "paper.example", "--mirror", copy], environment) == 13
    err = capfd.readouterr().err
    assert "no source could be read" in err
    assert "refused" in err  # the connection, by the machine
    assert "Check the address and the network" in err
    assert main(["sites", "try", "other.example"], environment) == 2
    assert "mtcrawler sites new other.example" in capfd.readouterr().err
