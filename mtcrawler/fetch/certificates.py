"""TLS contexts, one per host, and certificate errors in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from OpenSSL import SSL
from scrapy.core.downloader.contextfactory import _get_creator_context
from service_identity import CertificateError, VerificationError
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

HOSTS: Final = 200
"""Hosts whose way of connecting is kept; a page may name any number."""
ANOTHERS: Final = "it is another host's"
EXPIRED: Final = "it has expired"
EARLY: Final = "it is not yet valid"
SELF_SIGNED: Final = "it is self-signed"
UNKNOWN: Final = "it is of an unknown authority"
OPENSSL: Final = {
    7: "it is not signed by the authority that it names",
    9: EARLY,
    10: EXPIRED,
    18: SELF_SIGNED,
    19: UNKNOWN,
    20: UNKNOWN,
    21: UNKNOWN,
    23: "it was revoked",
    62: ANOTHERS,
    64: ANOTHERS,
}
"""What OpenSSL says of a certificate by number (X509_V_ERR_…), in words."""
BROWSERS: Final = {
    "AUTHORITY_INVALID": "it is self-signed, or of an unknown authority",
    "DATE_INVALID": "it has expired or is not yet valid",
    "COMMON_NAME_INVALID": ANOTHERS,
    "REVOKED": "it was revoked",
}
"""What Chromium says of a certificate after net::ERR_CERT_, in words; it says more than these."""


@implementer(IPolicyForHTTPS)
class OncePerHost:
    """Twisted's way to TLS, made once for each host: it reads all authorities anew, and is asked for every request.

    `authorities` is a PEM file of those to trust beside the public ones. `refused` has what OpenSSL last had against a
    host's certificate.
    """

    def __init__(self, policy: Any, authorities: Path | None = None) -> None:
        self._policy, self._authorities = policy, authorities
        self._made = lru_cache(HOSTS)(self._make)
        self.refused: dict[str, int] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> object:  # noqa: N802 - Twisted's name
        """As Twisted's interface has it."""
        return self._made(hostname, port)

    def _make(self, hostname: bytes, port: int) -> object:
        creator = self._policy.creatorForNetloc(hostname, port)
        if self._authorities is not None:
            _get_creator_context(creator).load_verify_locations(str(self._authorities))
        # Twisted keeps to itself what OpenSSL has against a certificate, and its error does not say.
        creator._createConnection = partial(
            self._listening, creator._createConnection, hostname.decode("ascii", "replace")
        )
        return creator

    def _listening(self, create: Callable[[Any], Any], host: str, protocol: Any) -> Any:
        """A connection whose judge of certificates is listened to."""
        connection = create(protocol)
        set_verify = connection.set_verify

        def listen(mode: int, judge: Callable[..., bool]) -> None:
            def judged(held: Any, certificate: Any, number: int, depth: int, valid: int) -> bool:
                if number:
                    self._refuse(host, number)
                return judge(held, certificate, number, depth, bool(valid))

            set_verify(mode, judged)

        connection.set_verify = listen
        return connection

    def _refuse(self, host: str, number: int) -> None:
        if len(self.refused) >= HOSTS:
            self.refused.clear()
        self.refused[host] = number


def wrong_over_http(error: BaseException, number: int | None = None) -> str | None:
    """What is wrong with the certificate where that is why a request failed; None where it failed otherwise.

    `number` is what OpenSSL had against it.
    """
    for cause in _causes(error):
        if isinstance(cause, VerificationError | CertificateError):
            return ANOTHERS
        if isinstance(cause, SSL.Error) and "certificate verify failed" in str(cause):
            return OPENSSL.get(number or 0, f"OpenSSL refuses it with error {number}")
    return None


def caused_by(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether an error of this kind is why a request failed."""
    return any(isinstance(cause, kind) for cause in _causes(error))


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
