"""A bucket of articles of a site that a small definition describes, each with its kept page, and no crawl."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.model.provenance import Provenance
from mtcrawler.reextraction.running import Asked, Reextracted, reextract
from mtcrawler.reextraction.site_reader import SiteReader
from mtcrawler.session.session import Session
from mtcrawler.sites.loading import load_definition
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.answer import Answer, KeptAs
from mtcrawler.storage.pages.page import KeptPage
from tests.fixtures.memory import MemoryStore
from tests.fixtures.store import make_article, plan_for

SITE = "www.gazette.example"
DEFINITION = """
spider = "gazette"
publisher = "The Gazette"
origin = "https://www.gazette.example"
hosts = ["www.gazette.example"]
languages = ["en"]

[[articles]]
match = '/\\d{4}/\\d{2}/\\d{2}/[^/]+'
examples = ["/2026/11/20/a-story"]

[[sources]]
kind = "list"
address = "/"

[selectors]
container = "article"
headline = "h1"
subtitle = "SUBTITLE"
body = ".body"
authors = ".by a"
"""


def sites(folder: Path, subtitle: str = ".deck") -> Path:
    """A folder with the definition; the subtitle is read by this selector."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{SITE}.toml").write_text(DEFINITION.replace("SUBTITLE", subtitle))
    return folder


def markup(number: int, *, body: str = "") -> str:
    """The page of a story."""
    words = body or f"<p>The {number} boats of the ferry will sail again in spring, the council said after a vote.</p>"
    return (
        f"<html lang=en><head><title>Boats {number}</title><meta property='article:published_time' "
        f"content='2026-11-20T09:00:00+00:00'></head><body><article><h1>Boats sail again, part {number}</h1>"
        f"<p class=deck>After winter number {number}</p><p class=by>By <a href=/ada>Ada Rivers</a></p>"
        f"<div class=body>{words}<p>Nobody had expected it so early, and few had asked for it.</p></div>"
        "</article></body></html>"
    )


def answer(number: int, html: str, kept_as: KeptAs = KeptAs.PAGE, *, shown: bool = False) -> Answer:
    """The answer that holds it."""
    url, headers = address(number), (("Content-Type", "text/html; charset=utf-8"),)
    return Answer(url, 200, headers, html.encode(), clock.now(), kept_as, html if shown else None)


def address(number: int) -> str:
    """Where a story is."""
    return f"https://{SITE}/2026/11/20/boats-{number}"


def read(folder: Path, number: int, *answers: Answer) -> Article:
    """The article as the definitions in the folder read it."""
    definition = load_definition(folder / f"{SITE}.toml")
    base = make_article(number, url=address(number), site=SITE, publisher="The Gazette", spider="gazette")
    found = base.model_copy(update={"provenance": provenance()})
    page = KeptPage(found.id, answers)
    return SiteReader(definition, MemoryStore(), page.url).read(found, page)


def provenance() -> Provenance:
    """How a story was fetched."""
    return Provenance(
        run_id="run-0",
        crawler_version="0",
        fetched_at=clock.now(),
        discovered_via="list",
        rendered="http",
        status=200,
        extractor="gazette/1",
    )


@dataclass
class Press:
    """Stores articles with pages, and reads them again."""

    bucket: Location
    folder: Path
    new_session: Callable[..., Session]

    def store(self, folder: Path, *numbers: int, html: Callable[[int], str] = markup) -> None:
        """Articles as the definitions in that folder read them."""
        session = self.new_session(keep_pages="changed", folder="crawl")
        for number in numbers:
            given = answer(number, html(number))
            article = read(folder, number, given)
            held = article.provenance.model_copy(update={"snapshot": session.pages.hold(given)})
            session.submit(article.model_copy(update={"provenance": held})).result()
        session.close()

    def again(self, folder: Path, **asked: object) -> Reextracted:
        """What comes of reading all pages again, in this process."""
        plan = plan_for(self.folder / "again", "again", self.bucket)
        return reextract(plan, self.bucket, Asked(sites=folder, workers=1, **asked))  # type: ignore[arg-type]
