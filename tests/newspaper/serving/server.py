"""The newspaper on the air: one site on loopback, served from memory by a thread of its own."""

from __future__ import annotations

import asyncio
import hashlib
import random
import socket
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from tests.newspaper import blocks, truth
from tests.newspaper.addresses import Base, own, publisher
from tests.newspaper.clutter import clutter
from tests.newspaper.markup.paper import Modal, Paper
from tests.newspaper.newsroom import first
from tests.newspaper.serving import feeds
from tests.newspaper.serving.faults import BROKEN, Answer, Faults
from tests.newspaper.serving.site import RSS_SECTIONS, Site
from tests.newspaper.stories import SEED, edition, with_first
from tests.newspaper.traffic import Traffic
from tests.newspaper.volume import sized
from tests.newspaper.week import issue

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from tests.newspaper.story import Edition, Story

KEPT = 1000  # stories of a newspaper whose pages are kept in memory


class Newspaper:
    """An edition of the newspaper that is served while the context lasts.

    `language` chooses the edition; `port` 0 means any free one. `base` says which addresses the pages name: the
    publisher's (as a mirror does) or the server's own. `modal` is the donation message of every page, which a request
    can change with `?modal=classic|overlay|inline|none`; `modal_delay` is in milliseconds, None for each message's own
    (ten seconds for the classic one). `original` is a folder whose scraped article stands in as the first story.
    With `today` the paper is that of a moment in a week (tests.newspaper.week) that begins then; `advance` lets days
    pass. `count` is how many stories it has (tests.newspaper.volume); unless given it is the edition as it is. With
    `heavy` its pages load as much as those of today do. `host` is what its own origin is called; whoever asks must find
    the loopback address under that name. The remaining options are those of Faults.
    """

    def __init__(
        self,
        language: Edition = "en",
        port: int = 0,
        *,
        base: Base = "publisher",
        modal: Modal = "classic",
        modal_delay: int | None = None,
        consent: bool = True,
        bar: bool = True,
        original: Path | None = None,
        seed: int = SEED,
        tdm_policy: str | None = None,
        today: datetime | None = None,
        count: int | None = None,
        heavy: bool = False,
        host: str = "127.0.0.1",
        **faults: Any,
    ) -> None:
        self.language: Edition = language
        self.stories = edition(language, seed) if count is None else sized(language, seed, count)
        self._heavy, self._lean = heavy, count is not None and count > KEPT
        if original is not None:
            self.stories = with_first(self.stories, first.original(original))
        self.faults = Faults(**faults)
        self._hits: Counter[str] = Counter()
        self.traffic = Traffic()
        self._socket = socket.create_server(("127.0.0.1", port))
        self.origin = f"http://{host}:{self._socket.getsockname()[1]}".removesuffix(":80")
        self.addresses = own(self.origin) if base == "self" else publisher(language)
        self._whole, self._begin, self.today = self.stories, today, today
        self._paper = Paper(
            language, self.addresses, self.stories, modal, modal_delay, consent, bar, broken=self.faults.malformed
        )
        self._tdm_policy = tdm_policy
        self._edit()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"newspaper-{language}", daemon=True)
        self._runner: web.ServerRunner | None = None

    def advance(self, days: int = 1) -> None:
        """Let days pass: what is then out is out, with what was done to it since; pages are made when asked for."""
        assert self.today is not None
        self.today += timedelta(days=days)
        self._edit()

    def redesign(self, **faults: Any) -> None:
        """From now on pages name no author and show a teaser for a text; `faults` are those of Faults."""
        teaser = (blocks.html("The whole story is in tomorrow’s paper."),)
        self._whole = tuple(replace(story, bylines=(), blocks=teaser) for story in self._whole)
        self.stories = self._whole
        self.faults = replace(self.faults, **faults)
        self._edit()

    def _edit(self) -> None:
        gone: tuple[Story, ...] = ()
        if self._begin is not None and self.today is not None:
            now = issue(self._whole, self._begin, self.today)
            self.stories, gone = now.stories, now.gone
        paper = replace(self._paper, stories=self.stories)
        self.site = Site(
            paper,
            self.faults,
            self._tdm_policy,
            gone=frozenset(story.number for story in gone),
            heavy=self._heavy,
            lean=self._lean,
        )

    @property
    def hits(self) -> Counter[str]:
        """How often each path has been asked for, so far; queries are left out."""
        return Counter(self._hits)

    @property
    def clutter(self) -> tuple[str, ...]:
        """The lines that must never be part of an article."""
        return clutter(self.language)

    def expected(self) -> dict[str, dict[str, Any]]:
        """The exact record of every story, by canonical address; of `twins`, both."""
        records = (truth.expected(story, self.addresses) for story in self.stories)
        return {record["canonical_url"]: record for record in records}

    @property
    def twins(self) -> list[tuple[str, str]]:
        """Pairs of canonical addresses with the same headline and text: a crawl keeps one of each."""
        slugs = {story.slug: story for story in self.stories}
        return [(self._canonical(slugs[story.twin]), self._canonical(story)) for story in self.stories if story.twin]

    @property
    def wire(self) -> list[list[str]]:
        """Groups of canonical addresses whose texts differ in a few words only, earliest first."""
        groups: dict[str, list[str]] = {}
        for story in reversed(self.stories):
            if story.wire:
                groups.setdefault(story.wire, []).append(self._canonical(story))
        return list(groups.values())

    def listed(self) -> dict[str, set[str]]:
        """The canonical addresses that each source leads to: sitemap, rss, sections; and those that none does."""
        regular = [story for story in self.stories if story.regular]
        flagged = [[story for story in regular if flag in story.flags] for flag in RSS_SECTIONS.values()]
        podcasts = [story for story in regular if story.kind == "podcast"]
        feed = [story for stories in (*flagged, podcasts) for story in stories[: feeds.FEED_LENGTH]]
        found = {
            "sitemap": {self._canonical(story) for story in feeds.mapped(self.stories)},
            "rss": {self._canonical(story) for story in (*feed, *feeds.recent(self.stories))},
            "sections": {self._canonical(story) for story in regular},
        }
        known = set().union(*found.values())
        return {**found, "none": {self._canonical(story) for story in self.stories} - known}

    def _canonical(self, story: Story) -> str:
        return publisher(self.language).story(story)

    def start(self) -> Self:
        """Make every page, then serve; returns when requests are answered."""
        self.site.warm()
        ready = threading.Event()
        self._loop.call_soon(ready.set)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result()
        ready.wait()
        return self

    def stop(self) -> None:
        """Stop serving and wait until nothing is left of it."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _serve(self) -> None:
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def _close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        self._hits[request.path] += 1
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency / 1000)
        if self._fails(request.path_qs, self._hits[request.path]):
            response = _response(BROKEN)
        else:
            response = _response(self.site.answer(request.path_qs), request.headers.get("If-None-Match"))
        sent = response.body if isinstance(response.body, bytes) else b""
        self.traffic.add(len(sent), story=request.path in self.site.by_path)
        return response

    def _fails(self, address: str, time: int) -> bool:
        """Whether the answer to an address is a failure, the how manieth time it is asked for: in whatever order."""
        return random.Random(f"{self.faults.fault_seed} {address} {time}").random() < self.faults.error_rate


def _response(answer: Answer, known: str | None = None) -> web.Response:
    headers = {"Content-Type": answer.content_type}
    if answer.status == 200:
        headers["ETag"] = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
        if known == headers["ETag"]:
            return web.Response(status=304, headers=headers)
    if answer.location is not None:
        headers["Location"] = answer.location
    if answer.max_age is not None:
        headers["Cache-Control"] = f"max-age={answer.max_age}, {answer.max_age}, public"
    return web.Response(body=answer.body, status=answer.status, headers=headers)


def with_original(folder: Path, **options: Any) -> Newspaper:
    """A newspaper whose first article has the words of the original in that folder."""
    return Newspaper("en", original=folder, **options)
