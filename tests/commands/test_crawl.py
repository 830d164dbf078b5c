"""What `scrapy crawl` refuses to start, and how it says so."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

from mtcrawler.commands.crawl import reader
from tests.runs.site import ROOT, crawl


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        pytest.param(("paper",), 2, "reading -a site: it is missing. Give -a site=http://….", id="wrong argument"),
        pytest.param(
            ("peper", "-a", "site=http://x"),
            2,
            "choosing the spider 'peper': there is none of that name. Choose one of: paper, rendered.",
            id="no such spider",
        ),
        pytest.param(
            ("rendered", "-a", "site=http://x", "-s", "MTCRAWLER_BROWSER=/nowhere/chromium"),
            15,
            "looking for the browser '/nowhere/chromium': there is no such program. "
            "Correct MTCRAWLER_BROWSER, or leave it empty and run one of: "
            "`playwright install --only-shell chromium` · `apt-get install chromium-headless-shell`.",
            id="no browser",
        ),
        pytest.param(
            ("rendered", "-a", "site=http://x", "-s", f"MTCRAWLER_BROWSER={sys.executable}"),
            15,
            f"looking at the browser {sys.executable!r}: it is no Chromium: its --version says "
            f"'Python {platform.python_version()}'. "
            "Correct MTCRAWLER_BROWSER, or leave it empty and run one of: "
            "`playwright install --only-shell chromium` · `apt-get install chromium-headless-shell`.",
            id="no Chromium",
        ),
        pytest.param(
            ("paper", "-a", "site=http://x", "-s", "OVERLAY_EVIDENCE=yes"),
            2,
            "reading -s OVERLAY_EVIDENCE: 'yes' is not allowed. Allowed: never, stuck, always.",
            id="wrong setting",
        ),
        pytest.param(
            ("paper", "-a", "site=http://x", "-s", "PROGRESS_INTERVAL=often"),
            2,
            "reading -s PROGRESS_INTERVAL: 'often' is not allowed. Allowed: a number from 0.1 to 86400 (seconds).",
            id="wrong number",
        ),
        pytest.param(
            ("paper", "-a", "site=http://x", "-s", "RENDER_MODE=fast"),
            2,
            "reading -s RENDER_MODE: 'fast' is not allowed. Allowed: auto, browser, http.",
            id="wrong mode",
        ),
    ],
)
def test_refused_before_the_start(tmp_path: Path, arguments: tuple[str, ...], code: int, told: str) -> None:
    """What is wrong before the start is one line on stderr and an exit code, without log or traceback."""
    assert crawl(tmp_path, *arguments) == (code, told + "\n")


def test_an_unknown_project_is_told() -> None:
    """A SCRAPY_PROJECT that scrapy.cfg does not know is one line with those it knows, and exit code 2."""
    environment = {name: value for name, value in os.environ.items() if name != "SCRAPY_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "moscowtimes"],
        cwd=ROOT,
        env={**environment, "SCRAPY_PROJECT": "prod"},
        capture_output=True,
        text=True,
        check=False,
    )
    told = "reading SCRAPY_PROJECT: 'prod' is not in scrapy.cfg. Choose from default, production, test.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_store_that_fails_at_the_start(tmp_path: Path) -> None:
    """A stage that cannot open ends the run with its error's exit code, and its line is the last one."""
    code, said = crawl(tmp_path / "down", "paper", "-a", "site=http://127.0.0.1:1")
    assert code == 14
    assert said.splitlines()[-1] == "opening the bucket: nobody answers. Start the store."


def test_nothing_is_crawled_without_a_name(tmp_path: Path) -> None:
    """Without a spider the command explains itself and fails."""
    code, _ = crawl(tmp_path)
    assert code == 2


def test_what_is_switched_off_is_not_imported() -> None:
    """A crawl imports neither Scrapy's consoles nor the web server that one of them needs."""
    code = (
        "import sys; from scrapy.utils.project import get_project_settings\n"
        "from scrapy.utils.reactor import install_reactor; from scrapy.utils.test import get_crawler\n"
        "install_reactor('twisted.internet.asyncioreactor.AsyncioSelectorReactor')\n"
        "get_crawler(None, get_project_settings())\n"
        "found = {'scrapy.extensions.telnet', 'scrapy.extensions.remote_control', 'aiohttp'} & set(sys.modules)\n"
        "sys.exit(', '.join(found) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_crawl_outside_a_project_is_told(tmp_path: Path) -> None:
    """Outside a project's folder a crawl is refused with one line that names the folder, and exit code 2."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPY_")}
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "moscowtimes"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    told = f"neither {tmp_path} nor a folder above it has a scrapy.cfg with settings."
    remedy = "Run in the folder of a project, or make one: mtcrawler init DIR."
    assert done.stderr == f"looking for a Scrapy project: {told} {remedy}\n"


def test_the_command_that_reads_the_bucket_can_be_typed(tmp_path: Path) -> None:
    """The summary names the folder as a shell takes it, whatever its name is."""
    folder = tmp_path / "it's a folder"
    told = reader(Settings({"STORE_DIR": str(folder / "store")}))
    assert [Path(one).resolve() for one in shlex.split(told)[2:]] == [folder]
