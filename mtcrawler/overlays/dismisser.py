"""One pass over one page: act on one layer, look again, until nothing is left to do."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from mtcrawler.access.verdict import judge
from mtcrawler.overlays.attempt import Attempt
from mtcrawler.overlays.consent import refuse_in
from mtcrawler.overlays.observation.lexicon import lexicon
from mtcrawler.overlays.observation.observation import backdrops_of, to_do
from mtcrawler.overlays.observation.phrases import words_of
from mtcrawler.overlays.observation.snapshot import Control
from mtcrawler.overlays.presses import LATE, press
from mtcrawler.overlays.proof import ends, verify
from mtcrawler.overlays.script import call, taking_apart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.async_api import Page

    from mtcrawler.access.verdict import Verdict
    from mtcrawler.model.article import Tier
    from mtcrawler.overlays.observation.actions import PlannedAction
    from mtcrawler.overlays.observation.classification import ClassifiedLayer
    from mtcrawler.overlays.observation.observation import Eye, Observation
    from mtcrawler.overlays.proof import Habits

SECONDS = 8.0
"""How long one pass may take, whatever keeps popping up."""
CASES = 12
"""How many overlays one pass may take on: some come back for ever, under ever new names."""
MOST = 4
"""How often the same button is pressed in one pass: some overlays come back under the reader's hand."""


class Dismisser:
    """The work on one page, begun with a first look and a verdict; layers of a standing wall are left alone."""

    def __init__(
        self,
        page: Page,
        eye: Eye,
        habits: Habits,
        look: Observation,
        verdict: Verdict,
        started: float,
        policy: Tier | None,
    ) -> None:
        self.page, self.eye, self.habits, self.look, self.verdict = page, eye, habits, look, verdict
        self.started, self.policy = started, policy
        self.scan: Mapping[str, Any] | None = None  # what the last act's own look saw, until it is read
        self.same = False  # that act has changed nothing that could be seen
        self.early: dict[str, Any] | None = None  # what was proved together with it
        self.whole = look.sight.chars
        self.attempts: list[Attempt] = []
        self.asked = False
        self.refused: set[int] = set()
        self.opened: set[int] = set()
        self.pressed: Counter[str] = Counter()

    async def run(self) -> list[Attempt]:
        """Do it all; the cases say what became of every overlay."""
        while True:
            await self._clear()
            gone = [case for case in self.attempts if case.outcome == "gone"]
            proved = await self._verify(gone)
            more = self._next()
            taken_back = not proved and more and any(more.layer.id in case.roots for case in gone)
            if (more is None or taken_back) and await self._answers_late([] if proved else gone):
                continue
            if more is None or taken_back or self._worn_out():
                break
            if not proved:  # what came up meanwhile may be why: all of it once more when that is gone
                for case in gone:
                    case.outcome = "stuck"
                    case.tried.clear()
        ended = [case.ended("gone" if proved and case in gone else "stuck") for case in self.attempts]
        return [*ended, *self._left()]

    def given_up(self) -> list[Attempt]:
        """What became of it where the page let no more be done: what was begun is stuck."""
        return [*(case.ended("stuck") for case in self.attempts), *self._left()]

    async def _verify(self, gone: list[Attempt]) -> bool:
        proved, early = True, self.early
        if gone and early and early == self._ends(gone):
            self.habits.learn(gone, proved=True)
            return True
        if gone:
            proof = await verify(self.page, gone, self.habits, self._ends(gone), self.eye.argument)
            proved, self.scan = proof.holds, proof.scan
            for case in gone:
                case.credit(proof.went)
        # Some come back while the proof is made.
        await self._look_again()
        return proved

    async def _answers_late(self, unproved: list[Attempt]) -> bool:
        """Whether one that cannot be hidden, or in vain, goes by itself after its press when it is given more time."""
        for case in self.attempts:
            if not (case.dead and case.asked) or (case.outcome == "gone" and case not in unproved):
                continue
            (root, rule, action), case.asked = case.asked, None
            if (await self._act("wait", {"root": root, "still": LATE, "most": LATE, "further": True}))["gone"]:
                case.rule, case.action, case.outcome = rule, action, "gone"
                await self._look_again()
                return True
        return False

    def _ends(self, attempts: list[Attempt]) -> dict[str, Any]:
        return ends(attempts, self.whole, walled=self.verdict.wall is not None)

    async def _act(self, name: str, argument: Mapping[str, Any], sure: Attempt | None = None) -> Mapping[str, Any]:
        """Do it, and look what became of it, in one call into the page; of what is `sure` to go that is proved, too."""
        asked = self._ends([sure]) if sure and self.habits.know([sure]) else None
        acted = await call(self.page, "acted", {"act": name, "argument": argument, "ends": asked, **self.eye.argument})
        with taking_apart(self.page.url):
            self.scan, opened = acted["scan"], acted.get("opened")
            self.early = asked if acted.get("holds") and not opened else None
            answer = acted["answer"] if isinstance(acted["answer"], dict) else {}
            # What moves elsewhere is an answer where it stands over the page now.
            came_up = bool(answer.get("elsewhere")) and self._has_more(self.scan)
        self.same = self.scan is None
        if sure and opened:
            self.habits.learn([sure], proved=False)  # It left a lock behind, which it never did.
        return {"gone": bool(answer.get("gone")), "moved": bool(answer.get("moved")) or came_up}

    def _has_more(self, scan: Mapping[str, Any]) -> bool:
        known = {layer.id for layer in self.look.sight.layers}
        return any(layer.get("how") not in (None, "inline") and layer["id"] not in known for layer in scan["layers"])

    async def _clear(self) -> None:
        while not self._worn_out() and (reading := self._next()):
            await self._once(reading)
            await self._look_again()
            self._close_cases()

    def _worn_out(self) -> bool:
        return time.perf_counter() - self.started > SECONDS or len(self.attempts) > CASES

    def _left(self) -> list[Attempt]:
        """What still stands there, and was never or no longer acted on."""
        known = set().union(*(case.roots for case in self.attempts if case.outcome == "stuck"))
        readings = to_do(self.look.readings, self.verdict)
        return [
            Attempt(each.kind, "generic", self.started, each.layer.names, {each.layer.id})
            for each in readings
            if each.layer.id not in known
        ]

    async def _look_again(self) -> None:
        """See what is there now; what has come up since is judged before it is touched, like all else."""
        if self.same:
            self.same = False
            return
        scan, self.scan = self.scan, None
        self.look = await self.eye.glance(self.page, self.look, self._about_consent(), scan)
        self.verdict = judge(self.look.evidence, self.policy)

    def _about_consent(self) -> frozenset[int]:
        """Layers that are about consent whatever they say now: its settings, its second page."""
        asking = (case.roots for case in self.attempts if case.kind == "consent")
        return frozenset(self.opened.union(*asking))

    def _next(self) -> ClassifiedLayer | None:
        todo = [reading for reading in to_do(self.look.readings, self.verdict) if self._move(reading)]
        # Consent first; what can be answered before what can only be hidden; what is on top before what is under it.
        # A bare backdrop waits until its box is gone.
        return min(todo, key=self._urgency, default=None)

    def _urgency(self, reading: ClassifiedLayer) -> tuple[bool, bool, int, int]:
        move = self._move(reading)
        last = {"open": 1, "key": 1, "hide": 2}.get(move.how, 0) if move else 3
        return reading.backdrop, reading.kind != "consent", last, -reading.layer.hits

    def _move(self, reading: ClassifiedLayer) -> PlannedAction | None:
        case = self._case(reading)
        for move in reading.moves:
            tried = case and any((reading.layer.id, mark) in case.tried for mark in move.marks)
            worn = any(self.pressed[mark] >= MOST for mark in move.marks if move.control)
            late = self.asked and move.how == "autoconsent"
            # Once refused, nothing is opened or refused any more: what is still there fades, or wants saving.
            done = reading.layer.id in self.refused and move.action == "refused" and move.why != "save button"
            dead = case and case.dead and move.how != "hide" and not reading.backdrop
            if not (tried or worn or late or done or dead):
                return move
        return None

    def _case(self, reading: ClassifiedLayer) -> Attempt | None:
        return next((case for case in self.attempts if reading.layer.id in case.roots and case.outcome != "gone"), None)

    async def _once(self, reading: ClassifiedLayer) -> None:
        move = self._move(reading)
        assert move is not None
        case = self._case(reading) or self._open_case(reading)
        case.tried |= {(reading.layer.id, mark) for mark in move.marks}
        self.pressed.update(move.marks)
        before = {each.layer.id for each in self.look.readings}
        why = await self._do(move, reading, case)
        case.moved = case.moved or why is not None
        if why and move.action == "refused" and move.how in ("press", "autoconsent"):
            self.refused |= case.roots
        # What was refused stays refused, even if its box had to be closed or hidden after that.
        done = why and move.how != "open"
        if done and case.action != "refused" and (case.action == "none" or not reading.backdrop):
            case.rule, case.action = why or case.rule, move.action
        if move.how in ("open", "autoconsent"):
            # What settings bring up belongs to the same overlay, and is about consent whatever it says.
            self.scan = self.scan or await call(self.page, "scan", self.eye.argument)
            self.same = False
            look = await self.eye.glance(self.page, self.look, scan=self.scan)
            opened = {layer.id for layer in look.sight.layers if layer.how != "inline"} - before
            if why is None and not opened:
                return
            self.opened |= opened
            case.roots |= opened

    def _open_case(self, reading: ClassifiedLayer) -> Attempt:
        started = time.perf_counter()
        rule = self.eye.rules[reading.layer.rule].name if reading.layer.rule is not None else "generic"
        case = Attempt(reading.kind, rule, started, reading.layer.names, {reading.layer.id, *reading.layer.also})
        last = self.attempts[-1] if self.attempts else None
        if last and reading.backdrop:
            # A dimming left behind belongs to what was closed before it.
            last.outcome = "stuck"
        elif last and last.bare:
            # The dimming came first, its box after it.
            last.kind, last.bare, last.action, last.outcome = reading.kind, False, "none", "stuck"
        else:
            case.bare = reading.backdrop
            self.attempts.append(case)
            return case
        last.roots.add(reading.layer.id)
        return last

    def _close_cases(self) -> None:
        left = {reading.layer.id for reading in self.look.readings if reading.act}
        for case in self.attempts:
            if not case.roots & left:
                case.outcome = "gone"

    async def _do(self, move: PlannedAction, reading: ClassifiedLayer, case: Attempt) -> str | None:
        """Make the move; the answer is what to call it in the account, None if it led to nothing."""
        root = reading.layer.id
        match move.how:
            case "autoconsent":
                return await self._autoconsent(reading)
            case "press" | "open":
                assert move.control is not None
                return await press(self.page, self._act, move, move.control, root, case)
            case "step":
                return await self._step(move, reading, case)
            case "key":
                await self.page.keyboard.press(move.key or "Escape")
                answer = await self._act("wait", {"root": root, "still": 120, "most": 900})
                if not (answer["gone"] or answer["moved"]):
                    return None
            case "wait":
                answer = await self._act("wait", {"root": root, "still": 120, "most": 600})
                if reading.layer.hidden or not answer["gone"]:  # what nobody saw is not seen to go
                    return None
            case "hide":
                case.hide(root, alone=reading.backdrop)
                await self._act(
                    "veil", {"roots": [root, *reading.layer.also, *backdrops_of(reading, self.look.readings)]}
                )
        return self._named(move, reading)

    def _named(self, move: PlannedAction, reading: ClassifiedLayer) -> str:
        rule = self.eye.rules[reading.layer.rule].name if reading.layer.rule is not None else "generic"
        return f"{rule}: {move.why}"

    async def _autoconsent(self, reading: ClassifiedLayer) -> str | None:
        self.asked = True
        cmp = await refuse_in(self.page, [frame.id for frame in reading.layer.frames[:2]])
        if cmp is None:
            return None
        await self._act("wait", {"root": reading.layer.id, "still": 250, "most": 1200})
        return f"autoconsent: {cmp}"

    async def _step(self, move: PlannedAction, reading: ClassifiedLayer, case: Attempt) -> str | None:
        """A step of a rule: what it names has to be there, and safe to press like anything else."""
        step, layer = move.step, reading.layer
        assert step is not None
        if step.how == "text":
            wanted = words_of(step.what)
            named = [control for control in layer.controls if words_of(control.label) == wanted]
        else:
            found = await call(self.page, "find", {"root": layer.id, "selector": step.what})
            with taking_apart(self.page.url):
                named = [Control.from_page(each) for each in found]
        safe = next((each for each in named if not (each.submit or each.leaves or each.toggle or each.disabled)), None)
        if safe is None or lexicon().meaning(safe.label) == "forbidden":
            return None
        await press(self.page, self._act, move, safe, layer.id, case)
        return self._named(move, reading)
