"""Articles side by side on the terminal: beside everything that its page shows, or beside one of another site."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from mtcrawler.cli.read.show import lines
from mtcrawler.cli.terminal import safe
from mtcrawler.model.article import Article

ENOUGH = 60


def side_by_side(visible_text: str, article: Article) -> Table:
    """A table of two columns; the left one is cut after a screenful or so."""
    table = Table(box=box.ROUNDED, expand=True, show_lines=False)
    table.add_column("all visible text of the page", ratio=1, overflow="fold", style="dim")
    table.add_column("the article in the bucket", ratio=1, overflow="fold")
    table.add_row(_cut(visible_text), _clean(article))
    return table


def as_read(articles: Sequence[Article]) -> Table:
    """A column for each: the article, how sure its reading is, and where each field came from."""
    table = Table(box=box.ROUNDED, expand=True, show_lines=True)
    for article in articles:
        table.add_column(safe(article.site), ratio=1, overflow="fold")
    table.add_row(*map(_clean, articles))
    table.add_row(*map(_origins, articles))
    return table


def _origins(article: Article) -> Text:
    told = article.provenance
    sure = "" if told.confidence is None else f"confidence {told.confidence:.2f}"
    by = {source: [name for name, one in told.fields.items() if one == source] for source in told.fields.values()}
    return Text("\n".join([sure, *(f"{source}: {', '.join(names)}" for source, names in sorted(by.items()))]), "dim")


def _cut(visible_text: str) -> Text:
    shown = [line.strip() for line in visible_text.splitlines() if line.strip()]
    more = len(shown) - ENOUGH
    return Text("\n".join(shown[:ENOUGH]) + (f"\n… and {more} more lines" if more > 0 else ""))


def _clean(article: Article) -> Text:
    """As `mtcrawler show` prints it, left to the table to wrap."""
    return Text("\n").join(Text(safe(text), style) for text, style, _ in lines(article))
