"""The names things keep for ever: an article's id, the hash of its words, a run's id."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import UTC, datetime

from mtcrawler.model import clock


def article_id(canonical_url: str) -> str:
    """The article's id: the UUIDv5 of its canonical address in the URL namespace, so it depends on nothing else."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, canonical_url))


def content_hash(headline: str, text: str) -> str:
    """The SHA-256 (64 hex digits) of headline and text, both already cleaned (`texts.clean`)."""
    return hashlib.sha256(f"{headline}\n\n{text}".encode()).hexdigest()


def new_run_id(now: datetime | None = None) -> str:
    """A name for a run that sorts by its start, such as 20261123T061500Z-1f0c9a."""
    moment = (now or clock.now()).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
