"""A machine that comes and goes: a bucket has to be named, and whoever is asked can tell who asks."""

from settings.base import *  # noqa: F403 - settings are names

EMBEDDED_STORE = False
CONTACT_REQUIRED = True
LOG_JSON = True
EXTENSIONS = {**EXTENSIONS, "mtcrawler.runs.monitoring.log_events.OneLineErrors": None}  # noqa: F405 - a traceback is a field of its line
