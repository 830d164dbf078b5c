"""Laws of `mtcrawler try` and `mtcrawler.api.fetch`: one page fetched as a crawl does it, read, and nothing stored."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.api import PageNotFetched, PageRefused, fetch
from mtcrawler.cli import main
from mtcrawler.cli.pages.comparison import comparison
from mtcrawler.cli.pages.verdicts import verdicts
from mtcrawler.model.article import Paragraph
from mtcrawler.model.errors import ArgumentError
from mtcrawler.pages import fetching
from mtcrawler.pages.exchange import PageAnswer, PageRequest
from mtcrawler.pages.fetching import fetch_page
from tests.cli.test_cli import on_a_terminal
from tests.extraction.any_site.pages import HEADLINE, STORY, linked, page
from tests.extraction.any_site.test_page_kind import TEASERS, other
from tests.fixtures.moody import Said, moody
from tests.hostile.answers import Answer
from tests.hostile.canary import HostileSite
from tests.single_pages.site import of_a_command, serving

STORY_AT = "/2026/11/20/lighthouse-keeps-its-lamp"
BANNER = """<div id="cookie-consent" style="position:fixed;inset:0;background:#fff;z-index:9">
<h2>We value your privacy</h2><p>We and our partners use cookies.</p>
<button onclick="this.parentNode.remove()">Reject all</button><button>Accept all</button></div>"""
PAGES = {
    STORY_AT: page(head=linked(author={"@type": "Person", "name": "Ingrid Solheim"})).replace(
        "</body>", f"{BANNER}</body>"
    ),
    "/news": other("News", TEASERS),
    "/private/a": page(),
}


def test_a_page_is_fetched_read_and_not_stored(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """In a pipe `try` prints the article, where each field came from, and what was left out; it needs no bucket."""
    asked: list[str] = []
    with serving(PAGES, asked) as origin:
        code = main(["try", origin + STORY_AT, "--http"], of_a_command(tmp_path))
    told = json.loads(capfd.readouterr().out)
    assert code == 0
    assert asked == ["/robots.txt", STORY_AT]
    reading = told["reading"]
    assert [block["text"] for block in reading["body"]] == list(STORY)
    assert reading["headline"] == HEADLINE
    assert reading["fields"]["authors"] == "declared"
    assert reading["access"]["complete"]
    assert "Sign up for our newsletter" in told["left_out"]
    assert not {HEADLINE, *STORY} & set(told["left_out"])
    assert not list(tmp_path.rglob("*.sqlite"))


def test_a_page_is_fetched_without_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where there is no project `try` reads a page with the usual settings, runs no module that lies in the folder by
    chance, and leaves nothing behind.
    """
    (tmp_path / "scrapy.py").write_text("raise SystemExit('run')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fetching, "project", lambda: None)
    ours = {"MTCRAWLER_VAR", "SCRAPY_PROJECT"}
    given = {name: value for name, value in of_a_command(tmp_path / "var").items() if name not in ours}
    with serving(PAGES) as origin:
        assert main(["try", origin + STORY_AT, "--http"], given) == 0
    assert json.loads(capfd.readouterr().out)["reading"]["headline"] == HEADLINE
    assert [one.name for one in tmp_path.iterdir()] == ["scrapy.py"]


@pytest.mark.slow
def test_what_stands_over_a_page_is_dismissed_and_shown(tmp_path: Path) -> None:
    """In the browser an overlay is dismissed and told, with a picture of the view before and one after."""
    with serving(PAGES) as origin:
        answer = fetch_page(PageRequest(url=origin + STORY_AT), of_a_command(tmp_path))
    (overlay,) = answer.reading.overlays
    assert (overlay.kind, overlay.action, overlay.outcome) == ("consent", "refused", "gone")
    assert [picture.when for picture in answer.pictures] == ["before", "after"]
    assert answer.reading.text == "\n\n".join(STORY)


@pytest.mark.slow
def test_a_page_that_is_no_article_ends_with_3(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A list is told as one, and a missing page as what it is; the code says that something is not as it should be."""
    with serving(PAGES) as origin:
        assert main(["try", f"{origin}/news", "--http"], of_a_command(tmp_path)) == 3
        assert json.loads(capfd.readouterr().out)["reading"]["page"] == "list"
        assert main(["try", f"{origin}/nowhere", "--http"], of_a_command(tmp_path)) == 3
        told = json.loads(capfd.readouterr().out)
        shown = on_a_terminal(["try", f"{origin}/nowhere", "--http"], of_a_command(tmp_path), code=3)
    assert "There is no such page (404)." in shown
    assert not re.search(r"Access:|0 words|headline", shown)  # of a page without an article there is none to tell
    assert (told["status"], told["judged"].partition(":")[0]) == (404, "missing")


def test_a_404_is_no_page_whatever_it_says(tmp_path: Path) -> None:
    """A 404 whose page has text is told as no such page, without a word of what could be read off it."""
    words = page().replace("<article", "<div").replace("</article", "</div")
    with moody({"/a": Said(words, 404)}) as paper:
        shown = on_a_terminal(["try", f"{paper.origin}/a", "--http"], of_a_command(tmp_path), code=3)
    assert "There is no such page (404)." in shown
    assert not re.search(r"Access:|headline|odd answer", shown)


@pytest.mark.slow
def test_why_no_page_came_is_told_by_its_own_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """robots.txt is obeyed and an absent site named, each with an error and an exit code of its own."""
    for name, value in of_a_command(tmp_path).items():
        monkeypatch.setenv(name, value)
    with serving(PAGES) as origin, pytest.raises(PageRefused, match=r"robots\.txt") as refused:
        fetch(f"{origin}/private/a", browser=False)
    with pytest.raises(PageNotFetched, match="cannot be fetched") as absent:
        fetch(f"{origin}/private/a", browser=False)  # nobody answers there any more
    assert (refused.value.exit_code, absent.value.exit_code) == (12, 13)
    assert type(absent.value) is PageNotFetched


def test_an_address_with_a_password_is_refused_and_not_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What is read has to be open to all; a password that was typed by mistake is not printed."""
    for address in ("http://me:s3cretpw@127.0.0.1:1/a", "me:s3cretpw@127.0.0.1:1/a"):
        assert main(["try", address, "--http"], of_a_command(tmp_path)) == ArgumentError.exit_code
        said = "".join(capfd.readouterr())
        assert "a user name or a password" in said
        assert "s3cretpw" not in said


def test_a_redirect_to_a_host_without_robots_txt_is_no_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That a host's robots.txt cannot be had is told of the host that was led to, and is no publisher's word."""
    for name, value in of_a_command(tmp_path).items():
        monkeypatch.setenv(name, value)
    led = Said("", 302, headers={"Location": "http://us:s3cret@127.0.0.2:1/x"})
    with (
        moody({"/a": led}) as paper,
        pytest.raises(PageNotFetched, match=r"it led to 127\.0\.0\.2, whose robots") as failed,
    ):
        fetch(f"{paper.origin}/a", browser=False)
    assert type(failed.value) is PageNotFetched
    assert "s3cret" not in str(failed.value)


@pytest.mark.parametrize("answer", [Answer(headers={"X-Long": "x" * 300_000}), Answer(b"<html>", broken=True)])
def test_whatever_is_wrong_with_a_page_has_one_error(answer: Answer, tmp_path: Path) -> None:
    """An answer that cannot be read as a page is told as PageNotFetched, which callers know."""
    with HostileSite() as site:
        site.answers["/a"] = [answer]
        with pytest.raises(PageNotFetched) as absent:
            fetch_page(PageRequest(url=f"{site.origin}/a", way="http"), of_a_command(tmp_path))
    assert (type(absent.value), absent.value.exit_code) == (PageNotFetched, 13)


@pytest.mark.slow
@pytest.mark.parametrize(("way", "remedy"), [("http", "Try again later, or in the browser."), ("browser", "later.")])
def test_the_browser_is_advised_only_after_plain_http(way: Any, remedy: str, tmp_path: Path) -> None:
    """Who was refused in the browser is not told to try the browser."""
    with HostileSite() as site:
        site.answers["/a"] = [Answer(b"No.", kind="text/plain", status=403)]
        with pytest.raises(PageRefused) as refused:
            fetch_page(PageRequest(url=f"{site.origin}/a", way=way), of_a_command(tmp_path))
    assert refused.value.remedy.endswith(remedy)


def test_what_is_no_address_is_told_with_a_definition_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """An argument that is no address of a page is told as that, before any file is read."""
    asked = ["try", "foo", "--http", "--site", str(tmp_path / "x.toml")]
    assert main(asked, of_a_command(tmp_path)) == 2
    assert "Fetching foo: it is no address of a page" in capfd.readouterr().err


@pytest.mark.slow
def test_a_definition_is_tried_before_it_is_in_the_project(tmp_path: Path) -> None:
    """With a definition's file its selectors count, and the page says so; `try` names the one that it used."""
    with serving(PAGES) as origin:
        host = origin.removeprefix("http://").partition(":")[0]
        definition = tmp_path / f"{host}.toml"
        definition.write_text(
            f'spider = "ostervik"\npublisher = "Ostervik"\norigin = "{origin}"\nhosts = ["{host}"]\n'
            'languages = ["en"]\n'
            f'[[articles]]\nmatch = \'/.+\'\nexamples = ["/a"]\n[[sources]]\nkind = "sitemap"\n'
            '[selectors]\nsubtitle = ".newsletter-signup h3"\ncontainer = "body"\n',
            "utf-8",
        )
        asked = PageRequest(url=origin + STORY_AT, way="http", definition=str(definition))
        reading = fetch_page(asked, of_a_command(tmp_path)).reading
        of_the_project = of_a_command(tmp_path) | {"MTCRAWLER_SITES": str(tmp_path)}
        shown = on_a_terminal(["try", origin + STORY_AT, "--http"], of_the_project)
        undescribed = on_a_terminal(["try", origin + STORY_AT, "--http"], of_a_command(tmp_path))
    assert (reading.subtitle, reading.fields["subtitle"]) == ("Sign up for our newsletter", "site")
    assert "Read with definition ostervik" in shown
    assert "Read with no definition" in undescribed


def test_a_faulty_definition_is_a_wrong_argument(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A definition's file that is missing, or faulty, ends `try` with 2, and the line names the file."""
    faulty = tmp_path / "faulty.toml"
    faulty.write_text("spider = 1\n", "utf-8")
    for file in (faulty, tmp_path / "missing.toml"):
        asked = ["try", "http://127.0.0.1:1/a", "--http", "--site", str(file)]
        assert main(asked, of_a_command(tmp_path)) == 2
        assert str(file) in capfd.readouterr().err


@pytest.mark.slow
def test_a_terminal_shows_fields_and_what_was_left_out(tmp_path: Path) -> None:
    """A person sees the verdict, each field with where it came from, the text, and lines that were left out."""
    with serving(PAGES) as origin:
        shown = on_a_terminal(["try", origin + STORY_AT, "--http"], of_a_command(tmp_path))
    assert "An article." in shown
    assert "declared" in shown
    assert STORY[0][:60] in shown
    assert "Sign up for our newsletter" in shown.partition("Left out:")[2]


def test_the_comparison_shows_every_line_and_runs_nothing(tmp_path: Path) -> None:
    """The HTML page marks each line of the fetched one, and what that says of itself is text and no markup."""
    with serving(PAGES) as origin:
        answer = fetch_page(PageRequest(url=origin + STORY_AT, way="http"), of_a_command(tmp_path))
    hostile = "<script>alert(1)</script>"
    reading = answer.reading.model_copy(update={"body": [*answer.reading.body, Paragraph(text=hostile)]})
    answer = PageAnswer.model_validate({**answer.model_dump(), "reading": reading.model_dump()})
    lines = verdicts(answer.html, answer.reading)
    html = comparison(answer, lines, [("headline", HEADLINE, "declared")])
    assert "<script" not in html
    assert "default-src 'none'" in html
    assert [line.text for line in lines if line.field == "text"] == list(STORY)
    for line in lines:
        sort = "text" if line.field == "text" else "field" if line.field else "out"
        assert f"<div class='line {sort}'>{line.text}" in html


def test_a_page_of_several_is_not_passed_off_as_whole(tmp_path: Path) -> None:
    """Of an article that goes on over several pages one is fetched, and said to be a part with the others' address."""
    more = f"<a href='{STORY_AT}?page=2'>2</a>"
    with serving({STORY_AT: page(f"<p>{STORY[0]}</p><p>{STORY[1]}</p>{more}")}) as origin:
        access = fetch_page(PageRequest(url=origin + STORY_AT, way="http"), of_a_command(tmp_path)).reading.access
    assert access is not None
    assert not access.complete
    assert f"{STORY_AT}?page=2" in next(one.value for one in access.evidence if one.signal == "part missing")
