"""A run's manifest as somebody's bucket has it, taken only where a report can be made of it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from pydantic import ValidationError

from mtcrawler.model.errors import StoreError
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.storage.layout import manifest_key
from mtcrawler.storage.read.manifests import check


def manifest_of(said: Any) -> Manifest:
    """The manifest that parsed JSON is; what a later minor version added is left out.

    Raises ValueError for what is none, names a run that no key could hold, or has a number or a nesting that no run
    comes to. Its length is bounded where it is read, and long texts are cut where they are shown.
    """
    check(said)
    try:
        manifest = Manifest.model_validate(said, extra="ignore")
        started, finished = manifest.started_at.astimezone(UTC), manifest.finished_at.astimezone(UTC)
        manifest_key(f"{started:%Y-%m-%d}", manifest.run_id)
    except ValidationError as err:
        first = err.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}") from err
    except (StoreError, OverflowError) as err:
        raise ValueError(str(err)) from err
    return manifest.model_copy(update={"started_at": started, "finished_at": finished})
