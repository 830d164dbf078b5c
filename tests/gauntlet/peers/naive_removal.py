"""What many scrapers do: remove whatever is fixed or is called a modal, and let the page scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Page

REMOVE = """() => {
  const called = '[class*=modal i],[class*=popup i],[class*=overlay i],[class*=cookie i],[id*=cookie i],dialog';
  for (const node of document.querySelectorAll(called)) if (node !== document.body) node.remove();
  for (const node of document.querySelectorAll("body *")) {
    if (["fixed", "sticky"].includes(getComputedStyle(node).position)) node.remove();
  }
  for (const node of [document.documentElement, document.body]) {
    node.style.setProperty("overflow", "auto", "important");
    node.style.setProperty("position", "static", "important");
  }
}"""


async def handle(page: Page) -> dict[str, object]:
    """Remove it all."""
    await page.evaluate(REMOVE)
    return {"wall": None, "overlays": []}


async def finalize(page: Page) -> None:
    """And once more."""
    await page.evaluate(REMOVE)
