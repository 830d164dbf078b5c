"""One browser and one server for all tests of a file."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.overlays.stage import Theatre, theatre


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Theatre]:
    async with theatre() as opened:
        yield opened
