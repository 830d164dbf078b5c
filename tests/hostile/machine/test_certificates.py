"""Laws of certificates: plain HTTP believes those that the browser believes, and no others."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import Run, articles, crawl
from tests.hostile.canary import HostileSite
from tests.hostile.pages import PATH, article

WRONG = ["expired", "another host's", "self-signed", "unknown authority"]
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.9"


class Authority:
    """Vouches for hosts; its own certificate is the file `path`."""

    def __init__(self, folder: Path, name: str = "An authority") -> None:
        self._key, self._folder = ec.generate_private_key(ec.SECP256R1()), folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._begun(self._name, self._key, 30).add_extension(x509.BasicConstraints(True, 0), True)
        self.path = folder / "authority.pem"
        self.path.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def vouch(self, host: str, days: int = 30, *, itself: bool = False) -> Path:
        """A key and a certificate for this host in one file, good for so many days; or one that vouches for itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        begun = self._begun(name, key, days, issuer=name if itself else self._name)
        begun = begun.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), False)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self._folder / "site.pem"
        signed = begun.sign(key if itself else self._key, hashes.SHA256())
        path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
        return path

    def _begun(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, days: int, issuer: x509.Name | None = None
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(issuer or self._name)
        made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
        return made.not_valid_before(now - timedelta(days=40)).not_valid_after(now + timedelta(days=days))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that plain HTTP is told to trust."""
    return Authority(tmp_path_factory.mktemp("authority"))


def crawled(certificate: Path, authority: Authority, mode: str, bucket: Location, var: Path) -> tuple[Run, list[str]]:
    """A crawl of an article over TLS, and the paths that were asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HostileSite(tls=context) as site:
        site.pages[PATH] = article()
        given = {"site": site.origin, "url": site.origin + PATH, "E_MTCRAWLER_CA_FILE": str(authority.path)}
        return crawl(
            "moscowtimes", bucket, var, **given, E_RENDER_MODE=mode, S_ROBOTSTXT_OBEY=str(int(mode == "http"))
        ), site.asked


@pytest.mark.parametrize("mode", ["http", "browser"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_site_that_cannot_prove_what_it_is_is_not_read(
    wrong: str, mode: str, authority: Authority, bucket: Location, tmp_path: Path
) -> None:
    """A certificate that has run out, is another host's, vouches for itself or is vouched for by nobody known is named
    for what it is, and nothing is asked for.
    """
    certificate = {
        "expired": lambda: authority.vouch(HERE, -1),
        "another host's": lambda: authority.vouch(ELSEWHERE),
        "self-signed": lambda: authority.vouch(HERE, itself=True),
        "unknown authority": lambda: Authority(tmp_path, "Nobody known").vouch(HERE),
    }[wrong]()
    run, asked = crawled(certificate, authority, mode, bucket, tmp_path)
    assert asked == []
    assert run.code == 13
    assert "CertificateRefused" in run.said
    assert "its certificate is not valid" in run.said
    assert wrong in run.said
    assert "Traceback" not in run.said
    assert articles(bucket) == {}


@pytest.mark.parametrize("mode", ["http", "browser"])
def test_a_site_that_proves_what_it_is_is_read(
    mode: str, authority: Authority, bucket: Location, tmp_path: Path
) -> None:
    """An authority of one's own, named in MTCRAWLER_CA_FILE, is trusted over plain HTTP and by the browser."""
    run, asked = crawled(authority.vouch(HERE), authority, mode, bucket, tmp_path)
    assert PATH in asked
    assert len(articles(bucket)) == 1, run.said
