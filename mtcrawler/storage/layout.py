"""Where everything lies in the bucket: every key of the contract, and nothing taken raw from a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from mtcrawler.model.article import Article
from mtcrawler.model.errors import StoreError

ARTICLES: Final = "articles/v1/"
REVISIONS: Final = "revisions/v1/"
CHANGES: Final = "changes/v1/"
MERGED: Final = "merged/v1/"
TABLES: Final = "tables/v1/"
TABLES_KEY: Final = f"{TABLES}articles.json"
CHECKS: Final = "checks/v1/"
SNAPSHOTS: Final = "snapshots/v1/"
LEASES: Final = "leases/v1/"
BASELINES: Final = "baselines/v1/"
RUNS: Final = "runs/v1/"
PAGES: Final = "pages/v1/"
MODE_HISTORY: Final = "lessons/v1/"
SITE_MEMORY: Final = "site-memory/v1/"
ERROR_PAGES: Final = "error-pages/v1/"
ROBOTS: Final = "robots/v1/"
SOURCES: Final = "sources/v1/"
GLANCES: Final = "glances/v1/"
CLUSTERS: Final = "clusters/v1/"
CLUSTER_MEMBERS: Final = "cluster-members/v1/"
CLUSTERING: Final = "clustering/v1/"
SET_ASIDE: Final = "set-aside/v1/"
SCHEMA_KEY: Final = "schema/article-1.json"
UNKNOWN_DATE: Final = "unknown"

_LABEL = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}\Z")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_DAY_IN_PATH = re.compile(r"/(\d{4})/(\d{2})/(\d{2})(?=/|\Z)")
_ARTICLE_KEY = re.compile(r"articles/v1/site=([^/]+)/date=([^/]+)/([^/]+)\.json\Z")
_CHANGE_KEY = re.compile(r"(changes|checks)/v1/date=([^/]+)/([^/]+)-(\d{6,12})\.jsonl\.gz\Z", re.ASCII)
_MANIFEST_KEY = re.compile(r"runs/v1/date=([^/]+)/([^/]+)/manifest\.json\Z")
_MERGED_RUN = re.compile(r"merged-([0-9a-f]{12})\Z")
_TABLE_GROUP = re.compile(r"[0-9a-f]{2}\Z")
_SNAPSHOT_KEY = re.compile(r"[^\0]*-(\d{1,12})\.sqlite\.gz", re.ASCII)


class ArticleKey(NamedTuple):
    """The parts of an article's key; date is a day (YYYY-MM-DD) or "unknown"."""

    site: str
    date: str
    id: str


class ChangeKey(NamedTuple):
    """The parts of a change segment's key; they sort in the order the segments were begun."""

    date: str
    run_id: str
    seq: int


def article_key(site: str, day: str, article_id: str) -> str:
    """`articles/v1/site=…/date=…/….json`, the current revision of an article."""
    return f"{ARTICLES}site={_site(site)}/date={_day(day)}/{_id(article_id)}.json"


def revision_folder(site: str, article_id: str) -> str:
    """`revisions/v1/site=…/…/`, under which every revision of an article lies."""
    return f"{REVISIONS}site={_site(site)}/{_id(article_id)}/"


def revision_key(site: str, article_id: str, revision: int, content_hash: str) -> str:
    """`revisions/v1/site=…/…/<revision>-<hash12>.json`, immutable."""
    if revision < 1:
        raise _refused(f"revision {revision} is below 1", "revisions count from 1.")
    if not _HASH.match(content_hash):
        raise _refused(f"{content_hash!r} is no SHA-256", "take it from identity.content_hash.")
    return f"{revision_folder(site, article_id)}{revision}-{content_hash[:12]}.json"


def change_key(day: str, run_id: str, seq: int) -> str:
    """`changes/v1/date=…/<run_id>-<seq>.jsonl.gz`, one segment of the change feed; seq counts from 1."""
    return f"{CHANGES}date={_day(day)}/{_run(run_id)}-{seq:06d}.jsonl.gz"


def merged_segment(day: str, covers: str, wave: int) -> ChangeKey:
    """The name of a segment that holds the lines of others; `covers` is twelve hex digits that name all of those."""
    return ChangeKey(day, f"merged-{covers}", wave)


def covered(key: ChangeKey) -> str | None:
    """What a merged segment covers, as its name says; None for any other segment."""
    found = _MERGED_RUN.match(key.run_id)
    return found[1] if found else None


def parts_key(key: ChangeKey) -> str:
    """`merged/v1/date=…/<run_id>-<seq>.json`, which segments a merged one holds the lines of."""
    return f"{MERGED}date={_day(key.date)}/{_run(key.run_id)}-{key.seq:06d}.json"


def table_key(month: str, group: str) -> str:
    """`tables/v1/articles/month=…/<group>.parquet`; a month is YYYY-MM or "unknown", a group two hex digits."""
    if not _TABLE_GROUP.match(group):
        raise _refused(f"{group!r} is no group", "take it from table_group.")
    _day(month if month == UNKNOWN_DATE else f"{month}-01")
    return f"{TABLES}articles/month={month}/{group}.parquet"


def table_group(site: str) -> str:
    """The group of sites that share a file of a month: the first two hex digits of the SHA-256 of the host."""
    return sha256(site.encode()).hexdigest()[:2]


def check_key(day: str, run_id: str, seq: int) -> str:
    """`checks/v1/date=…/<run_id>-<seq>.jsonl.gz`, when pages that had not changed were looked at."""
    return f"{CHECKS}date={_day(day)}/{_run(run_id)}-{seq:06d}.jsonl.gz"


def snapshot_key(form: int, moment: datetime, run_id: str, segments: int) -> str:
    """`snapshots/v1/form=…/<moment>-<run_id>-<segments>.sqlite.gz`, the feed as a table; the newest sorts last."""
    return f"{SNAPSHOTS}form={form}/{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-{_run(run_id)}-{segments}.sqlite.gz"


def read_snapshot_key(key: str) -> int:
    """How many segments a snapshot was made of, as its key says; 0 where the key is another's."""
    found = _SNAPSHOT_KEY.fullmatch(key)
    return int(found[1]) if found else 0


def mode_history_key(site: str) -> str:
    """`lessons/v1/site=….json`, of which templates plain HTTP yields the same article as the browser."""
    return f"{MODE_HISTORY}site={_site(site)}.json"


def site_memory_key(site: str) -> str:
    """`site-memory/v1/site=….json`, what the pages of a site taught: its clutter, where its texts and fields stand."""
    return f"{SITE_MEMORY}site={_site(site)}.json"


def error_page_key(site: str, mirror: str | None = None) -> str:
    """`error-pages/v1/site=….json`, how a site, or a mirror of it, answers an address that cannot exist."""
    of_mirror = f"-{sha256(mirror.encode()).hexdigest()[:12]}" if mirror else ""
    return f"{ERROR_PAGES}site={_site(site)}{of_mirror}.json"


def robots_key(site: str) -> str:
    """`robots/v1/site=….json`, copies of the site's robots.txt files, which serve while those cannot be fetched."""
    return f"{ROBOTS}site={_site(site)}.json"


def sources_key(site: str) -> str:
    """`sources/v1/site=….json`, validators of the site's feeds, lists and sitemaps, as they were last read whole."""
    return f"{SOURCES}site={_site(site)}.json"


def glance_key(site: str) -> str:
    """`glances/v1/site=….json`, what a visit asks first that may find nothing new."""
    return f"{GLANCES}site={_site(site)}.json"


def lease_key(spider: str) -> str:
    """`leases/v1/<spider>.json`, who crawls this publisher at the moment."""
    return f"{LEASES}{_safe(spider)}.json"


def baseline_key(spider: str) -> str:
    """`baselines/v1/<spider>.json`, what earlier runs of this publisher gave."""
    return f"{BASELINES}{_safe(spider)}.json"


def run_key(day: str, run_id: str, name: str) -> str:
    """`runs/v1/date=…/<run_id>/<name>`; the name may have folders, such as evidence/1f0c-before.png."""
    return f"{RUNS}date={_day(day)}/{_run(run_id)}/{'/'.join(map(_safe, name.split('/')))}"


def manifest_key(day: str, run_id: str) -> str:
    """The manifest of a run, written last."""
    return run_key(day, run_id, "manifest.json")


def date_of(article: Article) -> str:
    """The day an article is filed under: its address's where that holds one, else its publication day, else "unknown".

    Decided when an article is first stored; later revisions keep the key. The publication day is the publisher's own
    (in the offset it states), not UTC's.
    """
    found = _DAY_IN_PATH.search(urlsplit(article.canonical_url).path)
    if found:
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:  # /2024/13/45/ is a path like any other
            pass
    published = article.published_at.date() if article.published_at else article.published_date
    return published.isoformat() if published else UNKNOWN_DATE


def read_article_key(key: str) -> ArticleKey | None:
    """The parts of an article's key, or None where the key is another's."""
    parts = ArticleKey(*found.groups()) if (found := _ARTICLE_KEY.match(key)) else None
    return parts if parts and _makes(key, article_key, *parts) else None


@lru_cache(16_384)  # visits beside one another, and one after the other, list nearly the same keys
def read_change_key(key: str) -> ChangeKey | None:
    """The parts of a segment's key, or None where the key is another's."""
    if (found := _CHANGE_KEY.match(key)) is None:
        return None
    parts = ChangeKey(found[2], found[3], int(found[4]))
    return parts if _makes(key, change_key if found[1] == "changes" else check_key, *parts) else None


def read_manifest_key(key: str) -> tuple[str, str] | None:
    """The day and the run of a manifest's key, or None where the key is another's."""
    found = _MANIFEST_KEY.match(key)
    return (found[1], found[2]) if found and _makes(key, manifest_key, found[1], found[2]) else None


def is_identity(site: str, article_id: str) -> bool:
    """Whether these may be the site and the id of an article."""
    return _makes(f"{REVISIONS}site={site}/{article_id}/", revision_folder, site, article_id)


def is_article_id(text: str) -> bool:
    """Whether this is an id as `identity.ids` makes them."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def is_site(text: str) -> bool:
    """Whether this may be the host of a canonical address."""
    return _HOST.match(text) is not None


def is_hash(text: str | None) -> bool:
    """Whether this is a SHA-256 in hex."""
    return text is not None and _HASH.match(text) is not None


def is_run_id(run_id: str) -> bool:
    """Whether a run may have this name."""
    return _RUN_ID.match(run_id) is not None


def _makes(key: str, make: Callable[..., str], *parts: object) -> bool:
    """Whether these parts make exactly this key: what lies under another is none of the contract's."""
    try:
        return make(*parts) == key
    except StoreError:
        return False


def _site(site: str) -> str:
    if not is_site(site):
        raise _refused(f"{site!r} is no lower-case host name", "take the host of a canonical address.")
    return site


def _day(day: str) -> str:
    if day != UNKNOWN_DATE:
        try:
            if date.fromisoformat(day).isoformat() != day:
                raise ValueError(day)
        except ValueError as err:
            raise _refused(f"{day!r} is no day", 'write YYYY-MM-DD or "unknown".') from err
    return day


def _id(article_id: str) -> str:
    if not is_article_id(article_id):
        raise _refused(f"{article_id!r} is no id", "an id is a UUID in lower case (identity.article_id).")
    return article_id


def _safe(name: str) -> str:
    if not _PLAIN_NAME.fullmatch(name):
        raise _refused(f"{name!r} is no safe file name", "use letters, digits, dots, dashes and underscores.")
    return name


def _run(run_id: str) -> str:
    if not _RUN_ID.match(run_id):
        raise _refused(f"{run_id!r} is no run id", "use letters, digits, dashes and underscores (RUN_ID).")
    return run_id


def _refused(happened: str, remedy: str) -> StoreError:
    return StoreError("naming an object of the bucket", happened, remedy[0].upper() + remedy[1:])
