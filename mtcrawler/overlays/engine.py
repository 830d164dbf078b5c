"""Dismisses what stands over a page as a reader would, proves that it is gone, and leaves walls standing."""

from __future__ import annotations

import logging
import re
import time
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from playwright.async_api import Error as PlaywrightError

from mtcrawler.access.verdict import Verdict, judge
from mtcrawler.model.errors import Forged
from mtcrawler.overlays.consent import outcome_of
from mtcrawler.overlays.dismisser import Dismisser
from mtcrawler.overlays.observation.observation import Eye, to_do
from mtcrawler.overlays.proof import Habits
from mtcrawler.overlays.report import Dismissed, Shot
from mtcrawler.overlays.script import call, source, taking_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.async_api import Page

    from mtcrawler.access.evidence import PageEvidence
    from mtcrawler.model.article import Overlay, Tier
    from mtcrawler.overlays.attempt import Attempt
    from mtcrawler.overlays.observation.observation import Observation
    from mtcrawler.overlays.rule import OverlayRule

logger = logging.getLogger(__name__)

_GONE = re.compile(r"closed|crash|context was destroyed|detached", re.IGNORECASE)
KeptScreenshots = Literal["never", "stuck", "always"]


class Overlays:
    """The overlay engine of one crawl.

    `rules` are the publisher's own, tried before those that come with the crawler. `evidence` says when pictures
    of the view are taken: never, of what is stuck, or always. `policy` is the publisher's word on who may read
    (its spider file's); with "free" every gate is an overlay.
    """

    def __init__(
        self, rules: Sequence[OverlayRule] = (), evidence: KeptScreenshots = "stuck", policy: Tier | None = None
    ) -> None:
        self._eye = Eye(rules)
        self._habits = Habits()
        self._evidence = evidence
        self._policy: Tier | None = policy
        self._prepared: WeakKeyDictionary[Page, bool] = WeakKeyDictionary()

    async def prepare(self, page: Page) -> None:
        """Before navigation: the script stands guard in every document the page will show. Idempotent per page."""
        if page not in self._prepared:
            self._prepared[page] = True
            await page.add_init_script(source())

    async def dismiss(
        self,
        page: Page,
        status: int | None = None,
        policy: Tier | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Dismissed:
        """Judge the page, then dismiss its overlays; call it when the page has loaded.

        `status` and `headers` are the response's, where the caller has them; header names are lower-case. Raises
        `playwright.async_api.Error` when the page is closed or crashes meanwhile, PageTooLarge, and Forged where the
        page's scripts got between it and us.
        """
        started = time.perf_counter()
        try:
            return await self._pass(page, started, status, policy or self._policy, headers)
        except PlaywrightError as error:
            if "context was destroyed" not in str(error):
                raise
            # The page went on to another document of its own; that one counts.
            await page.wait_for_load_state("domcontentloaded")
            return await self._pass(page, started, status, policy or self._policy, headers)

    async def recheck(self, page: Page, status: int | None = None, policy: Tier | None = None) -> Dismissed:
        """Once more, right before extraction: for what appeared since, after scrolling or after a while."""
        return await self.dismiss(page, status, policy)

    async def _pass(
        self, page: Page, started: float, status: int | None, policy: Tier | None, headers: Mapping[str, str] | None
    ) -> Dismissed:
        look = await self._eye.look(page, status, headers)
        verdict = judge(look.evidence, policy)
        if not to_do(look.readings, verdict):
            return await _told(page, look, verdict, started)
        shots = [await _shot(page, "before")] if self._evidence == "always" else []
        work = Dismisser(page, self._eye, self._habits, look, verdict, started, policy)
        try:
            attempts = await work.run()
        except (PlaywrightError, TimeoutError, Forged) as error:
            if isinstance(error, PlaywrightError) and _GONE.search(str(error)):
                raise
            # The page was seen and judged; what its own scripts then kept from being done is told as stuck.
            logger.warning("Dismissing overlays on %s was given up: %.200s", page.url, error)
            attempts = work.given_up()
        await _ask_the_outcome(page, attempts)
        stuck = any(case.outcome == "stuck" for case in attempts)
        if self._evidence == "always" or (stuck and self._evidence == "stuck"):
            shots.append(await _shot(page, "after"))
        # The first verdict stands; a wall that rose while its page was cleared is told as well.
        final = verdict if verdict.wall else work.verdict
        return await _told(page, look, final, started, tuple(case.account() for case in attempts), tuple(shots))


async def collect(
    page: Page, response_status: int | None = None, headers: Mapping[str, str] | None = None
) -> PageEvidence:
    """The evidence about who may read a page; nothing on it is changed. Header names are lower-case."""
    return (await Eye(()).look(page, response_status, headers)).evidence


async def _told(
    page: Page,
    look: Observation,
    verdict: Verdict,
    started: float,
    overlays: tuple[Overlay, ...] = (),
    shots: tuple[Shot, ...] = (),
) -> Dismissed:
    withheld: tuple[int, ...] = ()
    if verdict.wall:
        blocked = look.sight.locked and any(gate.blocking for gate in look.evidence.gates if gate.key in verdict.gates)
        unseen = [*look.withheld, *(look.awaited if verdict.gates else ())]
        asked = {"passages": unseen, "gates": list(verdict.gates), "fold": blocked}
        answer = await call(page, "withheld", asked)
        with taking_apart(page.url):
            withheld = tuple(int(name) for name in answer)
    ms = round((time.perf_counter() - started) * 1000)
    return Dismissed(overlays, shots, verdict.wall, verdict.access, look.evidence, withheld, ms)


async def _ask_the_outcome(page: Page, attempts: Sequence[Attempt]) -> None:
    """Have the consent tool say what it was told; what it says not to have been refused is not told as refused."""
    asked = [case for case in attempts if case.kind == "consent" and case.outcome == "gone"]
    told = await outcome_of(page) if asked else None
    for case in asked if told else ():
        assert told is not None
        case.evidence = told.said
        if case.action == "refused" and not told.refused:
            case.action = "closed"


async def _shot(page: Page, when: Literal["before", "after"]) -> Shot:
    return Shot(f"overlay-{when}", await page.screenshot(animations="disabled", caret="initial"), when)
