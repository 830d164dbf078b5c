"""Secrets kept out of everything a person is shown: logs, metrics, traces, reports and manifests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from mtcrawler.model.printable import safe
from mtcrawler.security.credentials import looks_secret, needles, of_environment, of_settings, of_state
from mtcrawler.security.known_values import Needles
from mtcrawler.security.secret_places import without_secrets

HIDDEN: Final = "…"


class Secrets:
    """Hides what must be in no log, metric, trace, report or manifest: known values, and what looks like a secret.

    Known are `credentials`, wherever they stand and however they are encoded; `values` as far as they look like
    secrets and no words; `pairs` of a name and a value, the value beside its name if it may be a word. Recognised by
    place are user names and passwords in addresses, parameters and fields such as token, key and signature, and the
    headers for cookies and authorization.
    """

    def __init__(
        self,
        values: Iterable[str] = (),
        *,
        credentials: Iterable[str] = (),
        pairs: Iterable[tuple[str, str]] = (),
    ) -> None:
        known = [*credentials, *filter(looks_secret, values)]
        self._known = Needles(needles(known, pairs))

    @classmethod
    def of(cls, settings: Mapping[str, Any], states: Iterable[Mapping[str, Any]] = ()) -> Secrets:
        """Those of a crawl's settings (credentials.of_settings) and of readers' sessions (storage states)."""
        return cls(credentials=of_settings(settings), pairs=(pair for state in states for pair in of_state(state)))

    @classmethod
    def of_environment(cls, environment: Mapping[str, str]) -> Secrets:
        """Those of the environment, for a command that reads no settings."""
        return cls(credentials=of_environment(environment))

    def hide(self, text: str) -> str:
        """The text with every secret in it replaced by `…`."""
        return without_secrets(self._known.replace(text, HIDDEN), HIDDEN)

    def shown(self, text: str) -> str:
        """The text safe to show, and without secrets: in this order, as a secret with a mark in it is one."""
        return self.hide(safe(text))

    def shown_in(self, value: Any) -> Any:
        """A value of JSON with every text in it, names of fields included, as `shown`."""
        if isinstance(value, str):
            return self.shown(value)
        if isinstance(value, Mapping):
            found: dict[Any, Any] = {}
            for name, inner in value.items():
                told = self.shown_in(name)
                if told in found:  # two names that differ only in what is hidden stay two
                    told = f"{told} ({len(found)})"
                found[told] = self.shown_in(inner)
            return found
        if isinstance(value, list | tuple):
            return [self.shown_in(inner) for inner in value]
        return value


def has_userinfo(url: str) -> bool:
    """Whether an address holds a user name or a password, however badly it is written."""
    authority = url.partition("//")[2] or url
    return "@" in re.split("[/?#]", authority, maxsplit=1)[0]


def without_userinfo(url: str) -> tuple[str, tuple[str, str] | None]:
    """An address without the user name and password in it, and these."""
    parts = urlsplit(url)
    if parts.username is None:
        return url, None
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host).geturl(), (parts.username, parts.password or "")
