"""A reader's own session with a site: kept in a file only its owner may read, checked before and during a crawl."""

from __future__ import annotations

import io
import json
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookiejar import LoadError, MozillaCookieJar
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from mtcrawler.model.errors import SessionExpired, SettingError
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, contents, parsed_object

MOST = 16 << 20
"""Bytes of a session's file."""


class _Cookie(BaseModel):
    name: str
    value: str
    expires: Annotated[float, Field(allow_inf_nan=False, le=1e15)] = -1


class _Item(BaseModel):
    name: str
    value: str


class _Origin(BaseModel):
    origin: str
    localStorage: list[_Item] = []  # noqa: N815 - Playwright's own name


class _State(BaseModel):
    """What is relied on of a storage state; the rest is Playwright's."""

    cookies: list[_Cookie]
    origins: list[_Origin] = []


@dataclass(frozen=True)
class ReaderSession:
    """A Playwright storage state (cookies and local storage) for one site; its contents are never shown."""

    site: str
    path: Path
    state: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What a browser's context is made with, of this site alone; empty until it is opened."""

    @classmethod
    def open(cls, site: str, path: Path) -> ReaderSession:
        """The session in this file; raises SettingError where others may read it or it is none, SessionExpired."""
        doing = f"reading the session for {site} in {path}"
        again = f"Run `mtcrawler login {site}` again"
        try:
            mode = path.stat().st_mode & 0o777
            state = _state(contents(path, MOST, follow=True))
        except OSError as err:
            raise SettingError(doing, f"it cannot be read ({err.strerror})", again) from err
        except Unreadable as err:
            raise SettingError(doing, f"it is no storage state: {err}", again) from err
        if mode & 0o077:
            raise SettingError(doing, f"others may read it (mode {mode:o})", f"Run: chmod 600 {path}")
        session = cls(site, path, of_site(state, site))
        if not session.state["cookies"]:
            raise SettingError(doing, f"it holds no cookies of {site}", again)
        if has_run_out(session.state):
            raise session.expired("all its cookies have run out")
        return session

    def expired(self, happened: str) -> SessionExpired:
        """The error that says this session no longer opens anything."""
        remedy = f"The crawl goes on without it; run `mtcrawler login {self.site}` again"
        return SessionExpired(f"reading {self.site} as a subscriber", happened, remedy)

    def save(self, state: dict[str, Any]) -> None:
        """Writes the storage state, whole or not at all, readable by its owner alone."""
        private_files.folder(self.path.parent)
        private_files.put(self.path, json.dumps(state).encode())


def of_site(state: Mapping[str, Any], site: str) -> dict[str, Any]:
    """The part of a storage state that is this site's: cookies it would be sent, and those of its own subdomains."""
    return {
        "cookies": [each for each in _listed(state, "cookies") if _is_own(each.get("domain"), site)],
        "origins": [each for each in _listed(state, "origins") if _is_own(_host(each.get("origin")), site)],
    }


def has_run_out(state: Mapping[str, Any]) -> bool:
    """Whether the last of a storage state's cookies has run out; one may last as long as its browser."""
    ends = [float(cookie.get("expires", -1)) for cookie in state["cookies"]]
    return bool(ends) and min(ends) >= 0 and max(ends) <= time.time()


def _listed(state: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = state.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _host(origin: object) -> str | None:
    try:
        return urlsplit(str(origin)).hostname
    except ValueError:
        return None


def _is_own(domain: object, site: str) -> bool:
    """Whether a cookie of this domain reaches the site or its subdomains; www. stands for the site without it."""
    own = str(domain or "").lower().removeprefix(".")
    if own == site or own.endswith("." + site.removeprefix("www.")):
        return True
    return "." in own and site.endswith("." + own)


def states(settings: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The storage states of every session that the setting READER_SESSIONS names, as far as they can be read."""
    for path in (settings.get("READER_SESSIONS") or {}).values():
        with suppress(OSError, Unreadable):  # ReaderSession.open says what is wrong with it
            yield _state(contents(Path(path), MOST, follow=True))


def imported(path: Path) -> dict[str, Any]:
    """The storage state in a file: Playwright's own JSON, or a cookies.txt; raises SettingError where it is neither."""
    doing = f"importing {path}"
    try:
        text = contents(path, MOST, follow=True)
    except FileNotFoundError as err:
        raise SettingError(doing, "there is no such file", "Give the file that the cookies were exported to.") from err
    except OSError as err:
        raise SettingError(doing, f"it cannot be read ({err.strerror})", "Make it readable, or export again.") from err
    except Unreadable as err:
        raise SettingError(doing, str(err), "Give the file that the cookies were exported to.") from err
    try:
        state = _state(text) if text.lstrip().startswith(b"{") else {"cookies": _cookies(text), "origins": []}
    except Unreadable as err:
        raise SettingError(doing, f"it is no storage state: {err}", "Export the cookies again.") from err
    except (ValueError, LoadError) as err:
        what = "it is neither a storage state nor a cookies.txt"
        raise SettingError(doing, what, "Export the cookies again.") from err
    return {"cookies": state["cookies"], "origins": state.get("origins", [])}


def _state(body: bytes) -> dict[str, Any]:
    """The storage state in a file's bytes, as it is. Raises Unreadable, without what it holds."""
    state = parsed_object(body)
    try:
        _State.model_validate(state)
    except ValidationError as err:
        first = err.errors(include_input=False, include_context=False)[0]
        raise Unreadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from err
    return state


def _cookies(body: bytes) -> list[dict[str, Any]]:
    jar = MozillaCookieJar()
    with warnings.catch_warnings(action="ignore"):  # of a line it cannot read it prints a traceback, then raises
        # `load` would read the file again, which may be another by now; it does no more than open it for this.
        jar._really_load(io.StringIO(body.decode()), "cookies.txt", True, True)  # type: ignore[attr-defined]
    return [
        {
            "name": cookie.name,
            "value": cookie.value or "",
            "domain": cookie.domain,
            "path": cookie.path,
            "expires": cookie.expires or -1,
            "httpOnly": cookie.has_nonstandard_attr("HttpOnly"),
            "secure": cookie.secure,
            "sameSite": "Lax",
        }
        for cookie in jar
    ]
