"""A crawl of a small edition of the bundled newspaper, and where it keeps what is local."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import Run, crawl
from tests.newspaper import Newspaper


def read(paper: Newspaper, bucket: Location | None, var: Path, **more: str) -> Run:
    """A crawl of what the edition's feed names."""
    given = {"site": paper.origin, "since": "2026-11-22", "sources": "rss", "S_RENDER_MODE": "http", **more}
    run = crawl("moscowtimes", bucket, var, **given)
    assert "Traceback" not in run.said
    return run


def tag_of(bucket: Location) -> str:
    """What the bucket is called in local folders, where nothing but the environment names it."""
    return replace(bucket, label=None).tag


def places(var: Path, bucket: Location) -> tuple[Path, Path]:
    """The folders of the spool and of the journal."""
    return var / "spool" / tag_of(bucket), var / "state" / f"journal-{tag_of(bucket)}"
