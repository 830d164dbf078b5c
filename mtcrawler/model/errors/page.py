"""Pages that cannot be used."""

from __future__ import annotations

from mtcrawler.model.errors.base import MtcrawlerError
from mtcrawler.model.exit_codes import ExitCode


class PageError(MtcrawlerError):
    """A fetched page cannot be used."""


class RenderError(PageError):
    """The browser could not show the page."""


class NotReached(RenderError):
    """The browser found nobody who answers at the page's address."""


class PageNotFetched(PageError):
    """Nothing came from a page's address, or no page."""

    exit_code = ExitCode.UNREACHABLE


class PageRefused(PageNotFetched):
    """The site, or its robots.txt, refused the page."""

    exit_code = ExitCode.BLOCKED


class IncompleteBody(PageError):
    """The body of an answer broke off before its end; half a page is none."""

    @classmethod
    def of(cls, url: str, why: str) -> IncompleteBody:
        """The refusal of the answer from this address; `why` says how its end was missed."""
        return cls(f"Reading {url}", f"incomplete body: {why}", "It is tried again.")


class PageTooLarge(PageError):
    """A page, or the article on it, is larger than any that is meant to be read; nothing of it is kept."""

    @classmethod
    def of(cls, url: str, why: str) -> PageTooLarge:
        """The refusal of the page at this address, which has or is what `why` says."""
        remedy = "Nothing to do, unless it is an article; then report the address."
        return cls(f"Reading {url or 'a page'}", f"page too large to read: {why}", remedy)


class ExtractorFailed(PageError):
    """The code that reads pages raised what it should not: mostly a mistake in a site's own class."""

    @classmethod
    def of(cls, reader: str, why: str) -> ExtractorFailed:
        """The failure of this reader (a class, or the project's own); `why` is the same for each page it fails on."""
        return cls(f"Reading pages with {reader}", why, "Mend the code; the next run tries these pages again.")


class Forged(PageError):
    """What the browser told of a page is not what was asked for: the page's own scripts have changed it."""

    @classmethod
    def of(cls, url: str) -> Forged:
        """The refusal of the page at this address."""
        return cls(f"Looking at {url}", "its scripts changed what was seen of it", "Look at it in a browser.")


class AddressRefused(PageError):
    """A name or an address led to where no page of the public internet is; nothing was asked there."""

    @classmethod
    def of(cls, host: str, address: str) -> AddressRefused:
        """The refusal of a host because of one of its addresses."""
        happened = "it is not on the public internet" if host == address else f"its address {address} is not public"
        return cls(f"Connecting to {host}", happened, "If you trust it, name its network in ALLOWED_NETWORKS.")


class CertificateRefused(PageError):
    """The certificate is not valid for this site; nothing was asked there."""

    @classmethod
    def of(cls, host: str, wrong: str) -> CertificateRefused:
        """The refusal of a host, and what is wrong with its certificate."""
        remedy = "The site has to mend it; for an authority of your own set MTCRAWLER_CA_FILE."
        return cls(f"Connecting to {host}", f"its certificate is not valid: {wrong}", remedy)


class HostRefuses(PageError):
    """A host said again and again that it is asked too often (429, 503), and was given up."""

    @classmethod
    def of(cls, host: str, times: int, waited: float) -> HostRefuses:
        """The giving up of a host after so many refusals in a row and so many seconds of waiting."""
        happened = f"it refused {times} times in a row (429 or 503), after waits of {waited:.0f} s in total"
        return cls(f"Asking {host}", happened, "Crawl later, or more slowly with DOWNLOAD_DELAY.")


class RunStopped(PageError):
    """A request was still waiting when the run was asked to stop; it was never made."""

    @classmethod
    def of(cls, url: str) -> RunStopped:
        """The end of the request for this address."""
        return cls(f"Asking for {url}", "the run was asked to stop before its turn", "The next run asks for it.")


class RobotsUnreadable(PageError):
    """The robots.txt of a host cannot be fetched, so nothing may be asked for there (RFC 9309, section 2.3.1.4)."""

    @classmethod
    def of(cls, address: str, why: str) -> RobotsUnreadable:
        """The refusal to ask a host whose robots.txt, at this address, cannot be fetched."""
        return cls(
            f"Reading {address}", f"{why.rstrip('.')}, so nothing may be asked for there", "Run again once it answers."
        )


class HeaderTooLarge(PageError):
    """A header of the answer is longer than plain HTTP reads; a browser may read it."""

    @classmethod
    def of(cls, url: str) -> HeaderTooLarge:
        """The refusal of the answer from this address."""
        happened = "a header of the answer is longer than plain HTTP reads"
        return cls(f"Reading {url}", happened, "RENDER_MODE=auto or browser reads it in a browser.")
