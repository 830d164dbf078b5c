"""How the crawler introduces itself to a site."""

from __future__ import annotations

from mtcrawler import __version__


def user_agent(contact: str) -> str:
    """The user agent: our name and version, and the page or address where a site can reach whoever crawls."""
    return f"Mozilla/5.0 (compatible; mtcrawler/{__version__}{f'; +{contact}' if contact else ''})"
