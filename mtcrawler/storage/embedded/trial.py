"""Whether a server of the embedded store takes articles, found out by writing one."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import Final

from mtcrawler.model.errors import StoreError, StoreUnreachable
from mtcrawler.storage.embedded.process import Process, true_within
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client

READY_KEY: Final = "ready"


def takes_articles(location: Location, process: Process | None, port: int, wait: float) -> bool | None:
    """Whether a PUT succeeds within `wait` seconds, and it is this process that answers at the port.

    False where every try was answered and refused; None where one was not answered, or the server failed with an error
    of its own, and at once where the process has ended. Another program may have taken the port first, and would be
    given the articles.
    """
    seen = set[bool | None]()
    with closing(Client(location, connections=1, attempts=1, connect_timeout=1.0, read_timeout=5.0)) as client:

        def known() -> bool:
            seen.add(_takes_one(client) if process and process.listens(port) else None)
            return True in seen or not (process and process.alive)

        true_within(known, wait)
    if True in seen:
        return True
    return False if seen == {False} else None


def _takes_one(client: Client) -> bool | None:
    """Whether one is taken; None where that was not answered."""
    with suppress(StoreError):
        client.create_bucket()
        try:
            client.put(READY_KEY, b"An article would be taken too.\n")
        except StoreUnreachable:
            return None
        except StoreError:
            return False
        client.delete(READY_KEY)
        return True
    return None
