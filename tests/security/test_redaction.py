"""What is shown: no page can forge a line, colour a terminal or have a secret told."""

from __future__ import annotations

import io
import json
import logging

import pytest
from rich.console import Console

from mtcrawler.runs.monitoring.log_format import JsonLines, TextLines
from mtcrawler.runs.report.summary import print_summary
from mtcrawler.runs.telemetry.manifest import ErrorGroup
from mtcrawler.security.redaction import Secrets
from tests.runs.telemetry import full

FORGED = "a title\x1b[2J\x07\n2026-11-25 03:00:00 ERROR   mtcrawler: all is lost \u202ekcab\x9b1m"


def record(message: str, error: bool = False) -> logging.LogRecord:
    """A record that says this, with a traceback if there is to be one."""
    info = None
    if error:
        try:
            raise ValueError(FORGED)
        except ValueError as err:
            info = (ValueError, err, err.__traceback__)
    return logging.LogRecord("scrapy.core.scraper", logging.ERROR, __file__, 1, "Dropped: %s", (message,), info)


def test_a_page_cannot_forge_a_log_line() -> None:
    """In a text log what follows a line break of a page's stands further in, and no control character is left."""
    lines = TextLines("%(levelname)s %(name)s: %(message)s", None, Secrets()).format(record(FORGED, error=True))
    first, *others = lines.split("\n")
    assert first == "ERROR scrapy.core.scraper: Dropped: a title[2J"
    assert others
    assert all(line.startswith("    ") for line in others)
    assert not set(lines) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_a_json_line_is_one_line() -> None:
    """A JSON log has one object a line: a traceback is a field of it, and the address it speaks of another."""
    line = JsonLines(Secrets(), "run-1", "paper").format(record("https://example.org/a: no headline", error=True))
    assert "\n" not in line
    told = json.loads(line)
    assert (told["run"], told["spider"], told["level"]) == ("run-1", "paper", "ERROR")
    assert told["url"] == "https://example.org/a"
    assert "ValueError" in told["traceback"]
    assert not set(told["traceback"]) & {"\x1b", "\x07", "\x9b", "\u202e"}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("http://me:pass@host/a@b", "http://…@host/a@b"),
        ("Connecting to me:pass@host:8080 failed", "Connecting to …@host:8080 failed"),
        ("mailto:me@a.example, at 10:05 me@a.example", "mailto:me@a.example, at 10:05 me@a.example"),
        ("GET https://a.example/?id=1&access_token=abc&x=2", "GET https://a.example/?id=1&access_token=…&x=2"),
        ("https://a.example/?X-Amz-Signature=0f0f", "https://a.example/?X-Amz-Signature=…"),
        ("https://a.example/?author=me&page=2", "https://a.example/?author=me&page=2"),
        ("https://medium.example/@writer", "https://medium.example/@writer"),
        ("key aVeryLongSecret1 twice aVeryLongSecret1", "key … twice …"),
        ("a short one", "a short one"),
    ],
)
def test_secrets_are_hidden(said: str, shown: str) -> None:
    """Known values, passwords in addresses and tokens among their parameters are hidden, and nothing else is."""
    assert Secrets(["aVeryLongSecret1", "short"]).hide(said) == shown


def test_a_summary_takes_no_markup() -> None:
    """What a page or a list is called is printed as it is: square brackets colour nothing, escapes do nothing."""
    counts = full.manifest().counts.model_copy(
        update={"unreadable": {"section:[red]plus[/red]\x1b[31m": 1}, "kinds": {"[bold]news[/bold]": 2}}
    )
    error = ErrorGroup(name="[link=x]Lost", count=1, example="[blink]\x1b]0;title\x07", url="https://a.example/[b]")
    told = full.manifest().model_copy(update={"counts": counts, "errors": [error], "message": "[red]done\x1b[0m"})
    out = io.StringIO()
    print_summary(told, Console(file=out, width=120, force_terminal=True, color_system=None))
    shown = out.getvalue()
    for words in ("section:[red]plus[/red]", "[bold]news[/bold]", "[link=x]Lost", "[blink]", "/[b]", "[red]done"):
        assert words in shown, words
    assert not {"\x07", "\x1b]"} & {shown[place : place + size] for place in range(len(shown)) for size in (1, 2)}
