"""What is safe to show a person: a page's words cannot move a cursor, forge a line or give a secret away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

# Control characters could move the cursor or retitle the window; bidirectional overrides reorder what is read.
_UNSAFE = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_UNSAFE |= {0x2028: "\n", 0x2029: "\n"}
del _UNSAFE[ord("\n")], _UNSAFE[ord("\t")]

HIDDEN: Final = "…"
SHORTEST: Final = 12
"""Characters; what is shorter may be a plain word, and hiding that would hide it everywhere."""

_USERINFO = re.compile(r"(?<=://)[^/?#\s@\"'<>\\]+@")
_PARAMETER = re.compile(
    r"([?&;][\w.\-]*(?:token|secret|passw(?:or)?d|pwd|api[_\-]?key|access[_\-]?key|signature|session|credential)"
    r"[\w.\-]*=)[^&#\s\"'<>\\;]+",
    re.IGNORECASE,
)


def safe(text: str) -> str:
    """The text without control characters (line breaks and tabs stay) and without bidirectional overrides."""
    return text.translate(_UNSAFE)


class Secrets:
    """Hides what must be in no log, metric, trace, report or manifest: known values, and what looks like a secret.

    Known are the values given; recognised are a user name or password in an address, and a token, key, password or
    signature among an address's parameters.
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        known = sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    @classmethod
    def of(cls, settings: Mapping[str, Any], states: Iterable[Mapping[str, Any]] = ()) -> Secrets:
        """Those of a crawl's settings (S3_VARIABLES, S3_LOCATION) and of readers' sessions (storage states)."""
        variables = settings.get("S3_VARIABLES") or {}
        values = [str(variables.get(name) or "") for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
        where = settings.get("S3_LOCATION")
        for name in ("secret_key", "session_token"):
            given = where.get(name) if isinstance(where, Mapping) else getattr(where, name, None)
            values.append(str(given or ""))
        for state in states:
            cookies = [str(cookie.get("value", "")) for cookie in state.get("cookies", [])]
            kept = [str(item.get("value", "")) for one in state.get("origins", []) for item in one["localStorage"]]
            values += [value for value in (*cookies, *kept) if not value.isalpha()]
        return cls(values)

    def hide(self, text: str) -> str:
        """The text with every secret in it replaced by `…`."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        if "://" in text:
            text = _USERINFO.sub(f"{HIDDEN}@", text)
        return _PARAMETER.sub(rf"\1{HIDDEN}", text) if "=" in text else text


def without_userinfo(url: str) -> tuple[str, tuple[str, str] | None]:
    """An address without the user name and password in it, and these."""
    parts = urlsplit(url)
    if parts.username is None:
        return url, None
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host).geturl(), (parts.username, parts.password or "")
