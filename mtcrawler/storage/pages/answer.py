"""What a page was read from: the answer of its server and, where the browser showed it, the markup that was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

Header = tuple[str, str]

_OF_THE_CONNECTION: Final = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding "
    "upgrade".split()
)
"""Fields that are of one connection and not of the page (RFC 9110, section 7.6.1)."""
_OF_THE_BYTES: Final = frozenset({"content-encoding", "content-length"})
"""True of the bytes as they were sent; they are kept unpacked."""
_SECRET: Final = frozenset(
    "set-cookie set-cookie2 cookie authorization www-authenticate authentication-info x-csrf-token x-xsrf-token "
    "x-auth-token x-session-id".split()
)
"""What may give its bearer rights."""


class KeptAs(StrEnum):
    """What an answer is to its article."""

    PAGE = "page"
    PART = "part"
    POSTS = "posts"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came: `body` unpacked, None where the browser did not give it; `headers` as they may be kept.

    `markup` is what was read of a page that was shown, None for one over plain HTTP. `at` is when it came, in UTC.
    """

    url: str
    status: int
    headers: tuple[Header, ...]
    body: bytes | None
    at: datetime
    kept_as: KeptAs = KeptAs.PAGE
    markup: str | None = None

    @property
    def size(self) -> int:
        """Bytes of it, about."""
        return len(self.body or b"") + len(self.markup or "")


def keepable(headers: Iterable[Header]) -> tuple[Header, ...]:
    """The headers without those of the connection, of how the bytes were packed, and without secrets."""
    left_out = _OF_THE_CONNECTION | _OF_THE_BYTES | _SECRET
    return tuple((name, value) for name, value in headers if name.lower() not in left_out)


class NoRoom(Exception):
    """The disk does not take a page, or pages that wait have used up their room; the text says which."""
