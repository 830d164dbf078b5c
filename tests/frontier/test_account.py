"""Laws of the account: each address has one fate, and what nobody knows of is told."""

from __future__ import annotations

from collections import Counter

from mtcrawler.frontier.account import Account
from mtcrawler.model.reasons import Fate

ICE, FOG, AMP = "https://p.example/ice", "https://p.example/fog", "https://p.example/ice/amp"


def test_an_address_has_one_fate() -> None:
    """The first that is told counts; an address that was never found has none."""
    counted: Counter[str] = Counter()
    account = Account(lambda name, number: counted.update({name: number}))
    account.enter(ICE, "rss")
    account.settle(ICE, Fate.MISSING)
    account.settle(ICE, Fate.NEW)
    account.settle(FOG, Fate.NEW)
    assert account.close(whole=True) == 0
    assert counted == {"discovery/found/rss": 1, "address/missing": 1}


def test_two_pages_of_one_article_have_a_fate_each() -> None:
    """An article and another form of it that were both read: one is stored, the other is its duplicate."""
    account = Account()
    for address in (ICE, AMP):
        account.enter(address, "rss")
        account.drafted(ICE, address)
    account.ended(ICE, Fate.DUPLICATE)
    account.ended(ICE, Fate.NEW)
    account.ended(ICE, Fate.NEW)
    assert account.fates == {Fate.DUPLICATE: 1, Fate.NEW: 1}


def test_what_is_left_was_not_reached_or_is_unaccounted_for() -> None:
    """A run that was closed early has not reached the rest; one that did all it was to do has lost it."""
    for whole, fate in ((False, Fate.NOT_REACHED), (True, Fate.UNACCOUNTED)):
        account = Account()
        account.enter(ICE, "rss")
        assert account.close(whole=whole) == (1 if whole else 0)
        assert account.fates == {fate: 1}


def test_what_was_asked_for_by_name_and_is_not_there_is_named() -> None:
    """With what became of it, also where the run never came to it."""
    account = Account()
    for address in (ICE, FOG, AMP):
        account.enter(address, "url", asked=True)
    account.settle(ICE, Fate.UNCHANGED)
    account.settle(FOG, "HTTP 500")
    assert account.not_kept == {FOG: "HTTP 500", AMP: "not reached"}
