"""Scrapy commands of this project."""

import gc

# Loading leaves no garbage, and looking for some takes a tenth of its time.
gc.disable()
try:
    import mtcrawler.commands.crawl  # noqa: F401
finally:
    gc.enable()
