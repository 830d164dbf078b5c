"""Crawls after a removal: the page is not asked for, and no other address of it brings it back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import articles
from tests.fixtures.moody import HOME, accounts, crawled, moody, story
from tests.removal.story import remove
from tests.removal.whole_bucket import holding

ICE, FERRY, LATER = "/2026/11/20/quagga", "/2026/11/20/ferry", "/2026/11/21/moved"


@pytest.mark.slow
def test_no_crawl_fetches_or_stores_it_again(bucket: Location, client: Client, tmp_path: Path) -> None:
    """After a removal no crawl asks for the page, not by name and not with force; a new address of it is not stored,
    and then not asked for either. Each is accounted for as removed.
    """
    page = story("quagga")
    leads = f"<link rel=canonical href='{HOME}{ICE}'></head>"
    named = replace(page, body=str(page.body).replace("</head>", leads))
    with moody({ICE: page, FERRY: story("ferry")}) as paper:
        paper.lists(ICE, FERRY)
        run, told = crawled(paper, bucket, tmp_path / "first")
        assert run.code == 0, run.said
        remove(bucket, tmp_path / "first", f"{HOME}{ICE}")
        asked, paper.answers[LATER] = paper.hits[ICE], named
        paper.lists(ICE, FERRY, LATER)
        run, told = crawled(paper, bucket, tmp_path / "fresh", force="1")
        assert (run.code, accounts(told)) == (0, {"removed": 2, "unchanged": 1}), run.said
        assert (paper.hits[ICE], paper.hits[LATER]) == (asked, 1)
        run, told = crawled(paper, bucket, tmp_path / "other", force="1")
        assert (accounts(told), paper.hits[LATER]) == ({"removed": 2, "unchanged": 1}, 1)
        run, told = crawled(paper, bucket, tmp_path / "other", url=f"{HOME}{ICE}")
        assert (accounts(told), paper.hits[ICE]) == ({"removed": 1}, asked)
        assert "was taken out of the bucket on request" in run.said
    assert [*articles(bucket)] == [f"{HOME}{FERRY}"]
    assert holding(client, "Quagga: ", "The quagga") == {}
