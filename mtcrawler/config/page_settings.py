"""Settings of pages: how they are fetched and read, and how often known articles are looked at again."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from mtcrawler.config.field import (
    Authorities,
    Bytes,
    Files,
    Interval,
    Line,
    Networks,
    ReadableFile,
    Setting,
    Text,
    Wait,
    between,
)

MIB = 1 << 20


class PageSettings(BaseModel):
    """How pages are fetched and read."""

    CONTACT: Annotated[
        Line,
        Setting(
            "a web page or mail address for the user agent, so that a site can reach you",
            "MTCRAWLER_CONTACT",
            unset="none; required in production",
        ),
    ] = ""
    CONTACT_REQUIRED: Annotated[bool, Setting("whether a crawl without CONTACT is refused")] = False
    RENDER_MODE: Annotated[
        Literal["auto", "browser", "http"],
        Setting(
            "how pages are fetched: in a browser; over plain HTTP (no browser is needed); or `auto`, over plain HTTP "
            "where that has proved to give the same article ([auto mode](docs/operating.md#auto-mode))",
            "RENDER_MODE",
        ),
    ] = "auto"
    MTCRAWLER_BROWSER: Annotated[
        Text,
        Setting(
            "a Chromium of your own, by path or name",
            "MTCRAWLER_BROWSER",
            allowed="a path or the name of a program",
            unset="Playwright's own, else `chromium-headless-shell`, `chromium`, `google-chrome`",
        ),
    ] = None
    WALLED_ARTICLES: Annotated[
        Literal["keep", "skip"],
        Setting(
            "articles behind a paywall: keep what every reader gets, marked as a part, or skip them", "WALLED_ARTICLES"
        ),
    ] = "keep"
    OVERLAY_EVIDENCE: Annotated[
        Literal["never", "stuck", "always"],
        Setting("screenshots of overlays: none, those that could not be closed, or all", "OVERLAY_EVIDENCE"),
    ] = "stuck"
    ALLOWED_NETWORKS: Annotated[
        Networks,
        Setting(
            "networks besides the public internet that pages may lead to ([why](docs/security.md)); the mirror of "
            "`-a site=` may be anywhere",
            "ALLOWED_NETWORKS",
            unset="none",
        ),
    ] = ()
    CA_FILE: Annotated[
        Authorities,
        Setting(
            "authorities to trust beside the public ones, over plain HTTP and in the browser, in PEM",
            "MTCRAWLER_CA_FILE",
            unset="none",
        ),
    ] = None
    SSL_CERT_FILE: Annotated[
        ReadableFile,
        Setting(
            "the authorities that plain HTTP trusts instead of the system's; the browser has its own list",
            "SSL_CERT_FILE",
            unset="the system's",
            override=False,
        ),
    ] = None
    RENDER_TABS: Annotated[int, between(1, 64), Setting("pages shown at the same time", unit="tabs")] = 4
    RENDER_TAB_USES: Annotated[
        int, between(1, 1_000_000), Setting("pages after which a tab is closed", unit="pages")
    ] = 50
    RENDER_BROWSER_PAGES: Annotated[
        int, between(1, 10_000_000), Setting("pages after which a browser is replaced", unit="pages")
    ] = 1000
    RENDER_BROWSER_SECONDS: Annotated[
        float, between(1, 604_800), Setting("age at which a browser is replaced", unit="seconds")
    ] = 3600
    RENDER_BROWSER_BYTES: Annotated[
        Bytes, Setting("memory of all its processes at which a browser is replaced, for each site in it", unit="bytes")
    ] = 1536 * MIB
    RENDER_PROCESS_BYTES: Annotated[Bytes, Setting("address space of one process of a browser", unit="bytes")] = (
        1536 * MIB
    )
    PAGE_PATIENCE: Annotated[
        float, between(0, 3600), Setting("how long a page's markup may take to arrive", unit="seconds")
    ] = 10
    PAGE_DEADLINE: Annotated[
        float, between(1, 3600), Setting("how long a page may take from its arrival to its article", unit="seconds")
    ] = 45
    SUPPRESSING_COOKIES: Annotated[
        bool, Setting("whether cookies are set that keep a publisher's own messages back")
    ] = True
    READER_SESSIONS: Annotated[
        Files, Setting("files of readers' sessions by host", unset="those made by `mtcrawler login`")
    ] = {}
    DOWNLOAD_DELAY: Annotated[
        float,
        between(0, 86400),
        Setting("wait between two requests to a host; 0 for a mirror on loopback", unit="seconds"),
    ] = 1
    DOWNLOAD_TIMEOUT: Annotated[
        float, between(0.1, 86400), Setting("how long one request may take", unit="seconds")
    ] = 60
    DOWNLOAD_MAXSIZE: Annotated[Bytes, Setting("the largest answer that is read; 0 for any", unit="bytes")] = 64 * MIB
    CONCURRENT_REQUESTS_PER_DOMAIN: Annotated[int, between(1, 256), Setting("requests to a host at a time")] = 2
    AUTOTHROTTLE_ENABLED: Annotated[bool, Setting("whether a slow site is asked more slowly")] = True
    AUTOTHROTTLE_START_DELAY: Annotated[
        float, between(0, 3600), Setting("the first wait of AutoThrottle", unit="seconds")
    ] = 1
    AUTOTHROTTLE_MAX_DELAY: Annotated[float, between(0, 86400), Setting("its longest wait", unit="seconds")] = 60
    AUTOTHROTTLE_TARGET_CONCURRENCY: Annotated[
        float, between(0.01, 256), Setting("requests to a host at a time that AutoThrottle aims at")
    ] = 2
    RETRY_TIMES: Annotated[
        int, between(0, 100), Setting("how often a request that failed is repeated", unit="times")
    ] = 2
    CRAWL_DELAY_MAX: Annotated[
        float,
        between(0, 86400),
        Setting("the longest wait between two requests that a robots.txt can ask for", unit="seconds"),
    ] = 60
    RETRY_AFTER_MAX: Annotated[
        float, between(0, 86400), Setting("the longest wait that a site can ask for with Retry-After", unit="seconds")
    ] = 120
    BACKOFF_FIRST: Annotated[
        float,
        between(0, 3600),
        Setting(
            "the first wait after a 429 or 503 that asks for none; each further one is twice as long", unit="seconds"
        ),
    ] = 2
    REFUSALS_MAX: Annotated[
        int,
        between(0, 100),
        Setting(
            "how often in a row a host may refuse (429, 503), though waited for, before it is given up", unit="times"
        ),
    ] = 5


class RecheckSettings(BaseModel):
    """How often a known article is looked at again."""

    RECHECK: Annotated[bool, Setting("whether known articles are looked at again when no source names them")] = True
    RECHECK_FIRST_DAY: Annotated[
        Interval, Setting("how often a known article is looked at again on its first day", "RECHECK_FIRST_DAY")
    ] = Field(default="1h", validate_default=True)
    RECHECK_FIRST_WEEK: Annotated[Interval, Setting("the same, in its first week", "RECHECK_FIRST_WEEK")] = Field(
        default="1d", validate_default=True
    )
    RECHECK_FIRST_MONTH: Annotated[Interval, Setting("the same, in its first month", "RECHECK_FIRST_MONTH")] = Field(
        default="7d", validate_default=True
    )
    RECHECK_LATER: Annotated[Interval, Setting("the same, later", "RECHECK_LATER")] = Field(
        default="never", validate_default=True
    )
    RECHECK_GONE_AFTER: Annotated[
        Wait,
        Setting("time between two looks that must both find the page missing before it is gone", "RECHECK_GONE_AFTER"),
    ] = Field(default="1d", validate_default=True)
