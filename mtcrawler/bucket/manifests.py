"""A run's manifest as it lies in the bucket: what readers of one rely on is checked, the rest is left as it is."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from mtcrawler.bucket.changes import Moment
from mtcrawler.bucket.layout import read_manifest_key
from mtcrawler.bucket.segments import fault
from mtcrawler.errors import ObjectUnreadable
from mtcrawler.untrusted import Unreadable, parsed_object

REMEDY = "What the run stored is as it was; without its manifest it counts as a run that did not finish."

Number = Annotated[int, Field(ge=0, le=10**12)]


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
        found = parsed_object(body)
        head = _Head.model_validate(found)
    except Unreadable as err:
        raise ObjectUnreadable(key, f"it is no manifest ({err})", REMEDY) from err
    except ValidationError as err:
        raise ObjectUnreadable(key, f"it is no manifest ({fault(err)})", REMEDY) from err
    parts = read_manifest_key(key)
    if parts is None or head.run_id != parts[1]:
        raise ObjectUnreadable(key, "it is another run's manifest", REMEDY)
    return found
