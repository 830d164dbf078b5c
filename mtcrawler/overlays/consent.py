"""Consent refused through autoconsent's rules, in the page or in the frame of a consent tool."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import duckduckgo_autoconsent as autoconsent
from playwright.async_api import Error as PlaywrightError

from mtcrawler.model.errors import Forged
from mtcrawler.overlays.script import call, child, taking_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.async_api import Frame, Page

PATIENCE = {"popup": 200, "still": 300, "most": 2500}
"""Milliseconds a recognised tool may take to show its popup, may do nothing visible, and may take in all."""
LONGEST_WAIT = 250
"""Milliseconds a rule may wait for its own sake: it runs on pages that have long been loaded."""
_HIDING = {"hide", "stylesheet", "setStyle", "addStyle"}
_NEVER = {"exists": "mtcrawler-never"}


@dataclass(frozen=True)
class Refusal:
    """Which consent tool was recognised, if any, and whether it took the refusal."""

    cmp: str | None
    refused: bool


@dataclass(frozen=True)
class Outcome:
    """What a consent tool answers about the outcome, in words, and whether that is a refusal."""

    said: str
    refused: bool


@cache
def _script() -> str:
    text = files(__package__).joinpath("js", "consent.js").read_text("utf-8").strip()
    return text.replace("/* BUNDLE */", autoconsent.bundle())


@cache
def _rules() -> tuple[str, tuple[tuple[re.Pattern[str] | None, str], ...]]:
    """The rules for every site, and those for one site each with the pattern of its addresses; as JSON texts."""
    everywhere: list[str] = []
    somewhere: list[tuple[re.Pattern[str] | None, str]] = []
    for rule in json.loads(autoconsent.rules_json()):
        rule["optOut"] = _refusing(rule.get("optOut") or [])
        pattern = (rule.get("runContext") or {}).get("urlPattern")
        text = json.dumps(rule, separators=(",", ":"))
        if not pattern:
            everywhere.append(text)
            continue
        try:
            somewhere.append((re.compile(pattern), text))
        except re.error:  # Written for JavaScript; then its own engine shall decide.
            somewhere.append((None, text))
    return ",".join(everywhere), tuple(somewhere)


def _refusing(step: Any) -> Any:
    """A rule's steps without those that only hide: hiding needs proof, and behind some popups stands a wall."""
    if isinstance(step, list):
        return [_refusing(each) for each in step]
    if not isinstance(step, dict):
        return step
    if "wait" in step:
        return {"wait": min(step["wait"], LONGEST_WAIT)}
    return _NEVER if _HIDING & step.keys() else {key: _refusing(value) for key, value in step.items()}


@lru_cache(maxsize=64)
def _rules_for(address: str) -> str:
    everywhere, somewhere = _rules()
    return (
        f"[{','.join([everywhere, *(text for pattern, text in somewhere if not pattern or pattern.search(address))])}]"
    )


async def refuse(frame: Page | Frame) -> Refusal:
    """Let autoconsent opt out here; nothing is waited for unless it recognises a consent tool."""
    argument = {"rules": _rules_for(frame.url), "patience": PATIENCE}
    try:
        async with asyncio.timeout(PATIENCE["most"] / 1000 + 1):
            answer = await frame.evaluate(_script(), argument)
    except (PlaywrightError, TimeoutError):
        return Refusal(None, refused=False)  # The frame went away with its popup, or never answered.
    with taking_apart(frame.url):
        return Refusal(answer["cmp"], answer["result"] == "refused")


async def refuse_in(page: Page, frames: Sequence[int]) -> str | None:
    """The consent tool that took the refusal, in one of these frames or else in the page; None where none did."""
    targets = [await child(page, (name,)) for name in frames]
    for target in [*reversed([each for each in targets if each]), page]:
        refusal = await refuse(target)
        if refusal.refused:
            return refusal.cmp
    return None


async def outcome_of(page: Page) -> Outcome | None:
    """What the consent tool of a page says that it was told, by TCF or GPP; None where it speaks neither yet."""
    try:
        told = await call(page, "outcome", seconds=1.0)
        with taking_apart(page.url):
            return _of_tcf(told["tcf"]) or _of_gpp(told["gpp"])
    except (PlaywrightError, TimeoutError, Forged):
        return None


def _of_tcf(told: Mapping[str, Any] | None) -> Outcome | None:
    if not told or told["status"] not in ("useractioncomplete", "tcloaded"):
        return None
    asked = int(told["purposes"]["asked"]) + int(told["vendors"]["asked"])
    given = int(told["purposes"]["given"]) + int(told["vendors"]["given"])
    parts = f"{int(told['purposes']['given'])} purposes and {int(told['vendors']['given'])} vendors consented to"
    # Nothing listed is nothing consented to, once somebody has answered.
    return Outcome(f"TCF: {parts}", given == 0) if asked or told["status"] == "useractioncomplete" else None


def _of_gpp(told: Mapping[str, Any] | None) -> Outcome | None:
    if not told or told["status"] != "ready" or not (told["out"] or told["in"]):
        return None
    refused = not told["in"]
    return Outcome("GPP: opted out of sale" if refused else "GPP: not opted out of sale", refused)
