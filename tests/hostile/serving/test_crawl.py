"""Laws of a crawl that is led astray: what a page, a redirect or a list names is not asked for where it must not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl
from tests.hostile.canary import Canary, HostileSite

ARTICLE = "/2026/11/22/a-boat-that-went-astray-a90001"
INDEX = (
    "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>{}</loc></sitemap></sitemapindex>"
)


@pytest.mark.parametrize("mode", ["http", "browser"])
def test_a_redirect_to_where_no_page_may_lead_is_told_and_not_followed(
    mode: str, bucket: Location, tmp_path: Path
) -> None:
    """An article that redirects into a private network fails with the name of the setting, and nothing arrives."""
    canary = Canary("127.0.0.2")
    with HostileSite() as site:
        site.pages[ARTICLE] = f"http://127.0.0.2:{canary.port}/"
        given = {"site": site.origin, "url": site.origin + ARTICLE, "S_RENDER_MODE": mode, "E_RENDER_MODE": mode}
        run = crawl("moscowtimes", bucket, tmp_path, **given)
        hits = canary.hits
        control = crawl("moscowtimes", bucket, tmp_path, **given, E_ALLOWED_NETWORKS="127.0.0.0/8")
    canary.close()
    assert hits == 0
    assert run.code != 0
    assert "ALLOWED_NETWORKS" in run.said
    assert "Run again once it answers" not in run.said  # it does answer, and is not asked
    assert "Traceback" not in run.said
    assert articles(bucket) == {}
    assert canary.hits > 0, control.said


@pytest.mark.parametrize("place", ["http://127.0.0.2:{port}/", "file:///etc/passwd", "data:text/xml,<urlset/>"])
def test_a_list_leads_to_no_private_place(place: str, bucket: Location, tmp_path: Path) -> None:
    """A sitemap that names a private address, a file or data is told as one that cannot be had."""
    canary = Canary("127.0.0.2")
    with HostileSite() as site:
        site.pages["/sitemap.xml"] = INDEX.format(place.format(port=canary.port))
        run = crawl("moscowtimes", bucket, tmp_path, site=site.origin, sources="sitemap", since="2026-11-20")
    canary.close()
    assert canary.hits == 0
    assert run.code in {11, 13}, run.said
    assert "1 source could not be read (sitemap" in run.last_line
    assert articles(bucket) == {}
    assert "Traceback" not in run.said


def test_networks_that_are_none_are_told(bucket: Location, tmp_path: Path) -> None:
    """A setting that names no network ends the command before anything is asked for."""
    run = crawl("moscowtimes", bucket, tmp_path, E_ALLOWED_NETWORKS="home")
    assert run.code == 2
    assert "ALLOWED_NETWORKS" in run.last_line
