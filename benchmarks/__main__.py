"""`make bench-fetching`: this project and its peers read the bundled newspaper in turn, for a table and a plot."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measuring.contenders import PEERS_PYTHON, ROOT, Contender, chosen
from benchmarks.measuring.harness import Measure, measured
from benchmarks.measuring.paper import Paper
from benchmarks.measuring.results import machine, names_of, polite_table, rows, save, table
from mtcrawler.storage.embedded.server import Embedded
from tests.newspaper.serving.weight import LOADED

RESULTS = Path(__file__).parent / "results"
TEXT = """# A newspaper read by this project and by others
`make bench-fetching ARGS="{arguments}"`: {pages} article pages of the bundled newspaper, on loopback. In each round \
(there were {rounds}) each contender had its turn, from a cold start. A page names {loaded} things beside its article \
and the pictures of that: style sheets, fonts, scripts, strangers' scripts (whose hosts do not exist here), small \
pictures.

mtcrawler does all it does: it finds the articles itself, closes what stands over them, extracts, compares and stores \
them in an S3 bucket (a SeaweedFS on the same machine). The others are given the addresses and read a page's headline. \
All use the same browser.

Medians; the least and the most of the rounds in parentheses. `×` is the ratio to scrapy-playwright's median. Pages/s \
count from the first request to the end of the process, whole runs from its start. CPU and memory are those of all \
processes of a contender, the browser's included, and neither the newspaper's nor the S3 server's; memory is the sum \
of proportional set sizes, looked at every half second. Bytes are those of bodies as the newspaper sent them. \
Right are, for mtcrawler, stored records that equal the truth in every field{twins}; for the others, headlines.

The machine was shared with other work: only ratios within one run mean something.

{table}

![pages a second and CPU seconds a page](bench.svg)

## At one request a second
{polite}

## Machine
{machine}
"""


def options() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each has its turn (3)")
    parser.add_argument("--pages", type=int, default=260, help="article pages of the newspaper (260)")
    parser.add_argument("--only", metavar="WORDS", help="contenders with one of these words in their name: auto,bare")
    parser.add_argument("--polite", type=int, default=15, metavar="PAGES", help="pages at 1 request/s, 0 for none (15)")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FOLDER", help="where to write")
    asked = parser.parse_args()
    if asked.rounds < 1 or asked.pages < 1:
        parser.error("--rounds and --pages are at least 1")
    return asked


def in_turn(
    contenders: Sequence[Contender], pages: int, rounds: int, store: Embedded, delay: float = 0.0
) -> Iterator[Measure]:
    """A B C … A B C …, so that what else the machine does is shared among all."""
    with Paper(pages) as paper:
        for number in range(rounds):
            for contender in contenders:
                one = measured(contender, paper, store, delay=delay)
                say = f"{pages / one.seconds:.1f} pages/s, {one.cpu / pages:.3f} CPU s/page, {one.peak:.0f} MiB"
                print(f"{number + 1}/{rounds} {one.contender}: {say}, {one.right}/{pages} right", flush=True)
                yield one


def main() -> int:
    """Measure, tell, write; 1 where a contender failed."""
    asked = options()
    try:
        contenders = chosen(asked.only)
    except ValueError as err:
        print(f"Choosing contenders: {err}", file=sys.stderr)
        return 2
    if not PEERS_PYTHON.exists():
        print("Comparing with peers: their environment is not there. Run: benchmarks/setup", file=sys.stderr)
        return 2
    facts, names = machine(), names_of(contenders)
    store = Embedded(ROOT / "var" / "bench" / "store")
    store.up()
    try:
        measures = list(in_turn(contenders, asked.pages, asked.rounds, store))
        polite = list(in_turn(contenders, asked.polite, 1, store, delay=1.0)) if asked.polite else []
    finally:
        store.down()
    asked.results.mkdir(parents=True, exist_ok=True)
    save(asked.results / "bench.json", facts, measures, polite)
    text = TEXT.format(
        arguments=f"--pages {asked.pages} --rounds {asked.rounds}" + (f" --only {asked.only}" if asked.only else ""),
        pages=asked.pages,
        rounds=asked.rounds,
        loaded=LOADED,
        twins="" if asked.pages < 100 else " (of two stories with the same words one is kept)",
        table=table(rows(measures, names)),
        polite=polite_table(polite, names) if polite else "Not measured.",
        machine="\n".join(f"- {name}: {value}" for name, value in facts.items()),
    )
    (asked.results / "bench.md").write_text(text)
    print(table(rows(measures, names)))
    drawn = draw(asked.results)
    return 0 if drawn and all(one.code == 0 for one in (*measures, *polite)) else 1


def draw(folder: Path) -> bool:
    """The plot, by the benchmark's own environment."""
    script = ["-m", "benchmarks.measuring.plot", str(folder / "bench.json"), str(folder / "bench.svg")]
    return subprocess.run([str(PEERS_PYTHON), *script], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
