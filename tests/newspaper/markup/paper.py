"""What every page of one newspaper has in common: its edition, addresses, messages and neighbors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tests.newspaper.addresses import Addresses
    from tests.newspaper.story import Edition, Story

Modal = Literal["classic", "overlay", "inline", "none"]


@dataclass(frozen=True)
class Paper:
    """The choices a page is made with.

    `delay` is the number of milliseconds after which a donation message shows, None for the message's own. `broken`
    makes the article's structured data unreadable. `consent` and `bar` say whether those two ever show.
    """

    edition: Edition
    addresses: Addresses
    stories: tuple[Story, ...]
    modal: Modal = "classic"
    delay: int | None = None
    consent: bool = True
    bar: bool = True
    broken: bool = False

    @property
    def regular(self) -> tuple[Story, ...]:
        """The dated stories, newest first."""
        return tuple(story for story in self.stories if story.regular)
