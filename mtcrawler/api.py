"""The names that other code may use. They change only with the major version; everything else here may change any day.

Reading needs neither Scrapy nor a browser: `pip install mtcrawler`. docs/api.md has an example for each name::

    Reading:   Bucket · Location · Article · Kept · Change · Changes · Edit · difference
    Errors:    MtcrawlerError ┬ ArgumentError
                              ├ SettingError
                              └ StoreError ┬ StoreUnreachable
                                           ├ StoreRefused
                                           ├ BucketMissing
                                           └ ObjectUnreadable
    Processes: ExitCode
"""

from mtcrawler.model.article import Article
from mtcrawler.model.errors import (
    ArgumentError,
    BucketMissing,
    MtcrawlerError,
    ObjectUnreadable,
    SettingError,
    StoreError,
    StoreRefused,
    StoreUnreachable,
)
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.consumer import Changes
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.edits import Edit, difference
from mtcrawler.storage.read.reader import Bucket, Kept

__all__ = [
    "ArgumentError",
    "Article",
    "Bucket",
    "BucketMissing",
    "Change",
    "Changes",
    "Edit",
    "ExitCode",
    "Kept",
    "Location",
    "MtcrawlerError",
    "ObjectUnreadable",
    "SettingError",
    "StoreError",
    "StoreRefused",
    "StoreUnreachable",
    "difference",
]
