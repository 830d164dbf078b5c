"""How large an object of the bucket, and what is in it, may be: what is larger is not read, and never written."""

from __future__ import annotations

from typing import Final

from mtcrawler.storage.layout import (
    ARTICLES,
    BASELINES,
    CHANGES,
    CHECKS,
    CLUSTERING,
    CLUSTERS,
    GLANCES,
    LEASES,
    MERGED,
    MODE_HISTORY,
    PAGES,
    REVISIONS,
    ROBOTS,
    RUNS,
    SITE_MEMORY,
    SNAPSHOTS,
    SOURCES,
    TABLES,
)

MIB: Final = 1 << 20

LARGEST: Final = 2**53
"""The largest number of a manifest or a report: what JSON is sure to carry."""
DEEPEST: Final = 12
"""How deep a manifest may be nested."""

VALUES: Final = 1_000_000
"""Values of an article; a page of as many elements as may be read makes 800,000, if each is a picture."""
NAMES: Final = 50
"""Names of an object in an article, on average."""
RUN_VALUES: Final = 200_000
"""Values of a manifest or of a run's data for its report."""
NOTE_VALUES: Final = 500_000
"""Values of a baseline or of a note on a site: a mode history, its memory, its sources, copies of robots.txt."""
LINE_VALUES: Final = 10_000
"""Values in a line of a segment."""
CLUSTER_VALUES: Final = 200_000
"""Values of a cluster of near-duplicates."""
LARGE: Final = MIB
"""Bytes of an object that is read alone; smaller ones are read side by side."""

PART_LINES: Final = 20_000
"""Lines after which the crawler begins another segment of changes or checks."""
PART_BYTES: Final = 16 * MIB
"""Bytes, unpacked, after which it does so."""
SEGMENT_LINES: Final = 100_000
"""Lines of a segment that are read; earlier versions had no limit when they wrote one."""
SEGMENT_BYTES: Final = 64 * MIB
"""Bytes of a segment, unpacked, that are read."""
MERGED_LINES: Final = 50_000
"""Lines of a merged segment, at most."""
MERGED_BYTES: Final = 32 * MIB
"""Bytes of one, unpacked, at most."""
MERGED_PARTS: Final = 20_000
"""Segments that one holds the lines of, at most."""
PAGE_RECORD_BYTES: Final = 40 * MIB
"""Bytes of one record of kept pages, unpacked: the longest page, in any character set, and what is said of it."""
PAGE_UNPACKED_BYTES: Final = 256 * MIB
"""Bytes of all records of one page, unpacked."""
PAGE_BYTES: Final = 64 * MIB
"""Bytes of a segment of kept pages."""
SNAPSHOT_BYTES: Final = 4096 * MIB
"""Bytes of a snapshot, unpacked."""
SNAPSHOT_RATIO: Final = 50
"""How many times its packed size a snapshot may have unpacked; a real one has four times that, a bomb a thousand."""

# Bytes as they lie in the bucket.
_MOST: Final = {
    ARTICLES: 32 * MIB,
    REVISIONS: 32 * MIB,
    CHANGES: SEGMENT_BYTES,
    CHECKS: SEGMENT_BYTES,
    MERGED: 16 * MIB,
    TABLES: 512 * MIB,
    SNAPSHOTS: 512 * MIB,
    CLUSTERS: 16 * MIB,
    PAGES: PAGE_BYTES,
    CLUSTERING: 64 * MIB,
    LEASES: MIB // 16,
    BASELINES: 16 * MIB,
    MODE_HISTORY: 16 * MIB,
    ROBOTS: 64 * MIB,
    SITE_MEMORY: MIB // 4,
    SOURCES: 4 * MIB,
    GLANCES: MIB // 4,
}
_MANIFEST: Final = 16 * MIB
_REPORT: Final = 8 * MIB
_RUN_FILE: Final = 256 * MIB
_OTHER: Final = MIB


def most(key: str) -> int:
    """The most bytes that the object under this key may have."""
    if key.startswith(RUNS):
        return {"manifest.json": _MANIFEST, "report.json": _REPORT}.get(key.rpartition("/")[2], _RUN_FILE)
    return _MOST.get("/".join(key.split("/", 2)[:2]) + "/", _OTHER)
