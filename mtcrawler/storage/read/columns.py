"""Articles as rows of a Parquet file: the model's fields as columns, times as times, the body as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

import pyarrow as pa
from pydantic import AwareDatetime, BaseModel

from mtcrawler.model.article import Article, Overlay
from mtcrawler.security.untrusted import parsed_object
from mtcrawler.storage.read.forms.column_names import NAMES

_PLAIN: Final = {
    str: pa.string(),
    int: pa.int32(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    AwareDatetime: pa.timestamp("us", tz="UTC"),
}
# A column's type is a promise to readers of older files, so what was wider once stays so.
_WIDER: Final[dict[tuple[type[BaseModel], str], pa.DataType]] = {(Overlay, "ms"): pa.int64()}
# As JSON: blocks are of many kinds, and may lie in each other.
_AS_JSON: Final[set[tuple[type[BaseModel], str]]] = {(Article, "body")}


def _columns(model: type[BaseModel]) -> list[tuple[str, pa.DataType]]:
    """The model's fields, in order, with the Arrow type of each."""
    return [(name, _column(model, name)) for name in model.model_fields]


def _column(model: type[BaseModel], name: str) -> pa.DataType:
    if (model, name) in _AS_JSON:
        return pa.string()
    return _WIDER.get((model, name)) or column_type(model.model_fields[name].annotation)


def column_type(kind: Any) -> pa.DataType:
    """The Arrow type of a field of this Python type. Raises TypeError for one that has none."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        kinds = [one for one in get_args(kind) if one is not NoneType]
        if len(kinds) == 1:
            return column_type(kinds[0])
    if origin is Literal:
        return pa.string()
    if origin is list:
        return pa.list_(column_type(get_args(kind)[0]))
    if origin is dict:
        return pa.map_(*map(column_type, get_args(kind)))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return pa.struct(_columns(kind))
    if kind in _PLAIN:
        return _PLAIN[kind]
    raise TypeError(f"{kind} has no column type")


_COLUMNS: Final = {**dict(_columns(Article)), "date": pa.string()}
SCHEMA: Final = pa.schema([(name, _COLUMNS[name]) for name in NAMES])
"""Fields of a version still to come are left out."""


def batch(rows: Sequence[tuple[str, bytes]]) -> pa.RecordBatch:
    """Partition dates and article bytes as a batch. Raises ValueError, KeyError, TypeError or OverflowError for an
    article that makes no row.
    """
    articles = [_row(date, parsed_object(body)) for date, body in rows]
    # Column by column: four times as quick as handing over whole rows.
    columns = [pa.array([article.get(field.name) for article in articles], field.type) for field in SCHEMA]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def _row(date: str, article: dict[str, Any]) -> dict[str, Any]:
    article["date"] = date
    article["body"] = json.dumps(article["body"], ensure_ascii=False, separators=(",", ":"))
    for name in ("published_at", "modified_at"):
        article[name] = _moment(article[name])
    article["published_date"] = _day(article.get("published_date"))
    article["provenance"]["fields"] = list(article["provenance"].get("fields", {}).items())
    article["provenance"]["fetched_at"] = _moment(article["provenance"]["fetched_at"])
    return article


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
