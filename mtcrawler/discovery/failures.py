"""What went wrong with a request, in a few words."""

from __future__ import annotations

from typing import Final

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mtcrawler.answers.judgement import Judgement, of_another_host, of_source
from mtcrawler.markup.addresses import Site
from mtcrawler.markup.document import parsed
from mtcrawler.model.errors import DiscoveryError, MtcrawlerError, PageTooLarge
from mtcrawler.model.limits import LIST_BYTES
from mtcrawler.model.reasons import MISSING_STATUSES, Fate

_UNSURE: Final = "may_be_refused"


def describe_failure(failure: Failure) -> str:
    """What the site answered, or else the first line of the error, or at least its name; without a full stop."""
    if isinstance(failure.value, HttpError):
        return f"the site answered {failure.value.response.status}"
    said = next(iter(str(failure.value).splitlines()), "").rstrip(". ")
    return said or type(failure.value).__name__


def may_be_refused(request: Request) -> Request:
    """The request for what a site need not give to anybody: that it answers so is counted by whoever asks."""
    request.meta[_UNSURE] = True
    return request


def is_refusal(request: Request, status: int) -> bool:
    """Whether this answer refuses what a site need not give; to be asked too often (429) is a failure of the run."""
    return _UNSURE in request.meta and 400 <= status < 500 and status != 429


def is_missing(failure: Failure) -> bool:
    """Whether the site answered that there is no such page."""
    answer = answer_without_page(failure)
    return answer is not None and answer.status in MISSING_STATUSES


def answer_without_page(failure: Failure) -> Response | None:
    """What a site answered with that has nothing at this address, or not for us (4xx), without its body; else None.

    To be asked too often (429) is no such answer: later there may be something.
    """
    if isinstance(failure.value, HttpError):
        answer = failure.value.response
        return answer.replace(body=b"") if 400 <= answer.status < 500 and answer.status != 429 else None
    return None


def is_ignored(failure: Failure) -> bool:
    """Whether the request was never made or not followed: robots.txt forbids it, above all."""
    return isinstance(failure.value, IgnoreRequest) and not isinstance(failure.value, HttpError)


def in_its_place(response: Response, site: Site, *, bare: bool) -> Judgement | None:
    """What a source's answer is that named no article, or, where it is `bare`, nothing; None where it may be one."""
    if not site.owns(response.url):
        led = of_another_host(response.url)
        if led.fate is not Fate.ELSEWHERE:  # feeds may well be kept elsewhere
            return led
    headers = {name.decode().lower(): b", ".join(said).decode("latin-1") for name, said in response.headers.items()}
    text = response.text if isinstance(response, TextResponse) else response.body.decode("utf-8", "replace")
    try:
        return of_source(parsed(text[:LIST_BYTES], response.url), text, response.status, headers, bare=bare)
    except PageTooLarge:
        return None


def describe_error(error: BaseException | None) -> str:
    """The first line of the error, or at least its name; of one of ours only what happened."""
    if isinstance(error, MtcrawlerError):
        return error.happened
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def elsewhere(address: str) -> DiscoveryError:
    """A sitemap that robots.txt names lies with a host that nobody has said is the site's."""
    remedy = "Add its host to the hosts of the definition."
    return DiscoveryError(f"Reading the sitemap {address[:200]}", "it is on none of the site's hosts", remedy)
