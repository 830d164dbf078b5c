"""TLS contexts, one per host, and certificate errors in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from OpenSSL import SSL
from service_identity import CertificateError, VerificationError
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

HOSTS: Final = 200
"""Hosts whose way of connecting is kept; a page may name any number."""
UNTRUSTED: Final = "it is not signed by a trusted authority, or has expired"
ANOTHERS: Final = "it is another host's"
BROWSERS: Final = {
    "AUTHORITY_INVALID": "it is not signed by a trusted authority",
    "DATE_INVALID": "it has expired or is not yet valid",
    "COMMON_NAME_INVALID": ANOTHERS,
    "REVOKED": "it was revoked",
}
"""What Chromium says of a certificate after net::ERR_CERT_, in words; it says more than these."""


@implementer(IPolicyForHTTPS)
class OncePerHost:
    """Twisted's way to TLS, made once for each host: it reads all authorities anew, and is asked for every request."""

    def __init__(self, policy: Any) -> None:
        self._made = lru_cache(HOSTS)(policy.creatorForNetloc)

    def creatorForNetloc(self, hostname: bytes, port: int) -> object:  # noqa: N802 - Twisted's name
        """As Twisted's interface has it."""
        return self._made(hostname, port)


def wrong_over_http(error: BaseException) -> str | None:
    """What is wrong with the certificate where that is why a request failed; None where it failed otherwise."""
    for cause in _causes(error):
        if isinstance(cause, VerificationError | CertificateError):
            return ANOTHERS
        if isinstance(cause, SSL.Error) and "certificate verify failed" in str(cause):
            return UNTRUSTED
    return None


def wrong_in_browser(message: str) -> str | None:
    """What is wrong with the certificate where Chromium says that of a page; None where it says otherwise."""
    found = re.search(r"net::ERR_CERT_(\w+)", message)
    return BROWSERS.get(found[1], f"Chromium says {found[1]}") if found else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it was raised from, and what Twisted gathered as reasons."""
    while error is not None:
        yield error
        for reason in getattr(error, "reasons", ()):
            if isinstance(reason, Failure):
                yield from _causes(reason.value)
        error = error.__cause__
