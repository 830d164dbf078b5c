"""What closes a SeaweedFS: every port but S3's asks for a certificate that only the server has, and S3 for our key."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mtcrawler.model.errors import SettingError
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, contents

CERTIFICATE: Final = "server.pem"
MOST: Final = 1 << 16
"""Bytes of each of these files."""


def _ports() -> str:
    """The server's own format. Paths are relative: the server starts in the folder where these files lie."""
    pair = f'cert = "{CERTIFICATE}"\nkey = "{CERTIFICATE}"\n'
    trusted = f'ca = "{CERTIFICATE}"\n'
    parts = [f"[grpc]\n{trusted}"]
    parts += [f"[grpc.{one}]\n{pair}" for one in ("master", "volume", "filer", "s3", "admin", "worker", "client")]
    parts += [f"[https.{one}]\n{pair}{trusted}" for one in ("master", "volume", "filer", "admin")]
    parts.append(f"[https.client]\nenabled = true\n{pair}{trusted}")
    return "\n".join(parts)


CONFIGURATION: Final = {
    "security.toml": _ports(),
    # Users of S3 are those the server is started with. By default it would also take any who are written in its data.
    "credential.toml": "[credential.memory]\nenabled = true\n",
}


def renew(folder: Path) -> None:
    """Give a server that does not run a new key and certificate, and the configuration that asks for it everywhere.

    The certificate is for 127.0.0.1, signs itself, never ends, and its key is in the same file (mode 0600), which each
    part of the server shows to the others. A running server reads the file again, so it must not change then.

    Raises SettingError where the package that makes certificates is not installed; OSError.
    """
    private_files.put(folder / CERTIFICATE, _certificate())
    configure(folder)


def configure(folder: Path) -> None:
    """As `renew`, for a server that may run: a key and certificate that are there already stay."""
    try:
        contents(folder / CERTIFICATE, MOST)
    except (FileNotFoundError, Unreadable):
        private_files.put(folder / CERTIFICATE, _certificate())
    for name, text in CONFIGURATION.items():
        private_files.put(folder / name, text.encode())


def in_force(folder: Path) -> bool:
    """Whether a server that was started in this folder was started closed, as this version of the code closes it."""
    try:
        return all(contents(folder / name, MOST) == text.encode() for name, text in CONFIGURATION.items())
    except (OSError, Unreadable):
        return False


def _certificate() -> bytes:
    try:
        from cryptography import x509  # noqa: PLC0415 - only where a server is started
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
        from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID  # noqa: PLC0415
    except ImportError as err:
        raise SettingError(
            "closing the store's ports",
            "the package cryptography is not installed",
            "Set S3_BUCKET (and S3_ENDPOINT_URL), or pip install 'mtcrawler[store]'.",
        ) from err

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mtcrawler store")])
    loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    usages = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Any clock will do: a wrong one must not keep the store from starting.
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(9999, 12, 31, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
        .add_extension(usages, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem + certificate.public_bytes(serialization.Encoding.PEM)
