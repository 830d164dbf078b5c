"""Clustering as a command does it: one process at a time, once or again and again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mtcrawler.clusters.clustering import Clustering, Outcome
from mtcrawler.model.errors import Busy, PreconditionFailed
from mtcrawler.storage.port import OUTAGES, ObjectStore
from mtcrawler.storage.write.lease import SECONDS, Lease

logger = logging.getLogger(__name__)

NAME: Final = "mtcrawler.cluster"
"""The name of the lease; no spider has a dot in its name."""
DOING: Final = "looking for near-duplicates across sites"
REMEDY: Final = "One at a time is enough: what it leaves, the next one deals with."


def run(
    store: ObjectStore,
    folder: Path,
    run_id: str,
    told: Callable[[Outcome], object],
    *,
    window_days: int,
    every: float | None = None,
    lease_seconds: float = SECONDS,
    read: Callable[[int], object] = lambda number: None,
) -> None:
    """Deal with what is new in the feed once, or again after every `every` seconds without end; `told` hears of each,
    and `read` of how many more changes were read.

    `folder` is where this machine keeps the lock. While the store is away, looks that are repeated wait for it. Raises
    Busy where another process does the same, or StoreError.
    """
    lost = threading.Event()

    def go_on() -> None:
        if lost.is_set():
            raise Busy(DOING, "another process has taken over, as this one was not heard of for too long", REMEDY)

    clustering = Clustering(store, window_days, go_on, read)
    try:
        lease = Lease(store, NAME, run_id, folder, seconds=lease_seconds, lost=lost.set)
        with lease:
            while True:
                try:
                    told(clustering.look())
                except OUTAGES as err:
                    if every is None:
                        raise
                    logger.warning("%s", err)
                if every is None:
                    return
                if lost.wait(every):
                    go_on()
    except PreconditionFailed as err:
        raise Busy(DOING, "another process does the same", REMEDY) from err
    except Busy as err:
        raise Busy(DOING, err.happened, REMEDY) from err
