"""A server that asks for fewer requests: which answers say so, and how long a client waits before it asks again."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

LONGEST: Final = 20.0
"""Seconds; a server that asks for a longer wait is asked again by whoever comes back to it."""
BUSY: Final = frozenset(
    "BandwidthLimitExceeded RequestLimitExceeded RequestThrottled RequestTimeout ServiceUnavailable "
    "SlowDown SlowDownRead SlowDownWrite Throttling ThrottlingException TooManyRequests TooManyRequestsException "
    "XMinioServerNotInitialized 429 503".split()
)
"""Codes of a server that has too much to do now."""
TOO_MANY: Final = 429


def waiting(attempts: int) -> Callable[..., Any]:
    """A handler of botocore's event `needs-retry`: the seconds to wait before a request is sent again, None for not.

    botocore tries again after a 503 by itself, and after 429 only where the code is one of AWS's. A request is sent
    `attempts` times in all.
    """

    def pause(response: Any = None, *, attempts: int, **_: Any) -> float | None:
        if response is None or attempts >= most or response[0].status_code != TOO_MANY:
            return None
        # Jitter, so that the threads that were refused together do not come back together.
        backoff: float = random.uniform(0.5, 1.0) * 2 ** (attempts - 1)  # noqa: S311
        return min(max(backoff, _asked(response[0].headers.get("Retry-After"))), LONGEST)

    most = attempts
    return pause


def _asked(header: str | None) -> float:
    """The seconds that a server asks to be left alone; 0 where it does not say so in seconds."""
    return float(header) if header and header.strip().isdigit() else 0.0
