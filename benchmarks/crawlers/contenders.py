"""Who is compared: this project on a site that nobody described, and whole crawlers of others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from benchmarks.crawlers import configured
from benchmarks.crawlers.isolation import HOST
from benchmarks.crawlers.judging import Verdict, judged
from benchmarks.crawlers.tools.task import Answer, Task
from benchmarks.measuring.contenders import ROOT, Started
from benchmarks.measuring.paper import Contents
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.model.environment import variables
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, command, environment
from tests.fixtures.store import fresh_bucket, remove_bucket
from tests.newspaper.addresses import own
from tests.newspaper.truth import expected

ENVIRONMENTS: Final = ROOT / "var" / "bench" / "crawlers"
AT_ONCE: Final = 8
"""Requests at a time, for all that can be told."""
TABS: Final = 4
"""Pages that a browser shows at a time, for all that can be told."""
STAY: Final = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}"


def truth_of(contents: Contents) -> dict[str, dict[str, Any]]:
    """The record of each story by the address where this newspaper has it."""
    records = (expected(story, own(contents.origin)) for story in contents.stories)
    return dict(zip(contents.addresses, records, strict=True))


class Crawler(Protocol):
    """One row of the table; every measurement adds a verdict."""

    verdicts: list[Verdict]

    @property
    def name(self) -> str:
        """As it is chosen on the command line and written in the table."""

    @property
    def finds(self) -> str:
        """How it finds articles."""

    def start(self, contents: Contents, folder: Path, delay: float, store: Embedded) -> Started:
        """What to run to crawl this newspaper, with everything local in the folder; there is never a delay."""


@dataclass
class Other:
    """A crawler of others in an environment of its own; `way` makes its command, `read` its answers."""

    name: str
    environment: str
    finds: str
    way: Callable[[Task, Path], list[str]]
    read: Callable[[Task], Iterator[Answer]] = Task.answered
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return ENVIRONMENTS / self.environment / "bin" / "python"

    def start(self, contents: Contents, folder: Path, delay: float, store: Embedded) -> Started:
        """It begins with the address of the newspaper, and with nothing in its home."""
        browser = find_browser(variables().get("MTCRAWLER_BROWSER"))
        task = Task(contents.origin, AT_ONCE, TABS, browser.path, (*browser.args, STAY), str(folder))
        task.save()
        temporary = folder / "tmp"
        temporary.mkdir()
        own_words = ("SCRAPY_", "CRAWLEE_", "CRAWL4", "XDG_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(own_words)}
        home = {"HOME": str(folder), "TMPDIR": str(temporary), "CRAWL4_AI_BASE_DIRECTORY": str(folder)}
        # Playwright looks for its own browser in the home, which is another one here.
        if browser.path is None and "PLAYWRIGHT_BROWSERS_PATH" not in kept:
            kept["PLAYWRIGHT_BROWSERS_PATH"] = str(Path.home() / ".cache" / "ms-playwright")
        quiet = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "CRAWL4AI_NO_CLOUD_NOTICE": "1"}

        def right() -> int:
            self.verdicts.append(judged(self.read(task), truth_of(contents)))
            return self.verdicts[-1].right

        return Started(self.way(task, self.python), {**kept, **home, **quiet}, right)


@dataclass
class Ours:
    """`scrapy crawl news` of the newspaper as a site that nobody has described, into a bucket of its own."""

    mode: str
    finds: str = "robots.txt, sitemaps, feeds, lists"
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its mode."""
        return f"mtcrawler {self.mode}"

    def start(self, contents: Contents, folder: Path, delay: float, store: Embedded) -> Started:
        """What it stored is read from the bucket."""
        bucket = fresh_bucket(store)
        described = folder / "no-sites"
        described.mkdir()
        arguments = {
            "site": contents.origin,
            "since": "1990-01-01",
            "S_RENDER_MODE": self.mode,
            "S_RENDER_TABS": str(TABS),
            "S_ALLOWED_NETWORKS": "127.0.0.0/8",
            "S_DOWNLOAD_DELAY": "0",
            "S_AUTOTHROTTLE_ENABLED": "False",
            "S_CONCURRENT_REQUESTS": str(AT_ONCE),
            "S_CONCURRENT_REQUESTS_PER_DOMAIN": str(AT_ONCE),
        }
        project = {"SCRAPY_PROJECT": "default", "PYTHONPATH": str(ROOT), "MTCRAWLER_SITES": str(described)}

        def right() -> int:
            self.verdicts.append(judged(stored(bucket), truth_of(contents)))
            return self.verdicts[-1].right

        line, given = command("news", **arguments), {**environment(bucket, folder), **project}
        given.pop("PYTHONDONTWRITEBYTECODE", None)
        return Started(line, given, right, lambda: remove_bucket(bucket))


def stored(bucket: Location) -> Iterator[Answer]:
    """The articles in a bucket."""
    for article in articles(bucket).values():
        yield Answer(
            url=article["canonical_url"],
            headline=article["headline"],
            text=article["text"],
            published=article["published_at"] or article["published_date"],
            authors=tuple(author["name"] for author in article["authors"]),
            image=article["image"] and article["image"]["url"],
        )


def _script(name: str, *words: str) -> Callable[[Task, Path], list[str]]:
    """A script in benchmarks/crawlers/tools."""

    def way(task: Task, python: Path) -> list[str]:
        file = str(Path(task.folder) / "task.json")
        return [str(python), "-m", f"benchmarks.crawlers.tools.{name}", file, *words]

    return way


SITEMAPS: Final = "sitemaps of robots.txt"
CRAWLERS: Final[tuple[Crawler, ...]] = (
    Ours("http"),
    Ours("auto"),
    Other("trafilatura", "trafilatura", SITEMAPS, configured.trafilatura, configured.of_trafilatura),
    Other("newspaper4k", "newspaper4k", "links of the front page and of sections", _script("newspaper4k_source")),
    Other("news-please", "newsplease", SITEMAPS, configured.newsplease, configured.of_newsplease),
    Other("Crawlee + trafilatura http", "crawlee", SITEMAPS, _script("crawlee_trafilatura", "http")),
    Other("Crawlee + trafilatura adaptive", "crawlee", SITEMAPS, _script("crawlee_trafilatura")),
    Other("crawl4ai", "crawl4ai", "the sitemap it was told of", _script("crawl4ai_seeded")),
)


def chosen(words: str | None) -> list[Crawler]:
    """Those with one of these words in their name (separated by commas), or all; ValueError for a word of none."""
    asked = [word.strip().lower() for word in (words or "").split(",") if word.strip()]
    for word in asked:
        if not any(word in one.name.lower() for one in CRAWLERS):
            raise ValueError(f"no crawler is called {word!r}; there are: {', '.join(one.name for one in CRAWLERS)}")
    return [one for one in CRAWLERS if not asked or any(word in one.name.lower() for word in asked)]


def missing(crawlers: list[Crawler]) -> list[str]:
    """The environments that are not there."""
    return sorted({one.environment for one in crawlers if isinstance(one, Other) and not one.python.exists()})
