"""robots.txt holds for every request of a crawl, however many wait for it at once."""

from __future__ import annotations

from pathlib import Path

from tests.runs.site import crawl, manifest, serve


def test_all_who_wait_for_robots_txt_obey_it(tmp_path: Path) -> None:
    """Of requests that were waiting while robots.txt was fetched, each is held to it, and not only the first."""
    forbidden = [f"private/{number}" for number in range(8)]
    with serve() as site:
        crawl(tmp_path, "paper", "-a", f"site={site.origin}", "-a", f"paths=say/one,{','.join(forbidden)}")
    counts = manifest(tmp_path)["counts"]
    assert (counts["disallowed"], counts["statuses"]) == (8, {"200": 1})
