"""Which hubs the sources of a site name, as its visits tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mtcrawler.discovery.feeds.hubs import HubOffer
from mtcrawler.fleet.database.connection import Connection

Offers = Mapping[str, HubOffer | None]
"""What a visit read: each source by its address, and None where it names no hub."""

NAMED: Final = """
INSERT INTO websub_offer (site, source, topic, hubs)
SELECT site.name, %(source)s, %(topic)s, %(hubs)s FROM site WHERE site.name = %(site)s
ON CONFLICT (site, source) DO UPDATE SET topic = excluded.topic, hubs = excluded.hubs, told = now()
    WHERE websub_offer.told < now() - interval '1 day'
        OR (websub_offer.topic, websub_offer.hubs) IS DISTINCT FROM (excluded.topic, excluded.hubs)
"""
KEPT: Final = "30 days"
"""A source that was not read for so long names no hub."""
FORGET: Final = """
DELETE FROM websub_offer AS offer
WHERE told < now() - %s::interval OR NOT EXISTS (SELECT FROM site WHERE site.name = offer.site)
"""
NAMED_NO_MORE: Final = "DELETE FROM websub_offer WHERE site = %s AND source = ANY(%s)"


async def record(connection: Connection, site: str, offers: Offers) -> None:
    """Keep what a visit of the site told; of what it did not read, nothing changes. A site that is gone has none."""
    without = [source for source, offer in offers.items() if offer is None]
    if without:
        await connection.execute(NAMED_NO_MORE, (site, without))
    for source, offer in offers.items():
        if offer is not None:
            told = {"site": site, "source": source, "topic": offer.topic, "hubs": list(offer.hubs)}
            await connection.execute(NAMED, told)


async def forget(connection: Connection) -> None:
    """Delete what sites that are gone have told, and sources that nobody reads any more."""
    await connection.execute(FORGET, (KEPT,))
