"""A long run cut into tenths."""

from __future__ import annotations

import pytest

from benchmarks.measuring.tenths import longest_pause, tenths

STEADY = [(100.0 + second, 2.0 * second) for second in range(51)]


def test_a_steady_run_has_ten_equal_tenths() -> None:
    """Two pages a second are two in each part, and memory is the median of what was held meanwhile."""
    parts = tenths(STEADY, [(100.5 + second, 10.0 + second // 5) for second in range(50)])
    assert [part.rate for part in parts] == pytest.approx([2.0] * 10)
    assert [part.memory for part in parts] == [10.0 + part for part in range(10)]


def test_the_start_is_no_part_of_the_first_tenth() -> None:
    """The time before the first page is not counted."""
    before = [(second, 0.0) for second in range(60, 100)]
    assert tenths([*before, *STEADY], [])[0].rate == pytest.approx(2.0)


def test_a_slower_end_is_seen() -> None:
    """Pages that came at half the pace make the last part half as fast."""
    late = [(145.0 + 2 * second, 90.0 + 2 * second) for second in range(1, 6)]
    parts = tenths([*STEADY[:46], *late], [])
    assert parts[-1].rate == pytest.approx(parts[0].rate / 2)


def test_a_pause_is_seen() -> None:
    """The longest time without a new page is told."""
    assert longest_pause([*STEADY, (160.0, 100.0), (180.0, 101.0)]) == pytest.approx(30)


def test_a_handful_of_pages_has_no_tenths() -> None:
    """Nine pages cannot be cut in ten."""
    with pytest.raises(ValueError, match="9 pages are too few"):
        tenths([(1.0, 0.0), (2.0, 9.0)], [])
