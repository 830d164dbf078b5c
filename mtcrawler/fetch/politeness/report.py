"""What the manifest says of a host: which rules held there, and how often it refused."""

from __future__ import annotations

from enum import StrEnum

from mtcrawler.model.article import Model


class RobotsState(StrEnum):
    """Where the rules of a host come from."""

    READ = "read"
    """Its robots.txt was read."""
    NONE = "none"
    """It has none (4xx, or more redirects than are followed), so nothing is forbidden."""
    COPY = "copy"
    """It could not be fetched; a copy of less than a day serves."""
    UNAVAILABLE = "unavailable"
    """It answered with a failure, so everything is forbidden."""
    UNREACHABLE = "unreachable"
    """Nobody answered, or the answer broke off, so everything is forbidden."""

    @property
    def forbids_all(self) -> bool:
        """Whether nothing may be asked for."""
        return self in {RobotsState.UNAVAILABLE, RobotsState.UNREACHABLE}


class RobotsReport(Model):
    """The rules of a host: where they come from, in words too, and the seconds between two requests.

    `asked_delay` is what they ask for, `delay` what is obeyed; they differ where CRAWL_DELAY_MAX is lower.
    """

    state: RobotsState
    said: str
    asked_delay: float | None = None
    delay: float | None = None


class HostReport(Model):
    """A host's rules, and its refusals (429, 503): how many, how long was waited, the longest wait it asked for."""

    robots: RobotsReport | None = None
    refused: int = 0
    waited: float = 0
    longest_asked: float | None = None
    given_up: bool = False
