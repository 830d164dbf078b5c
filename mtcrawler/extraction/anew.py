"""The same page, to be read once more."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import Any, TypeVar

Page = TypeVar("Page")


def anew(page: Page, **values: Any) -> Page:
    """A copy of a page with these attributes, as if nothing had been read of it yet; its tree is not changed."""
    other = copy(page)
    for name in [name for name in vars(page) if isinstance(getattr(type(page), name, None), cached_property)]:
        delattr(other, name)
    vars(other).update(sources={}, **values)
    return other
