"""RSS and Atom feeds, read in a process apart: what they name, or an error that says why they could not be read."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mtcrawler.discovery.sources import CHECK
from mtcrawler.discovery.worker_process import WorkerFailed, WorkerProcess
from mtcrawler.markup.addresses import joined, short_base
from mtcrawler.markup.dates import moment
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import FEED_BYTES, FEED_MEMORY, MIB, feed_seconds

WORKER = Path(__file__).with_name("feed_worker.py")


class FeedReader:
    """Reads the feeds of one crawl, one at a time."""

    def __init__(self) -> None:
        parser = find_spec("feedparser")
        assert parser is not None
        assert parser.origin is not None
        # Isolated: our site-packages last on the path, and no .pth files.
        command = [sys.executable, "-I", "-S", str(WORKER), str(Path(parser.origin).parents[1])]
        self.process = WorkerProcess(command, FEED_MEMORY)

    async def read(self, body: bytes, url: str, source: str) -> list[DiscoveredUrl]:
        """The entries of a feed, as far as it can be read; raises DiscoveryError if it is unreadable or too large."""
        doing = f"Reading the feed {url}"
        if len(body) > FEED_BYTES:
            raise DiscoveryError(doing, f"it is larger than {FEED_BYTES // MIB} MiB", CHECK)
        try:
            answer = json.loads(await self.process.ask(body, feed_seconds(len(body))))
        except WorkerFailed as err:
            raise DiscoveryError(doing, str(err), CHECK) from err
        except OSError as err:
            raise DiscoveryError(doing, f"no process can be started for it ({err.strerror})", CHECK) from err
        return finds(answer, url, source)

    async def close(self) -> None:
        """Let the process go."""
        await self.process.close()


def finds(answer: dict[str, Any], url: str, source: str) -> list[DiscoveredUrl]:
    """What the entries of an answer of `feed_worker.read` name; raises DiscoveryError where a damaged feed has none."""
    found, base = [], short_base(url)
    for link, published in answer["entries"]:
        if address := joined(base, link):
            found.append(DiscoveredUrl(address, source, published=moment(published)))
    if not found and answer["error"]:
        raise DiscoveryError(f"Reading the feed {url}", f"it cannot be parsed: {answer['error']}", CHECK)
    return found
