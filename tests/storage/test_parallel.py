"""Work on many things at once: in order, and only a little ahead."""

from __future__ import annotations

from mtcrawler.storage.parallel import side_by_side


def test_side_by_side_keeps_order_and_memory() -> None:
    """Results come in order, and work is begun only a little ahead of who takes them."""
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        return number

    results = side_by_side(work, iter(range(10_000)), threads=4)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    assert len(begun) < 50
