"""A removal beside commands that mend or compact the bucket, killed at the worst moment or not: nothing comes back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.cli import main
from mtcrawler.clusters import clustering
from mtcrawler.clusters.clustering import Clustering
from mtcrawler.model import clock
from mtcrawler.model.errors import ArgumentError
from mtcrawler.storage.compact import merging, tables
from mtcrawler.storage.compact.merging import merge
from mtcrawler.storage.compact.tables import Tables
from mtcrawler.storage.layout import ARTICLES, SET_ASIDE
from mtcrawler.storage.location import Location
from mtcrawler.storage.read import set_aside
from mtcrawler.storage.read.stored import last_revision
from mtcrawler.storage.s3.client import Client
from tests.cli.test_compact import environment_of
from tests.removal.story import WORDS, New, other, remove, story
from tests.removal.whole_bucket import holding
from tests.session.test_session import crawl


class Killed(BaseException):
    """As a process that is killed: nobody handles it."""


JOBS: dict[str, Callable[[Client], object]] = {
    "merging": lambda client: merge(client, keep=timedelta(0), until=clock.now() + timedelta(hours=1)),
    "tables": lambda client: Tables(client, workers=0).make(),
    "clusters": lambda client: Clustering(client, 30).look(),
}
LAST = {"merging": (merging, "_take_out"), "tables": (tables, "take_out"), "clusters": (clustering, "take_out")}
"""The step of each job that takes out what was removed while it went on."""


@pytest.mark.parametrize("job", [*JOBS])
def test_a_job_that_is_killed_before_it_looks_for_removals(
    job: str, new_session: New, bucket: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compaction, or clustering, that wrote the article after a removal had passed, and was killed before it took
    that out, leaves it only until the next one.
    """
    for number in (1, 2):
        session = new_session()
        crawl(session, story(number) if number == 1 else other(2), other(number + 5))
        session.close()
    place, name = LAST[job]
    get = Client.get

    def stale(store: Client, key: str) -> Any:
        """What lay there when the job read it."""
        return before[key] if key in before else get(store, key)

    def killed(*arguments: Any, **more: Any) -> None:
        raise Killed

    before = {key: get(client, key) for key in client.keys("") if key.startswith(("changes/", ARTICLES))}
    listed = [*client.keys("changes/")]
    keys = Client.keys

    def as_listed(store: Client, prefix: str = "", **more: Any) -> Any:
        return (
            iter(key for key in listed if key.startswith(prefix))
            if prefix.startswith("changes/")
            else keys(store, prefix, **more)
        )

    remove(bucket, tmp_path / "var")
    with monkeypatch.context() as patched:
        patched.setattr(Client, "get", stale)
        patched.setattr(Client, "keys", as_listed)
        patched.setattr(place, name, killed)
        with suppress(Killed):
            JOBS[job](client)
    assert job == "clusters" or holding(client, *WORDS)  # of clusters only signatures could be left
    JOBS[job](client)
    assert holding(client, *WORDS) == {}
    assert main(["verify"], environment_of(bucket)) == 0


@pytest.mark.parametrize("torn", [False, True])
def test_a_repair_that_read_it_before_it_was_removed(
    torn: bool, new_session: New, bucket: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`verify --repair` that read the last revision before a removal deleted it does not put it in its place after."""
    session = new_session()
    crawl(session, story(), other(1))
    session.close()
    key = next(key for key in client.keys(ARTICLES) if story().id in key)
    client.put(key, b"torn") if torn else client.delete(key)
    last = last_revision

    def then_removed(*arguments: Any) -> bytes | None:
        body = last(*arguments)
        remove(bucket, tmp_path / "var")
        return body

    monkeypatch.setattr("mtcrawler.storage.read.set_aside.last_revision", then_removed)
    main(["verify", "--repair"], environment_of(bucket))
    monkeypatch.undo()
    assert holding(client, *WORDS) == {}
    assert not list(client.keys(f"{SET_ASIDE}{ARTICLES}"))
    assert main(["verify"], environment_of(bucket)) == 0


def test_what_a_removal_has_begun_to_delete_is_not_repaired(
    new_session: New, bucket: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a removal was told and then killed, neither `verify --repair` nor `set-aside` puts the article back."""
    session = new_session()
    crawl(session, story(), other(1))
    session.close()
    before = {key: stored.body for key in client.keys("") if story().id in key and (stored := client.get(key))}
    remove(bucket, tmp_path / "var")
    article = next(key for key in before if key.startswith(ARTICLES))
    for key, body in before.items():
        client.put(key, b"torn" if key == article else body)
    main(["verify", "--repair"], environment_of(bucket))
    assert client.get(article).body == b"torn"  # type: ignore[union-attr]
    with pytest.raises(ArgumentError, match="was removed"):
        set_aside.set_aside(client, article)
    assert client.get(article) is None
    remove(bucket, tmp_path / "var")
    assert holding(client, *WORDS) == {}
