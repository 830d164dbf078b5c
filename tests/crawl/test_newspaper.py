"""The whole newspaper: everything stored, each field true, nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.bucket.location import Location
from tests.fixtures.crawl import articles, crawl, differences, objects
from tests.newspaper import Newspaper

ALL = "1990-01-01"


@pytest.mark.parametrize(
    ("spider", "language", "base"), [("moscowtimes", "en", "publisher"), ("moscowtimes_ru", "ru", "self")]
)
def test_every_article_is_stored_as_it_is_and_a_second_run_adds_nothing(
    spider: str, language: str, base: str, bucket: Location, tmp_path: Path
) -> None:
    """Every article lands with every field equal to the truth, twins once, no clutter; again, and nothing is new."""
    with Newspaper(language, base=base, modal="inline") as paper:  # type: ignore[arg-type]
        truth, twins, clutter = paper.expected(), paper.twins, set(paper.clutter)
        seen = []
        for _ in range(2):
            run = crawl(spider, bucket, tmp_path, site=paper.origin, since=ALL)
            assert run.code == 0, run.said
            stored = articles(bucket)
            seen.append(objects(bucket))
            assert len(stored) == len(truth) - len(twins)
            assert all(len({one, other} & set(stored)) == 1 for one, other in twins)
            assert {url: found for url, article in stored.items() if (found := differences(article, truth[url]))} == {}
            assert [line for one in stored.values() for line in one["text"].split("\n") if line in clutter] == []
        assert seen[0] == seen[1]
