"""The line that docs/operating.md has for cron, run as cron runs it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT, articles, environment
from tests.newspaper import Newspaper

PROJECT = (".venv", "mtcrawler", "pipelines", "settings", "sites", "spiders", "scrapy.cfg")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that has what a clone has, and no local data."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in PROJECT:
        (folder / name).symlink_to(ROOT / name)
    return folder


def test_the_line_for_cron_works_as_it_is_written(clone: Path, bucket: Location) -> None:
    """With nothing in the environment but what cron gives, the line crawls; log and stderr end with the same line."""
    (line,) = re.findall(r"^15 \* .*", (ROOT / "docs" / "operating.md").read_text("utf-8"), re.MULTILINE)
    *schedule, command = line.split(maxsplit=5)
    assert [re.fullmatch(r"\d+|\*", part) is not None for part in schedule] == [True] * 5
    assert "%" not in command  # cron takes it for a line break
    given = environment(bucket, clone / "var")
    names = ("S3_BUCKET", "S3_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    variables = {name: given[name] for name in names}
    variables |= {"RENDER_MODE": "http", "MTCRAWLER_CONTACT": "https://paper.test/bot"}
    file = clone / "mtcrawler.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in variables.items()), "utf-8")
    command = command.replace("/srv/mtcrawler", str(clone)).replace("/etc/mtcrawler.env", str(file))
    with Newspaper("en", modal="none") as paper:
        done = subprocess.run(
            ["/bin/sh", "-c", f"{command} -a since=2026-11-18 -a limit=2 -a mirror={paper.origin}"],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "HOME": str(clone), "SHELL": "/bin/sh", "PYTHONPATH": str(clone)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    (last,) = done.stderr.splitlines()
    logged = (clone / "var" / "crawl.log").read_text("utf-8").splitlines()
    ends = [json.loads(one) for one in (last, logged[-1])]
    assert [(one["outcome"], one["exit_code"]) for one in ends] == [("done", 0)] * 2
    assert len(logged) > 2
    assert len(articles(bucket)) == 2
