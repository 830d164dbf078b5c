"""Who may ask, and what every answer says to the browser: nothing of a page is run, nothing of it leads elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mtcrawler.security.loopback import is_loopback

METHODS: Final = frozenset({"GET", "HEAD"})
LONGEST_TARGET: Final = 4_000
"""Bytes of an address, with what is asked for in it."""
_COMMON: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
POLICY: Final = f"{_COMMON}; style-src 'self'; script-src 'self'; img-src 'self'"
WITH_PICTURES: Final = f"{POLICY} https: http:"
"""The policy of an article whose pictures the reader has asked for."""
REPORT: Final = (
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; style-src 'unsafe-inline'; "
    "img-src data:; sandbox"
)
"""The policy of a run's report, which holds its style and its pictures itself."""
KEPT: Final = REPORT
"""The policy of a kept page: the same, as all it may have is its style and pictures within it."""
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}


def is_foreign(headers: Headers) -> bool:
    """Whether a page of another origin asks for this, as the browser says (Fetch Metadata)."""
    return headers.get("sec-fetch-site") in {"cross-site", "same-site"}


class Guard:
    """Wraps the application: answers only what reads, and only by a name that is this server's.

    A page elsewhere may have its own name lead here (DNS rebinding); then the browser sends that name. An IP address
    cannot be made to lead elsewhere. `names` are those of this server beside loopback's.
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app = app
        self._names = {name.lower().removesuffix(".") for name in names if name}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**HEADERS, "Content-Security-Policy": POLICY}.items():
                    headers.setdefault(name, value)
            await send(message)

        await (self._refusal(scope) or self._app)(scope, receive, headed)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        """Why this is not answered; None where it is."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            told = "This name is not one of this server's. Use its IP address, or start it with --name NAME."
            return PlainTextResponse(told, 421)
        if is_foreign(headers) and headers.get("sec-fetch-mode") != "navigate":
            # It could not read the answer; but how long it takes would tell what is found.
            return PlainTextResponse("Another page asked for this. Open it by itself.", 403)
        if scope["method"] not in METHODS:
            return PlainTextResponse("This page only reads: GET and HEAD.", 405, {"Allow": "GET, HEAD"})
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > LONGEST_TARGET:
            return PlainTextResponse("This address is too long.", 414)
        return None

    def _is_ours(self, host: str) -> bool:
        name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
        name = name.removeprefix("[").removesuffix("]").lower().removesuffix(".")
        if name in self._names or is_loopback(name):
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True
