"""The record of a visit that was a glance: the manifest of a run that found nothing new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from mtcrawler.discovery.memory.glance_note import GlanceNote
from mtcrawler.fetch.sessions import states
from mtcrawler.model import clock
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.profile import Tally
from mtcrawler.runs.outcome.result import Addresses
from mtcrawler.runs.outcome.run_outcome import judge
from mtcrawler.runs.telemetry.manifest import Manifest, StoreFacts, versions
from mtcrawler.security.redaction import Secrets
from mtcrawler.storage.layout import manifest_key
from mtcrawler.storage.port import ObjectStore
from mtcrawler.visits.glance.glance import Glance, stats_of


def manifest_of(
    note: GlanceNote, glance: Glance, run_id: str, arguments: Mapping[str, str], started_at: datetime
) -> Manifest:
    """What a crawl would have written of this visit, but for `rendering` and `hosts`: it learned nothing of these."""
    settings, stats, location = glance.settings, stats_of(note), glance.store.location
    counts = Counts.of(stats)
    result = judge(counts, addresses=Addresses(next_due=note.next_due))
    manifest = Manifest(
        run_id=run_id,
        spider=glance.spidercls.name,
        site=glance.spidercls.definition.origin,
        arguments=dict(arguments),
        versions=versions(),
        started_at=started_at,
        finished_at=clock.now(),
        outcome=result.outcome.value,
        exit_code=result.outcome.exit_code,
        message=result.message,
        counts=counts,
        profile=Tally().profile(started_at, counts, stats),
        store=StoreFacts(endpoint=location.endpoint_url, bucket=location.bucket, prefix=location.prefix),
    )
    return Manifest.model_validate(Secrets.of(settings, states(settings)).shown_in(manifest.model_dump()))


def put(store: ObjectStore, manifest: Manifest) -> None:
    """Write it; raises StoreError."""
    key = manifest_key(f"{manifest.started_at:%Y-%m-%d}", manifest.run_id)
    store.put(key, manifest.to_json(), metadata={"run-id": manifest.run_id})
