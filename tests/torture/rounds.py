"""Rounds of a crawl that is killed, or loses its store, at a random moment; and the bucket compared with the truth."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mtcrawler.model.article import Article
from mtcrawler.storage.layout import revision_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.stored import past
from mtcrawler.storage.read.verify import Problem, verify
from mtcrawler.storage.s3.client import Client
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import Contents, make_article, through
from tests.pipelines.test_store import settings, start

BATCH = 24
"""Articles of a round; each is about four requests to the store."""
LONGEST = 120


@dataclass(frozen=True)
class Score:
    """What became of the articles: how many rounds met their fate, and what is wrong in the end."""

    kills: int
    outages: int
    lost: int
    duplicate: int
    torn: int
    untold: int
    problems: tuple[Problem, ...]

    @property
    def clean(self) -> bool:
        """Whether the bucket is as if nothing had happened."""
        return not (self.lost or self.duplicate or self.torn or self.untold or self.problems)


class Torture:
    """One bucket that lives through everything. Seeded, so that a bad round can be repeated."""

    def __init__(self, bucket: Location, folder: Path, seed: int, told: Callable[[str], None] = print) -> None:
        self._bucket, self._folder, self._told = bucket, folder, told
        self._random = random.Random(seed)
        self._versions: dict[str, list[Article]] = {}
        self._rounds = 0

    def run(self, kills: int, outages: int) -> Score:
        """So many kills and outages in random order, then two quiet runs, then the count."""
        fates = ["kill"] * kills + ["outage"] * outages
        self._random.shuffle(fates)
        met = {"kill": 0, "outage": 0}
        for fate in fates:
            while not self._round(fate):
                self._told(f"the run was over before its {fate}; again")
            met[fate] += 1
        # What a killed run did not come to do, the next that meets the page does.
        newest = [versions[-1] for versions in self._versions.values()]
        for _ in range(2):
            self._crawl(newest, self._folder / "machine")
        return self._score(met["kill"], met["outage"])

    def _round(self, fate: str) -> bool:
        """A crawl of a batch, in which what must happen happens at a random request; whether it did."""
        self._rounds += 1
        batch = self._batch()
        # Every third machine is gone with its disk, as a container is; its articles come again with the next round.
        fresh = self._random.random() < 1 / 3 and fate == "kill"
        machine = self._folder / (f"machine-{self._rounds}" if fresh else "machine")
        proxy = Proxy(int((self._bucket.endpoint_url or "").rpartition(":")[2]))
        try:
            at, when = self._random.randint(8, 4 * BATCH), self._random.choice(("before", "after"))
            process = start(settings(through(proxy, self._bucket), machine, f"run-{self._rounds}"), batch)
            if fate == "kill":
                proxy.on_fail = process.kill
            proxy.reset(at, "after" if when == "after" else "before")
            _, log = process.communicate(timeout=LONGEST)
            happened = process.returncode == -9 if fate == "kill" else proxy.requests >= at
            self._told(f"round {self._rounds}: {fate} at request {at} ({when}), exit {process.returncode}")
            if fate == "outage":
                assert process.returncode == 0, log
        finally:
            proxy.close()
        self._crawl(batch, self._folder / "machine")
        if fresh:
            shutil.rmtree(machine, ignore_errors=True)
        return happened

    def _batch(self) -> list[Article]:
        """New articles, and edits of some that are there."""
        edited = self._random.sample(sorted(self._versions), min(BATCH // 3, len(self._versions)))
        batch = []
        for identity in edited:
            number = len(self._versions[identity]) + 1
            words = f"The river froze, says version {number} of {identity}."
            last = self._versions[identity][-1]
            batch.append(make_article(words=words, url=last.canonical_url, headline=last.headline))
        for number in range(BATCH - len(batch)):
            place = self._rounds * BATCH + number
            batch.append(make_article(place, words=f"The river froze in place {place}."))
        for article in batch:
            self._versions.setdefault(article.id, []).append(article)
        return batch

    def _crawl(self, articles: list[Article], machine: Path) -> None:
        process = start(
            settings(self._bucket, machine, f"quiet-{self._rounds}-{self._random.randrange(10**6)}"), articles
        )
        _, log = process.communicate(timeout=LONGEST)
        assert process.returncode == 0, log

    def _score(self, kills: int, outages: int) -> Score:
        contents, client = Contents.of(self._bucket), Client(self._bucket)
        problems: list[Problem] = []
        verify(self._bucket, problems.append)
        stored = {article.id: article for article in contents.articles.values()}
        told = contents.told("new") | contents.told("revised")
        histories = {identity: list(past(client, article))[::-1] for identity, article in stored.items()}
        client.close()
        return Score(
            kills,
            outages,
            lost=sum(_texts(histories.get(one, [])) != _texts(truth) for one, truth in self._versions.items()),
            duplicate=len(contents.articles) - len(stored) + len(set(contents.revisions) - set(_chain(histories))),
            torn=sum("no article" in problem.problem for problem in problems),
            untold=len({(one.id, one.revision) for chain in histories.values() for one in chain} - told),
            problems=tuple(problems),
        )


def _texts(versions: list[Article]) -> list[str]:
    return [article.text for article in versions]


def _chain(histories: dict[str, list[Article]]) -> Iterator[str]:
    for history in histories.values():
        for article in history:
            yield revision_key(article.site, article.id, article.revision, article.content_hash)
