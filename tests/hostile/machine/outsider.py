"""Another program on the machine: finds a server's sockets by itself and speaks HTTP, TLS and gRPC with each."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from mtcrawler.storage.embedded.process import open_files

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
PATIENCE = 5.0
# What a server that takes only TLS says to plain HTTP.
TLS_ONLY = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"


@dataclass(frozen=True, slots=True)
class Door:
    """A listening socket: a port, or the path of a Unix socket."""

    address: tuple[str, int] | str

    def opened(self) -> socket.socket:
        """A connection to it, which gives up after a while."""
        line = socket.socket(socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET)
        line.settimeout(PATIENCE)
        line.connect(self.address)
        return line

    def __str__(self) -> str:
        return self.address if isinstance(self.address, str) else f"port {self.address[1]}"


def doors(pid: int) -> list[Door]:
    """Every socket on which a process or one of its children listens."""
    server = psutil.Process(pid)
    inodes = {
        target[8:-1]
        for process in (server, *server.children(recursive=True))
        for target in open_files(process.pid)
        if target.startswith("socket:[")
    }
    ports = [
        Door((_host(fields[1].partition(":")[0]), int(fields[1].rpartition(":")[2], 16)))
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for fields in _rows(table)
        if fields[3] == "0A" and fields[9] in inodes
    ]
    # Flag 10000 is "takes connections"; the last field is a path where there is one.
    paths = [
        Door(str(Path(f"/proc/{pid}/cwd").readlink() / fields[7]))
        for fields in _rows("/proc/net/unix")
        if fields[3] == "00010000" and fields[6] in inodes
    ]
    return [*ports, *paths]


def _rows(table: str) -> Iterator[list[str]]:
    for line in Path(table).read_text(encoding="utf-8").splitlines()[1:]:
        yield line.split(maxsplit=7) if table.endswith("unix") else line.split()


def _host(packed: str) -> str:
    """IPv4 in the kernel's order; whatever listens on IPv6 or everywhere is met on loopback too."""
    host = socket.inet_ntoa(bytes.fromhex(packed)[::-1]) if len(packed) == 8 else "0.0.0.0"
    return "127.0.0.1" if host == "0.0.0.0" else host


def http(line: socket.socket, method: str, path: str, body: bytes = b"", kind: str = "text/plain") -> bytes:
    """All that is answered to a request; nothing where the connection is cut."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    answer = b""
    with line, suppress(OSError):
        line.sendall(head.encode() + body)
        while got := line.recv(65536):
            answer += got
    return answer


def refused(answer: bytes) -> bool:
    """Nothing, an alert of TLS, or the word that plain HTTP is not spoken here."""
    return answer in (b"", TLS_ONLY) or answer.startswith(b"\x15\x03")


def grpc(line: socket.socket, method: str, message: bytes = b"") -> bytes:
    """All that is answered to a call until it ends; nothing where the connection is cut."""
    fields = {
        ":method": "POST",
        ":scheme": "http",
        ":path": method,
        ":authority": "127.0.0.1",
        "content-type": "application/grpc",
        "te": "trailers",
    }
    packed = b"".join(b"\0" + _sized(name.encode()) + _sized(value.encode()) for name, value in fields.items())
    asked = _frame(1, 4, 1, packed) + _frame(0, 1, 1, b"\0" + struct.pack(">I", len(message)) + message)
    answer = b""
    with line, suppress(OSError):
        line.sendall(PREFACE + _frame(4, 0, 0, b"") + asked)
        while not _over(answer) and (got := line.recv(65536)):
            answer += got
    return answer


def _sized(text: bytes) -> bytes:
    """A text as HPACK has it: 7 bits of length, and what is more in the next bytes."""
    size = bytes([len(text)]) if len(text) < 127 else bytes([127]) + _number(len(text) - 127)
    return size + text


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def _over(answer: bytes) -> bool:
    """Whether the answer's frames end the call or the connection."""
    at = 0
    while at + 9 <= len(answer):
        kind, flags, stream = answer[at + 3], answer[at + 4], int.from_bytes(answer[at + 5 : at + 9], "big")
        if kind == 7 or (stream == 1 and (kind == 3 or (kind == 1 and flags & 1))):
            return True
        at += 9 + int.from_bytes(answer[at : at + 3], "big")
    return False


def message(**fields: str | bytes | bool) -> bytes:
    """A protobuf message; the fields are named by their numbers, as `_1="text"`."""
    packed = b""
    for name, value in fields.items():
        number = int(name.lstrip("_"))
        if isinstance(value, bool):
            packed += bytes([number << 3, value])
        else:
            text = value.encode() if isinstance(value, str) else value
            packed += bytes([number << 3 | 2]) + _number(len(text)) + text
    return packed


def _number(value: int) -> bytes:
    """An integer in groups of 7 bits, the lowest first."""
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + _number(value >> 7)


def tls(line: socket.socket, certificate: Path | None = None, protocol: str | None = None) -> socket.socket | None:
    """The connection inside TLS, with this certificate and key of ours if any; None where there is no TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocol is not None:
        context.set_alpn_protocols([protocol])
    if certificate is not None:
        context.load_cert_chain(certificate)
    try:
        return context.wrap_socket(line)
    except OSError:
        line.close()
        return None


def certificate(path: Path) -> Path:
    """A file with a key of one's own and a certificate that says it is the store's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mtcrawler store")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(datetime(2000, 1, 1, tzinfo=UTC)).not_valid_after(datetime(9999, 12, 31, tzinfo=UTC))
    signed = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed)
    return path
