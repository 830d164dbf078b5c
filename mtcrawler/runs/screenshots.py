"""Screenshots that show why an article is marked: kept beside the manifest of the run that took them."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING

from mtcrawler.model.errors import StoreError
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.runs.telemetry.gallery import small
from mtcrawler.runs.telemetry.run_telemetry import Telemetry

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


async def keep_screenshot(crawler: Crawler, article_id: str, name: str, png: bytes) -> str | None:
    """Put a screenshot under the run's evidence/ and return its name there, None where it could not be kept.

    `name` says what is seen ("donation-stuck"). An article is worth more than its evidence: a bucket that cannot be
    written is logged and counted, never raised.
    """
    recorder = crawler.get_extension(RunRecorder)
    if recorder is None:
        return None
    file = f"evidence/{_safe(article_id)}-{_safe(name)}.png"
    try:
        await asyncio.to_thread(recorder.put, file, png, "image/png")
    except StoreError as err:
        logger.error("%s", err)
        recorder.note_exception(err)
        return None
    recorder.evidence.append(file)
    telemetry = crawler.get_extension(Telemetry)
    if telemetry is not None and telemetry.gallery.wants(article_id) and (copy := await asyncio.to_thread(small, png)):
        telemetry.gallery.hang(article_id, name, file, copy)
    return file


def _safe(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
