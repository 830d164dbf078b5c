"""The sites of a process are shown in one browser, and share nothing in it: neither ways out nor what they keep."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Final

import psutil
import pytest

from mtcrawler.storage.location import Location
from tests.crawl.several.test_several import file_of
from tests.fixtures.crawl import articles, crawl
from tests.fixtures.moody import TODAY, Moody, Said, moody, story

PATH: Final = "/2026/11/20/ice"
DEFINITION: Final = """
spider = "{name}"
publisher = "The {name}"
origin = "https://{name}.example"
hosts = ["{name}.example"]
languages = ["en"]
articles = [{{ match = '/20\\d\\d/\\d\\d/\\d\\d/[^/]+', examples = ["/2026/11/20/ice"] }}]
sources = [{{ kind = "sitemap", address = "/map.xml" }}]
"""
KEPT: Final = """<script>
fetch('/seen?' + encodeURIComponent([...Object.keys(localStorage), document.cookie].join(' ')));
localStorage.of_{name} = 1; document.cookie = 'of={name}; max-age=999';
for (const way of ['', '?again']) fetch('{canary}/of-{name}' + way, {{mode: 'no-cors'}});
</script>"""


class Browsers:
    """Counts the browsers, and their drivers, that live at a time below this process."""

    def __init__(self) -> None:
        self.most = self.drivers = 0
        self._ending = Event()
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> Browsers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ending.wait(0.05):
            lines: dict[int, list[str]] = {}
            parents: dict[int, int] = {}
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    parents[process.pid], lines[process.pid] = process.ppid(), process.cmdline()
            drivers = {pid for pid, line in lines.items() if "run-driver" in line}
            # A process that a browser is about to start looks like it for a moment; a browser's parent is the driver.
            mains = [pid for pid, line in lines.items() if "--remote-debugging-pipe" in line]
            self.most = max(self.most, sum(parents[pid] in drivers for pid in mains))
            self.drivers = max(self.drivers, len(drivers))


@pytest.mark.slow
def test_sites_share_a_browser_and_nothing_in_it(bucket: Location, tmp_path: Path) -> None:
    """Four sites that are shown at the same time are shown in one browser. A canary on another network is reached from
    the pages of the site that may reach it and from no other; what a site keeps, another on the same host does not see.
    """
    sites = tmp_path / "sites"
    sites.mkdir()
    with moody({}, host="127.0.0.9") as canary, ExitStack() as served, Browsers() as browsers:
        papers, rows = dict[str, Moody](), []
        for name in ("one", "two", "three", "four"):
            page = story(name, more=KEPT.format(name=name, canary=canary.origin))
            paper = papers[name] = served.enter_context(moody({PATH: page}, host="127.0.0.2"))
            location = f"<url><loc>https://{name}.example{PATH}</loc></url>"
            paper.answers["/map.xml"] = Said(f"<urlset>{location}</urlset>", kind="application/xml")
            (sites / f"{name}.example.toml").write_text(DEFINITION.format(name=name))
            rows.append(f"{name}.example,{paper.origin},{'127.0.0.9' if name == 'two' else ''}")
        run = crawl(
            "news",
            bucket,
            tmp_path,
            sites=file_of(tmp_path, *rows),
            since="2026-11-01",
            E_MTCRAWLER_NOW=TODAY,
            E_MTCRAWLER_SITES=str(sites),
            S_RENDER_MODE="browser",
        )
    assert run.code == 0, run.said
    assert len(articles(bucket)) == len(papers)
    assert (browsers.most, browsers.drivers) == (1, 1)
    assert {path.partition("?")[0] for path in canary.hits} == {"/of-two"}, run.said
    refused = {name for name in papers if f"guard: [{name}.example] Connecting to 127.0.0.9" in run.said}
    assert refused == {"one", "three", "four"}, run.said
    seen = {path for paper in papers.values() for path in paper.hits if path.startswith("/seen")}
    assert seen == {"/seen?"}, seen
