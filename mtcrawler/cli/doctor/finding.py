"""What looking at one thing came to."""

from __future__ import annotations

from typing import Literal, NamedTuple

State = Literal["ok", "warning", "wrong"]


class Finding(NamedTuple):
    """One thing looked at: how it is, in words, and the command that mends it where it is not well."""

    what: str
    state: State
    said: str
    mend: str = ""
