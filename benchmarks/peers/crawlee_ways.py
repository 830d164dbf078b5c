"""How both of Crawlee's crawlers are set up: nothing on disk, its own concurrency or the pace that was asked for."""

from __future__ import annotations

from typing import Any

from crawlee import ConcurrencySettings
from crawlee.storage_clients import MemoryStorageClient

from benchmarks.peers.task import Task


def common(task: Task) -> dict[str, Any]:
    """Arguments of any crawler."""
    given: dict[str, Any] = {"storage_client": MemoryStorageClient()}
    if task.delay:
        given["concurrency_settings"] = ConcurrencySettings(max_tasks_per_minute=60 / task.delay)
    return given
