"""A glance relies on what an earlier visit left only where nothing speaks against it; else the site is crawled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from scrapy.settings import Settings

from mtcrawler.discovery.memory.glance_note import GlancedHost, GlancedSource, GlanceNote
from mtcrawler.model import clock
from mtcrawler.storage.layout import glance_key
from mtcrawler.storage.write.journal import Journal, waits
from mtcrawler.visits.glance.glance import Glance
from tests.fixtures.memory import MemoryStore
from tests.fixtures.sites import spider_named

SOURCE: Final = "https://www.themoscowtimes.com/sitemap.xml"


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
        "hosts": {"https://www.themoscowtimes.com": host},
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
    """With an article in the spool, or lines of the feed that an ended run left, there is no glance; those of a run in
    progress are its own affair.
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
    (tmp_path / "spool" / store.location.tag).mkdir(parents=True)
    (tmp_path / "spool" / store.location.tag / "1.json").write_text("{}")
    assert one._recalled() is None
