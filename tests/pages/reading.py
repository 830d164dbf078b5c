"""How a saved page is read: as the crawl reads it, without a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mtcrawler.extraction.drafting import draft_of
from mtcrawler.extraction.extractor import Extractor
from mtcrawler.fetch.mode.plain import as_a_reader
from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.provenance import Provenance
from mtcrawler.pipelines.normalize import normalize
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.loading import Sites
from mtcrawler.spider.code import extractor_of
from tests.fixtures.sites import SITES

FOLDER = Path(__file__).parent
# What no page says: when and how it was fetched.
OF_THE_RUN = frozenset({"url", "overlays", "provenance", "revision", "previous_hash", "similar_to", "cluster_id"})


def described(host: str) -> SiteDefinition:
    """The definition of this site, whose saved pages lie in the folder of this name."""
    found = Sites(SITES).of_host(host)
    if found is None:
        raise ArgumentError(f"Reading the host {host}", "no definition describes this site", "Describe it in sites/.")
    return found


def article_in(definition: SiteDefinition, html: str, url: str, extractor: Extractor | None = None) -> Article:
    """The article of this page, extracted and normalised; raises MissingField."""
    page = (extractor or extractor_of(definition, definition.site)).extract(html, url, {})
    page, access = as_a_reader(page, 200)
    now = datetime.now(UTC)
    draft = draft_of(
        page,
        publisher=definition.publisher,
        spider=definition.spider,
        known_as=(),
        overlays=(),
        access=access,
        provenance=Provenance(
            run_id="-",
            crawler_version="-",
            fetched_at=now,
            discovered_via="url",
            rendered="browser",
            status=200,
            extractor="-",
        ),
    )
    return normalize(draft)


def record(definition: SiteDefinition, html: str, url: str) -> dict[str, Any]:
    """The article of this page as it would be stored, without what depends on the run."""
    article: dict[str, Any] = json.loads(article_in(definition, html, url).to_json())
    return {field: value for field, value in article.items() if field not in OF_THE_RUN}
