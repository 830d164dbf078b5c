"""One page met by the engine as a crawl meets it, and what can be seen of it before and after."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Error, Page

from benchmarks.real_pages.saved import SavedPage, Shelf
from benchmarks.real_pages.words import runs, shared
from mtcrawler.fetch.browser.blocking import NO_FONTS, NO_IMAGES, furnish
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.features import FEATURES_OFF
from mtcrawler.fetch.browser.renderer import READ
from mtcrawler.markup.document import BYTES
from mtcrawler.model.article import Overlay
from mtcrawler.overlays.engine import Overlays
from mtcrawler.overlays.report import Dismissed
from mtcrawler.overlays.script import call

PATIENCE = 8.0
"""Seconds a page may take to be parsed, and again to be met."""
WHOLE = 0.9
"""Of the runs of the truth: so many to be seen make a page that shows its whole text."""
LOST = 20
"""Runs of the truth: so many no longer to be seen are harm, fewer are a page that moves."""
COVERED = 0.2
"""Of the points of the story in view: so many make a layer that covers it."""
# What a reader gets of the page, and what is left of it without what is named; at one moment, for pages change.
SEEN = """(names) => {
  const whole = document.body?.innerText ?? "";
  const engine = window[Symbol.for("mtcrawler.overlays")];
  const nodes = names.map((name) => engine?.node(name)).filter(Boolean);
  const before = nodes.map(({ style }) => [style.getPropertyValue("display"), style.getPropertyPriority("display")]);
  for (const node of nodes) node.style.setProperty("display", "none", "important");
  const text = document.body?.innerText ?? "";
  nodes.forEach((node, at) => node.style.setProperty("display", ...before[at]));
  return [whole, text];
}"""


@dataclass(frozen=True)
class Met:
    """What came of a page. Words are runs of the truth's words; `covering` names what still stands over the story."""

    id: str
    url: str
    truth: int = 0
    shown: int = 0
    lost: int = 0
    withheld: int = 0
    wall: str | None = None
    tier: str = ""
    complete: bool = True
    evidence: tuple[str, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    covering: tuple[str, ...] = ()
    ms: int = 0
    crash: str = ""
    left: str = ""
    """Where the page's own script went before it was met, or after."""

    @property
    def whole(self) -> bool:
        """Whether all of its text is to be seen before anything is done."""
        return bool(self.truth) and self.shown >= WHOLE * self.truth

    @property
    def harmed(self) -> bool:
        """Whether the engine took text from the reader; where it did nothing the page itself has changed."""
        return bool(self.overlays) and self.lost >= LOST

    @property
    def false_wall(self) -> bool:
        """Whether it is said to be a part although its whole text is to be seen."""
        return self.whole and (self.wall is not None or not self.complete)


@dataclass
class Meeting:
    """Where pages are met: one browser context, one server, one engine a host, as in a crawl of that host."""

    context: BrowserContext
    shelf: Shelf
    shots: Path | None = None
    _engines: dict[str, Overlays] = field(default_factory=dict)

    async def meet(self, saved: SavedPage) -> Met:
        """What comes of this page; an engine that throws is told as a crash."""
        self.shelf.put(saved)
        page = await self.context.new_page()
        try:
            return await self._met(page, saved)
        finally:
            await page.close()

    async def _met(self, page: Page, saved: SavedPage) -> Met:
        engine = self._engines.setdefault(saved.host, Overlays(evidence="always" if self.shots else "never"))
        await furnish(page)
        await engine.prepare(page)
        answer = await page.goto(saved.address, wait_until="commit")
        try:
            await page.wait_for_load_state("domcontentloaded", timeout=1000 * PATIENCE)
        except Error:
            await page.evaluate("window.stop()")
        if page.url.partition("#")[0] != saved.address.partition("#")[0] and not page.url.startswith(saved.address):
            return Met(saved.id, saved.url, left=page.url)
        before, _ = await self._seen(page)
        try:
            async with asyncio.timeout(2 * PATIENCE):
                told = await engine.dismiss(page, answer.status if answer else 200, None, {})
            html = await page.evaluate(READ, {"most": BYTES, "withheld": told.withheld})
            assert isinstance(html, str)
        except Exception:
            return Met(saved.id, saved.url, crash=traceback.format_exc(limit=-3))
        if self.shots:
            self._keep(saved, told)
        return await self._account(page, saved, before, told)

    async def _account(self, page: Page, saved: SavedPage, before: str, told: Dismissed) -> Met:
        after, read = await self._seen(page, told.withheld)
        shown = shared(saved.text, before)
        seen = shown & runs(after)
        return Met(
            saved.id,
            saved.url,
            truth=len(runs(saved.text)),
            shown=len(shown),
            lost=len(shown - seen),
            withheld=len(seen - runs(read)),
            wall=told.wall,
            tier=told.access.tier,
            complete=told.access.complete,
            evidence=tuple(f"{each.signal}: {each.value}" for each in told.access.evidence),
            overlays=told.overlays,
            covering=tuple(_covering(await call(page, "scan", {"rules": []}))),
            ms=told.ms,
        )

    async def _seen(self, page: Page, without: Iterable[int] = ()) -> tuple[str, str]:
        whole, rest = await page.evaluate(SEEN, list(without))
        return str(whole), str(rest)

    def _keep(self, saved: SavedPage, told: Dismissed) -> None:
        assert self.shots is not None
        for shot in told.evidence:
            (self.shots / f"{saved.id.replace('/', '_')}-{shot.when}.png").write_bytes(shot.png)


def launch_options(pages: Iterable[SavedPage], port: int) -> dict[str, Any]:
    """A browser as a crawl starts it, for which these pages' hosts are the server on this port, and no other exists."""
    options = find_browser().launch_options
    hosts = sorted({page.host for page in pages})
    rules = ", ".join([*(f"MAP {host} 127.0.0.1:{port}" for host in hosts), "MAP * ~NOTFOUND"])
    switches = [NO_IMAGES, NO_FONTS, FEATURES_OFF, "--disable-quic", f"--host-resolver-rules={rules}"]
    options["args"] = [*options["args"], *switches]
    return options


def _covering(scan: dict[str, Any]) -> Iterable[str]:
    points = scan["points"]["story"]
    for layer in scan["layers"]:
        if points >= 4 and layer["story_hits"] >= COVERED * points:
            share = 100 * layer["story_hits"] // points
            said = " ".join(layer["text"].split())[:60]
            yield f"{share} % {layer['how']} <{layer['tag']} {layer['names'][:60]}> {said}"
