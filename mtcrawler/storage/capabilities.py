"""What a store can do: the schema published, conditional writes tried."""

from __future__ import annotations

import json

from mtcrawler.model.article import json_schema
from mtcrawler.model.errors import ConditionsUnsupported, ObjectUnreadable, PreconditionFailed
from mtcrawler.storage.layout import SCHEMA_KEY
from mtcrawler.storage.port import ObjectStore, check

WRONG_ETAG = '"00000000000000000000000000000000"'
TRIES = 5


def schema_bytes() -> bytes:
    """The JSON Schema of a stored article as it is published: UTF-8 JSON, two-space indent, a final newline."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False).encode() + b"\n"


def honours_conditions(store: ObjectStore) -> bool:
    """Whether conditional writes hold, as far as `probe` finds out; raises as it does."""
    return bool(probe(store))


def probe(store: ObjectStore) -> bool | None:
    """Publish the schema and find out, by writing the same schema again, whether conditional writes hold.

    None where other writers came first each time, so that no condition that holds was tried. The probe leaves no trace:
    whatever the server makes of a condition, what it writes is what was there. Raises BucketMissing,
    StoreRefused or StoreUnreachable.
    """
    check(store)
    _publish(store)
    if not (_refuses(store, if_absent=True) and _refuses(store, if_etag=WRONG_ETAG)):
        return False
    return _accepts(store)


def is_published(store: ObjectStore) -> bool:
    """Whether the schema lies there as this version has it: nobody has begun the bucket anew. Raises StoreError."""
    try:
        stored = store.get(SCHEMA_KEY)
    except ObjectUnreadable as err:  # what is far too large is no schema
        store.left_out(err)
        return False
    return stored is not None and stored.body == schema_bytes()


def _publish(store: ObjectStore) -> None:
    if not is_published(store):
        store.put(SCHEMA_KEY, schema_bytes())


def _refuses(store: ObjectStore, *, if_absent: bool = False, if_etag: str | None = None) -> bool:
    try:
        store.put(SCHEMA_KEY, schema_bytes(), if_absent=if_absent, if_etag=if_etag)
    except PreconditionFailed:
        return True
    except ConditionsUnsupported:
        return False
    return False


def _accepts(store: ObjectStore) -> bool | None:
    for _ in range(TRIES):  # another crawler may be publishing at this moment
        stored = store.get(SCHEMA_KEY)
        try:
            store.put(SCHEMA_KEY, schema_bytes(), if_etag=stored.etag if stored else WRONG_ETAG)
        except PreconditionFailed:
            continue
        except ConditionsUnsupported:
            return False
        return True
    return None
