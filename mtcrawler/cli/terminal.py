"""What is safe to show on a terminal, and which bucket a command means."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from mtcrawler.bucket.embedded import Embedded
from mtcrawler.bucket.location import Location
from mtcrawler.shown import safe

__all__ = ["console", "embedded", "location_of", "safe"]


def console() -> Console:
    """A console on stdout that takes texts as they are: no markup, no guesses about numbers."""
    return Console(markup=False, highlight=False, emoji=False, file=sys.stdout)


def location_of(options: argparse.Namespace) -> Location:
    """The bucket the environment names; without one, the embedded store, which is started when needed."""
    return Location.from_mapping(options.environment) or embedded(options).up()


def embedded(options: argparse.Namespace) -> Embedded:
    """The embedded store of this working directory."""
    return Embedded(Path(options.var) / "store")
