"""`mtcrawler show --page`: a kept page in the reader's own browser, where it runs nothing and asks for nothing."""

from __future__ import annotations

import sys
import tempfile
import webbrowser
from pathlib import Path

from mtcrawler.cli.terminal import safe
from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError, PageTooLarge, SettingError
from mtcrawler.security import private_files, whole_files
from mtcrawler.storage.pages.page import KeptPage


def open_page(article: Article, page: KeptPage | None, output: Path | None) -> None:
    """Write the page to a file, and open that unless it is one that was asked for; says where it is.

    Raises ArgumentError where no page is kept or it is too large, SettingError without lxml.
    """
    if page is None:
        was = "it is kept no more" if article.provenance.snapshot else "none was kept"
        remedy = "Pages are kept from the next crawl on with KEEP_PAGES=changed; KEEP_PAGES_DAYS says for how long."
        raise ArgumentError(f"looking for the page of {article.canonical_url}", was, remedy)
    try:
        from mtcrawler.storage.pages.offline import offline  # noqa: PLC0415 - it needs lxml, and articles do not
    except ModuleNotFoundError as err:
        happened = f"the package {err.name} is not installed"
        raise SettingError("showing a kept page", happened, "Run `pip install 'mtcrawler[read]'`.") from err
    try:
        html = offline(page.html, page.url, page.at).encode("utf-8", "replace")
    except PageTooLarge as err:
        raise ArgumentError(err.doing, err.happened, "Read it with an archive tool.") from err
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
