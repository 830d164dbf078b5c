"""The signature of a notification: whether whoever sent it knows the secret of its subscription."""

from __future__ import annotations

import hmac
from typing import Final, Self

METHODS: Final = frozenset({"sha1", "sha256", "sha384", "sha512"})
"""Those that WebSub knows (W3C Recommendation, section 7.1)."""
LONGEST: Final = 200
"""Characters of the header; SHA-512 has 135."""


class Signature:
    """Of a body that comes piece by piece, and is not kept; `told` is what X-Hub-Signature says of it."""

    def __init__(self, secret: str, method: str, told: str) -> None:
        self._told = told.lower()
        self._made = hmac.new(secret.encode(), digestmod=method)

    @classmethod
    def of(cls, secret: str, header: str) -> Self | None:
        """That of such a header; None where it names no method that WebSub knows."""
        method, _, told = header.strip().partition("=")
        if len(header) > LONGEST or method.lower() not in METHODS:
            return None
        return cls(secret, method.lower(), told)

    def add(self, piece: bytes) -> None:
        """The next piece of the body."""
        self._made.update(piece)

    @property
    def holds(self) -> bool:
        """Whether it is right, found out in a time that tells nothing of how near it is."""
        return hmac.compare_digest(self._made.hexdigest().encode(), self._told.encode("utf-8", "replace"))
