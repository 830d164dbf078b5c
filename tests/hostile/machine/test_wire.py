"""Laws of what any process of a crawl calls, heard on the wire of a network of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles
from tests.hostile.machine.namespace import SCRIPTS, watched
from tests.hostile.pages import PATH
from tests.hostile.second import CANARY


@pytest.mark.parametrize("mode", ["http", "browser", "auto"])
def test_a_crawl_calls_its_site_its_bucket_and_its_relay_alone(mode: str, bucket: Location, tmp_path: Path) -> None:
    """No process of a crawl sends anything anywhere else, whatever its pages say, when asked again as well."""
    found = watched(bucket, tmp_path, mode)
    assert found.others == {}, found.said
    assert found.own["site"] > 0
    assert found.own["bucket"] > 0
    assert (found.own.get("proxy", 0) > 0) == (mode != "http")
    assert "Traceback" not in found.said
    stored = articles(bucket)
    assert {f"https://www.themoscowtimes.com{path}" for path in (PATH, SCRIPTS)} <= set(stored)
    assert CANARY not in {article["headline"] for article in stored.values()}


@pytest.mark.slow
def test_the_wire_hears_every_call(bucket: Location, tmp_path: Path) -> None:
    """The same crawl is heard where it is allowed to call everybody."""
    found = watched(bucket, tmp_path, "browser", "0.0.0.0/0,::/0")
    called = set(found.others)
    assert {"169.254.169.254 port 80", "127.0.0.1 port 9333", "::1 port 9333", "10.0.0.5 port 80"} <= called, found.said
