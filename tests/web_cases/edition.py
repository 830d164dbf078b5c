"""The site that shows every case of a mode at once, its definition, and what one crawl of it stored and asked for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import Run, articles, crawl
from tests.fixtures.moody import manifests
from tests.web_cases.case import HERE, SITE, Answer, Case, Mode

NOW = "2026-11-29T12:00:00+00:00"


@dataclass
class Edition:
    """The site of these cases, while it is up: where it is, and how often each path was asked for, to the byte."""

    origin: str
    asked: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Crawled:
    """What came of a crawl: its counts, stored articles by canonical address, what it and a second crawl asked."""

    run: Run
    counts: dict[str, Any]
    stored: dict[str, dict[str, Any]]
    asked: Counter[str]
    again: Counter[str]


def definition(cases: Sequence[Case]) -> str:
    """The definition of the site as TOML."""
    text = (HERE / "gazette.example.toml").read_text("utf-8")
    for case in cases:
        for source in case.sources:
            placed = {**source, "address": f"/{case.name}{source['address']}"}
            text += "\n[[sources]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in placed.items())
    return text


@contextmanager
def served(cases: Sequence[Case]) -> Iterator[Edition]:
    """The site, on loopback."""
    answers: dict[str, tuple[Case, Answer]] = {path: (case, one) for case in cases for path, one in case.served.items()}
    named = "".join(f"Sitemap: {SITE}/{case.name}{path}\n" for case in cases for path in case.sitemaps)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            edition.asked[self.path] += 1
            if self.path == "/robots.txt":
                return self.send(Answer(path=self.path, type="text/plain", text=named), "")
            if self.path not in answers:
                return self.send(Answer(path=self.path, status=404, type="text/plain"), "")
            case, answer = answers[self.path]
            return self.send(answer, case.name)

        def send(self, answer: Answer, name: str) -> None:
            def filled(text: str) -> str:
                return text.replace("{SITE}", f"{SITE}/{name}").replace("{HERE}", f"{edition.origin}/{name}")

            body = answer.model_copy(update={"text": filled(answer.text)}).body()
            self.send_response(answer.status)
            for header, value in {"Content-Type": answer.type, **answer.headers}.items():
                self.send_header(header, filled(value))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    edition = Edition(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield edition
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def crawled(cases: Sequence[Case], mode: Mode, bucket: Location, folder: Path) -> Crawled:
    """Crawl the site of these cases with the real command; over HTTP twice."""
    sites = folder / "sites"
    sites.mkdir()
    (sites / "gazette.example.toml").write_text(definition(cases), "utf-8")
    given = {"since": "2026-11-01", "S_RENDER_MODE": mode, "E_MTCRAWLER_SITES": str(sites), "E_MTCRAWLER_NOW": NOW}
    with served(cases) as edition:
        run = crawl("gazette", bucket, folder, mirror=edition.origin, **given)
        asked, edition.asked = edition.asked, Counter()
        (told,) = manifests(bucket).values()
        if mode == "http":
            crawl("gazette", bucket, folder, mirror=edition.origin, **given)
    return Crawled(run, told["counts"], articles(bucket), asked, edition.asked)
