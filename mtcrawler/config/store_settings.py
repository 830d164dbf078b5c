"""Settings of the store: the bucket, and where local data lies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel

from mtcrawler.config.field import BucketName, Bytes, Days, Endpoint, Folder, Home, Prefix, Setting, Text, between
from mtcrawler.storage.pages.keeping import Keep

MIB = 1 << 20


class StoreSettings(BaseModel):
    """Where articles and local data lie. The bucket and its keys come from the environment alone."""

    S3_BUCKET: Annotated[
        BucketName,
        Setting("the bucket that articles are stored in", "S3_BUCKET", unset="the embedded store", override=False),
    ] = None
    S3_ENDPOINT_URL: Annotated[
        Endpoint,
        Setting(
            "where the bucket is served, if it is not AWS; `AWS_ENDPOINT_URL_S3` and `AWS_ENDPOINT_URL` work too",
            "S3_ENDPOINT_URL",
            unset="AWS",
            override=False,
        ),
    ] = None
    S3_PREFIX: Annotated[Prefix, Setting("a prefix inside the bucket", "S3_PREFIX", unset="none", override=False)] = (
        None
    )
    AWS_ACCESS_KEY_ID: Annotated[
        Text, Setting("the access key", "AWS_ACCESS_KEY_ID", unset="where boto3 looks", override=False)
    ] = None
    AWS_SECRET_ACCESS_KEY: Annotated[
        Text,
        Setting("its secret", "AWS_SECRET_ACCESS_KEY", unset="where boto3 looks", override=False, secret=True),
    ] = None
    AWS_SESSION_TOKEN: Annotated[
        Text, Setting("the token of temporary keys", "AWS_SESSION_TOKEN", unset="none", override=False, secret=True)
    ] = None
    AWS_REGION: Annotated[
        Text,
        Setting(
            "the bucket's region; `AWS_DEFAULT_REGION` works too", "AWS_REGION", unset="`us-east-1`", override=False
        ),
    ] = None
    MTCRAWLER_VAR: Annotated[
        Home,
        Setting("the folder for local data", "MTCRAWLER_VAR", unset="`var/` in the project's folder", override=False),
    ] = None
    SITES_DIR: Annotated[
        Folder,
        Setting("the folder of site definitions", "MTCRAWLER_SITES", unset="`sites/` in the project's folder"),
    ] = Path("sites")
    EMBEDDED_STORE: Annotated[bool, Setting("whether a crawl may use the embedded store when no bucket is named")] = (
        True
    )
    STORE_DIR: Annotated[Folder, Setting("the embedded store's data", unset="`store` in MTCRAWLER_VAR")] = Path(
        "var/store"
    )
    STATE_DIR: Annotated[Folder, Setting("the local index of articles", unset="`state` in MTCRAWLER_VAR")] = Path(
        "var/state"
    )
    SPOOL_DIR: Annotated[Folder, Setting("articles that wait for the bucket", unset="`spool` in MTCRAWLER_VAR")] = Path(
        "var/spool"
    )
    SPOOL_MAX_BYTES: Annotated[Bytes, Setting("how much of articles may wait there", unit="bytes")] = 512 * MIB
    KEEP_PAGES: Annotated[
        Keep,
        Setting(
            "which fetched pages are kept as WARC files in the bucket: none, those that became a new article or a "
            "revision, or every article's",
            "KEEP_PAGES",
        ),
    ] = "never"
    KEEP_PAGES_DAYS: Annotated[
        Days,
        Setting(
            "how long kept pages stay; `mtcrawler compact` deletes older ones",
            "KEEP_PAGES_DAYS",
            unit="days",
            unset="for ever",
        ),
    ] = None
    KEEP_PAGES_MAX_BYTES: Annotated[
        Bytes,
        Setting(
            "how much of kept pages may wait in SPOOL_DIR, besides articles; pages past that are not kept", unit="bytes"
        ),
    ] = 512 * MIB
    STORE_THREADS: Annotated[int, between(1, 256), Setting("requests to the bucket at a time", unit="threads")] = 16
    STORE_CLOSING_SECONDS: Annotated[
        float,
        between(0, 3600),
        Setting("how long the end of a run waits for a bucket that does not answer", unit="seconds"),
    ] = 15
    FEED_LINES: Annotated[int, between(1, 100_000), Setting("lines of a segment of the change feed", unit="lines")] = (
        500
    )
    FEED_SECONDS: Annotated[
        float, between(0, 86400), Setting("the longest time until a line of the change feed is written", unit="seconds")
    ] = 60
    SNAPSHOT_SEGMENTS: Annotated[
        int,
        between(1, 1_000_000),
        Setting("new segments of the feed after which a snapshot is written", unit="segments"),
    ] = 24
