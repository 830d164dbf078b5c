"""The columns of every table of articles, in their order; without pyarrow, which only Parquet needs."""

from __future__ import annotations

from typing import Final

from mtcrawler.model.article import Article

ADDED: Final = frozenset({"sponsor", "published_date"})
"""Fields that later minor versions added: their columns come last, so that none moves."""
NAMES: Final = (
    *(name for name in Article.model_fields if name not in ADDED),
    "date",
    *(name for name in Article.model_fields if name in ADDED),
)
"""The article's fields; `date` is the partition it lies under."""
