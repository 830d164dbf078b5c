"""Laws of regular expressions: each takes time in proportion to its text, and none is made of what a site says."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from tests.hostile.content.patterns import FOLDERS, ROOT, Tried, slow

LINEAR = ROOT / "mtcrawler" / "sites" / "patterns.py"
BAD = (
    r"(?im)^\s*sitemap:\s*(\S+)",
    r"https?://x\.com/\w+/status/\d+\S*",
    r"[?&][\w.\-]*(?:token|secret)[\w.\-]*=",
    r"(?m)^\s*<!ENTITY([^>]*?)>",
    r"\s+$",
    r"(?:a|b|ab)*c",
    r"(\w+\s?)*!",
    r"(?:x+x+)+y",
    rb"<.*>.*</",
)
GOOD = (r"\s*+\S", r"(?<!\s)\s+$", r"[^/]+/[^/]+", r"(?>.*?a)(?>.*?b)", r"\d{1,5}\s*[hdw]")


@pytest.mark.timeout(1200)  # half a minute of computing, on a machine that may be busy
@pytest.mark.slow
def test_every_pattern_is_linear_and_none_is_made_of_what_a_site_says() -> None:
    """Each pattern in the code takes a megabyte of what is hardest for it, and is known before anything is read."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.hostile.content.patterns"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    *held_up, last = told.stdout.splitlines() or [""]
    found = re.fullmatch(r"(\d+) patterns tried", last)
    assert found, told.stderr
    assert held_up == []
    assert int(found[1]) > 100


@pytest.mark.parametrize("pattern", BAD)
def test_a_pattern_that_can_be_held_up_is_told(pattern: str | bytes) -> None:
    """What takes quadratic or exponential time is found out from the pattern alone."""
    assert slow(Tried("here", re.compile(pattern), frozenset({"fullmatch", "sub"})))


@pytest.mark.parametrize("pattern", GOOD)
def test_a_linear_pattern_is_not_told(pattern: str) -> None:
    """What takes linear time in every way it is used passes."""
    assert slow(Tried("here", re.compile(pattern), frozenset({"fullmatch", "match"}))) is None


def test_the_walk_sees_every_pattern() -> None:
    """The re module is called by its own name everywhere: nothing hides from the walk. What a site definition writes
    is compiled by RE2, in one place, which is linear whatever the pattern.
    """
    hidden = []
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [name.name for name in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            whole = (
                [name.asname for name in node.names if name.name == "re"] if isinstance(node, ast.Import) else [None]
            )
            others = {"regex"} if path == LINEAR else {"regex", "re2"}
            if getattr(node, "module", None) == "re" or any(whole) or others & set(names):
                hidden.append(f"{path}:{node.lineno}")  # type: ignore[attr-defined]
    assert hidden == []
