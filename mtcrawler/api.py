"""The names that other code may use. They change only with the major version; everything else here may change any day.

Reading needs neither Scrapy nor a browser: `pip install mtcrawler`. docs/api.md has an example for each name::

    Reading:   Bucket · Location · Article · Kept · KeptPage · Cluster · Change · Changes · Edit · difference
    One page:  read · Reading, with `pip install 'mtcrawler[read]'`; fetch, in a project
    Errors:    MtcrawlerError ┬ ArgumentError
                              ├ SettingError
                              ├ PageNotFetched ─ PageRefused
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
    PageNotFetched,
    PageRefused,
    SettingError,
    StoreError,
    StoreRefused,
    StoreUnreachable,
)
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.reading import Reading
from mtcrawler.storage.clusters.cluster import Cluster
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.consumer import Changes
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.page import KeptPage
from mtcrawler.storage.read.edits import Edit, difference
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.stored import Kept

__all__ = [
    "ArgumentError",
    "Article",
    "Bucket",
    "BucketMissing",
    "Change",
    "Changes",
    "Cluster",
    "Edit",
    "ExitCode",
    "Kept",
    "KeptPage",
    "Location",
    "MtcrawlerError",
    "ObjectUnreadable",
    "PageNotFetched",
    "PageRefused",
    "Reading",
    "SettingError",
    "StoreError",
    "StoreRefused",
    "StoreUnreachable",
    "difference",
    "fetch",
    "read",
]


def read(html: str, url: str) -> Reading:
    """The page with this markup and address, read as an article; the address may be empty.

    Raises PageTooLarge for a page beyond the limits, SettingError where what reads pages is not installed, and nothing
    on odd markup.
    """
    try:
        # The model and what it is evaluated with are loaded with the first page.
        from mtcrawler.extraction.any_site.reading import read_page  # noqa: PLC0415
    except ModuleNotFoundError as err:
        happened = f"the package {err.name} is not installed"
        raise SettingError(f"reading the page {url}", happened, "Run `pip install 'mtcrawler[read]'`.") from err
    return read_page(html, url)


def fetch(url: str, *, browser: bool = True) -> Reading:
    """The page at this address, fetched as a crawl does it and read as an article; nothing is stored.

    robots.txt, the pace of the site and the network guard hold. The page is shown in a browser, where what stands over
    it is dismissed, or with `browser=False` asked for over plain HTTP. A site that is described in the project is read
    by its definition. It takes a process of its own, and seconds.

    Raises PageNotFetched where no page comes, PageRefused where the site or its robots.txt refuses it, SettingError
    outside a project, and BrowserError without a browser.
    """
    from mtcrawler.pages.exchange import PageRequest  # noqa: PLC0415 - readers of the bucket do without
    from mtcrawler.pages.fetching import fetch_page  # noqa: PLC0415 - as above

    return fetch_page(PageRequest(url=url, way="browser" if browser else "http")).reading
