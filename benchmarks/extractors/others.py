"""Other extractors as `score.py` of an evaluation calls them: a page and its address in, a plain dict out.

Their packages need other versions of what the project needs, too, so this file runs in an environment of their own
(`make extractors`) and imports nothing of the project. `python others.py` prints which of them are installed;
`python others.py NAME` reads a page a line (JSON with html and url) and prints a line with its text and CPU
milliseconds for each.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from lxml.html import fromstring

PACKAGES: Final = {
    "trafilatura": "trafilatura",
    "readability": "readability-lxml",
    "newspaper4k": "newspaper4k",
    "newsplease": "news-please",
}
"""The functions of this module, and the package that each needs."""
_BLOCKS: Final = "p h1 h2 h3 h4 h5 h6 li div td th blockquote pre br tr".split()


def installed() -> dict[str, str]:
    """The extractors whose package is there, with its name and version."""
    found = {}
    for name, package in PACKAGES.items():
        try:
            found[name] = f"{package} {version(package)}"
        except PackageNotFoundError:
            continue
    return found


def trafilatura(html: str, url: str) -> dict[str, Any]:
    import trafilatura as package  # noqa: PLC0415 - only this one needs it

    said = package.extract_metadata(html, default_url=url or None)
    return {
        "text": package.extract(html, url=url or None, include_comments=False) or "",
        "headline": said and said.title,
        "published_at": said and said.date,
        "authors": [name.strip() for name in ((said and said.author) or "").split(";") if name.strip()],
        "image": said and said.image,
        "tags": (said and said.tags) or [],
    }


def readability(html: str, url: str) -> dict[str, Any]:
    from readability import Document  # noqa: PLC0415 - only this one needs it

    page = Document(html, url=url or None)
    found = fromstring(page.summary() or "<p></p>")
    for block in found.iter(*_BLOCKS):
        block.tail = "\n" + (block.tail or "")
    return {"text": found.text_content(), "headline": page.short_title()}


def newspaper4k(html: str, url: str) -> dict[str, Any]:
    from newspaper import Article  # noqa: PLC0415 - only this one needs it

    page = Article(url or "http://localhost/", fetch_images=False)
    page.download(input_html=html)
    page.parse()
    return {
        "text": page.text,
        "headline": page.title,
        "published_at": _moment(page.publish_date),
        "authors": page.authors,
        "image": page.top_image or None,
        "tags": sorted(page.tags or ()),
    }


def newsplease(html: str, url: str) -> dict[str, Any]:
    from newsplease import NewsPlease  # noqa: PLC0415 - only this one needs it

    page = NewsPlease.from_html(html, url=url or "http://localhost/")
    return {
        "text": page.maintext or "",
        "headline": page.title,
        "published_at": _moment(page.date_publish),
        "authors": page.authors or [],
        "image": page.image_url or None,
    }


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def main(name: str = "") -> None:
    """Answer on standard output, where nothing else is printed, whatever the packages say."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    if not name:
        answers.write(json.dumps(installed()) + "\n")
        return
    reader = {reader.__name__: reader for reader in (trafilatura, readability, newspaper4k, newsplease)}[name]
    for line in sys.stdin:
        page, text = json.loads(line), ""
        began = time.process_time()
        with contextlib.suppress(Exception):  # a page that breaks an extractor counts as empty
            text = reader(page["html"], page["url"])["text"] or ""
        answers.write(json.dumps({"text": text, "ms": 1000 * (time.process_time() - began)}) + "\n")
    answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:2])
