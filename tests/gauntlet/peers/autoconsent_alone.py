"""Autoconsent as its authors run it: its bundle in every document, opting out, with its heuristics."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import duckduckgo_autoconsent as autoconsent

if TYPE_CHECKING:
    from playwright.async_api import Page

PATIENCE = 2.0
"""Seconds it is given: it looks again every half second, and its heuristics only every other time."""
CONFIG = {"enabled": True, "autoAction": "optOut", "isMainWorld": True, "heuristicMode": "reject", "detectRetries": 20}
BINDING = """
window.autoconsentSendMessage = (message) => {
  if (message.type !== "init") return;
  const answer = { type: "initResp", config: CONFIG, rules: { autoconsent: RULES } };
  queueMicrotask(() => window.autoconsentReceiveMessage(answer));
};
"""


async def prepare(page: Page) -> None:
    """The binding before the bundle, both before the page."""
    binding = BINDING.replace("CONFIG", json.dumps(CONFIG)).replace("RULES", autoconsent.rules_json())
    await page.add_init_script(binding + autoconsent.bundle())


async def handle(page: Page) -> dict[str, object]:
    """It works by itself; all there is to do is to wait."""
    del page
    await asyncio.sleep(PATIENCE)
    return {"wall": None, "overlays": []}
