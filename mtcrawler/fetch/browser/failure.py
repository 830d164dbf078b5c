"""What Playwright raises, for those who need not load it."""

from __future__ import annotations

import sys


class _OfPlaywright(type):
    def __instancecheck__(cls, error: object) -> bool:
        library = sys.modules.get("playwright.async_api")
        return library is not None and isinstance(error, library.Error)


class BrowserFailed(Exception, metaclass=_OfPlaywright):
    """Every `playwright.async_api.Error` is one; before Playwright is loaded there can be none."""
