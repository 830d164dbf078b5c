"""How the crawler introduces itself to a site."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from mtcrawler import __version__


def user_agent(contact: str) -> str:
    """The user agent: our name and version, and the page or address where a site can reach whoever crawls."""
    return f"Mozilla/5.0 (compatible; mtcrawler/{__version__}{f'; +{contact}' if contact else ''})"


def fault_of_contact(contact: str | None) -> str | None:
    """What is wrong with a contact address where a site has to be able to reach somebody; None where nothing is."""
    if not contact:
        return "no contact address is set"
    host = (urlsplit(contact).hostname or contact.rpartition("@")[2]).lower().rstrip(".")
    if re.search(r"(^|\.)example(\.(com|net|org))?$", host):
        return f"the contact address {contact} is an example's, which nobody reads"
    return None
