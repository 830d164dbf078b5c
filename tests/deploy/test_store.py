"""The store of the compose file, started here by its own command: S3 answers, and every other port is closed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from mtcrawler.cli import main
from mtcrawler.model.errors import StoreError
from mtcrawler.storage.embedded.ports import free_ports
from mtcrawler.storage.embedded.process import Process, started
from mtcrawler.storage.embedded.server import PARTS, binary
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.hostile.machine.outsider import Door, certificate, doors, grpc, http, refused, tls

SERVICE = yaml.safe_load((Path(__file__).parents[2] / "deploy" / "compose.yaml").read_text())["services"]["seaweedfs"]
KEYS = {"AWS_ACCESS_KEY_ID": "an-access-key", "AWS_SECRET_ACCESS_KEY": "a-secret-key"}


@pytest.fixture
def ports() -> dict[str, int]:
    return free_ports(PARTS)


@pytest.fixture
def server(ports: dict[str, int], tmp_path: Path) -> Iterator[Process]:
    """The server with the keys that the command line makes; its ports are others, and on loopback only."""
    keys, data = tmp_path / "keys", tmp_path / "data"
    assert main(["store", "keys", str(keys)], {}) == 0
    data.mkdir()
    assert SERVICE["working_dir"] == "/keys"
    here = {"-dir=/data": f"-dir={data}", "-ip.bind=0.0.0.0": "-ip.bind=127.0.0.1", "-s3.port=8333": "-s3=true"}
    assert here.keys() <= set(SERVICE["command"])
    flags = [here.get(flag, flag) for flag in SERVICE["command"]]
    flags += [f"-{part}.port={ports[part]}" for part in PARTS]
    flags += [f"-{part}.port.grpc={ports[part + '.grpc']}" for part in PARTS]
    # In the container these two lie in a /tmp of its own.
    flags += [f"-filer.localSocket={data / 'filer.sock'}", f"-s3.localSocket={data / 's3.sock'}"]
    with (tmp_path / "log").open("wb") as log:
        process = started([str(binary()), *flags], folder=keys, environment={**KEYS, "HOME": "/"}, log=log.fileno())
    yield process
    process.send(9)


def test_the_store_of_compose_is_closed_but_for_s3(
    server: Process, ports: dict[str, int], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With its key an object is put and read; no other port of it says a thing to HTTP, TLS or gRPC without its key."""
    location = Location(
        endpoint_url=f"http://127.0.0.1:{ports['s3']}",
        bucket="articles",
        access_key=KEYS["AWS_ACCESS_KEY_ID"],
        secret_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )
    client = Client(location, attempts=1)
    wait_for(client, server)
    own = certificate(tmp_path_factory.mktemp("own") / "own.pem")
    found = [door for door in doors(server.pid) if not str(door).startswith(str(tmp_path))]
    private = [door for door in found if door != Door(("127.0.0.1", ports["s3"]))]
    assert len(private) == len(found) - 1 >= 9
    for door in private:
        said = {
            "HTTP": http(door.opened(), "GET", "/buckets/articles/"),
            "gRPC": grpc(door.opened(), "/filer_pb.SeaweedFiler/ListEntries"),
        }
        for held in (None, own):
            if (line := tls(door.opened(), held)) is not None:
                said[f"HTTPS with {held}"] = http(line, "GET", "/buckets/articles/")
        assert {way: answer for way, answer in said.items() if not refused(answer)} == {}, door
    assert client.get("kept") is not None
    client.close()


def wait_for(client: Client, server: Process) -> None:
    """Put an object as soon as the server takes it and has made the bucket; that it ends first is a failure."""
    deadline = time.monotonic() + 60
    while True:
        try:
            client.put("kept", b"1")
        except StoreError:
            assert server.alive
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
