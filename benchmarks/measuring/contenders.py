"""Who is compared: this project in each of its modes, whole, and peers that only read headlines."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.measuring.paper import Contents
from benchmarks.peers.task import Task
from mtcrawler.fetch.browser.blocking import blocked_hosts
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.model.environment import variables
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, command, differences, environment
from tests.fixtures.store import fresh_bucket, remove_bucket

ROOT = Path(__file__).parents[2]
PEERS_PYTHON = ROOT / "var" / "bench" / "venv" / "bin" / "python"
# All of them start the same browser, and none of it leaves the machine.
STAY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
BLOCKED = (
    *(f"*.{kind}{end}" for kind in "css gif ico jpg jpeg mp4 png svg webp woff woff2".split() for end in ("", "?*")),
    "*/image/*",  # the newspaper's pictures
    *(f"*{host}/*" for host in sorted(blocked_hosts())),
)


@dataclass(frozen=True)
class Started:
    """A command to measure, its environment, and how to count afterwards which answers were right."""

    command: list[str]
    environment: dict[str, str]
    right: Callable[[], int]
    clean: Callable[[], None] = lambda: None


class Contender(Protocol):
    """One row of the table."""

    @property
    def name(self) -> str:
        """As it is chosen on the command line and written in the table."""

    def start(self, contents: Contents, folder: Path, delay: float, store: Embedded) -> Started:
        """What to run to read these contents, with everything local in the folder."""


@dataclass(frozen=True)
class Peer:
    """A script in benchmarks/peers; `apart` ones run in the benchmark's own environment."""

    name: str
    script: str
    apart: bool = False
    arguments: tuple[str, ...] = ()

    def start(self, contents: Contents, folder: Path, delay: float, store: Embedded) -> Started:
        """It is right about a page when it has its headline."""
        browser = find_browser(variables().get("MTCRAWLER_BROWSER"))
        arguments = (*browser.args, STAY)
        task = Task(contents.addresses, delay, browser.path, arguments, BLOCKED, str(folder / "answers.jsonl"))
        task.save(folder / "task.json")
        python = str(PEERS_PYTHON if self.apart else sys.executable)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SCRAPY_", "CRAWLEE_"))}
        return Started(
            [python, "-m", f"benchmarks.peers.{self.script}", str(folder / "task.json"), *self.arguments],
            {**kept, "PYTHONPATH": str(ROOT), "CRAWL4_AI_BASE_DIRECTORY": str(folder)},
            lambda: len(set(task.answered()) & set(contents.headlines.items())),
        )


@dataclass(frozen=True)
class Ours:
    """`scrapy crawl` with this RENDER_MODE: finds the articles itself and stores them in a bucket of its own.

    `arguments` are further ones of the crawl, as tests.fixtures.crawl takes them.
    """

    mode: str
    arguments: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its mode."""
        return f"mtcrawler {self.mode}"

    def start(self, contents: Contents, folder: Path, delay: float, store: Embedded) -> Started:
        """It is right about a story when the stored record is the truth in every field."""
        bucket = fresh_bucket(store)
        return Started(
            *self.crawl(contents, bucket, folder, delay),
            lambda: right(bucket, contents.records),
            lambda: remove_bucket(bucket),
        )

    def crawl(
        self, contents: Contents, bucket: Location, folder: Path, delay: float = 0.0
    ) -> tuple[list[str], dict[str, str]]:
        """The command and its environment."""
        arguments = {"site": contents.origin, "since": "1990-01-01", "S_RENDER_MODE": self.mode, **self.arguments}
        if delay:
            arguments |= {
                "S_DOWNLOAD_DELAY": str(delay),
                "S_DOWNLOAD_DELAY_JITTER": "0",
                "S_CONCURRENT_REQUESTS_PER_DOMAIN": "1",
                "S_AUTOTHROTTLE_ENABLED": "False",
            }
        own = {"SCRAPY_PROJECT": "default", "PYTHONPATH": str(ROOT)}
        return command("moscowtimes", **arguments), {**environment(bucket, folder), **own}


def right(bucket: Location, truth: dict[str, dict[str, Any]]) -> int:
    """How many stored records are the truth in every field."""
    stored = articles(bucket)
    return sum(1 for url, record in truth.items() if url in stored and not differences(stored[url], record))


MODES = ("auto", "browser", "http")
REFERENCE = "scrapy-playwright"
CONTENDERS: tuple[Contender, ...] = (
    *(Ours(mode) for mode in MODES),
    Peer("Scrapy", "plain_scrapy"),
    Peer(REFERENCE, "playwright_scrapy", apart=True),
    Peer("Crawlee Playwright", "crawlee_playwright", apart=True),
    Peer("Crawlee adaptive", "crawlee_adaptive", apart=True),
    Peer("crawl4ai", "crawl4ai_plain", apart=True),
    Peer("crawl4ai overlays", "crawl4ai_plain", apart=True, arguments=("overlays",)),
    Peer("bare loop", "bare_loop"),
)


def chosen(names: str | None) -> list[Contender]:
    """Those of this name or with this word in it (several separated by commas), or all; ValueError for one of none."""
    words = [word.strip().lower() for word in (names or "").split(",") if word.strip()]
    found: set[str] = set()
    for word in words:
        called = {one.name for one in CONTENDERS if one.name.lower() == word}
        named = called or {one.name for one in CONTENDERS if word in one.name.lower()}
        if not named:
            raise ValueError(f"no contender is called {word!r}; there are: {', '.join(one.name for one in CONTENDERS)}")
        found |= named
    return [one for one in CONTENDERS if not words or one.name in found]


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one measurement; a browser that was killed may still be writing to it."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)
