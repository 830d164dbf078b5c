"""Answers that are not the page: each address has one fate, and only a judgement on the page itself is remembered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from tests.fixtures.crawl import articles
from tests.fixtures.moody import HOME, Moody, Said, accounts, crawled, described_in, moody, story

DAY = "/2026/11/20"
CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={{}};{}</script></body></html>"
)
REFUSES = Said(CHALLENGE.format(""), 403, headers={"cf-mitigated": "challenge"})
OOPS = Said("<title>Page not found | The Paper</title><h1>Oops!</h1><p>Try the search.</p>")
JUDGED = {
    f"{DAY}/ice": story("ice"),
    f"{DAY}/absent": Said("", 404),
    f"{DAY}/oops": OOPS,
    f"{DAY}/pdf": Said("%PDF-1.7", kind="application/pdf"),
    f"{DAY}/list": Said("<title>The Paper</title><p>Here is what we know of boats, of harbours and of the sea.</p>"),
    "/story/oldest": story("oldest", day="2026-01-01"),
}
UNJUDGED = {
    f"{DAY}/gate": REFUSES,
    f"{DAY}/captcha": Said("<p>Slide</p><div class=g-recaptcha></div>"),
    f"{DAY}/empty": Said(""),
    f"{DAY}/accepted": Said("<h1>Wait</h1>", 202),
    f"{DAY}/same": Said("", 304),
    f"{DAY}/loop": Said("", 302, headers={"Location": f"{DAY}/loop", "Set-Cookie": "a=b"}),
    f"{DAY}/works": Said("<title>Site under maintenance</title><h1>We'll be right back</h1>"),
    f"{DAY}/door": Said("<title>Log in</title><form><input type=password></form>"),
    f"{DAY}/broken": Said("<h1>500</h1>", 500),
    f"{DAY}/moved": Said("", 302, headers={"Location": "/"}),
    f"{DAY}/signed": Said("", 302, headers={"Location": "/login?next=x"}),
    f"{DAY}/town": Said("", 302, headers={"Location": "/town"}),
    f"{DAY}/robots": Said("<h1>Making sure you're not a bot!</h1><script id=anubis_challenge>{}</script>"),
}
FRONT = Said("<title>The Paper</title><p>All of today's news.</p>")
BESIDE = {
    "/": FRONT,
    "/login?next=x": Said("<h1>Welcome back</h1><form><input type=password></form>"),
    "/town": Said("<h1>News</h1><p>" + "Something happened in the town today. " * 20 + "</p>"),
}


def test_every_address_has_one_fate_and_what_is_no_judgement_is_asked_again(bucket: Location, tmp_path: Path) -> None:
    """Found is the sum of the fates; the second run asks for what was not judged, and for nothing that was."""
    with moody({**JUDGED, **UNJUDGED, **BESIDE}) as paper:
        paper.lists(*JUDGED, *UNJUDGED, "/about")
        run, told = crawled(paper, bucket, tmp_path)
        assert accounts(told) == {
            "new": 1,
            "missing": 2,
            "not an article": 2,
            "out of scope": 1,
            "blocked": 3,
            "odd answer": 5,
            "redirect loop": 1,
            "maintenance page": 1,
            "login page": 2,
            "HTTP 500": 1,
        }
        assert run.code == 11, run.said
        first = paper.hits.copy()
        assert max(first[path] for path in JUDGED) == first[f"{DAY}/loop"] == 1
        _, again = crawled(paper, bucket, tmp_path)
        assert accounts(again)["not due"] == len(JUDGED)
        assert [path for path in JUDGED if paper.hits[path] != 1] == []
        assert [path for path in UNJUDGED if paper.hits[path] <= first[path]] == []
    assert set(articles(bucket)) == {f"{HOME}{DAY}/ice"}


@pytest.mark.slow
def test_a_mended_definition_a_wider_span_and_force_ask_again(bucket: Location, tmp_path: Path) -> None:
    """What was no article, or out of scope, is due at once where that changed; with force=1 everything in scope is."""
    away = Said("<div class=deep><h2>The odd one</h2><p>It has no first heading, and yet it is a story.</p></div>")
    pages = {f"{DAY}/ice": story("ice"), f"{DAY}/odd": away, "/story/older": story("older", day="2026-10-01")}
    with moody(pages) as paper:
        paper.lists(*pages, lastmod="2026-11-20T09:00:00Z")
        assert crawled(paper, bucket, tmp_path)[1]["counts"]["fates"]["not an article"] == 1
        paper.answers["/story/oldest"] = story("oldest", day="2026-01-01")
        paper.lists(*pages, "/story/oldest", lastmod="2026-11-20T09:00:00Z")
        mended = described_in(tmp_path / "mended", tables='[selectors]\nheadline = "h1, h2"')
        _, told = crawled(paper, bucket, tmp_path, E_MTCRAWLER_SITES=mended)
        assert accounts(told) == {"new": 1, "not due": 1, "out of scope": 2}
        _, told = crawled(paper, bucket, tmp_path, E_MTCRAWLER_SITES=mended, since="2026-09-01")
        assert accounts(told) == {"new": 1, "not due": 3}
        _, told = crawled(paper, bucket, tmp_path, E_MTCRAWLER_SITES=mended, since="2026-09-01", force="1")
        assert accounts(told) == {"unchanged": 3, "out of scope": 1}
        paper.lists(f"{DAY}/ice")
        _, told = crawled(paper, bucket, tmp_path, E_MTCRAWLER_SITES=mended, since="2026-11-01", force="1")
        assert accounts(told) == {"unchanged": 2}
    assert len(articles(bucket)) == 3


@pytest.mark.slow
def test_an_article_behind_a_soft_404_is_gone_after_two_looks(bucket: Location, tmp_path: Path) -> None:
    """A page like the answer to an address that cannot exist is missing; the site is asked for that once in a run."""
    home = Said("<title>The Paper</title><h2>This has sailed.</h2><p>Nobody knows where it went, try another.</p>")
    pages = {f"{DAY}/{name}": story(name) for name in ("ice", "fog")}
    with moody({**pages, "/": FRONT}, missing=home) as paper:
        paper.lists(*pages, f"{DAY}/never", f"{DAY}/ever")
        _, told = crawled(paper, bucket, tmp_path)
        assert accounts(told) == {"new": 2, "missing": 2}
        del paper.answers[f"{DAY}/ice"]
        fates = []
        for day in ("22T12", "24T12"):
            _, told = crawled(paper, bucket, tmp_path, E_MTCRAWLER_NOW=f"2026-11-{day}:00:00+00:00")
            fates.append(accounts(told).get("missing"))
        probes = [number for path, number in paper.hits.items() if "no-such-page" in path]
    assert fates[0] == 3
    assert probes == [1]
    with Bucket(bucket) as reader:
        assert [one.change for one in reader.changes() if "ice" in one.canonical_url] == ["new", "gone"]


@pytest.mark.slow
def test_a_site_that_is_away_has_lost_nothing(bucket: Location, tmp_path: Path) -> None:
    """Where the home page is answered like every other address, no article is missing, however long it lasts."""
    pages = {f"{DAY}/{name}": story(name) for name in ("ice", "fog")}
    with moody(
        {**pages, "/": FRONT}, missing=Said("<title>Soon</title><h2>We are on our way to a new house.</h2>")
    ) as paper:
        paper.lists(*pages)
        assert accounts(crawled(paper, bucket, tmp_path)[1]) == {"new": 2}
        for path in (*pages, "/"):
            del paper.answers[path]
        for day in ("22T12", "24T12"):
            run, told = crawled(paper, bucket, tmp_path, E_MTCRAWLER_NOW=f"2026-11-{day}:00:00+00:00")
            assert (run.code, accounts(told)) == (13, {"odd answer": 2}), run.said
    with Bucket(bucket) as reader:
        assert {one.change for one in reader.changes()} == {"new"}


@pytest.mark.slow
def test_the_browser_gets_what_plain_http_does_not(bucket: Location, tmp_path: Path) -> None:
    """In auto mode a challenge, a body of scripts and a circle of redirects are tried in the browser, each once."""
    lets_in = f"<html><body><script>document.documentElement.innerHTML = `{_inner('fog')}`</script></body></html>"
    key = CHALLENGE.format("document.cookie = 'let=in'; location.reload()")
    turns = Said("", 302, headers={"Location": f"{DAY}/turn", "Set-Cookie": "let=in"})
    pages = {
        f"{DAY}/ice": story("ice"),
        f"{DAY}/gate": REFUSES,
        f"{DAY}/fog": Said(lets_in),
        f"{DAY}/key": replace(story("key"), locked=Said(key, 403)),
        f"{DAY}/turn": replace(story("turn"), locked=turns),
    }
    with moody(pages) as paper:
        paper.lists(*pages)
        definition = described_in(tmp_path / "free", tables="[policy]\nfree = true")
        run, told = crawled(paper, bucket, tmp_path, S_RENDER_MODE="auto", E_MTCRAWLER_SITES=definition)
        assert accounts(told) == {"new": 4, "blocked": 1}, run.said
        assert run.code == 11
        assert paper.hits[f"{DAY}/gate"] == paper.hits[f"{DAY}/fog"] == 2


def _inner(name: str) -> str:
    """The markup of a story inside its html element."""
    body = story(name).body
    assert isinstance(body, str)
    return body.partition("<html lang=en>")[2].replace("</script>", "<\\/script>")


LOOP = Said("", 302, headers={"Location": f"{DAY}/a"})


@pytest.mark.parametrize(
    ("pages", "code", "words"),
    [
        ({f"{DAY}/a": REFUSES}, 12, "1 × blocked"),
        ({f"{DAY}/a": LOOP}, 13, "1 × redirect loop"),
        ({"/about/us": story("us")}, 10, "match no pattern of articles, such as"),
        ({}, 10, "Look at the addresses of the sources"),
    ],
)
def test_a_run_without_an_article_ends_with_the_code_of_its_cause(
    pages: dict[str, Said], code: int, words: str, bucket: Location, tmp_path: Path
) -> None:
    """Refused is 12, out of reach 13, nothing there 10, each with its words; never 11, as running again mends none."""
    with moody(pages) as paper:
        if pages:
            paper.lists(*pages)
        run, told = crawled(paper, bucket, tmp_path)
    assert (run.code, words in run.last_line) == (code, True), run.said
    accounts(told)


def asked(paper: Moody, bucket: Location, tmp_path: Path, *paths: str) -> tuple[int, str, dict[str, Any]]:
    run, told = crawled(paper, bucket, tmp_path, url=",".join(HOME + path for path in paths))
    accounts(told)
    return run.code, run.last_line, told["not_kept"]


def test_what_was_asked_for_by_name_and_is_not_stored_is_named(bucket: Location, tmp_path: Path) -> None:
    """A 404 or a page without an article beside a stored one ends with 11, alone with 10, and is named either way."""
    gone, bare = f"{DAY}/absent", f"{DAY}/list"
    with moody(JUDGED) as paper:
        code, line, not_kept = asked(paper, bucket, tmp_path, f"{DAY}/ice", gone, bare)
        assert code == 11
        assert gone in line
        assert not_kept == {HOME + gone: "missing", HOME + bare: "not an article"}
        code, line, not_kept = asked(paper, bucket, tmp_path, gone)
        assert (code, not_kept) == (10, {HOME + gone: "missing"})
        assert "Widen" not in line
