"""The documents that a tab shows, each with the request by which it came.

Playwright tells of a navigation to everybody, of its request only to those who wait for that one navigation, or who are
told of every request of the page, which costs. So what it keeps to itself is asked here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright._impl._async_base import mapping
from playwright._impl.network import Request as RequestWithin
from playwright.async_api import Page, Request


def on_document(page: Page, shown: Callable[[Request], None]) -> None:
    """Call `shown` whenever the main frame of this page has come to show another document, with its request."""
    frame: Any = page.main_frame._impl_obj

    def navigated(event: dict[str, Any]) -> None:
        document = event["newDocument"]
        if document and not event["error"] and (request := RequestWithin.from_nullable(document.get("request"))):
            shown(mapping.from_impl(request))

    frame._event_emitter.on("navigated", navigated)
