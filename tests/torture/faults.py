"""The table of faults: what is done to a crawl, and what must come of it; each is a run of the real command."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from mtcrawler.storage.embedded.server import Embedded
from tests.fixtures.store import fresh_bucket, remove_bucket
from tests.newspaper import Newspaper
from tests.torture import bad_site
from tests.torture.bad_site import BadPage, BadSite
from tests.torture.bad_store import BadStore, Spoil
from tests.torture.reliability import Result
from tests.torture.trial import MEMORY, SINCE, Meddle, browsers, watch, wrong

VICTIM = "https://www.themoscowtimes.com/2026/11/22/night-boats-back-on-the-river-at-syktyvkar-a91034"
PATH = VICTIM.removeprefix("https://www.themoscowtimes.com")
PATIENCE = {"S_PAGE_DEADLINE": "8", "S_PAGE_PATIENCE": "4", "S_DOWNLOAD_TIMEOUT": "8"}
USUAL = {"since": SINCE, "sources": "rss", **PATIENCE}


@dataclass(frozen=True)
class Fault:
    """One fault. `codes` are the exit codes that are right; `again` says that another run has to mend what is lost.

    `victim` is whether the one bad page may be missing; `given` are more arguments of the crawl, `before` those of
    crawls that go before it.
    """

    name: str
    tried: str
    codes: tuple[int, ...]
    page: Callable[[BadPage, bytes], None] | None = None
    spoil: Spoil | None = None
    meddle: Callable[[], Meddle] | None = None
    victim: bool = False
    again: bool = False
    seconds: float = 90
    given: tuple[tuple[str, str], ...] = ()
    before: tuple[tuple[tuple[str, str], ...], ...] = ()


class NeedsRoot(Exception):
    """Only root can make this fault."""


def _throttle(number: int, method: str, path: str) -> str | None:
    return "throttle" if number > 10 and number % 3 == 0 else None


def _slow(number: int, method: str, path: str) -> str | None:
    return "slow" if number > 10 and number % 4 == 0 else None


def _lie(number: int, method: str, path: str) -> str | None:
    return "lie" if method == "PUT" and "/articles/v1/" in path and number % 2 else None


def _gone(number: int, method: str, path: str) -> str | None:
    return "throttle" if number > 40 else None


def once(act: Callable[[psutil.Process], bool]) -> Callable[[], Meddle]:
    """What is done as soon as it can be, and then no more."""

    def made() -> Meddle:
        done = False

        def meddle(process: psutil.Process) -> None:
            nonlocal done
            done = done or act(process)

        return meddle

    return made


def _signalled(kind: str, sign: int) -> Callable[[psutil.Process], bool]:
    def act(process: psutil.Process) -> bool:
        found = browsers(process, kind)
        for each in found[:1]:
            each.send_signal(sign)
        return bool(found)

    return act


def _itself(sign: int) -> Callable[[psutil.Process], bool]:
    def act(process: psutil.Process) -> bool:
        if not browsers(process, "renderer"):
            return False
        process.send_signal(sign)
        return True

    return act


SHOWN = (("S_RENDER_MODE", "browser"), ("E_RENDER_MODE", "browser"))
PLAIN = (("S_RENDER_MODE", "http"), ("E_RENDER_MODE", "http"))

BEHIND = (("E_MTCRAWLER_NOW", "2026-11-21T12:00:00+00:00"),)
AHEAD = (("E_MTCRAWLER_NOW", "2027-11-22T12:00:00+00:00"), ("since", "2026-11-21"))
FULL = "full"
"""Stands for a folder on a disk that is as good as full."""

_PAGES: tuple[tuple[str, str, Any, tuple[int, ...], bool], ...] = (
    ("silence", "one page is never answered", bad_site.silence, (11,), True),
    ("a dripping page", "one page comes at five bytes a second", bad_site.drip, (11,), True),
    ("a reset", "the connection of one page is reset half-way", bad_site.reset, (11,), True),
    ("half a page", "one page ends in the middle of its text, though more was announced", bad_site.half, (11,), True),
    ("redirects", "one page leads through ten thousand redirects", bad_site.redirects, (11,), True),
    ("a gzip bomb", "one page unpacks to four gigabytes", bad_site.bomb, (0, 11), True),
    ("a hundred megabytes", "one page has a hundred megabytes of markup in its text", bad_site.large, (0, 11), True),
    ("an endless page", "one page never ends", bad_site.endless, (11,), True),
    ("a wrong character set", "one page says that it is in KOI8-R, but is in UTF-8", bad_site.mislabelled, (0,), False),
    ("no characters", "one page has bytes amid its text that are no UTF-8", bad_site.garbled, (0,), False),
)

FAULTS: tuple[Fault, ...] = (
    *(
        Fault(f"{name}, {how}", tried, codes, page=page, victim=victim, given=given)
        for name, tried, page, codes, victim in _PAGES
        for how, given in (("over HTTP", PLAIN), ("in the browser", SHOWN))
    ),
    Fault(
        "scrolling without end", "one page grows for ever once it is shown", (0,), page=bad_site.scrolling, given=SHOWN
    ),
    Fault(
        "a script that never comes, amid the text",
        "what comes after a script in one page's text waits for it for ever",
        (11,),
        page=bad_site.waiting,
        victim=True,
        given=SHOWN,
    ),
    Fault("a script that never comes, at the end", "the same, after the text", (0,), page=bad_site.late, given=SHOWN),
    Fault(
        "a script that never ends",
        "one page's script computes for ever",
        (11,),
        page=bad_site.computing,
        victim=True,
        given=SHOWN,
    ),
    Fault(
        "out of memory",
        "one page's script takes all memory it can get",
        (0, 11),
        page=bad_site.hungry,
        victim=True,
        given=SHOWN,
    ),
    Fault(
        "the browser killed",
        "SIGKILL to the browser while pages are shown",
        (0,),
        meddle=once(_signalled("", signal.SIGKILL)),
        given=SHOWN,
    ),
    Fault(
        "the browser hung",
        "SIGSTOP to the browser while pages are shown",
        (0, 11),
        meddle=once(_signalled("", signal.SIGSTOP)),
        again=True,
        given=SHOWN,
    ),
    Fault(
        "a renderer crashed",
        "SIGKILL to a renderer while it shows a page",
        (0, 11),
        meddle=once(_signalled("renderer", signal.SIGKILL)),
        again=True,
        given=SHOWN,
    ),
    Fault(
        "SIGTERM",
        "the crawl is asked to stop while pages are shown",
        (16,),
        meddle=once(_itself(signal.SIGTERM)),
        again=True,
        given=(*SHOWN, ("S_STOP_GRACE", "2")),
    ),
    Fault(
        "kill -9",
        "the crawl is killed while pages are shown",
        (-9,),
        meddle=once(_itself(signal.SIGKILL)),
        again=True,
        given=SHOWN,
    ),
    Fault("S3 throttles", "every third request to the bucket is answered 503 SlowDown", (0,), spoil=_throttle),
    Fault(
        "S3 lies",
        "every second article is acknowledged with another digest, and not stored",
        (0, 14),
        spoil=_lie,
        again=True,
    ),
    Fault(
        "S3 is away",
        "nothing answers at the bucket's address when the crawl begins",
        (14,),
        again=True,
        given=(("E_S3_ENDPOINT_URL", "http://127.0.0.1:9"),),
    ),
    Fault(
        "S3 goes away",
        "after its fortieth request the bucket answers 503 SlowDown to everything",
        (14,),
        spoil=_gone,
        again=True,
    ),
    Fault(
        "S3 goes away, full disk",
        "the same, and the disk that articles wait on has room for 16 KiB",
        (14,),
        spoil=_gone,
        again=True,
        given=(("S_SPOOL_DIR", FULL),),
    ),
    Fault(
        "no name server",
        "the site's name cannot be resolved",
        (13,),
        again=True,
        given=(("site", "http://newspaper.invalid"),),
    ),
    Fault(
        "a clock that jumps",
        "crawls on machines whose clocks are right, a day behind, and a year ahead",
        (0,),
        given=AHEAD,
        before=((), BEHIND),
    ),
    Fault("S3 is slow", "every fourth request to the bucket takes a second", (0,), spoil=_slow),
)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 16 KiB, where this process may mount one; raises NeedsRoot."""
    if os.geteuid() != 0:
        raise NeedsRoot
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def run(fault: Fault, store: Embedded, folder: Path) -> Result:
    """Do it, in a fresh bucket and a fresh directory, and see what came of it."""
    bucket = fresh_bucket(store)
    with ExitStack() as stack:
        stack.callback(remove_bucket, bucket)
        paper = stack.enter_context(Newspaper("en", modal="none", consent=False, bar=False))
        origin, location = paper.origin, bucket
        if fault.page is not None:
            origin = stack.enter_context(BadSite(paper.origin, PATH, fault.page)).origin
        if fault.spoil is not None:
            location = stack.enter_context(BadStore(bucket, fault.spoil)).location
        usual = {"site": origin, **USUAL}
        asked = {**usual, **dict(fault.given)}
        if asked.get("S_SPOOL_DIR") == FULL:
            asked["S_SPOOL_DIR"] = str(stack.enter_context(small_disk(folder / "disk")))
        for number, given in enumerate(fault.before):
            watch(location, folder / f"before-{number}", {**usual, **dict(given)})
        meddle = fault.meddle() if fault.meddle else None
        ended = watch(location, folder / "var", asked, meddle)
        if fault.again:
            watch(bucket, folder / "var", {**usual, "site": paper.origin})
        amiss = wrong(bucket, paper, without=VICTIM if fault.victim else "")
    faults = [
        f"exit code {ended.code}, not {' or '.join(map(str, fault.codes))}" if ended.code not in fault.codes else "",
        f"it took {ended.seconds:.0f} s" if ended.seconds > fault.seconds else "",
        f"it took {ended.peak:.0f} MiB" if ended.peak > MEMORY else "",
        "a traceback" if "Traceback" in ended.said else "",
        amiss,
    ]
    told = f"exit code {ended.code} after {ended.seconds:.0f} s with at most {ended.peak:.0f} MiB; "
    good = "every article stored, exact"
    if fault.again or fault.victim:
        good = "the next run has the rest" if fault.again else "all other articles stored, exact"
    if any(faults):
        (folder / "said.txt").write_text(ended.said)
    return Result(fault.name, fault.tried, told + ("; ".join(filter(None, faults)) or good), not any(faults))
