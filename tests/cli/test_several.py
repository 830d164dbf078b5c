"""Commands that are asked for several things: they come in order, and one that is wrong costs itself alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from mtcrawler.cli import main
from mtcrawler.model.article import Article
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import article_key, date_of
from mtcrawler.storage.location import Location
from mtcrawler.storage.read import newest
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE, make_article

OTHERS = "www.gazette.example"


def made(number: int, day: str, hours: int = 0, site: str = SITE) -> Article:
    """An article of this site and day, so many hours after the first of the day."""
    article = make_article(number, day=day)
    published = article.published_at + timedelta(hours=hours) if article.published_at else None
    return article.model_copy(update={"published_at": published, "site": site})


ARTICLES = [
    made(1, "2026/11/20", 5, OTHERS),
    made(2, "2026/11/20", 3),
    made(3, "2026/11/20", 1, OTHERS),
    made(4, "2026/11/20", 0),
    made(5, "2026/11/19", 9),
    made(6, "2026/11/18", 0, OTHERS),
]


@pytest.fixture
def environment(client: Client, bucket: Location) -> dict[str, str]:
    """The variables that name a bucket with articles of two sites."""
    for article in ARTICLES:
        client.put(article_key(article.site, date_of(article), article.id), article.to_json())
    return of(bucket)


def of(bucket: Location) -> dict[str, str]:
    """The variables that name this bucket."""
    return {
        "S3_ENDPOINT_URL": bucket.endpoint_url or "",
        "S3_BUCKET": bucket.bucket,
        "AWS_ACCESS_KEY_ID": bucket.access_key or "",
        "AWS_SECRET_ACCESS_KEY": bucket.secret_key or "",
    }


@pytest.mark.parametrize("at_once", [newest.AT_ONCE, 5])
def test_articles_of_all_sites_come_newest_first(
    at_once: int, environment: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever their sites, articles are listed by time of publication, and a limit takes the newest of them all."""
    monkeypatch.setattr(newest, "AT_ONCE", at_once)
    asked = {(): ARTICLES, ("--limit", "2"): ARTICLES[:2], ("--site", OTHERS): [ARTICLES[n] for n in (0, 2, 5)]}
    for arguments, expected in asked.items():
        assert main(["articles", *arguments], environment) == 0
        told = [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]
        assert told == [one.id for one in expected]


def test_every_key_that_can_be_set_aside_is(
    environment: dict[str, str], client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys that name nothing, or what can be read, are told by name; the others are moved all the same."""
    sound, *torn = (article_key(one.site, date_of(one), one.id) for one in ARTICLES[:3])
    for key in torn:
        client.put(key, b"{")
    assert main(["set-aside", torn[0], "articles/v1/nothing.json", sound, torn[1]], environment) == 2
    told = capsys.readouterr()
    assert [json.loads(line)["key"] for line in told.out.splitlines()] == torn
    assert [key in line for key, line in zip(("nothing.json", sound), told.err.splitlines(), strict=True)] == [True] * 2


def test_an_article_of_one_revision_has_nothing_to_compare(
    new_session: Callable[..., Session], bucket: Location, capsys: pytest.CaptureFixture[str]
) -> None:
    """The difference of an article that was never edited is none, which is said and is no error."""
    article = make_article(9)
    session = new_session()
    session.writer.save(article)
    session.close()
    assert main(["diff", article.id], of(bucket)) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "There is one revision only, so there is nothing to compare.\n")
