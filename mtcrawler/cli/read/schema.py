"""`mtcrawler schema`: the JSON Schema of a stored article."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from mtcrawler.storage.capabilities import schema_bytes


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser("schema", help="print the JSON Schema of an article", description=__doc__)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the schema, byte for byte as it is published in the bucket."""
    del options
    sys.stdout.write(schema_bytes().decode())
    return 0
