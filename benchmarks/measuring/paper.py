"""The bundled newspaper as the benchmarks read it: served on loopback by a process of its own, which counts."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

import psutil

from tests.newspaper import Newspaper
from tests.newspaper.addresses import own, story_path
from tests.newspaper.stories import SEED
from tests.newspaper.story import Story
from tests.newspaper.traffic import Traffic
from tests.newspaper.truth import clean, expected
from tests.newspaper.volume import sized


@dataclass(frozen=True)
class Contents:
    """What the paper holds, written down without asking it."""

    origin: str
    stories: tuple[Story, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the stories are, newest first."""
        return tuple(self.origin + story_path(story) for story in self.stories)

    @property
    def headlines(self) -> dict[str, str]:
        """The headline at each address."""
        return dict(zip(self.addresses, (clean(story.headline) for story in self.stories), strict=True))

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        """The record of every story by its canonical address."""
        made = (expected(story, own(self.origin)) for story in self.stories)
        return {record["canonical_url"]: record for record in made}

    @property
    def twins(self) -> int:
        """How many stories repeat another one word for word: a crawl keeps one of each."""
        return sum(1 for story in self.stories if story.twin)


class Paper:
    """A newspaper of `count` dated stories that is served while the context lasts; pages name its own addresses
    and load as much as those of today do. `host` and `port` are those in these addresses; port 0 is any free one.
    """

    def __init__(self, count: int, *, seed: int = SEED, host: str = "127.0.0.1", port: int = 0) -> None:
        arguments = (count, seed, host, port)
        self._count, self._seed = count, seed
        here, there = get_context("spawn").Pipe()
        self._line: Connection = here
        self._process = get_context("spawn").Process(target=_serve, args=(there, *arguments), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self.contents = Contents(self._line.recv(), sized("en", self._seed, self._count))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.send("stop")
        self._process.join()
        self._line.close()

    def traffic(self, *, anew: bool = False) -> Traffic:
        """What it was asked since it was last told to count anew."""
        self._line.send("anew" if anew else "traffic")
        counted: Traffic = self._line.recv()
        return counted

    @property
    def cpu(self) -> float:
        """CPU seconds its process has used so far."""
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)


def _serve(line: Connection, count: int, seed: int, host: str, port: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked for it also stops it
    with Newspaper("en", port, seed=seed, count=count, base="self", heavy=True, host=host) as paper:
        line.send(paper.origin)
        while True:
            try:
                asked = line.recv()
            except EOFError:  # whoever asked is gone
                return
            if asked == "stop":
                return
            if asked == "anew":
                paper.traffic = Traffic()
            line.send(paper.traffic)
