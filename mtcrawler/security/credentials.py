"""Which values are secret: those of settings, of the environment and of readers' sessions, and how each may be written.

A credential that somebody set is one whatever it looks like. A cookie or a stored value may also be a language, a day
or an address, and hiding such a word would hide it everywhere: it is hidden by value where it is long or looks made by
chance, otherwise only beside its name.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote, urlsplit

from mtcrawler.security.known_values import LONG, SHORTEST, Needle
from mtcrawler.security.untrusted import Unreadable, contents, parsed

STORE_BYTES: Final = 1 << 16
"""Bytes of store.json and of database.json."""
MOST: Final = 10_000
"""Values of a session that are looked at: a browser holds fewer."""

_NAMED = re.compile(
    r"TOKEN|SECRET|SIGNING|PASSW|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|_AUTH\Z|HEADERS\Z",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"(?:_FILE|_PATH|_DIR|_ID|_URI|_URL|_NAME)\Z", re.IGNORECASE)
_PART = re.compile(r"[A-Za-z]{1,14}|[a-z]?\d{1,6}")
_SPLIT = re.compile(r"[\s/_.,:-]+")
_HOST = re.compile(r"[a-z0-9-]++(?:\.[a-z0-9-]++)*+\.[a-z]{2,12}(?::\d{1,5})?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]{0,12}(?:Z|[+-]\d\d:?\d\d)?")
_HARSH = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}", re.IGNORECASE)
_TURN = re.compile(r"[A-Za-z](?=\d)|\d(?=[A-Za-z])")
_CAMEL = re.compile(r"[a-z](?=[A-Z])")


def of_settings(settings: Mapping[str, Any]) -> Iterator[str]:
    """The credentials among a crawl's settings and in the files of the embedded store and database.

    Reads S3_VARIABLES, S3_LOCATION, STORE_DIR, FLEET_DIR, PUSHGATEWAY, OTLP_ENDPOINT and CREDENTIALS.
    """
    yield from of_environment(settings.get("S3_VARIABLES") or {})
    where = settings.get("S3_LOCATION")
    for name in ("secret_key", "session_token", "endpoint_url"):
        given = where.get(name) if isinstance(where, Mapping) else getattr(where, name, None)
        yield from _in_address(str(given or "")) if name == "endpoint_url" else (str(given or ""),)
    for folder, file in (("STORE_DIR", "store.json"), ("FLEET_DIR", "database.json")):
        if settings.get(folder):
            yield from _of_file(Path(settings[folder]) / file)
    for name in ("PUSHGATEWAY", "OTLP_ENDPOINT"):
        yield from _in_address(str(settings.get(name) or ""))
    yield from settings.get("CREDENTIALS") or ()


def of_environment(environment: Mapping[str, str]) -> Iterator[str]:
    """The values of variables whose names say that they are secret, and passwords in addresses such as a proxy's."""
    for name, value in environment.items():
        if "@" in value and ("//" in value or name.lower().endswith("_proxy")):
            yield from _in_address(value)
        if not _is_secret(name):
            continue
        yield value
        if name.upper().endswith("HEADERS"):  # name=value pairs apart by commas, as OpenTelemetry reads them
            for pair in value.split(","):
                said = pair.partition("=")[2].strip()
                yield from (said, unquote(said), said.rpartition(" ")[2], unquote(said).rpartition(" ")[2])


def _is_secret(name: str) -> bool:
    """Whether a name says that its value is secret; one that ends in SECRET_ID is a credential, as Vault's is."""
    return bool(_NAMED.search(name)) and (not _ELSEWHERE.search(name) or name.upper().endswith("SECRET_ID"))


def _of_file(path: Path) -> Iterator[str]:
    try:
        pairs = list(_leaves(parsed(contents(path, STORE_BYTES)), ""))
    except (OSError, Unreadable):
        return  # whoever needs the file says what is wrong with it
    yield from (value for name, value in pairs if _is_secret(name))


def of_state(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and values of the cookies and stored values of a session, as far as it is one."""
    cookies, origins = state.get("cookies"), state.get("origins")
    for cookie in cookies[:MOST] if isinstance(cookies, list) else ():
        if isinstance(cookie, Mapping) and isinstance(cookie.get("value"), str):
            yield from _leaves(cookie["value"], str(cookie.get("name") or ""))
    yield from _leaves(origins, "")


def needles(credentials: Iterable[str], pairs: Iterable[tuple[str, str]] = ()) -> Iterator[Needle]:
    """What to look for: credentials, and names with their values, in every form in which they may be written."""
    for value in credentials:
        if len(value) >= SHORTEST:
            yield from map(Needle, _forms(value))
    for name, value in pairs:
        for one in {value, unquote(value)}:
            if looks_secret(one):
                yield from map(Needle, _forms(one))
            elif name and len(one) >= 4 and len(one) < LONG:
                for before in (f"{name}=", f"{name}: ", f'"{name}":"', f'"{name}": "', f"'{name}': '"):
                    yield Needle(before + one, len(before))


def looks_secret(value: str) -> bool:
    """Whether a value is to be hidden wherever it stands, though nobody said that it is secret."""
    if len(value) < SHORTEST or _HOST.fullmatch(value) or _MOMENT.fullmatch(value) or "://" in value[:12]:
        return False
    parts = [part for part in _SPLIT.split(value[:200]) if part]
    if len(parts) > 1 and all(_PART.fullmatch(part) and not _HARSH.search(part) for part in parts):
        return not any(len(part) > 4 for part in parts) and len(value) >= LONG
    if len(value) >= LONG:
        return True
    if len(value) >= 12 and (_HARSH.search(value) or (_CAMEL.search(value) and len(parts) == 1)):
        return True
    turns = len(_TURN.findall(value))
    return turns >= 3 or (turns > 0 and len(value) >= 12) or (value.isdigit() and len(value) >= 16)


def _forms(value: str) -> set[str]:
    """A value as it is, percent-encoded, escaped as in JSON, and within base64."""
    quoted = {quote(value, safe=""), quote(value), quote_plus(value)} if len(value) <= 8192 else set()
    written = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    forms = {value, value.strip(), *quoted, *written}
    forms |= {re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), one) for one in quoted}
    if SHORTEST * 2 <= len(value) <= 8192:
        raw = value.encode("utf-8", "replace")
        for shift in range(3):  # what stands before it decides how its bytes fall into groups of three
            text = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
            inner = text[(0, 2, 3)[shift] : None if not (len(raw) + shift) % 3 else -1]
            forms |= {inner, inner.translate({ord("+"): "-", ord("/"): "_"})}
    return forms


def _in_address(url: str) -> Iterator[str]:
    """The user name and password in an address, its scheme left out or not, each and as they are sent."""
    try:
        given = urlsplit(url if "//" in url else f"//{url}").netloc.rpartition("@")[0]
    except ValueError:  # no address, but what stands before an @ is not to be shown
        given = url.rpartition("@")[0].rpartition("//")[2]
    if not given:
        return
    user, _, password = given.partition(":")
    yield from {password or user, unquote(password or user)}
    yield base64.b64encode(unquote(given).encode()).decode()


def _leaves(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every text in nested lists and mappings with the name it goes by; what is JSON again is looked into."""
    if depth > 12:
        return
    if isinstance(value, Mapping):
        named = str(value.get("name") or value.get("key") or "")
        for key, inner in list(value.items())[:MOST]:
            if key not in {"name", "key", "origin"}:
                yield from _leaves(inner, named if key == "value" else str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value[:MOST]:
            yield from _leaves(inner, name, depth + 1)
    elif isinstance(value, str) and value:
        yield name, value
        if "%" in value and (plain := unquote(value)) != value:
            yield from _leaves(plain, name, depth + 1)
        if "://" in value[:12]:
            yield from ((name, part) for part in _parts(value))
        elif value[0] in '{["' and len(value) < 1_000_000:
            try:
                yield from _leaves(json.loads(value), name, depth + 1)
            except (ValueError, RecursionError):
                return


def _parts(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    return [part for part in re.split(r"[/&=;]", f"{parts.path}/{parts.query}/{parts.fragment}") if part]
