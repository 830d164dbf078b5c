"""Clients of botocore are made quickly, and credentials that may change are looked for each time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.session import Session

from mtcrawler.storage.location import Location
from mtcrawler.storage.s3 import botocore_clients
from mtcrawler.storage.s3.client import Client

OWN = Location("http://127.0.0.1:9", "bucket", access_key="key", secret_key="secret")


def test_only_who_looks_for_credentials_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locations with credentials of their own share what botocore has to learn; others have a session each."""
    made = list[Session]()

    def session() -> Session:
        made.append(Session())
        return made[-1]

    monkeypatch.setattr(botocore_clients, "Session", session)
    monkeypatch.setattr(botocore_clients, "_SHARED", [])
    without = replace(OWN, access_key=None, secret_key=None)
    for location in (OWN, replace(OWN, bucket="another"), without, without):
        Client(location).close()
    assert len(made) == 3


def test_clients_of_one_session_keep_apart() -> None:
    """Each client signs with its own credentials and has its own handlers, though botocore's session is shared."""
    one, other = Client(OWN), Client(replace(OWN, access_key="other"))
    one._s3.meta.events.register("before-call.s3", lambda **_: None)
    assert [client._s3._request_signer._credentials.access_key for client in (one, other)] == ["key", "other"]
    assert one._s3.meta.events is not other._s3.meta.events
    for client in (one, other):
        client.close()
