"""Laws of `mtcrawler doctor --online`: it asks publishers' sites as a crawl does, and goes where a crawl may go."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.crawl import ROOT, environment
from tests.hostile.answers import Answer
from tests.hostile.canary import Canary, HostileSite

SETTINGS = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from settings.test import *
SPIDER_MODULES = ["papers"]
SITES_DIR = "described"
"""
SPIDERS = """
from mtcrawler.spider.spider_loader import spider_of
from tests.fixtures.sites import described

for number, origin in enumerate({origins!r}):
    own = spider_of(described("127.0.0.3", origin=origin, spider=f"paper_{{number}}"))
    own.__module__ = __name__
    globals()[f"Paper{{number}}"] = own
del own
"""
OURS = "127.0.0.3"  # not where the store is, which may be asked without a proxy
CUT = Answer(gzip.compress(b"User-agent: x\n")[:-5], "text/plain", headers={"Content-Encoding": "gzip"})
ANSWERS = {
    "rules": (Answer(b"User-agent: *\nCrawl-delay: 4\n", "text/plain"), "ok", "lets us read, 4 s between two requests"),
    "too many requests": (Answer(b"Later", status=429), "wrong", "429"),
    "rules that forbid all": (Answer(b"User-agent: *\nDisallow: /\n", "text/plain"), "wrong", "lets no crawler"),
    "no file": (Answer(b"<p>Nothing", status=404), "ok", "lets us read"),
    "a failure": (Answer(b"<p>Busy", status=503), "wrong", "503"),
    "a circle": (Answer.away("/robots.txt"), "wrong", "redirect"),
    "no end": (Answer(b"User-agent: *\n", endless=True), "wrong", "cannot be read"),
    "a packed half": (CUT, "wrong", "incomplete body"),
}


def told(folder: Path, *origins: str, **variables: str) -> list[dict[str, Any]]:
    """What the command says of the robots.txt of publishers at these origins, in a project of their own."""
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = project\n")
    (folder / "described").mkdir(exist_ok=True)
    (folder / "project.py").write_text(SETTINGS)
    (folder / "papers.py").write_text(SPIDERS.format(origins=origins))
    given = {**environment(None, folder / "var"), "SCRAPY_PROJECT": "default", "PYTHONPATH": f"{folder}:{ROOT}"}
    given["no_proxy"] = "127.0.0.1"
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", "doctor", "--online"],
        cwd=folder,
        env={**given, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    found = [line for line in map(json.loads, done.stdout.splitlines()) if line["what"] == "robots"]
    assert len(found) == len(origins), done.stdout
    return found


@contextmanager
def sites(number: int) -> Iterator[list[HostileSite]]:
    """So many sites."""
    with ExitStack() as open_now:
        yield [open_now.enter_context(HostileSite(OURS)) for _ in range(number)]


@pytest.mark.slow
def test_no_private_site_is_asked_unless_the_settings_permit(tmp_path: Path) -> None:
    """A site on loopback is refused with the name of the setting, and asked once the setting names it."""
    with HostileSite(OURS) as site:
        (refused,) = told(tmp_path, site.origin)
        assert site.asked == []
        (allowed,) = told(tmp_path, site.origin, ALLOWED_NETWORKS=OURS)
        assert site.asked == ["/robots.txt"]
    assert (refused["state"], "ALLOWED_NETWORKS" in refused["mend"]) == ("wrong", True)
    assert allowed["state"] == "ok"


@pytest.mark.slow
def test_nobody_is_asked_where_no_crawl_may_go(tmp_path: Path) -> None:
    """No redirect, first or later, and no proxy of the environment leads into a private network or to a file."""
    canary = Canary("127.0.0.2")
    there = f"127.0.0.2:{canary.port}"
    places = [f"http://{there}/", f"//{there}/", f"ftp://{there}/", f"http://{there}@127.0.0.2/", "file:///etc/hosts"]
    proxies = dict.fromkeys(("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"), f"http://{there}")
    with sites(2 * len(places)) as asked:
        for site, place in zip(asked, [*places, *places], strict=True):
            site.answers["/robots.txt"] = [Answer.away(place)]
        for site in asked[: len(places)]:
            site.answers["/late"] = site.answers["/robots.txt"]
            site.answers["/robots.txt"] = [Answer.away(f"{site.origin}/late")]
        found = told(tmp_path, *(site.origin for site in asked), ALLOWED_NETWORKS=OURS, **proxies)
        assert [len(site.asked) for site in asked] == [2] * len(places) + [1] * len(places)
    canary.close()
    assert canary.hits == 0
    assert {each["state"] for each in found} == {"wrong"}


@pytest.mark.slow
def test_each_answer_is_told(tmp_path: Path) -> None:
    """What a site answers is told for what it is, within its time and its size."""
    with sites(len(ANSWERS)) as asked:
        for site, (answer, _, _) in zip(asked, ANSWERS.values(), strict=True):
            site.answers["/robots.txt"] = [answer]
        found = told(tmp_path, *(site.origin for site in asked), ALLOWED_NETWORKS=OURS)
    for name, each, (_, state, words) in zip(ANSWERS, found, ANSWERS.values(), strict=True):
        assert (each["state"], words in each["said"]) == (state, True), (name, each)
