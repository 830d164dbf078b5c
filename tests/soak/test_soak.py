"""The short form of `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.soak.soak import Soak


@pytest.mark.slow
def test_a_moody_site_leaves_no_trace(bucket: Location, tmp_path: Path) -> None:
    """Two healthy days after whatever went wrong the bucket equals the truth, and no run that ended with 0 lost a story
    in silence or asked for an address over and over.
    """
    soak = Soak(bucket, tmp_path, seed=2026)
    soak.run(24)
    assert not soak.problems, "\n".join(soak.problems)
