"""A glance relies on what an earlier visit left only where nothing speaks against it; else the site is crawled."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from scrapy.settings import Settings

from mtcrawler.discovery.memory.glance_note import MOST, GlancedHost, GlancedSource, GlanceNote
from mtcrawler.model import clock
from mtcrawler.storage.layout import glance_key
from mtcrawler.storage.pages.segments import PageSegments
from mtcrawler.storage.write.journal import Journal, waits
from mtcrawler.visits.glance.glance import Glance
from tests.fixtures.memory import MemoryStore
from tests.fixtures.sites import spider_named

ORIGIN: Final = "https://www.themoscowtimes.com"
SOURCE: Final = f"{ORIGIN}/sitemap.xml"


@pytest.fixture
def store() -> MemoryStore:
    """An empty store."""
    return MemoryStore()


@pytest.fixture
def glance(store: MemoryStore, tmp_path: Path) -> Callable[..., Glance]:
    """The glance of a visit with these settings."""

    def made(**more: Any) -> Glance:
        given = {"STATE_DIR": str(tmp_path / "state"), "SPOOL_DIR": str(tmp_path / "spool"), "EMBEDDED_STORE": True}
        return Glance(Settings({**given, **more}), spider_named("moscowtimes"), {}, store)

    return made


def note_of(one: Glance, **more: Any) -> GlanceNote:
    """What such a visit would have left now."""
    now = clock.now()
    host = GlancedHost(at=now, rules="0" * 64)
    given = {
        "read_by": one._read_by,
        "asked": one._asked_as,
        "at": now,
        "until": now + timedelta(hours=1),
        "sources": [GlancedSource(url=SOURCE, etag='"1"')],
        "hosts": {ORIGIN: host},
    }
    return GlanceNote.model_validate({**given, **more})


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ({}, True),
        ({"until": clock.now() - timedelta(seconds=1)}, False),
        ({"at": clock.now() - timedelta(hours=7)}, False),
        ({"at": clock.now() + timedelta(hours=7)}, False),
        ({"read_by": "another"}, False),
        ({"asked": "another"}, False),
        ({"sources": []}, False),
        ({"sources": [GlancedSource(url="https://elsewhere.example/feed", etag='"1"')]}, False),
    ],
)
def test_a_note_holds_for_the_same_visit_alone(
    more: dict[str, Any], holds: bool, glance: Callable[..., Glance], store: MemoryStore
) -> None:
    """One that is past, of another definition or other arguments, or that names what is not the site's, is none."""
    one = glance()
    store.plant(one._key, note_of(one, **more).model_dump_json().encode())
    assert (one._recalled() is not None) == holds


def test_a_torn_note_is_none(glance: Callable[..., Glance], store: MemoryStore) -> None:
    """What cannot be read is set aside, counts as unreadable, and the site is crawled."""
    one = glance()
    store.plant(one._key, b'{"until": 7}')
    assert one._recalled() is None
    assert len(store.left_out) == 1
    assert store.get(glance_key("www.themoscowtimes.com")) is None


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ("sources", 0, {"url": "https://www.themoscowtimes.com:99999/sitemap.xml", "etag": "1"}),
        ("hosts", "https://[", {"at": "2026-11-20T10:00:00Z", "rules": ""}),
        ("hosts", ORIGIN, {"at": "2026-11-20T10:00:00Z", "rules": "", "delay": -1}),
        ("hosts", ORIGIN, {"at": "2026-11-20T10:00:00Z", "rules": "", "delay": float("inf")}),
    ],
)
def test_a_note_that_would_fail_a_visit_is_none(
    place: str, key: Any, value: Any, glance: Callable[..., Glance], store: MemoryStore
) -> None:
    """An address or a delay in a note that no crawl could have left has it set aside; the site is crawled."""
    one = glance()
    told = note_of(one).model_dump(mode="json")
    told[place][key] = value
    store.plant(one._key, json.dumps(told).encode())
    assert one._recalled() is None
    assert len(store.left_out) == 1


def test_a_note_of_too_many_sources_is_none(glance: Callable[..., Glance], store: MemoryStore) -> None:
    """No crawl leaves more sources to a glance than it may ask."""
    one = glance()
    told = note_of(one).model_dump(mode="json")
    told["sources"] *= MOST + 1
    store.plant(one._key, json.dumps(told).encode())
    assert one._recalled() is None


async def test_no_note_makes_a_glance_wait_longer_than_a_crawl(glance: Callable[..., Glance]) -> None:
    """A delay in a note is kept to as far as one of a robots.txt is: CRAWL_DELAY_MAX."""
    one = glance(CRAWL_DELAY_MAX=7)
    note = note_of(one, hosts={ORIGIN: GlancedHost(at=clock.now(), rules="", delay=1e9)})
    async with one._asking(note) as asking:
        assert asking._context.hosts.of(SOURCE).interval == 7


@pytest.mark.parametrize(
    "more",
    [{"RENDER_MODE": "browser"}, {"DOWNLOAD_DELAY": 3}, {"RECHECK_LATER": "7d"}, {"CONTACT": "https://a.example"}],
)
def test_other_settings_are_another_visit(
    more: dict[str, Any], glance: Callable[..., Glance], store: MemoryStore
) -> None:
    """A setting with which a crawl may find something else makes the note of no use."""
    one = glance()
    store.plant(one._key, note_of(one).model_dump_json().encode())
    assert glance()._recalled() is not None
    assert glance(**more)._recalled() is None


def test_what_waits_here_is_delivered_by_a_crawl(
    glance: Callable[..., Glance], store: MemoryStore, tmp_path: Path
) -> None:
    """With an article in the spool, or pages or lines of the feed that an ended run left, there is no glance; those
    of a run in progress are its own affair.
    """
    one = glance()
    store.plant(one._key, note_of(one).model_dump_json().encode())
    journals = tmp_path / "state" / f"journal-{store.location.tag}"
    run = Journal(journals, "run-1")
    run.append(b"{}\n")
    assert one._recalled() is not None
    run.close()
    assert waits(journals)
    assert one._recalled() is None
    for path in journals.iterdir():
        path.unlink()
    assert one._recalled() is not None
    pages = PageSegments(store, tmp_path / "spool" / f"{store.location.tag}-pages", "run-2", 10_000)
    pages.append(b"a page")
    assert one._recalled() is not None
    pages.close()
    assert one._recalled() is None
    assert pages.recover() == 1
    assert one._recalled() is not None
    (tmp_path / "spool" / store.location.tag).mkdir(parents=True)
    (tmp_path / "spool" / store.location.tag / "1.json").write_text("{}")
    assert one._recalled() is None
