"""The environment of this process: `variables` here and the model in `reading.py` read it, and nothing else does."""

from __future__ import annotations

import os
from collections.abc import Mapping


def variables() -> Mapping[str, str]:
    """The environment variables of this process."""
    return os.environ
