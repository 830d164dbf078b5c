"""One process that crawls several sites and is asked to stop: each run ends in good order, and no site is forgotten."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest

from mtcrawler.commands.crawl import TWINS
from mtcrawler.storage.layout import LEASES
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.crawl.several.test_several import SPAN, STORIES, courier, summary_in
from tests.fixtures.crawl import ROOT, command, environment
from tests.fixtures.moody import Said, manifests
from tests.fixtures.waiting import until


@pytest.mark.parametrize("times", [1, 2])
def test_a_signal_ends_all_of_them(times: int, bucket: Location, tmp_path: Path) -> None:
    """SIGTERM ends the runs under way within their grace, each with a manifest, begins no other, and names all sites; a
    second one ends them at once. Nobody's turn is kept, and each line of a run's end names its site.
    """
    held = Event()
    never = {path.removeprefix("/"): Said("", held=held) for path in STORIES}
    with ExitStack() as served:
        sites = [served.enter_context(courier(f"127.0.0.{number}", **never)) for number in (2, 3, 4)]
        served.callback(held.set)
        given = {name: value for name, value in SPAN.items() if not name.startswith("E_")}
        line = command(
            "news",
            site=",".join(site.origin for site in sites),
            S_CONCURRENT_SITES="2",
            S_STOP_GRACE="1" if times == 1 else "600",
            **given,
        )
        variables = {**environment(bucket, tmp_path), "MTCRAWLER_NOW": SPAN["E_MTCRAWLER_NOW"]}
        with subprocess.Popen(
            line, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            until(lambda: all(set(site.hits) & set(STORIES) for site in sites[:2]), seconds=60)
            process.send_signal(signal.SIGTERM)
            if times == 2:
                assert process.stderr is not None
                while "Asked to stop" not in process.stderr.readline():
                    assert process.poll() is None
                time.sleep(TWINS + 0.2)  # until then a second one is the first, sent to a group
                process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=60)
        assert not sites[2].hits
    assert process.returncode == 16, said
    assert "Traceback" not in said
    closing = [line.partition("] ")[0].partition("[")[2] for line in said.splitlines() if "Closing spider" in line]
    assert times == 2 or sorted(closing) == [site.origin.removeprefix("http://") for site in sites[:2]], said
    outcomes = [one["outcome"] for one in manifests(bucket).values()]
    assert outcomes == (["stopped", "stopped"] if times == 1 else []), said
    assert summary_in(tmp_path)["finished_at"]
    ends = [(one["outcome"], one["exit_code"]) for one in summary_in(tmp_path)["visits"]]
    assert ends == [("stopped", 16), ("stopped", 16), ("not-begun", 16)]
    assert said.splitlines()[-2].startswith(f"{sites[2].origin.removeprefix('http://')}: 0 articles, not-begun")
    client = Client(bucket)
    leases = [json.loads(stored.body)["token"] for key in client.keys(LEASES) if (stored := client.get(key))]
    client.close()
    assert leases == [None, None]
