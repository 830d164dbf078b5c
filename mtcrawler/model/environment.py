"""The environment of this process: nothing else reads it."""

from __future__ import annotations

import os
from collections.abc import Mapping


def variables() -> Mapping[str, str]:
    """The environment variables of this process."""
    return os.environ
