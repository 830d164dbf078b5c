"""Laws of the audit: a known vulnerability fails it, a database that is away does not, and a pin needs its hash."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINNED = f"good==1.0 --hash=sha256:{'0' * 64}\nbad==2.0 --hash=sha256:{'0' * 64}\n"
VULNERABILITY = {
    "id": "OSV-2026-1",
    "summary": "It lets anyone in.",
    "affected": [
        {
            "package": {"name": "bad", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.1"}]}],
        }
    ],
}


@pytest.fixture
def database() -> Iterator[str]:
    """A database of vulnerabilities that knows one of the package `bad`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps({"vulns": [VULNERABILITY]} if asked["package"]["name"] == "bad" else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def audit(lock: Path, database: str) -> subprocess.CompletedProcess[str]:
    """The command on a lock, with this database."""
    command = [sys.executable, str(ROOT / "deploy" / "audit"), str(lock), database]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_known_vulnerability_fails_the_audit(database: str, tmp_path: Path) -> None:
    """It names the package, the vulnerability and the version that mends it; without that package all is well."""
    lock = tmp_path / "lock"
    lock.write_text(PINNED)
    done = audit(lock, database)
    assert done.returncode == 1
    assert "bad 2.0 has OSV-2026-1; mended in 2.1" in done.stderr
    lock.write_text(PINNED.splitlines()[0])
    assert audit(lock, database).returncode == 0


def test_a_database_that_is_away_fails_nothing(tmp_path: Path) -> None:
    """Without a network it says that nothing was audited, and ends well."""
    lock = tmp_path / "lock"
    lock.write_text(PINNED)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        away = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    done = audit(lock, away)
    assert done.returncode == 0
    assert "not audited" in done.stdout


def test_a_pin_without_its_hash_fails_the_audit(database: str, tmp_path: Path) -> None:
    """What could be another file than the one that was looked at is told, network or none."""
    lock = tmp_path / "lock"
    lock.write_text("good==1.0\n")
    assert audit(lock, database).returncode == 1
