"""Laws of the embedded store's other ports: to all but the store's own processes they are closed."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mtcrawler.model.errors import StoreRefused
from mtcrawler.storage.embedded import server
from mtcrawler.storage.embedded.ports import free_ports, is_free
from mtcrawler.storage.embedded.process import started
from mtcrawler.storage.embedded.server import Embedded, State
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.hostile.machine.outsider import Door, certificate, doors, grpc, http, message, refused, tls

BUCKET = "articles"
FOLDER = f"/buckets/{BUCKET}/articles"
KEPT = {"articles/kept-5d1f": b"the words of an article, 8c07\n", "articles/also-1e90": b"and of another, 77ab\n"}
# What no request names, so that no error can repeat it.
WORDS = [b"also-1e90", *(body.strip() for body in KEPT.values())]
EVIL = "evil-4b2e"
FORM = "application/x-www-form-urlencoded"
IDENTITY = message(_1=EVIL, _2=message(_1=EVIL, _2=EVIL), _3="Admin")
IDENTITIES = json.dumps(
    {"identities": [{"name": EVIL, "credentials": [{"accessKey": EVIL, "secretKey": EVIL}], "actions": ["Admin"]}]}
).encode()

READS = [
    ("GET", path, b"", "text/plain")
    for path in (
        "/",
        "/ui/index.html",
        "/status",
        "/healthz",
        "/metrics",
        "/debug/pprof/goroutine?debug=2",
        "/dir/status",
        "/dir/assign",
        "/dir/lookup?volumeId=1",
        "/vol/status",
        "/cluster/status",
        f"{FOLDER}/",
        f"{FOLDER}/kept-5d1f",
        f"/{BUCKET}",
        f"/{BUCKET}/articles/kept-5d1f",
        "/etc/iam/identity.json",
        "/api/object-store/buckets",
    )
]
WRITES = [
    ("PUT", f"{FOLDER}/planted", b"planted", "text/plain"),
    ("PUT", f"/{BUCKET}/articles/planted", b"planted", "text/plain"),
    ("PUT", "/etc/iam/identity.json", IDENTITIES, "application/json"),
    ("POST", "/", b"Action=ListUsers&Version=2010-05-08", FORM),
    ("POST", "/", f"Action=CreateAccessKey&UserName={EVIL}&Version=2010-05-08".encode(), FORM),
    ("POST", f"/vol/grow?count=1&collection={BUCKET}", b"", "text/plain"),
    ("DELETE", f"{FOLDER}/kept-5d1f", b"", "text/plain"),
    ("DELETE", f"{FOLDER}?recursive=true", b"", "text/plain"),
    ("DELETE", f"/{BUCKET}/articles/kept-5d1f", b"", "text/plain"),
    ("DELETE", f"/{BUCKET}", b"", "text/plain"),
    ("GET", f"/col/delete?collection={BUCKET}", b"", "text/plain"),
]
CALLS = [
    ("/filer_pb.SeaweedFiler/ListEntries", message(_1=FOLDER)),
    ("/master_pb.Seaweed/VolumeList", b""),
    ("/master_pb.Seaweed/CollectionList", message(_1=True)),
    ("/volume_server_pb.VolumeServer/VolumeServerStatus", b""),
    ("/iam_pb.SeaweedIdentityAccessManagement/GetConfiguration", b""),
    ("/worker_pb.WorkerService/WorkerStream", b""),
    ("/filer_pb.SeaweedFiler/CreateEntry", message(_1=FOLDER, _2=message(_1="planted"))),
    ("/iam_pb.SeaweedIdentityAccessManagement/CreateUser", message(_1=IDENTITY)),
    ("/messaging_pb.SeaweedS3IamCache/PutIdentity", message(_1=IDENTITY)),
    ("/filer_pb.SeaweedFiler/DeleteEntry", message(_1=FOLDER, _2="kept-5d1f", _4=True)),
    ("/master_pb.Seaweed/CollectionDelete", message(_1=BUCKET)),
    ("/volume_server_pb.VolumeServer/DeleteCollection", message(_1=BUCKET)),
]


@dataclass(frozen=True, slots=True)
class Siege:
    """A store that holds articles, its sockets, and what each said to a program without the store's keys."""

    store: Embedded
    location: Location
    private: list[Door]
    public: Door
    answers: dict[Door, list[tuple[str, bytes]]]


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    """Every request of the lists above at every socket: plain, inside TLS, and with a certificate of one's own."""
    store = Embedded(tmp_path_factory.mktemp("siege") / "store")
    location = store.up()
    client = Client(location)
    for key, body in KEPT.items():
        client.put(key, body)
    client.close()
    pid = store.status().pid
    assert pid is not None
    own = certificate(tmp_path_factory.mktemp("own") / "own.pem")
    inside = str(store.folder)
    found = [door for door in doors(pid) if not str(door).startswith(inside)]
    (public,) = (door for door in found if str(door) == f"port {(location.endpoint_url or '').rpartition(':')[2]}")
    yield Siege(store, location, [one for one in found if one != public], public, {d: asked(d, own) for d in found})
    store.down(wait=0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Embedded]:
    """A store of one's own, not yet begun."""
    store = Embedded(tmp_path / "store")
    yield store
    store.down(wait=0)


def asked(door: Door, own: Path) -> list[tuple[str, bytes]]:
    """All that a socket answers, by what was asked of it; reads come before what changes or deletes."""
    ways: dict[str, Callable[[str], socket.socket | None]] = {
        "plain": lambda _: door.opened(),
        "TLS": lambda protocol: tls(door.opened(), None, protocol),
        "TLS with another certificate": lambda protocol: tls(door.opened(), own, protocol),
    }
    said = []
    for way, line in ways.items():
        for method, path, body, kind in (*READS, *WRITES):
            if (opened := line("http/1.1")) is not None:
                said.append((f"{way} {method} {path}", http(opened, method, path, body, kind)))
        for call, packed in CALLS:
            if (opened := line("h2")) is not None:
                said.append((f"{way} {call}", grpc(opened, call, packed)))
    return said


def test_no_port_but_s3_answers_without_the_certificate(siege: Siege) -> None:
    """To whatever an outsider sends, every socket of the server but S3's says at most that it wants TLS."""
    assert len(siege.private) >= 8
    answered = {
        str(door): [request for request, answer in siege.answers[door] if not refused(answer)] for door in siege.private
    }
    assert answered == {str(door): [] for door in siege.private}


def test_no_port_tells_of_the_articles(siege: Siege) -> None:
    """Neither a name nor a word of what is stored reaches somebody without the key, through no socket and not S3's."""
    told = [
        (str(door), request)
        for door, said in siege.answers.items()
        for request, answer in said
        if any(part in answer for part in WORDS)
    ]
    assert told == []
    statuses = {answer.split()[1] for request, answer in siege.answers[siege.public] if BUCKET in request and answer}
    assert b"403" in statuses
    assert statuses <= {b"403", b"405"}


def test_no_port_changes_what_is_stored(siege: Siege) -> None:
    """After all that was sent the bucket holds what was put there, and a key that an outsider planted opens nothing."""
    client = Client(siege.location)
    kept = {key: stored.body for key in client.keys("") if (stored := client.get(key))}
    client.close()
    assert kept == KEPT
    refuses(replace(siege.location, access_key=EVIL, secret_key=EVIL))


def refuses(location: Location) -> None:
    """Say with an assertion that these keys open nothing."""
    client = Client(location, attempts=1)
    with pytest.raises(StoreRefused):
        list(client.keys(""))
    client.close()


def test_what_lies_in_the_folder_is_its_owners(siege: Siege) -> None:
    """Only its owner enters the store's folder, where sockets lie too, and reads keys, log and lock there."""
    folder = siege.store.folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in folder.iterdir() if path.is_file() and path.stat().st_mode & 0o077] == []


def test_the_server_writes_nothing_outside_its_folder(siege: Siege) -> None:
    """Its logs name what is stored, so they lie in the store's folder as all other files it has open."""
    pid = siege.store.status().pid
    opened = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    files = [path for path in opened if path.startswith("/") and not path.startswith(("/dev/", "/proc/", "/sys/"))]
    assert files
    assert [path for path in files if not path.startswith(str(siege.store.folder))] == []


def test_the_keys_are_neither_in_the_command_nor_in_the_environment(siege: Siege) -> None:
    """What `ps` shows of the server has no secret in it, and its environment has none either."""
    pid = siege.store.status().pid
    shown = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    assert siege.location.secret_key is not None
    assert siege.location.secret_key.encode() not in shown
    assert b"SECRET" not in shown


def test_a_program_in_a_place_of_the_servers_own_is_not_believed(store: Embedded, tmp_path: Path) -> None:
    """The server's worker looks for its superior at a port that is nobody's: who listens there is told nothing."""
    ports = free_ports(server.PARTS)
    while not is_free(ports["admin"] + 10_000):
        ports = free_ports(server.PARTS)
    store.folder.mkdir(mode=0o700)
    store._write(State("A" * 20, "b" * 40, ports))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2"])
    context.load_cert_chain(certificate(tmp_path / "own.pem"))
    with socket.create_server(("127.0.0.1", ports["admin"] + 10_000)) as impostor:
        impostor.settimeout(30)
        store.up()
        line, _ = impostor.accept()
        line.settimeout(30)
        assert line.recv(1, socket.MSG_PEEK) == b"\x16", "it does not ask for a certificate"
        with line, pytest.raises(ssl.SSLError):
            heard(line, context)


def heard(line: socket.socket, context: ssl.SSLContext) -> bytes:
    """What is said to a server once its certificate was seen; with TLS 1.3 a refusal arrives after the handshake."""
    with context.wrap_socket(line, server_side=True) as inside:
        return inside.recv(1)


@pytest.mark.slow
def test_a_store_that_was_begun_open_is_closed_by_the_next_who_needs_it(store: Embedded) -> None:
    """A server of an older version is stopped and started closed; its articles stay, a key planted before is void."""
    state = opened_as_before(store)
    old = store._location(state)
    assert store._takes_articles(state, 40)
    client = Client(old)
    for key, body in KEPT.items():
        client.put(key, body)
    filer = Door(("127.0.0.1", state.ports["filer"]))
    assert KEPT["articles/kept-5d1f"] in http(filer.opened(), "GET", f"{FOLDER}/kept-5d1f")
    assert b" 201 " in http(filer.opened(), "PUT", "/etc/iam/identity.json", IDENTITIES, "application/json")
    location = store.up()
    assert location == old
    assert not state.process or not state.process.alive
    assert {key: stored.body for key in client.keys("") if (stored := client.get(key))} == KEPT
    assert refused(http(filer.opened(), "GET", f"{FOLDER}/kept-5d1f"))
    refuses(replace(location, access_key=EVIL, secret_key=EVIL))
    pid = store.status().pid
    assert store.up() == location
    assert store.status().pid == pid
    client.close()


def opened_as_before(store: Embedded) -> State:
    """The server as the version before this law began it: every port open, the keys in its environment."""
    ports = free_ports(server.PARTS)
    state = State("A" * 20, "b" * 40, ports)
    flags = ["mini", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-admin.ui=false", "-webdav=false"]
    flags += ["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.autoCreateBucket=false"]
    flags += ["-filer.localSocket=data/filer.sock", "-s3.localSocket=data/s3.sock"]
    flags += [f"-{part}.port={ports[part]}" for part in server.PARTS]
    flags += [f"-{part}.port.grpc={ports[part + '.grpc']}" for part in server.PARTS]
    (store.folder / "data").mkdir(parents=True)
    keys = {"AWS_ACCESS_KEY_ID": state.access_key, "AWS_SECRET_ACCESS_KEY": state.secret_key}
    with (store.folder / "server.log").open("wb") as log:
        process = started(
            [str(server.binary()), *flags],
            folder=store.folder,
            environment={**keys, "HOME": "/"},
            log=log.fileno(),
        )
    state = replace(state, process=process)
    store._write(state)
    return state
