"""A publisher that nobody has crawled before: one file that describes it, one saved page, and it is crawled."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from mtcrawler.sites.loading import load_definition
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl, objects
from tests.pages.reading import article_in

HERE = Path(__file__).parent / "herald"
PAGE = (HERE / "page.html").read_text("utf-8")
STORY = "/story/20261120-ferry-to-run-hourly"
PATHS = (STORY, "/story/20261118-frost-on-the-river", "/opinion/20261119-leave-the-old-quay-alone")
HOME = "https://www.herald.example"
SPAN = {"since": "2026-11-01", "E_MTCRAWLER_NOW": "2026-11-21T10:00:00+00:00"}


def page(path: str) -> str:
    """The saved page as it is at this path: each has words of its own."""
    words = path.rpartition("-")[2]
    return PAGE.replace(STORY, path).replace("Hourly", f"Hourly, {words}").replace("the old quay", f"quay {path[-9:]}")


@contextmanager
def served() -> Iterator[tuple[str, Counter[str]]]:
    """The Herald; its origin and what was asked of it."""
    hits: Counter[str] = Counter()
    links = "".join(f'<li><a href="{path}">x</a></li>' for path in PATHS[1:])
    entries = "".join(f"<url><loc>{HOME}{path}</loc></url>" for path in (*PATHS[:2], "/about"))
    pages = {path: ("text/html", page(path)) for path in PATHS} | {
        "/map.xml": ("application/xml", f"<urlset>{entries}</urlset>"),
        "/desk/town": ("text/html", f'<ul class="stories">{links}</ul><a href="/story/20261117-not-listed">x</a>'),
        "/desk/views": ("text/html", "<ul class=stories></ul>"),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits[self.path] += 1
            kind, text = pages.get(self.path, ("text/plain", ""))
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", hits
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def sites(tmp_path: Path) -> str:
    """A folder of definitions with the Herald's alone."""
    folder = tmp_path / "sites"
    folder.mkdir()
    shutil.copy(HERE / "herald.example.toml", folder)
    return str(folder)


def test_its_saved_page_is_read_as_its_definition_says() -> None:
    """Every field that the file has a selector for is read, what it leaves out is left out, and each tells its way."""
    definition = load_definition(HERE / "herald.example.toml")
    article = json.loads(article_in(definition, PAGE, HOME + STORY).to_json())
    told = {name: article[name] for name in ("kind", "headline", "subtitle", "section", "tags", "published_at", "site")}
    assert told == {
        "kind": "news",
        "headline": "Ferry to Run Hourly",
        "subtitle": "The council voted on Thursday night",
        "section": "town",
        "tags": ["River", "Council"],
        "published_at": "2026-11-20T09:30:00+01:00",
        "site": "www.herald.example",
    }
    assert article["modified_at"] == "2026-11-20T17:05:00+01:00"
    assert article["authors"] == [{"name": "Ines Duval", "url": f"{HOME}/people/ines-duval"}]
    assert (article["image"]["url"], article["image"]["caption"]) == (
        f"{HOME}/photos/ferry.jpg",
        "The ferry at the north quay",
    )
    assert [block["type"] for block in article["body"]] == ["paragraph", "paragraph", "heading", "list"]
    assert not any(words in article["text"] for words in ("letter", "Read also", "More stories"))
    assert article["access"]["tier"] == "free"


@pytest.mark.parametrize("mode", ["http", "browser", "auto"])
def test_it_is_crawled_by_its_file_alone(mode: str, sites: str, bucket: Location, tmp_path: Path) -> None:
    """`scrapy crawl news -a site=HOST` stores its articles, in every mode; a second run by its own name writes none."""
    with served() as (origin, hits):
        asked = {"mirror": origin, "E_MTCRAWLER_SITES": sites, "S_RENDER_MODE": mode, **SPAN}
        run = crawl("news", bucket, tmp_path, site="herald.example", **asked)
        assert run.code == 0, run.said
        stored = articles(bucket)
        assert set(stored) == {HOME + path for path in PATHS}
        assert {one["kind"] for url, one in stored.items() if "/opinion/" in url} == {"opinion"}
        assert {(one["spider"], one["publisher"]) for one in stored.values()} == {("herald", "The Herald")}
        assert {one["provenance"]["extractor"] for one in stored.values()} == {"herald/1"}
        assert hits["/story/20261117-not-listed"] == hits["/about"] == 0
        before = objects(bucket)
        again = crawl("herald", bucket, tmp_path, **asked)
        assert again.code == 0, again.said
        assert objects(bucket) == before


@pytest.mark.parametrize(
    ("spider", "asked", "told"),
    [
        ("news", {"site": "https://gazette.example/town"}, "it is no site's address"),
        ("news", {}, "no site is named"),
        ("herald", {"sections": "sport"}, "not known"),
        ("herald", {"url": "https://gazette.example/a"}, "it is not The Herald's"),
        ("gazette", {}, "Choose one of: herald"),
    ],
)
def test_what_is_not_described_is_refused(
    spider: str, asked: dict[str, str], told: str, sites: str, tmp_path: Path
) -> None:
    """A site, section or address that no definition knows ends the crawl with 2 before anything is fetched."""
    run = crawl(spider, None, tmp_path, E_MTCRAWLER_SITES=sites, **asked)
    assert run.code == 2, run.said
    assert told in run.said
    assert "Traceback" not in run.said


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('headline = "h1.title"', 'headlin = "h1.title"', "selectors.headlin"),
        ('headline = "h1.title"', 'headline = "h1[["', "selectors.headline"),
        (
            'languages = ["en"]',
            'languages = ["en"]\ncode = "spiders.nowhere:Page"',
            "there is no module spiders.nowhere",
        ),
        ('languages = ["en"]', 'languages = ["en"]\ncode = "spiders.moscowtimes:TIMES"', "no subclass of ArticlePage"),
        ('spider = "herald"', "spider = ", "it is no TOML"),
    ],
)
def test_a_faulty_definition_starts_no_crawl(old: str, new: str, told: str, sites: str, tmp_path: Path) -> None:
    """What is wrong with the file is told in one line, with 2; other spiders are there."""
    file = Path(sites) / "herald.example.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    run = crawl("news", None, tmp_path, site="herald.example", E_MTCRAWLER_SITES=sites)
    assert run.code == 2, run.said
    assert told in run.said
    assert "Traceback" not in run.said
    assert "\n" not in run.said.strip()
