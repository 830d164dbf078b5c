"""The proxies by which an S3 endpoint is reached."""

from __future__ import annotations

from urllib.parse import urlsplit

from botocore.utils import get_environ_proxies

from mtcrawler.security.loopback import is_loopback


def proxies_for(endpoint_url: str) -> dict[str, str]:
    """The proxy for each scheme: the environment's, as botocore takes them (NO_PROXY too), and none to this machine.

    A proxy cannot reach this machine's loopback, and would be told what is stored.
    """
    return {} if is_loopback(urlsplit(endpoint_url).hostname or "") else get_environ_proxies(endpoint_url)


def is_proxied(endpoint_url: str) -> bool:
    """Whether the endpoint is reached by way of a proxy."""
    return urlsplit(endpoint_url).scheme in proxies_for(endpoint_url)
