"""Finding an article by whatever address it is known by, its clusters and its history, with the public library."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mtcrawler.api import Bucket
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import CHANGES
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE, make_article
from tests.storage.compact.feed import compacted, objects

New = Callable[..., Session]


def test_any_alternate_address_leads_to_the_article(new_session: New, bucket: Location) -> None:
    """The address of a duplicate, of an AMP page, and of a redirect are as good as the canonical one."""
    others = [f"https://{SITE}/all/83001", f"https://{SITE}/2026/11/20/renamed-a83001"]
    one = make_article(1, alternate_urls=others)
    twin = make_article(2, headline=one.headline)
    session = new_session()
    assert session.claim(one).verdict == "mine"
    session.submit(one).result()
    claim = session.claim(twin)
    assert claim.first_id == one.id
    session.submit_duplicate(twin, one.id)
    session.close()
    with Bucket(bucket) as reader:
        for url in (one.canonical_url, twin.canonical_url, *others, f"{others[0]}?amp=1"):
            found = reader.get(url)
            assert found is not None, url
            assert found.id == one.id
        assert reader.get(f"https://{SITE}/2026/11/20/never-a1") is None


def test_a_duplicate_is_found_while_the_feed_is_merged(
    new_session: New, client: Client, bucket: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that only the feed knows leads to its article, also if its segment is merged and deleted meanwhile."""
    one, twin = make_article(1), make_article(2)
    session = new_session()
    session.writer.save(one)
    session.close()
    session = new_session()
    session.submit_duplicate(twin, one.id)
    session.close()
    keys, first = Client.keys, iter([True])

    def slow(store: Client, prefix: str, **more: Any) -> Iterator[str]:
        listed = list(keys(store, prefix, **more))
        if prefix == CHANGES and next(first, None):
            compacted(client)
            compacted(client)
            assert len(objects(client)) == 1
        return iter(listed)

    monkeypatch.setattr(Client, "keys", slow)
    with Bucket(bucket) as reader:
        found = reader.get(twin.canonical_url)
        assert found is not None
        assert found.id == one.id
    assert next(first, None) is None


def test_clusters_are_those_of_two_or_more(new_session: New, bucket: Location) -> None:
    """Near-duplicates stand together in the order they were stored, an article that resembles none does not stand."""
    words = " ".join(f"word{number}" for number in range(120))
    versions = [make_article(1, words=words), make_article(2, words=words.replace("word7 ", "word ", 1))]
    session = new_session()
    for article in (*versions, make_article(3, words=" ".join(f"other{number}" for number in range(120)))):
        session.submit(session.relate(article).result()).result()
    session.close()
    with Bucket(bucket) as reader:
        assert list(reader.clusters()) == [[article.id for article in versions]]
        assert list(reader.clusters(site="nobody.example")) == []


def test_a_caption_is_told_as_the_body_or_the_image(new_session: New, bucket: Location) -> None:
    """Where the text is the same, what differs is told nonetheless."""
    session = new_session()
    for article in (make_article(1), make_article(1, caption="Another caption.")):
        session.writer.save(article)
    session.close()
    with Bucket(bucket) as reader:
        (edit,) = reader.difference(make_article(1).id, 1, 2)
    assert (edit.field, edit.before["caption"], edit.after["caption"]) == (
        "image",
        "The river on Friday.",
        "Another caption.",
    )


def test_the_library_is_light() -> None:
    """Whoever only reads loads nothing that crawling or exporting needs."""
    heavy = {"scrapy", "twisted", "playwright", "rensa", "numpy", "pyarrow", "lxml", "courlan"}
    code = (
        "import importlib, sys, mtcrawler.api, mtcrawler.cli\n"
        "for name in set(mtcrawler.cli.COMMANDS.values()): importlib.import_module(f'mtcrawler.cli.{name}')\n"
        f"sys.exit(', '.join({heavy!r} & {{name.split('.')[0] for name in sys.modules}}) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
