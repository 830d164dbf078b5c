"""Who is told when a run under systemd fails."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "deploy" / "systemd"


def alerted(**variables: str) -> subprocess.CompletedProcess[str]:
    """What came of telling somebody that a crawl failed, with these variables and nothing else."""
    command = [sys.executable, str(ROOT / "deploy" / "alert"), "the crawl of herald failed"]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def test_a_failed_run_is_told_by_webhook_and_mail(tmp_path: Path) -> None:
    """The webhook gets the text as JSON, the mail has it as its body, and the command ends with 0."""
    told: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    letter, sendmail = tmp_path / "letter", tmp_path / "sendmail"
    sendmail.write_text(f"#!/bin/sh\ncat >{letter}\n", "utf-8")
    sendmail.chmod(0o755)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        path = f"{tmp_path}:/usr/bin:/bin"
        done = alerted(ALERT_WEBHOOK=f"http://127.0.0.1:{server.server_port}/", ALERT_MAIL="op@paper.test", PATH=path)
        thread.join()
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(told[0])["text"] == "mtcrawler: the crawl of herald failed"
    assert letter.read_text("utf-8").startswith("To: op@paper.test\nSubject: mtcrawler on ")
    assert letter.read_text("utf-8").endswith("\n\nmtcrawler: the crawl of herald failed\n")


@pytest.mark.parametrize(
    ("variables", "said"),
    [({}, "set ALERT_WEBHOOK or ALERT_MAIL"), ({"ALERT_WEBHOOK": "http://127.0.0.1:9/"}, "ALERT_WEBHOOK could not be")],
)
def test_an_alert_that_reaches_nobody_says_so(variables: dict[str, str], said: str) -> None:
    """Where nobody is named, or nobody answers, that is told in one line, and the command ends with 1."""
    done = alerted(**variables)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_service_that_fails_starts_the_alert() -> None:
    """A crawl's unit names the unit that tells of it; to be stopped, or to find another run, is no failure."""
    unit = (UNITS / "mtcrawler@.service").read_text("utf-8")
    assert re.search(r"(?m)^OnFailure=mtcrawler-failed@%i\.service$", unit)
    assert re.search(r"(?m)^SuccessExitStatus=16 19$", unit)
    assert re.search(r"(?m)^ExecStart=/srv/mtcrawler/deploy/alert ", (UNITS / "mtcrawler-failed@.service").read_text())
