"""docs/adding-a-publisher.md, followed to the letter by somebody who knows nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT, articles, environment

GUIDE = (ROOT / "docs" / "adding-a-publisher.md").read_text("utf-8")
DEFINITION, LIST, CODE_KEY = re.findall(r"(?s)```toml\n(.*?)```", GUIDE)
(CODE,) = re.findall(r"(?s)```python\n(.*?)```", GUIDE)
FIRST, SHOW, CRAWL = re.findall(r"(?m)^(?:scrapy|mtcrawler) .*$", GUIDE)
HOME = "https://www.example.com"
FERRY = "/2026/11/20/ferry-to-run-hourly"
STORIES = (FERRY, "/2026/11/19/frost-on-the-river", "/2026/11/18/old-quay-to-reopen", "/2026/11/17/a-new-bridge")


def page(path: str) -> str:
    """A page as the guide's selectors want it."""
    name = path.rpartition("/")[2].replace("-", " ")
    return (
        f'<!doctype html><html lang="en"><head><link rel="canonical" href="{HOME}{path}">'
        f'<meta property="article:published_time" content="{path[1:11].replace("/", "-")}T09:00:00Z"></head><body>'
        f"<article><h1>{name.capitalize()}</h1><p><b>The council has decided</b></p>"
        f'<div class="story__text"><p>About {name}, in a sentence of its own.</p><p>A second one follows.</p></div>'
        "</article></body></html>"
    )


@pytest.fixture
def example() -> Iterator[tuple[str, Counter[str]]]:
    """The Example: its origin, and what was asked of it. Its list has two parts; the third is not there."""
    hits: Counter[str] = Counter()
    parts = {"/news": STORIES[:2], "/news/20": STORIES[2:]}
    pages = {path: page(path) for path in STORIES} | {
        part: "".join(f'<p class="teaser"><a href="{path}">x</a></p>' for path in named)
        for part, named in parts.items()
    }
    pages["/sitemap.xml"] = f"<urlset><url><loc>{HOME}{FERRY}</loc></url></urlset>"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits[self.path] += 1
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "application/xml" if self.path.endswith("xml") else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.05,)).start()
        yield f"http://127.0.0.1:{server.server_port}", hits
        server.shutdown()


class Reader:
    """Somebody in a clone of their own, who types what the guide says."""

    def __init__(self, folder: Path, bucket: Location) -> None:
        self.folder = folder
        for name in ("mtcrawler", "pipelines", "scrapy.cfg"):
            (folder / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "settings", folder / "settings")
        (folder / "sites").mkdir()
        (folder / "spiders").mkdir()
        (folder / "spiders" / "__init__.py").write_bytes((ROOT / "spiders" / "__init__.py").read_bytes())
        now = {"MTCRAWLER_NOW": "2026-11-21T10:00:00+00:00", "RENDER_MODE": "http", "PYTHONPATH": str(folder)}
        self.environment = {**environment(bucket, folder / "var"), **now}

    def types(self, line: str, *more: str) -> tuple[int, str, str]:
        """The code, stdout and stderr of a command line, with arguments that the guide could not know."""
        program, *arguments = line.split()
        module = {"mtcrawler": "mtcrawler.cli"}.get(program, program)
        command = [sys.executable, "-m", module, *arguments, *more]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr


def test_the_guide_works_word_by_word(example: tuple[str, Counter[str]], bucket: Location, tmp_path: Path) -> None:
    """Its definition, list, class and commands give the articles; a list ends well where its next part is a 404."""
    (origin, hits), reader = example, Reader(tmp_path, bucket)
    definition = tmp_path / "sites" / "example.com.toml"
    definition.write_text(DEFINITION, "utf-8")
    assert reader.types("mtcrawler sites check")[0] == 0
    code, _, said = reader.types(FIRST, "-a", f"mirror={origin}")
    assert code == 0, said
    code, shown, said = reader.types(SHOW)
    assert (code, json.loads(shown)["headline"]) == (0, "Ferry to run hourly"), said

    (tmp_path / "spiders" / "example.py").write_text(CODE, "utf-8")
    top, tables = DEFINITION.split("\n\n", 1)
    definition.write_text(f"{top}\n{CODE_KEY}\n{tables}\n{LIST}", "utf-8")
    code, _, said = reader.types(CRAWL, "-a", f"mirror={origin}", "-a", "since=2026-11-10")
    assert code == 0, said
    stored = articles(bucket)
    assert set(stored) == {HOME + path for path in STORIES}
    assert {one["subtitle"] for one in stored.values()} - {None} == {"The council has decided"}
    assert (hits["/news"], hits["/news/20"], hits["/news/40"]) == (1, 1, 1)


def test_a_mistake_in_a_sites_class_is_told_once(
    example: tuple[str, Counter[str]], bucket: Location, tmp_path: Path
) -> None:
    """An attribute that is missing is one line, with file and line, however many pages it costs; all are counted."""
    (origin, _), reader = example, Reader(tmp_path, bucket)
    (tmp_path / "spiders" / "example.py").write_text(CODE.replace("self.scope", "self.scpoe"), "utf-8")
    top, tables = DEFINITION.split("\n\n", 1)
    definition = tmp_path / "sites" / "example.com.toml"
    definition.write_text(f"{top}\n{CODE_KEY}\n{tables}\n{LIST}", "utf-8")
    asked = ("scrapy crawl example -a since=2026-11-10", "-a", f"mirror={origin}")
    code, _, said = reader.types(*asked)
    lines = [line for line in said.splitlines() if "scpoe" in line and " ERROR " in line]
    assert len(lines) == 1, said
    number = next(n for n, line in enumerate(CODE.splitlines(), 1) if "self.scope" in line)
    assert f"(spiders/example.py, line {number})" in lines[0]
    assert (code, "4 × ExtractorFailed" in said, "Traceback" in said) == (1, True, False)

    (tmp_path / "spiders" / "example.py").write_text(CODE.replace("import ArticlePage", "import ArticelPage"), "utf-8")
    code, out, said = reader.types("mtcrawler sites check")
    assert (code, said) == (2, ""), out
    assert "spiders.example cannot be imported: ImportError: cannot import name 'ArticelPage'" in out
