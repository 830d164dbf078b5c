"""Answers and kept pages for tests, in our own words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from mtcrawler.storage.pages import writing
from mtcrawler.storage.pages.answer import Answer, KeptAs
from mtcrawler.storage.pages.segments import PageSegments
from mtcrawler.storage.port import ObjectStore

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ID = "2d4b87ba-8334-50ef-8c63-e784dd3ad086"
URL = "https://www.example.com/2026/11/20/the-harvest"


def answer(words: str = "The harvest is in.", markup: str | None = None, kept_as: KeptAs = KeptAs.PAGE) -> Answer:
    """A page that says this; with `markup` it was shown."""
    body = f"<html><head><title>Harvest</title></head><body><p>{words}</p></body></html>".encode()
    return Answer(URL, 200, (("Content-Type", "text/html; charset=utf-8"),), body, AT, kept_as, markup)


def segments(store: ObjectStore, folder: Path, run_id: str = "run-1", most: int = 1 << 30) -> PageSegments:
    """Segments of a run on this machine."""
    return PageSegments(store, folder, run_id, most)


def page(words: str = "The harvest is in.") -> bytes:
    """The records of one page."""
    return writing.page(ID, [answer(words)])
