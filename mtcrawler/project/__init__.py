"""How a crawl is put together, for projects and for those that turn us on by ADDONS (see mtcrawler/addon)."""

import gc
import sys

from mtcrawler.runs.process.early_signals import hear

gc.disable()  # until defaults.py is loaded, which leaves no garbage
hear(sys.argv)  # here, as a crawl has no code of ours that is run earlier
