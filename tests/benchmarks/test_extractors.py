"""What the comparison of extractors and the plot of confidence are made of."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from benchmarks.extractors import others
from benchmarks.extractors.confidence import Tenth, Told, drawing, sure_and_right, sure_table, table, tenths

TOLD = [Told(0.95, 1.0), Told(0.9, 0.91), Told(1.0, 0.5), Told(0.3, 0.2), Told(0.39, 0.95)]


def test_pages_are_counted_by_tenths_of_their_confidence() -> None:
    """A page counts in the tenth that begins at or below its confidence, and as right from an F1 of 0.9 on."""
    low, high = tenths(TOLD)
    assert (low.least, low.pages, low.right) == (0.3, 2, 0.5)
    assert (high.least, high.pages, high.right) == (0.9, 3, 2 / 3)
    assert sure_and_right(TOLD) == (0.6, 2 / 3)
    assert sure_and_right([]) == (0.0, 0.0)
    assert "| five | 0.600 | 0.667 |" in sure_table({"five": TOLD})
    assert "| 0.9 to 1.0 | 3 | 0.95 | 0.667 |" in table([low, high])


def test_the_plot_is_a_dot_a_tenth_where_it_belongs() -> None:
    """The dot of a tenth that is as right as was said stands on the line of honesty, and a better one above it."""
    honest, better = ((int(x), int(y)) for x, y in re.findall(r'cx="(\d+)" cy="(\d+)"', drawing(_two(0.5, 0.9))))
    ends = re.search(r'class="ideal" d="M(\d+) (\d+) L(\d+) (\d+)"', drawing([]))
    assert ends
    left, bottom, right, top = map(int, ends.groups())
    assert honest == ((left + right) // 2, (top + bottom) // 2)
    assert better[0] == honest[0]
    assert better[1] < honest[1]


def _two(*rights: float) -> list[Tenth]:
    return [Tenth(0.5, 10, 0.5, right) for right in rights]


def test_extractors_that_are_not_there_are_left_out() -> None:
    """The comparison asks an interpreter which extractors it has, and measures no other; the project's own has none."""
    done = subprocess.run([sys.executable, others.__file__], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {}


def test_a_page_that_breaks_an_extractor_counts_as_empty() -> None:
    """An extractor answers a line for each page, whatever happens; here its package is missing."""
    asked = "".join(json.dumps({"html": html, "url": "https://a.example/1"}) + "\n" for html in ("<p>One.</p>", ""))
    done = subprocess.run(
        [sys.executable, others.__file__, "trafilatura"], input=asked, capture_output=True, text=True, check=True
    )
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["", ""]
