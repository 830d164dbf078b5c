"""Where clusters lie, and what the crawler notes in order to make them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from mtcrawler.model.errors import StoreError
from mtcrawler.storage.layout import CLUSTER_MEMBERS, CLUSTERING, CLUSTERS, is_article_id, is_identity

PROGRESS_KEY: Final = f"{CLUSTERING}progress.json"
PARTS: Final = f"{CLUSTERING}signatures/"
"""The signatures of the window, by day."""

_CLUSTER_KEY = re.compile(r"clusters/v1/date=(\d{4}-\d{2}-\d{2})/([0-9a-f-]{36})\.json", re.ASCII)
_PART_KEY = re.compile(r"clustering/v1/signatures/date=(\d{4}-\d{2}-\d{2})/(\d{6})\.bin", re.ASCII)


class PartKey(NamedTuple):
    """The day (YYYY-MM-DD) of a part of the window, and its number, from 1."""

    day: str
    number: int


def cluster_key(day: date, cluster_id: str) -> str:
    """`clusters/v1/date=…/<cluster_id>.json`; the day is that of the cluster's first article, in UTC."""
    if not is_article_id(cluster_id):
        raise StoreError("naming a cluster", f"{cluster_id!r} is no id", "Report it.")
    return f"{CLUSTERS}date={day.isoformat()}/{cluster_id}.json"


def member_key(site: str, article_id: str) -> str:
    """`cluster-members/v1/site=…/<id>.json`, which cluster an article is in."""
    if not is_identity(site, article_id):
        raise StoreError("naming a member of a cluster", f"{site!r} and {article_id!r} are no article's", "Report it.")
    return f"{CLUSTER_MEMBERS}site={site}/{article_id}.json"


def is_cluster_key(key: str) -> bool:
    """Whether a cluster may lie there."""
    found = _CLUSTER_KEY.fullmatch(key)
    return found is not None and is_article_id(found[2])


def part_key(day: str, number: int) -> str:
    """`clustering/v1/signatures/date=…/<number>.bin`, some of a day's signatures."""
    return f"{PARTS}date={day}/{number:06d}.bin"


def read_part_key(key: str) -> PartKey | None:
    """The parts of the key of some signatures, or None where it is another's."""
    found = _PART_KEY.fullmatch(key)
    return PartKey(found[1], int(found[2])) if found else None
