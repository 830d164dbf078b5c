"""What went wrong with a request, in a few words."""

from __future__ import annotations

from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure


def describe_failure(failure: Failure) -> str:
    """What the site answered, or else the first line of the error, or at least its name."""
    if isinstance(failure.value, HttpError):
        return f"the site answered {failure.value.response.status}"
    return next(iter(str(failure.value).splitlines()), "") or type(failure.value).__name__
