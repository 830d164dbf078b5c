"""Many reads of the bucket under way at once, their results in order, in little memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

from mtcrawler.storage.limits import MIB

AHEAD: Final = 64 * MIB
"""Bytes of results that wait."""

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def side_by_side(
    work: Callable[[_In], _Out],
    items: Iterable[_In],
    *,
    threads: int = 16,
    weight: Callable[[_Out], int] = lambda _: 0,
) -> Iterator[_Out]:
    """The results of work on each item, in order, a few at a time: memory does not grow with the number of items.

    Results that weigh more than `AHEAD` bytes together are handed on before anything else is begun.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="bucket-read") as pool:
        ahead: deque[Future[_Out]] = deque()
        try:
            for item in items:
                ahead.append(pool.submit(work, item))
                while len(ahead) > threads * 2 or (
                    ahead and sum(weight(one.result()) for one in ahead if one.done() and not one.exception()) > AHEAD
                ):
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()
