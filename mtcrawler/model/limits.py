"""How much of what a site says is read: every cap has a name here, and what is not read is reported under that name."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

ADDRESS_CHARS: Final = 8 * KIB
"""Characters of an address; servers refuse longer ones (RFC 9110 asks them to take 8,000)."""

ADDRESSES: Final = 1_000_000
"""Articles' addresses of a run."""

WAITING_BYTES: Final = 512 * MIB
"""Memory of all addresses that wait to be asked for; some 300,000 usual ones, or 15,000 of the longest."""

HEADER_BYTES: Final = 16 * KIB
"""Bytes of one header of a page over plain HTTP."""
LONGEST_HEADER: Final = 256 * KIB
"""Bytes of one header of anything else; browsers read as many of all headers together."""

LONGEST_BASE: Final = 512
"""Characters of an address that others are relative to."""

ROBOTS_BYTES: Final = 500 * KIB
"""RFC 9309, section 2.5: a parser has to read so much of robots.txt and may stop there."""

ROBOTS_REDIRECTS: Final = 5
"""In a row, of one robots.txt; as many as RFC 9309 asks for, in section 2.3.1.2."""

WILDCARD_RULES: Final = 1_000
"""Rules with a star inside, of one robots.txt for us; large sites have some 200."""
WILDCARD_CHARS: Final = 16 * KIB
"""Of all these rules together."""

TDM_BYTES: Final = 512 * KIB
TDM_RULES: Final = 1_000

FEED_BYTES: Final = 8 * MIB
FEED_ENTRIES: Final = 5_000
FEED_MEMORY: Final = 512 * MIB
"""Address space of the process that reads feeds."""

SITEMAP_BYTES: Final = 50 * MIB
"""As in the protocol of sitemaps.org."""

SITEMAP_ENTRIES: Final = 50_000
"""As in that protocol, for one file."""

SITEMAP_PARTS: Final = 4_000_000
"""Elements and pieces of text of one sitemap; 50,000 entries with news tags have some 2,000,000."""

SITEMAPS: Final = 10_000
"""Sitemaps of a run; one a day for 27 years."""

SITEMAPS_IN_VAIN: Final = 1_000
"""Sitemaps in a row that name no page, or the same pages as another one."""

SITEMAP_LEVELS: Final = 3
"""Sitemaps inside each other, the first included. The protocol allows two; some sites have three."""

LIST_BYTES: Final = 4 * MIB
LIST_LINKS: Final = 5_000
"""Links of one part of a list."""

LISTS: Final = 500
"""Lists of a run that other lists lead to."""

BACKFILL_LISTS: Final = 10_000
"""Lists of a run that a back-fill is led to: authors, tags, topics."""

SECTIONS: Final = 25
"""Sections that are read beside the front page of a site that nobody has described, the nearest first."""

SECTION_PARTS: Final = 20
"""Parts of each of these that are read."""

FEEDS: Final = 10
"""Feeds that are read of those such a front page names."""

POSTS: Final = 100
"""Posts of one part of what WordPress names; it gives no more."""

POST_PARTS: Final = 200
"""Parts of it; 20,000 posts."""

LISTS_MISSING: Final = 10
"""Numbers in a row at which a numbered list has nothing new, after which it is taken to have ended."""

LIST_PARTS: Final = 5_000
"""Parts of one list, each a request; a part that brings nothing new ends the list in any case."""


class Cut(StrEnum):
    """What was left unread, by the cap that was reached; the value is its name in stats, manifest and log."""

    ADDRESS = f"addresses over {ADDRESS_CHARS} characters"
    ADDRESSES = f"addresses past {ADDRESSES}"
    WAITING = f"addresses past {WAITING_BYTES // MIB} MiB that wait"
    ROBOTS = f"robots.txt past {ROBOTS_BYTES // KIB} KiB"
    WILDCARDS = f"robots.txt rules with stars past {WILDCARD_RULES} or {WILDCARD_CHARS // KIB} KiB"
    TDM = f"tdmrep.json past {TDM_BYTES // KIB} KiB or {TDM_RULES} rules"
    FEED = f"feed entries past {FEED_ENTRIES}"
    ENTRIES = f"sitemap entries past {SITEMAP_ENTRIES}"
    SITEMAPS = f"sitemaps past {SITEMAPS}"
    UNDATED = "more pages of sitemaps that say nothing of their day than are looked at"
    BARREN = f"sitemaps after {SITEMAPS_IN_VAIN} in a row without new addresses"
    LEVELS = f"sitemaps nested past {SITEMAP_LEVELS} levels"
    LINKS = f"links of a list past {LIST_LINKS}"
    LISTS = f"lists past {LISTS}"
    BACKFILL = f"lists of a back-fill past {BACKFILL_LISTS}"
    PARTS = f"list parts past {LIST_PARTS}"
    POST_PARTS = f"parts of the posts of WordPress past {POST_PARTS}"
    SECTIONS = f"sections of a front page past {SECTIONS}"
    SECTION_PARTS = f"parts of a section past {SECTION_PARTS}"
    FEEDS = f"feeds of a front page past {FEEDS}"


def feed_seconds(size: int) -> int:
    """CPU seconds that a feed of this many bytes may take; a real one takes a tenth of it."""
    return 2 + size // 200_000
