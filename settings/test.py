"""The tests: against servers on loopback, so nothing waits and nothing tries again for long."""

from settings.base import *  # noqa: F403 - settings are names

DOWNLOAD_DELAY = 0
AUTOTHROTTLE_ENABLED = False
RETRY_TIMES = 1
