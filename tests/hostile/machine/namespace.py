"""A machine of its own for one crawl: a network in which every address exists, and all calls are written down.

All addresses lead to this machine (AnyIP), so that whoever asks for any of them is heard and answered. Only the bucket
is outside: a socket in the file system leads to it. `watched` starts this file as a program in such a network.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psutil

from mtcrawler.storage.location import Location
from tests.fixtures.bridge import Bridge
from tests.fixtures.crawl import ROOT, command, environment
from tests.hostile.answers import Answer
from tests.hostile.canary import HostileSite
from tests.hostile.pages import PATH, article
from tests.hostile.second import CANARY, leading, path_of

TRAP: Final = 9333
"""Where every address answers, beside port 80."""
PLACES: Final = (
    "http://169.254.169.254/latest/meta-data/",
    f"http://127.0.0.1:{TRAP}/dir/status",
    f"http://[::1]:{TRAP}/",
    "http://10.0.0.5/",
    "http://168.63.129.16/machine",
    f"http://[fec0::1]:{TRAP}/",
    f"http://[::ffff:0:10.0.0.5]:{TRAP}/",
)
SCRIPTS: Final = path_of(500)
"""An article that asks for all of them, by scripts, frames and redirects of its mirror, and for one without end."""
EVERY_PROTOCOL, SENT = 0x0003, 4  # ETH_P_ALL; PACKET_OUTGOING: loopback shows everything twice
TCP, UDP = 6, 17
KERNELS = frozenset({1, 58})  # ICMP
PROXY = re.compile(r"--proxy-server=socks5://127\.0\.0\.1:(\d+)")
NEEDS = "this test needs a network namespace: run it as root or allow user namespaces, with util-linux and iproute2"


@dataclass(frozen=True)
class Found:
    """How a crawl ended, what it said, how often it called whom it may call, and whom else any process called."""

    code: int
    said: str
    own: dict[str, int]
    others: dict[str, int]


def watched(bucket: Location, var: Path, mode: str, allowed: str = "") -> Found:
    """A crawl of the hostile pages in such a network; fails where the system has none to give."""
    assert shutil.which("unshare"), NEEDS
    assert shutil.which("ip"), NEEDS
    port = urlsplit(bucket.endpoint_url or "").port
    folder = var / "gate"
    folder.mkdir(parents=True)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / "s3"))
    listening.listen()
    outside = Bridge(listening, lambda: socket.create_connection(("127.0.0.1", port)))
    given = {**environment(bucket, var), "RENDER_MODE": mode, "ALLOWED_NETWORKS": allowed}
    enter = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    program = [sys.executable, "-m", __name__, str(folder / "s3")]
    try:
        done = subprocess.run([*enter, *program], cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    finally:
        outside.close()
    assert done.returncode == 0, f"{NEEDS}: {done.stderr}"
    return Found(**json.loads(done.stdout))


class Wire:
    """Hears every packet of this network and counts the calls, by address and port."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERY_PROTOCOL))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 25)
        self.calls: Counter[tuple[str, int]] = Counter()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            packet, (_, _, kind, *_) = self._socket.recvfrom(128)
            if kind == SENT and (call := called(packet)) is not None:
                self.calls[call] += 1


def called(packet: bytes) -> tuple[str, int] | None:
    """Whom a packet calls; None where it is part of a call that has begun, or the kernel's own."""
    if packet[0] >> 4 == 4:
        start = 4 * (packet[0] & 15)
        address, kind, rest = socket.inet_ntop(socket.AF_INET, packet[16:20]), packet[9], packet[start:]
    else:
        address, kind, rest = socket.inet_ntop(socket.AF_INET6, packet[24:40]), packet[6], packet[40:]
    if kind in KERNELS or (kind == TCP and rest[13] & 0x12 != 0x02):  # SYN without ACK begins a call
        return None
    return address, struct.unpack("!H", rest[2:4])[0] if kind in {TCP, UDP} else 0


class Trap(BaseHTTPRequestHandler):
    """Answers whatever is asked with an article that would be stored."""

    def do_GET(self) -> None:
        """Anything."""
        with suppress(OSError):
            Answer(article(headline=CANARY).encode()).write(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Keep quiet."""


class BothKinds(ThreadingHTTPServer):
    """A server of IPv6 that IPv4 reaches as well."""

    address_family = socket.AF_INET6
    daemon_threads = True

    def server_bind(self) -> None:
        """Both."""
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


def hostile(site: HostileSite) -> list[str]:
    """Puts the pages on the site; their paths."""
    site.answers |= leading(PLACES)
    scripts = [f"https://static.themoscowtimes.com/{number}.js" for number in range(len(PLACES))]
    site.answers["/endless.js"] = [Answer(b"//", "text/javascript", endless=True)]
    site.answers |= {f"/{number}.js": [Answer.away(place)] for number, place in enumerate(PLACES)}
    fetched = "".join(f"fetch('{place}', {{mode: 'no-cors'}}).catch(() => 0);" for place in (*PLACES, *scripts))
    tags = '<script src="https://static.themoscowtimes.com/endless.js"></script>' + "".join(
        f'<script src="{each}"></script><iframe src="{each}"></iframe>' for each in scripts
    )
    path = SCRIPTS
    site.pages[path] = article(f"{tags}<script>{fetched}</script>", path=path, headline="A Boat with Scripts")
    site.pages[PATH] = article()
    paths = [path]
    for number, each in enumerate(site.answers):
        if each.startswith("/2026/"):
            paths.append(each)
        if number % 4 == 0:  # a crawl gives up where too many pages in a row cannot be had
            good = path_of(200 + number)
            site.pages[good] = article(path=good, headline=f"Boat {number}", words=f"Boat {number} is in its harbor. ")
            paths.append(good)
    return [*paths, PATH]


def main(gate: str) -> dict[str, Any]:
    """Crawls in this network."""
    for line in ("link set lo up", "route add local 0.0.0.0/0 dev lo", "-6 route add local ::/0 dev lo"):
        subprocess.run(["ip", *line.split()], check=True)

    def outside() -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        line.connect(gate)
        return line

    wire, store = Wire(), socket.create_server(("127.0.0.1", 0))
    Bridge(store, outside)
    for port in (80, TRAP):
        threading.Thread(target=BothKinds(("::", port), Trap).serve_forever, daemon=True).start()
    with ExitStack() as stack:
        site = stack.enter_context(HostileSite())
        own = {"site": site.port, "bucket": store.getsockname()[1]}
        urls = ",".join(site.origin + path for path in hostile(site))
        asked = command("moscowtimes", site=site.origin, url=urls, S_RETRY_TIMES="0")
        given = {**os.environ, "S3_ENDPOINT_URL": f"http://127.0.0.1:{own['bucket']}"}
        said = Path(gate).with_name("said")
        with said.open("w") as log:
            crawl = stack.enter_context(
                subprocess.Popen(asked, cwd=ROOT, env=given, stdout=log, stderr=subprocess.STDOUT)
            )
            proxies = _relays(crawl)
    ports = {**dict.fromkeys(proxies, "proxy"), **{port: name for name, port in own.items()}}
    found: dict[str, Counter[str]] = {"own": Counter(), "others": Counter()}
    for (address, port), number in wire.calls.items():
        name = ports.get(port) if address == "127.0.0.1" else None
        found["own" if name else "others"][name or f"{address} port {port}"] += number
    return {"code": crawl.returncode, "said": said.read_text(), **found}


def _relays(crawl: subprocess.Popen[Any]) -> set[int]:
    """The ports that the crawl's browsers were given as their only way out, once the crawl has ended."""
    ports: set[int] = set()
    process = psutil.Process(crawl.pid)
    while True:
        with suppress(psutil.Error):
            for child in process.children(recursive=True):
                with suppress(psutil.Error):
                    ports |= {int(port) for port in PROXY.findall(" ".join(child.cmdline()))}
        try:
            crawl.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        return ports


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
