"""What a definition adds: the newspaper crawled as a site that nobody has described, each field held against the truth.

python -m benchmarks.extractors.without_definition [MODE [MODAL]]; MODE is a RENDER_MODE, MODAL how the donation message
stands (inline: among the paragraphs; overlay; none).
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any, Final, cast, get_args

from benchmarks.measuring.contenders import ROOT, scratch
from mtcrawler.storage.embedded.server import Embedded
from tests.fixtures.crawl import articles, crawl, differences
from tests.fixtures.store import fresh_bucket, remove_bucket
from tests.newspaper import Newspaper
from tests.newspaper.markup.paper import Modal

SITE: Final = "https://www.themoscowtimes.com"
FIELDS: Final = tuple(
    """
    text body headline subtitle summary section tags authors published_at modified_at image media kind language access
    """.split()
)


def main(mode: str = "auto", modal: str = "inline") -> int:
    """Prints the table; 1 where the crawl stored nothing."""
    if modal not in get_args(Modal):
        sys.exit(f"MODAL is {modal}: take one of {', '.join(get_args(Modal))}.")
    store = Embedded(ROOT / "var" / "bench" / "store")
    store.up()
    try:
        return _measured(store, mode, cast(Modal, modal))
    finally:
        store.down()


def _measured(store: Embedded, mode: str, modal: Modal) -> int:
    bucket = fresh_bucket(store)
    with Newspaper("en", modal=modal) as paper, scratch() as folder:
        described = folder / "no-sites"
        described.mkdir()
        asked = {"mirror": paper.origin, "since": "1990-01-01", "S_RENDER_MODE": mode}
        run = crawl("news", bucket, folder / "var", site=SITE, E_MTCRAWLER_SITES=str(described), **asked)
        truth = paper.expected()
    stored = articles(bucket)
    remove_bucket(bucket)
    read = {url: article for url, article in stored.items() if url in truth}
    if not read:
        print(run.said)
        return 1
    wrong = Counter(name for url, article in read.items() for name in differences(article, truth[url]))
    opened = sum(_opens_with_introduction(article, truth[url]) for url, article in read.items())
    print(f"{len(truth)} articles, {len(read)} stored, {len(stored) - len(read)} that are none; {mode}, {modal}\n")
    print("| field | equal without the definition |\n|---|---|")
    for name in FIELDS:
        print(f"| `{name}` | {1 - wrong[name] / len(read):.3f} |")
    print(f"\n{opened / len(read):.3f} have the introduction as their first paragraph and are exact but for that.")
    return 0


def _opens_with_introduction(article: dict[str, Any], truth: dict[str, Any]) -> bool:
    """Whether the text is the truth after an introduction that the definition takes for the summary or subtitle."""
    return any(article["text"] == f"{truth[name]}\n\n{truth['text']}" for name in ("summary", "subtitle"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
