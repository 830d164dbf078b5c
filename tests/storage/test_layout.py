"""Keys: the contract's, and nothing a page says can bend them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.model.errors import StoreError
from mtcrawler.storage import layout
from tests.fixtures.store import SITE, make_article

ID = "87c2cb55-a847-5229-b488-46a518d6fe10"
HASH = "0123456789ab" + "0" * 52


def test_keys_are_the_contracts() -> None:
    """Each kind of object lies where consumers look for it."""
    assert layout.article_key(SITE, "2026-11-20", ID) == f"articles/v1/site={SITE}/date=2026-11-20/{ID}.json"
    assert layout.revision_key(SITE, ID, 2, HASH) == f"revisions/v1/site={SITE}/{ID}/2-0123456789ab.json"
    assert layout.change_key("2026-11-20", "run-1", 7) == "changes/v1/date=2026-11-20/run-1-000007.jsonl.gz"
    assert layout.manifest_key("2026-11-20", "run-1") == "runs/v1/date=2026-11-20/run-1/manifest.json"
    assert layout.run_key("unknown", "r", "evidence/a/b-1.png") == "runs/v1/date=unknown/r/evidence/a/b-1.png"
    assert layout.SCHEMA_KEY == "schema/article-1.json"


def test_keys_are_read_back() -> None:
    """What a key was made of can be read off it; another's key is none of ours."""
    key = layout.article_key(SITE, "unknown", ID)
    assert layout.read_article_key(key) == (SITE, "unknown", ID)
    assert layout.read_change_key(layout.change_key("2026-11-20", "a-b-1", 12)) == ("2026-11-20", "a-b-1", 12)
    assert layout.read_article_key("articles/v1/readme.txt") is None
    assert layout.read_change_key(key) is None


@given(st.text(), st.text(), st.text(), st.text())
def test_nothing_raw_gets_into_a_key(site: str, day: str, name: str, run: str) -> None:
    """Whatever is handed in, a key is refused or holds no empty, dotted or odd part."""
    attempts: list[Callable[[], str]] = [
        lambda: layout.article_key(site, "unknown", ID),
        lambda: layout.article_key(SITE, day, ID),
        lambda: layout.article_key(SITE, "unknown", name),
        lambda: layout.revision_folder(site, ID),
        lambda: layout.run_key("unknown", run, "manifest.json"),
        lambda: layout.run_key("unknown", "run", name),
        lambda: layout.change_key(day, run, 1),
    ]
    for make in attempts:
        try:
            key = make()
        except StoreError:
            continue
        assert all(
            part not in {"", ".", ".."} and part.isascii() and part.isprintable() for part in key.rstrip("/").split("/")
        )


@pytest.mark.parametrize("site", ["", "..", "a..b", "WWW.X.COM", "a/b", "a b", "x.com:80", "-a.com", "a.com\n"])
def test_a_site_is_a_host(site: str) -> None:
    """A site that is no lower-case host name is refused."""
    with pytest.raises(StoreError, match="host name"):
        layout.article_key(site, "unknown", ID)


@pytest.mark.parametrize("name", ["", "/a", "a//b", "../a", "a/..", ".hidden", "a/", "a\n", "ä.png"])
def test_a_run_file_has_a_plain_name(name: str) -> None:
    """A name that leads elsewhere is refused."""
    with pytest.raises(StoreError, match="file name"):
        layout.run_key("2026-11-20", "run", name)


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"url": f"https://{SITE}/2024/02/29/leap-a1"}, "2024-02-29"),
        ({"url": f"https://{SITE}/2023/02/29/no-day-a1"}, "2026-11-20"),
        ({"url": f"https://{SITE}/archive/old"}, "2026-11-20"),
        ({"url": f"https://{SITE}/archive/old?from=/2020/01/01/"}, "2026-11-20"),
        ({"url": f"https://{SITE}/archive/old", "published_at": None}, "unknown"),
        (
            {"url": f"https://{SITE}/archive/old", "published_at": datetime(2026, 1, 1, 23, 30, tzinfo=UTC)},
            "2026-01-01",
        ),
    ],
)
def test_the_day_of_an_article(fields: dict[str, Any], day: str) -> None:
    """An article is filed under its address's day, else the day it was published, else "unknown"."""
    assert layout.date_of(make_article(**fields)) == day
