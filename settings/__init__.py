"""How the crawler is put together, and what varies from place to place (see mtcrawler/config for each setting)."""

import gc
import sys

from mtcrawler.runs.process.early_signals import hear

gc.disable()  # until base.py is loaded, which leaves no garbage
hear(sys.argv)  # here, as a crawl has no code of ours that is run earlier
