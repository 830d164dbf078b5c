"""How long a header of an answer may be: what Twisted refuses without saying why is read, or refused by name."""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.http import Response

from mtcrawler.model.errors import HeaderTooLarge
from mtcrawler.model.limits import HEADER_BYTES, LONGEST_HEADER


class _Parser(_LenientHTTPClientParser):
    """Scrapy's own, for longer lines."""

    MAX_LENGTH = LONGEST_HEADER

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Raises HeaderTooLarge; Twisted would only hang up."""
        raise HeaderTooLarge.of("an answer")


class _Protocol(_LenientHTTP11ClientProtocol):
    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if type(self._parser) is _LenientHTTPClientParser:
            self._parser.__class__ = _Parser  # as Scrapy makes its own of Twisted's: neither has further state
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class LongHeaders(_LenientHTTP11ClientFactory):
    """The factory of a connection pool that reads headers up to LONGEST_HEADER."""

    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: N802 - Twisted's name
        """As Twisted has it."""
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def check_headers(response: Response) -> None:
    """Raises HeaderTooLarge where one is longer than a page's may be."""
    for name, values in response.headers.items():
        if any(len(name) + len(value) + 2 > HEADER_BYTES for value in values):
            raise HeaderTooLarge.of(response.url)
