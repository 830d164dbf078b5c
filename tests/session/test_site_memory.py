"""Laws of the kept memory of a site: recalled, merged, set aside where it is none, taught by whole articles only."""

from __future__ import annotations

import json
import logging
from typing import Any, Final

import pytest

from mtcrawler.cli import main
from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.memory.lesson import Lesson
from mtcrawler.extraction.memory.site_memory import SiteMemory
from mtcrawler.model.article import Access, Draft
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.session.site_memory import KeptMemory, stored_memory
from mtcrawler.spider.code import extractor_of, memory_of
from mtcrawler.storage.layout import site_memory_key
from mtcrawler.storage.limits import most
from tests.extraction.any_site.pages import URL, page
from tests.fixtures.crawl import environment
from tests.fixtures.memory import MemoryStore
from tests.fixtures.sites import definition_of

SITE: Final = "paper.example"
KEY: Final = site_memory_key(SITE)
BY: Final = "any-site/1"
EXTRACTOR: Final = AnySiteExtractor(undescribed(f"https://{SITE}"))


def learned(store: MemoryStore, *articles: str) -> KeptMemory:
    """A run that knows what is kept and learns from these articles."""
    kept = KeptMemory(SITE, BY)
    kept.recall(store)
    for one in articles:
        teach(kept, one)
    return kept


def teach(kept: KeptMemory, name: str, status: int = 200, **changes: Any) -> None:
    """Have an article teach."""
    read = EXTRACTOR.extract(page(), f"{URL}.amp", {})
    own = {"body": read.body, "canonical_url": URL.replace("lighthouse", name)}
    kept.learn(read, draft(**{**own, **changes}), status)


def draft(**changes: Any) -> Draft:
    """The draft of an article that is whole, but for these changes."""
    return Draft.model_construct(**{"headline": "Lighthouse", "kind": "news", "access": Access(tier="free"), **changes})


def test_two_runs_at_once_lose_nothing() -> None:
    """What another crawl wrote meanwhile stays, and what this one learned is added to it."""
    store = MemoryStore()
    one, other = learned(store, "anchor", "barrel"), learned(store, "candle")
    one.save(store)
    other.save(store)
    kept = stored_memory(store, SITE)
    assert kept is not None
    assert (kept.articles, len(kept.latest)) == (3, 3)
    again = learned(store, "ditch")
    again.save(store)
    assert learned(store).memory.articles == 4
    assert learned(store).memory == stored_memory(store, SITE)


def test_a_run_that_learned_nothing_writes_nothing() -> None:
    """Nothing is written where no article taught anything."""
    store = MemoryStore()
    learned(store).save(store)
    assert list(store.keys("")) == []


@pytest.mark.parametrize(
    ("status", "changes"),
    [
        (200, {"access": Access(tier="subscription", complete=False)}),
        (200, {"kind": "live"}),
        (200, {"headline": None}),
        (200, {"body": []}),
        (404, {}),
    ],
)
def test_only_whole_articles_teach(status: int, changes: dict[str, Any]) -> None:
    """A page that is walled or incomplete, live, without headline or text, or no success teaches nothing."""
    kept = KeptMemory(SITE, BY)
    teach(kept, "anchor", status, **changes)
    assert kept.memory == SiteMemory(learned_by=BY)
    teach(kept, "anchor")
    assert kept.memory.articles == 1


def test_twins_of_an_article_teach_once() -> None:
    """Pages of one article, by its canonical address, are one article to the memory."""
    kept = KeptMemory(SITE, BY)
    teach(kept, "anchor")
    teach(kept, "anchor")
    assert (kept.memory.articles, len(kept.memory.latest)) == (1, 1)


def test_a_page_is_read_with_the_same_memory_each_time() -> None:
    """What HTTP gave and what the browser showed of a page are read with what was known when the first came."""
    kept = KeptMemory(SITE, BY)
    first = kept.remembered("https://paper.example/a")
    teach(kept, "anchor")
    assert kept.remembered("https://paper.example/a") is first
    assert kept.remembered("https://paper.example/b") is kept.memory


WHOLE: Final = json.loads(SiteMemory(learned_by=BY).after(Lesson("a" * 8, container="div>p")).model_dump_json())


@pytest.mark.parametrize(
    "body",
    [
        {**WHOLE, "articles": 10**400},
        {**WHOLE, "articles": -1},
        {**WHOLE, "since": "2999-01-01T00:00:00Z"},
        {**WHOLE, "latest": [{"id": "a" * 8, "short": "zz"}]},
        {**WHOLE, "latest": [{"id": "a" * 8, "short": "a" * 8_000}]},
        {**WHOLE, "latest": [{"id": "a" * 8}] * 1_000},
        {**WHOLE, "places": {"a" * 8: {"taken": 1e300, "total": "x"}}},
        {**WHOLE, "fields": {"authors": {"\x1b[2J": {"agreed": 3}}}},
        {**WHOLE, "fields": {"secrets": {"p": {"agreed": 3}}}},
        {**WHOLE, "containers": {f"p{number}": 1 for number in range(5_000)}},
        {"learned_by": BY, "latest": "x"},
        [WHOLE],
    ],
)
def test_a_memory_is_one_or_is_set_aside(body: object) -> None:
    """What no crawl writes is named once and moved away; pages are read without it, and it is learned anew."""
    store = MemoryStore()
    store.plant(KEY, json.dumps(body).encode())
    with pytest.raises(ObjectUnreadable):
        stored_memory(store, SITE)
    kept = learned(store, "anchor")
    assert [err.key for err in store.left_out.found] == [KEY]
    assert store.get(f"set-aside/v1/{KEY}") is not None
    assert kept.memory.articles == 1
    kept.save(store)
    assert learned(store).memory.articles == 1
    assert len(store.left_out) == 1


@pytest.mark.parametrize("body", [b"[" * 100_000, b"{}{", b"\xff", b" " * (most(KEY) + 1)])
def test_bytes_that_are_no_memory_cost_themselves(body: bytes) -> None:
    """What is no JSON, too deep or too large is set aside as well."""
    store = MemoryStore()
    store.plant(KEY, body)
    assert learned(store).memory == SiteMemory(learned_by=BY)
    assert [err.key for err in store.left_out.found] == [KEY]


@pytest.mark.parametrize("more", [{"learned_by": "any-site/2", "form": [2]}, {"pictures": 3}], ids=["by", "fields"])
def test_what_another_version_learned_is_learned_anew(
    more: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    """What another version learned, whatever form it has, is no poison: nothing is set aside, and it is replaced."""
    store = MemoryStore()
    store.plant(KEY, json.dumps({**WHOLE, **more}).encode())
    with caplog.at_level(logging.INFO):
        kept = learned(store, "anchor")
    assert (kept.memory.articles, len(store.left_out)) == (1, 0)
    assert [record.levelno for record in caplog.records if "another version" in record.message] == [logging.INFO]
    kept.save(store)
    assert learned(store).memory == kept.memory


def test_a_site_that_is_described_in_full_has_no_memory() -> None:
    """Where a definition says where the body stands, nothing is remembered, and nothing else decides what is read."""
    definition = definition_of("moscowtimes")
    assert memory_of(definition, extractor_of(definition, definition.site), lambda: None) is None


def test_a_host_of_which_nothing_is_known_is_told(bucket: Any, tmp_path: Any, capsys: Any) -> None:
    """`mtcrawler sites show` of a site that taught nothing ends with 2 and says why."""
    assert main(["sites", "show", "https://nowhere.example/"], environment(bucket, tmp_path)) == 2
    assert "remembered of nowhere.example" in capsys.readouterr().err
