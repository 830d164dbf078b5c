"""What breaks the contract is found and named; what does not is left alone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from mtcrawler.session.session import Session
from mtcrawler.storage.layout import CHANGES, REVISIONS
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.verify import Problem, VerifyResult, verify
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE, make_article

ONE, EDITED = make_article(1), make_article(1, words="The river froze late this year.")
KEY = f"articles/v1/site={SITE}/date=2026-11-20/{ONE.id}.json"


@pytest.fixture
def written(new_session: Callable[..., Session], bucket: Location) -> Location:
    """A bucket with two articles, one of them revised."""
    session = new_session()
    for article in (ONE, make_article(2), EDITED):
        session.writer.save(article)
    session.close()
    return bucket


def found(location: Location) -> tuple[VerifyResult, list[Problem]]:
    problems: list[Problem] = []
    return verify(location, problems.append), problems


def test_a_whole_bucket_has_no_problem(written: Location) -> None:
    """What crawlers wrote is as the contract says, all of it read."""
    assert found(written) == (VerifyResult(articles=2, revisions=3, changes=3, problems=0), [])


def test_each_kind_of_damage_is_named(written: Location, client: Client) -> None:
    """A torn article, a changed text, a missing revision, a missing article, a silent feed: each with its key."""
    whole = client.get(KEY)
    assert whole is not None
    article = json.loads(whole.body)

    def after(key: str, body: bytes | None) -> str:
        before = client.get(key)
        if body is None:
            client.delete(key)
        else:
            client.put(key, body)
        _, problems = found(written)
        if before is None:
            client.delete(key)
        else:
            client.put(key, before.body, metadata=before.metadata)
        return "; ".join(f"{problem.key.split('/')[0]}: {problem.problem}" for problem in problems)

    assert "no article of this contract" in after(KEY, whole.body[:100])
    assert "content hash" in after(KEY, json.dumps({**article, "headline": "Another"}).encode())
    assert "not that of the body" in after(KEY, json.dumps({**article, "text": "Other"}).encode())
    assert "site or id" in after(KEY.replace(ONE.id, make_article(9).id), whole.body)
    assert "it is not there" in after(KEY, None)
    (first,) = client.keys(f"{REVISIONS}site={SITE}/{ONE.id}/1-")
    assert "is missing" in after(first, None)
    (segment,) = client.keys(CHANGES)
    assert "the feed does not tell" in after(segment, None)
    assert "cannot be read" in after(segment, b"torn")
    assert "manifest" in after("runs/v1/date=2026-11-21/run-1/manifest.json", b"{")
    assert found(written)[1] == []
