"""A program that makes an NSS database with the authorities of a PEM file: `nss_database.py HOME PEM`.

NSS itself makes it; every Chromium on Linux brings that library. Nothing of ours is imported, and NSS stays out of the
crawl's own process.
"""

from __future__ import annotations

import ctypes
import os
import ssl
import sys
from pathlib import Path
from typing import Final

DATABASE: Final = ".pki/nssdb"
VALID_AUTHORITY: Final = 1 << 3
TRUSTED_AUTHORITY: Final = 1 << 4


class _Item(ctypes.Structure):
    """NSS's SECItem."""

    _fields_ = (("type", ctypes.c_int), ("data", ctypes.c_char_p), ("len", ctypes.c_uint))


class _Trust(ctypes.Structure):
    """NSS's CERTCertTrust: for servers, mail and code."""

    _fields_ = (("servers", ctypes.c_uint), ("mail", ctypes.c_uint), ("code", ctypes.c_uint))


def _make(home: Path, authorities: Path) -> None:
    """Make the database of a home folder; raises OSError where NSS refuses something."""
    database = home / DATABASE
    database.mkdir(parents=True, mode=0o700)
    nss = ctypes.CDLL("libnss3.so")
    for name in ("PK11_GetInternalKeySlot", "CERT_GetDefaultCertDB", "CERT_NewTempCertificate"):
        getattr(nss, name).restype = ctypes.c_void_p
    _done(nss.NSS_InitReadWrite(f"sql:{database}".encode()), "opening the database")
    slot, every = ctypes.c_void_p(nss.PK11_GetInternalKeySlot()), ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
    if nss.PK11_NeedUserInit(slot):
        _done(nss.PK11_InitPin(slot, None, b""), "beginning the database")
    trust = _Trust(VALID_AUTHORITY | TRUSTED_AUTHORITY, 0, 0)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(authorities)
    for number, der in enumerate(context.get_ca_certs(binary_form=True)):
        item = ctypes.byref(_Item(0, der, len(der)))
        certificate = ctypes.c_void_p(nss.CERT_NewTempCertificate(every, item, None, 0, 1))
        named = f"authority {number}".encode()
        _done(nss.PK11_ImportCert(slot, certificate, ctypes.c_ulong(0), named, 0), "adding an authority")
        _done(nss.CERT_ChangeCertTrust(every, certificate, ctypes.byref(trust)), "trusting an authority")
        nss.CERT_DestroyCertificate(certificate)
    nss.PK11_FreeSlot(slot)
    _done(nss.NSS_Shutdown(), "closing the database")


def _done(result: int, what: str) -> None:
    if result:
        raise OSError(f"NSS fails at {what}")


if __name__ == "__main__":
    os.umask(0o077)
    _make(Path(sys.argv[1]), Path(sys.argv[2]))
