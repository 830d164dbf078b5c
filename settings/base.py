"""What holds everywhere. The environment is read here and in the files beside this one, and nowhere else."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from scrapy.settings import default_settings

from mtcrawler import __version__
from mtcrawler.identity.ids import new_run_id
from mtcrawler.security.credentials import of_environment

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("MTCRAWLER_VAR") or ROOT / "var")

BOT_NAME = "mtcrawler"
SPIDER_MODULES = ["spiders"]
SPIDER_LOADER_CLASS = "mtcrawler.spider.spider_loader.SiteSpiderLoader"
SITES_DIR = os.environ.get("MTCRAWLER_SITES") or str(ROOT / "sites")  # a definition for each site
COMMANDS_MODULE = "mtcrawler.commands"
RUN_ID = os.environ.get("MTCRAWLER_RUN_ID") or new_run_id()
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 opens a port that runs any code for whoever has its token
# Asking for the platform starts `uname` with our whole environment, keys included.
LOG_VERSIONS = [name for name in default_settings.LOG_VERSIONS if name != "Platform"]
LOGSTATS_INTERVAL = 0  # progress is told by mtcrawler.runs.monitoring.progress
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads a callback's source anew for every response; the linters see as much

# Guests: who we are, where to write to us, and how gently we ask.
CONTACT = os.environ.get("MTCRAWLER_CONTACT", "").strip()
USER_AGENT = f"Mozilla/5.0 (compatible; mtcrawler/{__version__}{'; +' + CONTACT if CONTACT else ''})"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "mtcrawler"
DOWNLOAD_DELAY = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 2
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1
AUTOTHROTTLE_MAX_DELAY = 60
AUTOTHROTTLE_TARGET_CONCURRENCY = 2
COOKIES_ENABLED = False
CONCURRENT_ITEMS = 8  # Scrapy makes so many tasks for every response; its own hundred cost more than a page's parsing
URLLENGTH_LIMIT = 0  # Scrapy drops longer ones without a count; model/limits.py has our own
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
RETRY_TIMES = 2
# Beside Scrapy's own: a page that broke off or was too slow, and a browser that died under it.
RETRY_EXCEPTIONS = [
    *default_settings.RETRY_EXCEPTIONS,
    "mtcrawler.model.errors.IncompleteBody",
    "mtcrawler.model.errors.RenderError",
    "playwright.async_api.Error",
]

# The browser
_HANDLER = "mtcrawler.fetch.handler.Handler"
# Nothing that a page, a feed or a redirect names is looked for on this machine.
DOWNLOAD_HANDLERS = {"http": _HANDLER, "https": _HANDLER, **dict.fromkeys(("data", "file", "ftp", "s3"))}
DOWNLOAD_VERIFY_CERTIFICATES = True  # as the browser does; Scrapy by default does not
HTTPPROXY_ENABLED = False  # a proxy would resolve names itself, past the guard of ALLOWED_NETWORKS
# Besides the public internet and the mirror of -a site=: networks that pages may lead to, apart by commas.
ALLOWED_NETWORKS = os.environ.get("ALLOWED_NETWORKS") or ""
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
MTCRAWLER_BROWSER = os.environ.get("MTCRAWLER_BROWSER") or None
RENDER_CONTEXT = {
    "user_agent": USER_AGENT,
    "locale": "en-GB",
    "viewport": {"width": 1280, "height": 800},
    "service_workers": "block",
    "accept_downloads": False,
}
RENDER_MODE = os.environ.get("RENDER_MODE") or "auto"  # over plain HTTP where that is the same; or browser, or http
RENDER_TABS = 4  # shown at the same time
RENDER_TAB_USES = 50  # pages before a tab is closed
# A browser is replaced after so many pages, when it is so old, or when all its processes together take so much memory.
RENDER_BROWSER_PAGES = 1000
RENDER_BROWSER_SECONDS = 3600
RENDER_BROWSER_BYTES = 1536 * 1024 * 1024
RENDER_PROCESS_BYTES = 1536 * 1024 * 1024  # what one process may have; some 650 MiB are only set aside, not used
SUPPRESSING_COOKIES = True  # what makes the publisher's own scripts keep their messages back
PAGE_PATIENCE = 10  # seconds for the markup to arrive whole, scripts that block it included
PAGE_DEADLINE = 45  # seconds from the page's arrival to its article
READER_SESSIONS = {path.stem: str(path) for path in (VAR / "sessions").glob("*.json")}  # made by `mtcrawler login SITE`
WALLED_ARTICLES = os.environ.get("WALLED_ARTICLES") or "keep"  # keep what every reader gets, or skip
OVERLAY_EVIDENCE = os.environ.get("OVERLAY_EVIDENCE") or "stuck"  # never, stuck or always

# Never told by a run: credentials that the environment holds, also for the libraries that read it themselves.
CREDENTIALS = tuple(of_environment(os.environ))

# The bucket
S3_VARIABLES = {name: value for name, value in os.environ.items() if name.startswith(("S3_", "AWS_"))}
EMBEDDED_STORE = True  # whether there may be none of another's
STORE_THREADS = 16
# How often a known article is looked at again, by its age; a time such as 1h, 1d, 7d, or never.
RECHECK = True  # also articles that no source names any longer
RECHECK_FIRST_DAY = os.environ.get("RECHECK_FIRST_DAY") or "1h"
RECHECK_FIRST_WEEK = os.environ.get("RECHECK_FIRST_WEEK") or "1d"
RECHECK_FIRST_MONTH = os.environ.get("RECHECK_FIRST_MONTH") or "7d"
RECHECK_LATER = os.environ.get("RECHECK_LATER") or "never"
RECHECK_GONE_AFTER = os.environ.get("RECHECK_GONE_AFTER") or "1d"  # missing twice, this far apart, is gone
SPOOL_DIR = str(VAR / "spool")
SPOOL_MAX_BYTES = 512 * 1024 * 1024
STATE_DIR = str(VAR / "state")
STORE_DIR = str(VAR / "store")  # the embedded S3's data
OVERLAP = os.environ.get("OVERLAP") or "refuse"  # allow two runs of one publisher at once, or refuse the second
LEASE_SECONDS = 60  # a run that was not heard of for so long is dead

# How a run ends
PARTIAL_ABOVE = os.environ.get("PARTIAL_ABOVE") or "0"  # the share of pages that may fail in a run that is done
DRIFT_DROP = os.environ.get("DRIFT_DROP") or "0.5"  # of what pages and lists used to give, the share that may go
DRIFT_SINCE = os.environ.get("DRIFT_SINCE") or None  # a day; what runs before it gave is no measure any more
STALLED_AFTER = 600  # seconds in which nothing comes of pending work, after which the run ends
UNRESPONSIVE_AFTER = 90  # seconds in which Python does nothing at all, after which the run is ended by force
STOP_GRACE = os.environ.get("STOP_GRACE") or "30"  # seconds that pages under way have once it is to stop

SCHEDULER = "mtcrawler.frontier.backlog.WeighedScheduler"
DOWNLOADER_MIDDLEWARES = {
    # Scrapy's own lets through whoever waits for robots.txt second.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "mtcrawler.fetch.robots.ObeyRobots": 100,
    # Scrapy's own takes a body that breaks off for a whole one; the handler unpacks (fetch/decompression.py).
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    # Before Scrapy's retries, so that it hears of a failure only after the last one.
    "mtcrawler.runs.run_recorder.LastWord": 540,
    # Nearer than Scrapy's own redirects (600).
    "mtcrawler.fetch.browser.mirror.MirrorRedirects": 610,
    # Nearest to the downloader: a tab has to be given back before anyone decides to try again.
    "mtcrawler.spider.middleware.Rendering": 950,
}
ITEM_PIPELINES = {
    "pipelines.normalize.Normalize": 100,
    "pipelines.access.Walls": 150,
    "pipelines.deduplicate.Deduplicate": 200,
    "pipelines.store.Store": 300,
}
# Those switched off above are not even imported, which takes a quarter of a second; a None in EXTENSIONS imports them.
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if not name.endswith((".TelnetConsole", ".RemoteControl"))
}
EXTENSIONS: dict[str, int | None] = {
    "mtcrawler.runs.monitoring.log_events.OneLineErrors": 0,
    "mtcrawler.fetch.shutdown.Shutdown": 0,
    "mtcrawler.runs.process.heartbeat.HeartbeatFile": 0,
    "mtcrawler.runs.process.watchdog.Watchdog": 0,
    "mtcrawler.runs.run_recorder.RunRecorder": 0,
    "mtcrawler.runs.telemetry.run_telemetry.Telemetry": 0,
    "mtcrawler.runs.monitoring.optional_extensions.Metrics": 5,
    "mtcrawler.runs.monitoring.optional_extensions.Traces": 5,
    "mtcrawler.runs.monitoring.progress.Progress": 10,
}
# For machines that watch; all off unless asked for.
METRICS_PORT = os.environ.get("METRICS_PORT") or None
METRICS_ADDRESS = os.environ.get("METRICS_ADDRESS") or "127.0.0.1"
PUSHGATEWAY = os.environ.get("MTCRAWLER_PUSHGATEWAY") or None
OTLP_ENDPOINT = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None
LOG_LEVEL_ASKED = (os.environ.get("LOG_LEVEL") or "INFO").upper()
# Scrapy ends in a traceback at a level it does not know; the crawl command says what is wrong instead.
LOG_LEVEL = LOG_LEVEL_ASKED if LOG_LEVEL_ASKED in logging.getLevelNamesMapping() else "INFO"
LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
LOG_JSON = False  # one JSON object a line
LOG_FORMATTER = "mtcrawler.runs.monitoring.log_events.LogFormatter"
