"""Laws of the kept memory of a site: recalled, merged, set aside where it is none, taught by whole articles only."""

from __future__ import annotations

import json
import logging
from typing import Any, Final

import pytest

from mtcrawler.answers.error_page import ErrorPages
from mtcrawler.cli import main
from mtcrawler.cli.pages import site_memory as shown
from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.memory.lesson import Lesson
from mtcrawler.extraction.memory.site_memory import SiteMemory
from mtcrawler.model.article import Access, Draft
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.session.site_memory import KeptMemory, stored_memory
from mtcrawler.sites.undescribed import undescribed as undescribed_site
from mtcrawler.spider.code import extractor_of, memory_of
from mtcrawler.storage.layout import ERROR_PAGES, SITE_MEMORY, error_page_key, site_memory_key
from mtcrawler.storage.limits import most
from tests.extraction.any_site.pages import STORY, URL, page, paragraphs
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


def test_pleas_are_counted_where_they_were_left_out() -> None:
    """Texts that ask are counted where the model chose the text, and not where a definition's selector did."""
    told: list[tuple[str, int]] = []
    kept = KeptMemory(SITE, BY, lambda name, number: told.append((name, number)))
    asks = '<div class="newsletter"><p>Sign up for our newsletter of tides.</p><a href="/newsletter">Go on</a></div>'
    html = page(paragraphs(STORY[:3]) + asks + paragraphs(STORY[3:]))
    read = EXTRACTOR.extract(html, URL, {})
    read.pleas.segments = [1, 2]
    for source in ("site", "model"):
        body = read.body
        read.sources["body"] = source
        kept.learn(read, draft(body=body, canonical_url=URL), 200)
    assert told == [("site_memory/pleas", 2)]


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
    assert memory_of(definition, extractor_of(definition, definition.site), lambda name, number: None) is None


def test_at_another_port_there_is_another_site() -> None:
    """Undescribed sites at two ports of a host share nothing that a crawl learns; a scheme's own port is none."""
    asked = [f"http://{SITE}", f"http://{SITE}:80", f"https://{SITE}:443", f"http://{SITE}:8080", f"http://{SITE}:9"]
    store, learned_of = MemoryStore(), []
    for address in asked:
        site = undescribed_site(address)
        kept = memory_of(site, extractor_of(site, site.site), lambda name, number: None)
        assert kept is not None
        kept.recall(store)
        learned_of.append(kept.memory.articles)
        teach(kept, "anchor" if kept.memory.articles else "barrel")
        kept.save(store)
        pages = ErrorPages(site.site)
        pages.learn(None)
        pages.keep(store)
    assert learned_of == [0, 1, 2, 0, 0]
    names = [SITE, f"{SITE}-8080", f"{SITE}-9"]
    assert sorted(store.keys(SITE_MEMORY)) == sorted(map(site_memory_key, names))
    assert sorted(store.keys(ERROR_PAGES)) == sorted(map(error_page_key, names))


@pytest.mark.parametrize("asked", [f"{SITE}:8080", f"http://{SITE}:8080/news", f"WWW.{SITE}:8080/news?a#b"])
def test_a_site_is_shown_by_host_port_or_address(asked: str, monkeypatch: Any, capsys: Any) -> None:
    """`mtcrawler sites show` takes a host, with its port where that is unusual, and any address of the site."""
    store = MemoryStore()
    kept = KeptMemory(f"{SITE}-8080", BY)
    teach(kept, "anchor")
    kept.save(store)
    monkeypatch.setattr(shown, "connect", lambda *args, **named: store)
    assert main(["sites", "show", asked], {"S3_BUCKET": "papers", "S3_ENDPOINT_URL": "http://127.0.0.1:9"}) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["site"], told["articles"]) == (f"{SITE}-8080", 1)


def test_a_site_at_an_odd_port_is_found_by_its_host(monkeypatch: Any, capsys: Any) -> None:
    """Without a port `mtcrawler sites show` finds a site that is at an odd one alone; of several it names each."""
    store = MemoryStore()
    for port, code in ((8080, 0), (9, 2)):
        kept = KeptMemory(f"{SITE}-{port}", BY)
        teach(kept, "anchor")
        kept.save(store)
        monkeypatch.setattr(shown, "connect", lambda *args, **named: store)
        assert main(["sites", "show", SITE], {"S3_BUCKET": "papers", "S3_ENDPOINT_URL": "http://127.0.0.1:9"}) == code
        said = capsys.readouterr()
        assert f"{SITE}-8080" in said.out or f"{SITE}:8080, {SITE}:9" in said.err


@pytest.mark.parametrize(
    "asked", ["", "/news", "a b", "paper.example:x", "paper.example:99999", "http://[::1]", "\x1b[2J"]
)
def test_what_is_no_site_is_refused_with_a_remedy(asked: str, capsys: Any) -> None:
    """`mtcrawler sites show` of what names no site ends with 2 and says what to give, before any bucket is asked."""
    assert main(["sites", "show", asked], {}) == 2
    said = capsys.readouterr().err
    assert "Give www.example.com" in said
    assert "\x1b" not in said


def test_a_host_of_which_nothing_is_known_is_told(bucket: Any, tmp_path: Any, capsys: Any) -> None:
    """`mtcrawler sites show` of a site that taught nothing ends with 2 and says why."""
    assert main(["sites", "show", "https://nowhere.example/"], environment(bucket, tmp_path)) == 2
    assert "remembered of nowhere.example" in capsys.readouterr().err
