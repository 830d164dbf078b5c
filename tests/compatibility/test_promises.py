"""Laws of the compatibility promise (docs/compatibility.md): what was promised holds; more may come."""

from __future__ import annotations

import copy
import json

import pytest

from mtcrawler import __version__
from tests.compatibility.promised import FILE, broken, may_break, promises

NOW = promises()
TOLD = json.loads(FILE.read_text("utf-8"))


@pytest.mark.parametrize("section", sorted(NOW))
def test_what_was_promised_holds(section: str) -> None:
    """No setting, command, option, exit code, public name, field, key or word of `promised.json` is gone or changed.

    Where the version says that one may (docs/compatibility.md), `make compatibility` writes the file anew.
    """
    if not may_break(TOLD["version"], __version__):
        assert broken({section: TOLD["promises"][section]}, NOW) == []


@pytest.mark.parametrize("section", sorted(NOW))
def test_each_promise_is_kept_an_eye_on(section: str) -> None:
    """A name that goes, and one that comes to mean something else, is told with its section; one more is not."""
    names = NOW[section]
    assert names
    name = sorted(names)[0]
    less, other, more = copy.deepcopy(NOW), copy.deepcopy(NOW), copy.deepcopy(NOW)
    del less[section][name]
    other[section][name] = "something else"
    more[section]["one more"] = ""
    assert broken(NOW, less) == [f"{section}: {name} is gone"]
    assert broken(NOW, other) == [f"{section}: {name} was {names[name]!r} and is 'something else'"]
    assert broken(NOW, more) == []


@pytest.mark.parametrize(
    ("before", "now", "may"),
    [
        ("0.1.0", "0.1.9", False),
        ("0.1.0", "0.2.0", True),
        ("0.9.0", "1.0.0", True),
        ("1.2.0", "1.10.0", False),
        ("1.9.0", "2.0.0", True),
        ("2.0.0", "1.9.0", False),
    ],
)
def test_a_promise_ends_with_a_major_version(before: str, now: str, may: bool) -> None:
    """Promises may be broken by another major version; before 1.0 by another minor one."""
    assert may_break(before, now) is may
