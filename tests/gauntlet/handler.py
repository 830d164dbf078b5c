"""The crawl's overlay engine under the gauntlet's contract: three calls and nothing of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from mtcrawler.overlays.engine import Overlays
from mtcrawler.overlays.report import Dismissed

if TYPE_CHECKING:
    from playwright.async_api import Page

ENGINE = Overlays()
# The checker keeps what `handle` returned: a wall that rises later is told in the same account.
TOLD: WeakKeyDictionary[Page, dict[str, Any]] = WeakKeyDictionary()


def _tell(page: Page, report: Dismissed) -> dict[str, Any]:
    told = TOLD.setdefault(page, {"wall": None, "overlays": [], "ms": []})
    told["wall"] = report.wall or told["wall"]
    told["overlays"].extend(overlay.model_dump() for overlay in report.overlays)
    told["ms"].append(report.ms)
    told["access"] = report.access.model_dump()
    return told


async def prepare(page: Page) -> None:
    """Before navigation."""
    await ENGINE.prepare(page)


async def handle(page: Page) -> dict[str, Any]:
    """After the page has loaded."""
    return _tell(page, await ENGINE.dismiss(page))


async def finalize(page: Page) -> None:
    """Right before extraction."""
    _tell(page, await ENGINE.recheck(page))
