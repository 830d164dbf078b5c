"""The tests: against servers on loopback, so nothing waits and nothing tries again for long."""

from datetime import datetime

from mtcrawler.identity.ids import new_run_id
from mtcrawler.model import clock
from mtcrawler.model.environment import variables
from settings.base import *  # noqa: F403 - settings are names

DOWNLOAD_DELAY = 0
AUTOTHROTTLE_ENABLED = False
RETRY_TIMES = 1
BACKOFF_FIRST = 0.05

# The day a test wants it to be; only here, as a real crawl must not tell lies about when it was.
if variables().get("MTCRAWLER_NOW"):
    clock.pretend(datetime.fromisoformat(variables()["MTCRAWLER_NOW"]))
    RUN_ID = variables().get("MTCRAWLER_RUN_ID") or new_run_id()
