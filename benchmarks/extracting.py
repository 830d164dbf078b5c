"""What extraction and normalisation cost: CPU milliseconds from a page's HTML to its article, over the newspaper.

`python -m benchmarks.extracting [ROUNDS]`; nothing is fetched or stored while the clock runs.
"""

from __future__ import annotations

import sys
import time
from statistics import median, quantiles
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.fixtures.sites import definition_of, extractor_named
from tests.newspaper import Newspaper
from tests.pages.reading import article_in


def main(rounds: int = 5) -> None:
    """Read every story so often, and print the median of all."""
    with Newspaper("en", modal="inline") as paper:
        # Posts of a live blog come by script only.
        urls = [url for url, story in paper.expected().items() if story["kind"] != "live"]
        pages = [(url, urlopen(paper.origin + urlsplit(url).path).read().decode()) for url in urls]
    definition, extractor = definition_of("moscowtimes"), extractor_named("moscowtimes")
    took = []
    for _ in range(rounds):
        for url, html in pages:
            before = time.process_time()
            article_in(definition, html, url, extractor)
            took.append(1000 * (time.process_time() - before))
    print(
        f"{len(pages)} pages, {rounds} times: median {median(took):.1f} ms CPU, p95 {quantiles(took, n=20)[-1]:.1f} ms"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
