"""A run's manifest as somebody's bucket has it, taken only where a report can be made of it."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

from pydantic import ValidationError

from mtcrawler.bucket.layout import manifest_key
from mtcrawler.errors import StoreError
from mtcrawler.runs.manifest import Manifest

LARGEST: Final = 2**53
LONGEST: Final = 20_000
DEEPEST: Final = 12


def manifest_of(said: Any) -> Manifest:
    """The manifest that parsed JSON is; what a later minor version added is left out.

    Raises ValueError for what is none, names a run that no key could hold, or has a number, a text or a nesting that no
    run comes to.
    """
    _check(said, "")
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


def _check(value: Any, place: str, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise ValueError(f"{place}: it is nested more than {DEEPEST} deep")
    if isinstance(value, dict | list):
        if len(value) > LONGEST:
            raise ValueError(f"{place or 'it'}: it has {len(value)} entries, more than {LONGEST}")
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            _check(name, place, depth)
            _check(inner, f"{place}.{str(name)[:100]}".lstrip("."), depth + 1)
    elif isinstance(value, str) and len(value) > LONGEST:
        raise ValueError(f"{place}: it has {len(value)} characters, more than {LONGEST}")
    elif isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:  # which infinite and NaN are not, either
        raise ValueError(f"{place}: no run counts so far")
