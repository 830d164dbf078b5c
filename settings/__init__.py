"""How the crawler is put together, and what varies from place to place (see mtcrawler/config for each setting)."""

import sys

from mtcrawler.runs.process.early_signals import hear

hear(sys.argv)  # here, as a crawl has no code of ours that is run earlier
