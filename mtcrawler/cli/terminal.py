"""What is safe to show on a terminal, and which bucket a command means."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from mtcrawler.bucket.embedded import Embedded
from mtcrawler.bucket.location import Location

# Control characters could move the cursor or retitle the window; bidirectional overrides reorder what is read.
_UNSAFE = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
del _UNSAFE[ord("\n")], _UNSAFE[ord("\t")]


def safe(text: str) -> str:
    """The text without control characters (line breaks and tabs stay) and without bidirectional overrides."""
    return text.translate(_UNSAFE)


def console() -> Console:
    """A console on stdout that takes texts as they are: no markup, no guesses about numbers."""
    return Console(markup=False, highlight=False, emoji=False, file=sys.stdout)


def location_of(options: argparse.Namespace) -> Location:
    """The bucket the environment names; without one, the embedded store, which is started when needed."""
    return Location.from_mapping(options.environment) or embedded(options).up()


def embedded(options: argparse.Namespace) -> Embedded:
    """The embedded store of this working directory."""
    return Embedded(Path(options.var) / "store")
