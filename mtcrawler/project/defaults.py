"""What holds everywhere: what users can set (mtcrawler/config/schema.py), and how the crawler is put together."""

from __future__ import annotations

import gc
import inspect
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.settings import default_settings

from mtcrawler.config.from_environment import read
from mtcrawler.config.reading import Problem
from mtcrawler.fetch.user_agent import user_agent
from mtcrawler.model.environment import variables
from mtcrawler.model.errors import SettingError
from mtcrawler.security.credentials import of_environment
from mtcrawler.storage.finding import project, var_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def _without_stacks() -> Iterator[None]:
    """Have `inspect.stack` find no module to any frame in the block.

    Scrapy's downloader asks for the whole stack three times when it is imported, so that three deprecated classes,
    which nobody uses here, know whose they are: that reads the sources of all modules on the way, and takes a sixth of
    the start.
    """
    stack, module = inspect.stack, inspect.getmodule
    inspect.stack = lambda context=1: [(None,), (None,)]  # type: ignore[list-item]
    inspect.getmodule = lambda *_: None
    try:
        yield
    finally:
        inspect.stack, inspect.getmodule = stack, module


with _without_stacks():
    import scrapy.core.downloader.contextfactory  # noqa: F401

# Every setting that a user can set, from the environment or with its default.
_given = read()
globals().update(_given.values)
# What is wrong with the environment; `scrapy crawl` tells it, and what -s has wrong, before anything starts.
WRONG_IN_ENVIRONMENT = _given.problems

# In the folder with the nearest scrapy.cfg; outside a project only where MTCRAWLER_VAR says where local data lies.
try:
    VAR = var_of(variables().get("MTCRAWLER_VAR"))
except SettingError as err:
    VAR = Path("var")
    WRONG_IN_ENVIRONMENT = [*WRONG_IN_ENVIRONMENT, Problem("STATE_DIR", err)]
SPOOL_DIR = str(VAR / "spool")
STATE_DIR = str(VAR / "state")
STORE_DIR = str(VAR / "store")
FLEET_DIR = str(VAR / "fleet")
READER_SESSIONS: dict[str, str] = {}  # made by `mtcrawler login SITE`
try:
    READER_SESSIONS = {path.stem: str(path) for path in (VAR / "sessions").glob("*.json")}
except OSError as err:  # the folder is another user's
    _closed = f"looking into {VAR}", f"it cannot be read ({err.strerror})"
    _closed_error = SettingError(*_closed, "Correct MTCRAWLER_VAR, or run as the user whose folder it is.")
    WRONG_IN_ENVIRONMENT = [*WRONG_IN_ENVIRONMENT, Problem("READER_SESSIONS", _closed_error)]
S3_VARIABLES = {name: value for name, value in variables().items() if name.startswith(("S3_", "AWS_"))}
# Never told by a run: credentials that the environment holds, also for the libraries that read it themselves.
CREDENTIALS = tuple(of_environment(variables()))

BOT_NAME = "mtcrawler"
SPIDER_LOADER_CLASS = "mtcrawler.spider.spider_loader.SiteSpiderLoader"
SITES_DIR = variables().get("MTCRAWLER_SITES") or str((project() or VAR) / "sites")  # a definition for each site
COMMANDS_MODULE = "mtcrawler.commands"
ADDONS = {"mtcrawler.commands.wrong_settings.RefuseWrongSettings": 0}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 opens a port that runs any code for whoever has its token
# Asking for the platform starts `uname` with our whole environment, keys included.
LOG_VERSIONS = [name for name in default_settings.LOG_VERSIONS if name != "Platform"]
LOGSTATS_INTERVAL = 0  # progress is told by mtcrawler.runs.monitoring.progress
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads a callback's source anew for every response; the linters see as much

# Guests: who we are, where to write to us.
USER_AGENT = user_agent(_given.values["CONTACT"])
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "mtcrawler"
COOKIES_ENABLED = False
CONCURRENT_ITEMS = 8  # Scrapy makes so many tasks for every response; its own hundred cost more than a page's parsing
URLLENGTH_LIMIT = 0  # Scrapy drops longer ones without a count; model/limits.py has our own
# What asks us to come later is waited for (mtcrawler/fetch/middleware/back_off.py).
RETRY_HTTP_CODES = [code for code in default_settings.RETRY_HTTP_CODES if code not in {429, 503}]
# Whoever asked says once, and in our words, what was not had.
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
# Beside Scrapy's own: a page that broke off or was too slow, and a browser that died under it.
RETRY_EXCEPTIONS = [
    *default_settings.RETRY_EXCEPTIONS,
    "mtcrawler.model.errors.IncompleteBody",
    "mtcrawler.model.errors.RenderError",
    "mtcrawler.fetch.browser.failure.BrowserFailed",
]

# The browser
_HANDLER = "mtcrawler.fetch.handler.Handler"
# Nothing that a page, a feed or a redirect names is looked for on this machine.
DOWNLOAD_HANDLERS = {"http": _HANDLER, "https": _HANDLER, **dict.fromkeys(("data", "file", "ftp", "s3"))}
DOWNLOAD_VERIFY_CERTIFICATES = True  # as the browser does; Scrapy by default does not
HTTPPROXY_ENABLED = False  # a proxy would resolve names itself, past the guard of ALLOWED_NETWORKS
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
RENDER_CONTEXT: dict[str, Any] = {
    "user_agent": USER_AGENT,
    "locale": "en-GB",
    "viewport": {"width": 1280, "height": 800},
    "service_workers": "block",
    "accept_downloads": False,
}

SCHEDULER = "mtcrawler.fetch.scheduler.WeighedScheduler"
# Those that are switched off above, or have one of ours in their place, are not even imported; a None would.
# Scrapy's own robots.txt lets through whoever waits for it second; its redirects go in circles up to twenty times; its
# unpacking takes a body that breaks off for a whole one (the handler unpacks, fetch/decompression.py).
_LEFT_OUT = ("RobotsTxt", "MetaRefresh", "HttpCompression", "Redirect", "Cookies", "HttpProxy")
DOWNLOADER_MIDDLEWARES_BASE = {
    name: order
    for name, order in default_settings.DOWNLOADER_MIDDLEWARES_BASE.items()
    if name.rpartition(".")[2].removesuffix("Middleware") not in _LEFT_OUT
}
DOWNLOADER_MIDDLEWARES = {
    "mtcrawler.fetch.middleware.robots.ObeyRobots": 100,
    # Before Scrapy's retries, so that it hears of a failure only after the last one.
    "mtcrawler.runs.last_word.LastWord": 540,
    # Nearer than Scrapy's retries (550), which wait for nothing.
    "mtcrawler.fetch.middleware.back_off.BackOff": 560,
    "mtcrawler.fetch.middleware.redirects.Refreshes": 580,
    "mtcrawler.fetch.middleware.redirects.Redirects": 600,
    # Nearer than redirects (600).
    "mtcrawler.fetch.middleware.mirror.MirrorRedirects": 610,
    # Nearer than all that ask again: it has to see every answer.
    "mtcrawler.fetch.middleware.redirects.CommonEnds": 900,
    # Nearest to the downloader: a tab has to be given back before anyone decides to try again.
    "mtcrawler.spider.middleware.Rendering": 950,
}
ITEM_PIPELINES = {
    "mtcrawler.pipelines.normalize.Normalize": 100,
    "mtcrawler.pipelines.access.Walls": 150,
    "mtcrawler.pipelines.deduplicate.Deduplicate": 200,
    "mtcrawler.pipelines.similarity.Similarity": 250,
    "mtcrawler.pipelines.store.Store": 300,
}
METAREFRESH_MAXDELAY = 30  # seconds; whoever is led on later has read the page before
# Those switched off above are not even imported, which takes a quarter of a second; a None in EXTENSIONS imports them.
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if not name.endswith((".TelnetConsole", ".RemoteControl"))
}
EXTENSIONS: dict[str, int | None] = {
    "mtcrawler.runs.monitoring.log_events.OneLineErrors": 0,
    "mtcrawler.runs.process.heartbeat.HeartbeatFile": 0,
    "mtcrawler.runs.process.watchdog.Watchdog": 0,
    "mtcrawler.runs.run_recorder.RunRecorder": 0,
    "mtcrawler.runs.monitoring.optional_extensions.Metrics": 5,
    "mtcrawler.runs.monitoring.optional_extensions.Traces": 5,
    "mtcrawler.runs.monitoring.progress.Progress": 10,
}
LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
LOG_FORMATTER = "mtcrawler.runs.monitoring.log_events.LogFormatter"
gc.enable()
