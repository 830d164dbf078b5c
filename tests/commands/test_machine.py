"""What a crawl needs of the machine is looked at first: what is short is named within seconds, with the command."""

from __future__ import annotations

import json
import re
import resource
import signal
import socket
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from mtcrawler.fetch.browser.browser import check_kind
from mtcrawler.model.errors import BrowserError, MachineError
from mtcrawler.runs.process import machine
from mtcrawler.runs.process.machine import TASKS, tasks_left
from tests.fixtures.crawl import ROOT, command, environment
from tests.hostile.machine.test_certificates import Authority


def test_too_few_open_files_are_named_with_the_command(tmp_path: Path) -> None:
    """Under `ulimit -n 64` nothing is begun: exit 15, and one line that says what to type."""
    done = subprocess.run(
        command("moscowtimes", site="http://127.0.0.1:9"),
        cwd=ROOT,
        env=environment(None, tmp_path),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    )
    assert done.returncode == 15, done.stderr
    assert "this process may have 64 open files" in done.stderr
    assert "`ulimit -n 1024`" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_processes_of_the_container_are_counted(tmp_path: Path) -> None:
    """What a container may still start is what it may in all, less what runs; without a limit nothing is counted."""
    (tmp_path / "pids.max").write_text("100\n")
    (tmp_path / "pids.current").write_text("90\n")
    left = tasks_left(tmp_path)
    assert left == 10 < min(TASKS.values())
    (tmp_path / "pids.max").write_text("max\n")
    assert tasks_left(tmp_path) != 10


@pytest.mark.parametrize(
    ("files", "tasks", "told"),
    [
        (1300, 600, None),
        (1000, 600, "may have 1000 open files, and crawling 2 sites at once needs 1024. Run `ulimit -n 2048`"),
        (1300, 400, "400 more processes or threads may be started, and crawling 2 sites at once needs 512"),
    ],
)
def test_sites_at_once_need_as_much_each(
    files: int, tasks: int, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one site needs of open files and processes, two at once need twice; with half of it one can be crawled."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(machine, "tasks_left", lambda: tasks)
    machine.check_machine(browser=True)
    with pytest.raises(MachineError, match=re.escape(told)) if told else nullcontext():
        machine.check_machine(browser=True, sites=2)


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("/bin/ls", "it is no Chromium: its --version says 'ls"),
        ("/bin/true", "it is no Chromium"),
        ("/bin/false", "it is no Chromium"),
        (sys.executable, "it is no Chromium: its --version says 'Python"),
    ],
)
def test_a_program_that_is_no_browser_is_refused(program: str, told: str) -> None:
    """What MTCRAWLER_BROWSER names is asked for its version before anything starts."""
    with pytest.raises(BrowserError, match="looking at the browser") as refused:
        check_kind(program)
    assert told in refused.value.happened


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("first", ["import settings.local", f"import site; site.addsitedir({str(ROOT / 'deploy')!r})"])
def test_a_signal_while_a_crawl_is_prepared_is_one_line(first: str, number: signal.Signals) -> None:
    """From the first line of our code on, which Python itself runs at its start, a signal ends the crawl with 16 and
    one line, and no traceback.
    """
    code = f"import sys; sys.argv[0] = 'scrapy'\n{first}\nimport os, time; os.kill(os.getpid(), {number.value})\n"
    asked = [sys.executable, "-c", f"{code}time.sleep(20)", "crawl", "moscowtimes"]
    if "addsitedir" in first:
        asked.insert(3, "scrapy")
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    told = f"preparing the crawl: {number.name} ended it before it had begun. Run it again.\n"
    assert (done.returncode, done.stdout, done.stderr) == (16, "", told)


def test_a_process_that_is_no_crawl_keeps_its_signals() -> None:
    """Whatever else Python runs hears signals as ever."""
    code = f"import site; site.addsitedir({str(ROOT / 'deploy')!r}); import signal; print(signal.getsignal(15))"
    for arguments in (["crawl"], ["other", "crawl"], ["scrapy", "list"]):
        asked = [sys.executable, "-c", code, *arguments]
        assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "0\n"


def test_a_port_of_the_newspaper_that_is_taken_is_named() -> None:
    """The bundled newspaper says in one line that it cannot be served."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        line = [sys.executable, "-m", "tests.newspaper", "--port", "0", "--ru-port", str(taken.getsockname()[1])]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("serving the newspaper: ")
    assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_named_before_the_browser_needs_it(tmp_path: Path) -> None:
    """With an authority of one's own, too, exit 2 names the folder, not 15 the browser."""
    authority = Authority(tmp_path).path
    environ = environment(None, authority / "var")
    done = subprocess.run(
        command("moscowtimes", site="http://127.0.0.1:9"),
        cwd=ROOT,
        env={**environ, "MTCRAWLER_CA_FILE": str(authority)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "looking for room in" in done.stderr


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder for local data into which nobody can look, such as another user's, is one line and 2; doctor names it,
    too, and goes on.
    """
    environ = environment(None, tmp_path / ("x" * 300))  # as closed to root as to others
    line = command("moscowtimes", site="http://127.0.0.1:9")
    done = subprocess.run(line, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"looking into {tmp_path}")
    assert "Correct MTCRAWLER_VAR" in done.stderr
    assert "Traceback" not in done.stderr
    judged = [sys.executable, "-m", "mtcrawler.cli", "doctor"]
    done = subprocess.run(judged, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    found = [json.loads(one) for one in done.stdout.splitlines()]
    assert [one["state"] for one in found if one["what"] == "disk"] == ["wrong"], done.stdout + done.stderr
