"""`python -m tests.fuzz.shapes`: see meeting.py."""

from __future__ import annotations

import sys

from tests.fuzz.shapes.meeting import main

if __name__ == "__main__":
    sys.exit(main())
