"""Laws of long lines: nothing that a site says makes a line of the log very long."""

from __future__ import annotations

import json
import logging

import pytest
from scrapy.settings import Settings

from mtcrawler.model.printable import shortened
from mtcrawler.runs.monitoring.log_format import line_format

LONG = "https://paper.example/" + "x" * 8_000
MANY = "https://paper.example/" + "x " * 8_000


@pytest.mark.parametrize("address", [LONG, MANY], ids=["a long word", "many words"])
@pytest.mark.parametrize("as_json", [False, True], ids=["text", "JSON"])
def test_no_address_makes_a_line_long(address: str, as_json: bool) -> None:
    """An address is shortened in every line, in text and in JSON, and what stands around it is shown."""
    made = line_format(Settings({"LOG_JSON": as_json, "LOG_FORMAT": "%(message)s"}))
    line = made.format(logging.LogRecord("x", logging.INFO, "", 0, "Missing: %s", (address,), None))
    assert len(line) < 9_000
    assert "Missing: https://paper.example/x" in (json.loads(line)["message"] if as_json else line)
    assert "characters)" in line


def test_usual_lines_stay_as_they_are() -> None:
    """A line with words of the usual length is shown whole, line breaks included."""
    text = "Fetching https://paper.example/2026/11/22/a-boat: it broke off.\n  It is tried again. " * 20
    assert shortened(text) == text
