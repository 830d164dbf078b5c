"""The one stage of the small project: drops, fails or keeps an article by what its headline says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from mtcrawler.model.article import Article
from mtcrawler.model.errors import StoreUnreachable
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.runs.telemetry.manifest import StoreFacts


class MissingField(DropItem):
    """The page has no headline."""


class Duplicate(DropItem):
    """The article is there already."""


class Folder:
    """A folder that takes a run's files as a bucket would; a folder that is not there refuses them."""

    def __init__(self, root: Path) -> None:
        self.root = root

    removed: frozenset[str] = frozenset()

    def delete_run_file(self, run_id: str, date: str, name: str) -> None:
        """Delete the file."""
        (self.root / date / run_id / name).unlink()

    def put_run_file(self, run_id: str, date: str, name: str, body: bytes, content_type: str) -> None:
        """Write the file."""
        if not self.root.exists():
            raise StoreUnreachable("writing the manifest", "nobody answers", "Start the store.")
        target = self.root / date / run_id / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)


class Keep:
    """Counts as the real stages do."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Tell the recorder where its files go; fail where the test wants the store to be down from the start."""
        recorder = RunRecorder.from_crawler(self.crawler)
        folder = Path(os.environ["RUN_FILES"])
        if folder.name == "down":
            raise StoreUnreachable("opening the bucket", "nobody answers", "Start the store.")
        recorder.files.folder = Folder(folder)
        recorder.store = StoreFacts(bucket="paper", conditional_writes=True)

    def process_item(self, item: Any) -> Any:
        """Keep the article unless its headline says otherwise."""
        assert isinstance(item, Article)
        match item.headline:
            case "drop":
                raise MissingField(f"{item.url}: no headline")
            case "twice":
                raise Duplicate(f"{item.url}: there already")
            case "fail":
                raise ValueError("cannot be kept")
        self.crawler.stats.inc_value("store/new")
        return item
