"""One article twice on the terminal: everything a page shows, and what of it is the article."""

from __future__ import annotations

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


def _cut(visible_text: str) -> Text:
    shown = [line.strip() for line in visible_text.splitlines() if line.strip()]
    more = len(shown) - ENOUGH
    return Text("\n".join(shown[:ENOUGH]) + (f"\n… and {more} more lines" if more > 0 else ""))


def _clean(article: Article) -> Text:
    """As `mtcrawler show` prints it, left to the table to wrap."""
    return Text("\n").join(Text(safe(text), style) for text, style, _ in lines(article))
