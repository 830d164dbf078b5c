"""`python -m benchmarks.extractors SETS`: texts of this project and of others, and what its confidence is worth.

Of hosts that the model learned from pages are read by the model of a fold that saw none of them. Writes
`benchmarks/results/extractors.md`, and the reliability plot in docs/.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from benchmarks.extraction import read
from benchmarks.extractors import others
from benchmarks.extractors.confidence import Told, drawing, sure_table, table, tenths
from mtcrawler import __version__
from tools.training.samples import rows_of
from tools.training.shingles import f1, shared

ROOT: Final = Path(__file__).parents[2]
SETS: Final = ("aeb", "atf", "wcxb-dev", "ff-dev")
OURS: Final = "mtcrawler"
PLOT: Final = ROOT / "docs" / "confidence.svg"
RESULTS: Final = ROOT / "benchmarks" / "results" / "extractors.md"
TEXT: Final = """# Texts of pages with known articles
`make extractors SETS=FOLDER`: F1 of the text over runs of four words, and in parentheses the median of CPU \
milliseconds a page; ours with all fields, cross-validated by host.

{table}
## What confidence is worth
A text is said to be sure from 0.9 on, and is right from an F1 of 0.9 on.

{sure}
{tenths}
"""


class Answer(NamedTuple):
    """What an extractor made of a page: its text, and CPU milliseconds."""

    text: str
    ms: float


def main() -> None:
    """Read, measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extractors", description=__doc__)
    parser.add_argument("sets", type=Path, help="the folder with SET.jsonl.xz")
    parser.add_argument("--only", default=",".join(SETS), help="sets, separated by commas: aeb,ff-dev")
    parser.add_argument("--others", type=Path, metavar="PYTHON", help="the interpreter that has other extractors")
    options = parser.parse_args()
    names = options.only.split(",")
    if missing := [name for name in names if not (options.sets / f"{name}.jsonl.xz").is_file()]:
        parser.error(f"{options.sets} lacks {', '.join(f'{name}.jsonl.xz' for name in missing)}")
    told: dict[str, list[Told]] = {name: [] for name in names}
    cells: dict[str, list[str]] = {}
    there = _installed(options.others) if options.others else {}
    for name in names:
        pages = [row for row in rows_of(options.sets / f"{name}.jsonl.xz") if row.get("text") is not None]
        ours = []
        for page in pages:
            answer, confidence = _own(page)
            ours.append(answer)
            told[name].append(Told(confidence, shared(page["text"], answer.text).f1))
        cells.setdefault(f"{OURS} {__version__}", []).append(_cell(pages, ours))
        for other, title in there.items():
            cells.setdefault(title, []).append(_cell(pages, list(_answers(options.others, other, pages))))
        print(name, *(f"{title}: {row[-1]}" for title, row in cells.items()), sep="\n  ", flush=True)
    head = f"| | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}\n"
    rows = "".join(f"| {title} | {' | '.join(row)} |\n" for title, row in cells.items())
    all_told = [one for some in told.values() for one in some]
    sure = sure_table({**told, "all": all_told})
    RESULTS.write_text(TEXT.format(table=head + rows, sure=sure, tenths=table(tenths(all_told))), "utf-8")
    PLOT.write_text(drawing(tenths(all_told)), "utf-8")
    print(RESULTS.read_text("utf-8"))


def _own(page: dict[str, Any]) -> tuple[Answer, float]:
    began = time.process_time()
    found = read(page["html"], page["url"])
    return Answer(found["text"], 1000 * (time.process_time() - began)), found["confidence"]


def _cell(pages: Sequence[dict[str, Any]], answers: Sequence[Answer]) -> str:
    score = f1(shared(page["text"], answer.text) for page, answer in zip(pages, answers, strict=True))
    return f"{score:.3f} ({median(answer.ms for answer in answers):.0f})"


def _installed(python: Path) -> dict[str, str]:
    """The other extractors that this interpreter has, with package and version."""
    done = subprocess.run([python, others.__file__], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"asking {python} for other extractors: it ended with {done.returncode}; make extractors sets it up")
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _answers(python: Path, name: str, pages: Sequence[dict[str, Any]]) -> Iterator[Answer]:
    asked = "".join(json.dumps({"html": page["html"], "url": page["url"]}) + "\n" for page in pages)
    done = subprocess.run(
        [python, others.__file__, name],
        input=asked,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    for line in done.stdout.splitlines():
        yield Answer(**json.loads(line))


if __name__ == "__main__":
    main()
