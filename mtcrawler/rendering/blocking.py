"""What a page may not load: nothing that its article does not need."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.async_api import Request

HEAVY = frozenset({"image", "media", "font"})  # their addresses are in the markup
# Ads, trackers and players, by the end of the host's name; found in the publisher's templates.
STRANGERS = (
    "doubleclick.net",
    "google-analytics.com",
    "googletagmanager.com",
    "googlesyndication.com",
    "googletagservices.com",
    "adservice.google.com",
    "amazon-adsystem.com",
    "pub.network",
    "freestar.io",
    "flipboard.com",
    "facebook.net",
    "connect.facebook.com",
    "platform.twitter.com",
    "youtube.com",
    "youtube-nocookie.com",
    "player.vimeo.com",
    "hotjar.com",
    "scorecardresearch.com",
    "criteo.com",
    "taboola.com",
    "outbrain.com",
    "mc.yandex.ru",
    "onesignal.com",
)


def unneeded(request: Request) -> bool:
    """Whether the browser should not even ask."""
    if request.resource_type in HEAVY:
        return True
    host = urlsplit(request.url).hostname or ""
    return any(host == stranger or host.endswith("." + stranger) for stranger in STRANGERS)
