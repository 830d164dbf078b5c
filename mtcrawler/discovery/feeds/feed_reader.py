"""RSS and Atom feeds, read in a process apart: what they name, or an error that says why they could not be read."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mtcrawler.discovery.documents import CHECK, document, without_cut_entry
from mtcrawler.discovery.feeds.hubs import Hubs
from mtcrawler.discovery.feeds.worker_process import WorkerFailed, WorkerProcess
from mtcrawler.markup.addresses import Site, joined_page, short_base
from mtcrawler.markup.dates import moment_or_day
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import FEED_BYTES, FEED_MEMORY, MIB, feed_seconds

WORKER = Path(__file__).with_name("worker.py")


class FeedReader:
    """Reads the feeds of one crawl of a site, one at a time.

    Times without an offset are taken in `zone`, or else in UTC; `language`, a BCP-47 tag, tells months and the order of
    numbers. `hubs` has what feeds say of hubs, and what other sources say that are read elsewhere. `unusable` is told
    how many of how many entries of a source at an address name no page.
    """

    def __init__(
        self,
        site: Site,
        zone: tzinfo | None = None,
        language: str | None = None,
        unusable: Callable[[str, str, int, int], object] = lambda source, url, number, of: None,
    ) -> None:
        self._unusable = unusable
        self.site, self.zone, self.language, self.hubs = site, zone or UTC, language, Hubs(site)
        parser = find_spec("feedparser")
        assert parser is not None
        assert parser.origin is not None
        # Isolated: our site-packages last on the path, and no .pth files.
        command = [sys.executable, "-I", "-S", str(WORKER), str(Path(parser.origin).parents[1])]
        self.process = WorkerProcess(command, FEED_MEMORY)

    async def read(
        self, body: bytes, url: str, source: str, asked: str = "", links: Sequence[bytes] = ()
    ) -> list[DiscoveredUrl]:
        """The entries of a feed, as far as it can be read; raises DiscoveryError if it is unreadable or too large.

        `asked` is the address that led to it, where that was another one; `links` are its Link headers.
        """
        doing = f"Reading the feed {url}"
        if len(body) > FEED_BYTES or len(body := document(body, url)) > FEED_BYTES:
            raise DiscoveryError(doing, f"it is larger than {FEED_BYTES // MIB} MiB", CHECK)
        try:
            answer = json.loads(await self.process.ask(without_cut_entry(body), feed_seconds(len(body))))
        except WorkerFailed as err:
            raise DiscoveryError(doing, str(err), CHECK) from err
        except OSError as err:
            raise DiscoveryError(doing, f"no process can be started for it ({err.strerror})", CHECK) from err
        found = self._finds(answer, (url, asked or url), source)
        self.hubs.read(url, links, ((rel, href) for rel, href in answer["links"]))
        return found

    async def close(self) -> None:
        """Let the process go."""
        await self.process.close()

    def _finds(self, answer: dict[str, Any], bases: tuple[str, str], source: str) -> list[DiscoveredUrl]:
        """What the entries of an answer of `worker.read` name; raises DiscoveryError where a damaged one has none.

        Of the addresses of an entry the first that is the site's own counts. A feed that lies with another host means
        the site's own addresses by its relative ones.
        """
        found = list[DiscoveredUrl]()
        for addresses, published, updated in answer["entries"]:
            named = [one for base in map(short_base, bases) for link in addresses if (one := joined_page(base, link))]
            if named:
                address = next(filter(self.site.owns, named), named[0])
                first, last = (moment_or_day(told, self.zone, self.language) for told in (published, updated))
                found.append(DiscoveredUrl(address, source, first, last))
        if not found and answer["error"]:
            raise DiscoveryError(f"Reading the feed {bases[0]}", f"it cannot be parsed: {answer['error']}", CHECK)
        if unusable := len(answer["entries"]) - len(found):
            self._unusable(source, bases[0], unusable, len(answer["entries"]))
        return found
