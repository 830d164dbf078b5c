"""Where a crawl hung, as its supervisor tells it from the stack that was written."""

from __future__ import annotations

import pytest

from mtcrawler.runs.process.supervisor import _place

IMPORTED = """Current thread 0x00007f00 (most recent call first):
  File "/srv/sites/herald.py", line 7 in <module>
  File "<frozen importlib._bootstrap>", line 241 in _call_with_frames_removed
"""
COMPARED = """Current thread 0x00007f00 (most recent call first):
  File "/srv/lib/holding.py", line 12 in <genexpr>
  File "/srv/lib/holding.py", line 9 in subtitle
"""


@pytest.mark.parametrize(
    ("stack", "told"),
    [
        (IMPORTED, " (it was in <module>, herald.py line 7)"),
        (COMPARED, " (it was in subtitle, holding.py line 9)"),
        ("", ""),
    ],
)
def test_the_place_is_the_innermost_code_that_has_a_name(stack: str, told: str) -> None:
    """A file that hangs while it is imported is named; a comprehension is told as the function around it."""
    assert _place(stack) == told
