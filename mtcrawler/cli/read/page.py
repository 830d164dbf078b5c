"""`mtcrawler show --page`: a kept page in the reader's own browser, where it runs nothing and asks for nothing."""

from __future__ import annotations

import sys
import tempfile
import webbrowser
from pathlib import Path

from mtcrawler.cli.terminal import safe
from mtcrawler.model.article import Article
from mtcrawler.security import private_files, whole_files
from mtcrawler.storage.pages.page import KeptPage
from mtcrawler.storage.pages.showing import shown


def open_page(article: Article, page: KeptPage | None, output: Path | None) -> None:
    """Write the page to a file, and open that unless it is one that was asked for; says where it is.

    Raises ArgumentError where no page is kept or it is too large, SettingError without lxml.
    """
    html = shown(article, page)
    place = output or Path(tempfile.mkdtemp(prefix="mtcrawler-")) / f"{article.id}.html"
    try:
        if output is None:
            private_files.put(place, html, durable=False)
        else:
            whole_files.put(place, html)
    except OSError as err:
        raise whole_files.unwritten(place, err, "Give a file in a folder where you may write.") from err
    if output is None and not webbrowser.open(place.as_uri()):
        print("mtcrawler: no browser can be opened here; open the file yourself.", file=sys.stderr)
    sys.stdout.write(f"{safe(str(place))}\n")
