"""No handling at all: what a plain browser crawler sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Page


async def handle(page: Page) -> dict[str, object]:
    """Nothing is done."""
    del page
    return {"wall": None, "overlays": []}
