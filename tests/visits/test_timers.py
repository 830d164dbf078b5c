"""Whose a call is that Twisted makes later."""

from __future__ import annotations

from contextvars import Context, ContextVar

from twisted.internet.task import Clock

from mtcrawler.visits.timers import keep_contexts

SITE: ContextVar[str] = ContextVar("SITE", default="nobody")


def test_a_call_that_waits_is_whose_it_was() -> None:
    """What several crawls have called later sees the variables of its own crawl, whoever sets the clock going."""
    clock, seen = Clock(), list[str]()
    keep_contexts(clock)

    def crawl(site: str, seconds: float) -> None:
        SITE.set(site)
        clock.callLater(seconds, lambda: seen.append(SITE.get()))

    Context().run(crawl, "one", 2)
    Context().run(crawl, "two", 1)
    clock.advance(1)
    clock.advance(1)
    assert seen == ["two", "one"]
