"""A run's manifest as it lies in the bucket: what readers of one rely on is checked, the rest is left as it is."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable, bounded, parsed_object
from mtcrawler.storage.feed.changes import Moment
from mtcrawler.storage.feed.segments import fault
from mtcrawler.storage.layout import read_manifest_key
from mtcrawler.storage.limits import DEEPEST, LARGEST, RUN_VALUES

REMEDY = "Move it away with `mtcrawler set-aside {key}`: its articles are safe, and the run counts as unfinished."

Number = Annotated[int, Field(ge=0, le=LARGEST)]


class _Stored(BaseModel):
    new: Number = 0
    revised: Number = 0
    unchanged: Number = 0


class _Counts(BaseModel):
    articles: Number = 0
    stored: _Stored = _Stored()


class _Head(BaseModel):
    run_id: str
    spider: str
    started_at: Moment
    outcome: str
    message: str = ""
    counts: _Counts = _Counts()


def manifest(body: bytes, key: str) -> dict[str, Any]:
    """The manifest in an object's bytes, as JSON. Raises ObjectUnreadable where it is none, or another run's."""
    try:
        found = parsed_object(bounded(body, RUN_VALUES))
        check(found)
        head = _Head.model_validate(found)
    except Unreadable as err:
        raise ObjectUnreadable(key, f"it is no manifest ({err})", REMEDY) from err
    except ValidationError as err:
        raise ObjectUnreadable(key, f"it is no manifest ({fault(err)})", REMEDY) from err
    except ValueError as err:
        raise ObjectUnreadable(key, f"it is no manifest ({err})", REMEDY) from err
    parts = read_manifest_key(key)
    if parts is None or head.run_id != parts[1]:
        raise ObjectUnreadable(key, "it is another run's manifest", REMEDY)
    return found


def check(value: Any, place: str = "", depth: int = 0) -> None:
    """Raises ValueError where parsed JSON has a number or a nesting that no run comes to."""
    if depth > DEEPEST:
        raise ValueError(f"{place}: it is nested more than {DEEPEST} deep")
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            check(inner, f"{place}.{str(name)[:100]}".lstrip("."), depth + 1)
    elif isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:  # which infinite and NaN are not, either
        raise ValueError(f"{place}: no run counts so far")
