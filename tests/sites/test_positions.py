"""Laws of positions: every key of a TOML document has the line it stands in."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.sites.positions import line_of, lines_of

DOCUMENT = '''# a comment with a = sign
a = 1
b.c = """
[no.header]
x = 2
"""

[t]  # a table
"quoted key" = 'x # no comment'
list = [
  "one",  # the first
  { two = 2 },

  "three"]
[[entries]]
inline = { a = 1, b = [1, 2] }
[[entries.parts]]
z = 1
[[entries.parts]]
z = 2
[[entries]]
[entries.table]
y = 1
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("a",), 2),
        (("b", "c"), 3),
        (("t",), 8),
        (("t", "quoted key"), 9),
        (("t", "list"), 10),
        (("t", "list", 0), 11),
        (("t", "list", 1, "two"), 12),
        (("t", "list", 2), 14),
        (("entries", 0), 15),
        (("entries", 0, "inline", "b", 1), 16),
        (("entries", 0, "parts", 0, "z"), 18),
        (("entries", 0, "parts", 1, "z"), 20),
        (("entries", 1), 21),
        (("entries", 1, "table", "y"), 23),
        (("entries", 1, "table", "missing", 3), 22),
        (("nowhere",), None),
    ],
)
def test_a_key_has_the_line_it_stands_in(key: tuple[str | int, ...], line: int | None) -> None:
    """Tables, lists of tables, dotted and quoted keys, lists over several lines; what is missing has what is around."""
    assert line_of(key, lines_of(DOCUMENT)) == line


def keys_of(value: Any, key: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Every way to a value in the data."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {key, *(inner for name, one in entries for inner in keys_of(one, (*key, name)))} - {()}


names = st.text("ab", min_size=1, max_size=2)
values = st.sampled_from(["1", "'x'", "[\n1,\n2\n]", "'''\n[a]\n'''", "{ a = 1 }", "[{ a = 1 },\n]"])
headers = st.sampled_from(["[a]", "[[b]]", "[a.b]", "[[b.a]]", "# [c]", ""])
statements = st.one_of(headers, st.builds("{} = {}".format, names, values))


@given(st.lists(statements, max_size=8))
def test_every_key_of_any_document_has_a_line(parts: list[str]) -> None:
    """Whatever a document is made of, each of its keys stands in a line that is there."""
    text = "\n".join(parts)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = lines_of(text)
    assert keys_of(data) <= set(lines)
    assert set(lines.values()) <= set(range(1, len(text.splitlines()) + 1))
