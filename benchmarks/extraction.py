"""The reading of unknown pages as `score.py` of an evaluation calls it: a page and its address in, a plain dict out.

A page of a host that the shipped model learned from is read by the model of the fold that never saw that host.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.extraction.body.model import Model
from mtcrawler.model.reading import Reading
from tools.training.samples import fold_of, host_of

FOLDERS: Final = Path(__file__).parent / "folds"


def read(html: str, url: str) -> dict[str, Any]:
    """What is read off a page, by the names that the sets have for it, and how sure it is."""
    found = read_page(html, url, _model(url))
    image = found.image
    return {
        "text": found.text,
        "headline": found.headline,
        "authors": found.byline,  # as the sets count, an agency is an author, too
        "published_at": _published(found),
        "image": image.url if image else None,
        "caption": image.caption if image else None,
        "credit": image.credit if image else None,
        "tags": found.tags,
        "confidence": found.confidence,
        "page": found.page,
    }


def _published(found: Reading) -> datetime | date | None:
    if found.published_at is not None or found.published_date is None:
        return found.published_at
    return datetime(found.published_date.year, found.published_date.month, found.published_date.day)  # noqa: DTZ001 - a day alone has no zone


def _model(url: str) -> Model | None:
    """The model that has not seen the page's host; None for the shipped one, where that has not either."""
    host = host_of(url)
    return fold_model(fold_of(host)) if sha256(host.encode()).hexdigest()[:12] in _known() else None


@cache
def fold_model(fold: int) -> Model:
    """The model of a fold."""
    with np.load(FOLDERS / f"{fold}.npz", allow_pickle=False) as arrays:
        return Model(dict(arrays))


@cache
def _known() -> frozenset[str]:
    """The hosts that the shipped model learned from, as the beginnings of their hashes."""
    return frozenset(json.loads((FOLDERS / "hosts.json").read_text("utf-8")))
