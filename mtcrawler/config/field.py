"""What a setting says of itself, and the types that settings have besides Python's own."""

from __future__ import annotations

import json
import re
import ssl
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from mtcrawler.model.errors import SettingError
from mtcrawler.storage.layout import is_run_id
from mtcrawler.storage.location import Location

_TIME = re.compile(r"(\d{1,5})\s*([mhdw])\Z")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LEVELS: Final = {"WARN": "WARNING", "FATAL": "CRITICAL"}


@dataclass(frozen=True)
class Setting:
    """What people are told of a setting.

    `means` is its sentence in the documentation, `variable` the environment variable that sets it (None: only -s does),
    `unit` what a number counts, `allowed` its values in words where the type does not say them, `unset` the default in
    words where the value does not say it. `override` is false where `-s` has no effect, and a `secret` is never shown.
    """

    means: str
    variable: str | None = None
    unit: str = ""
    allowed: str = ""
    unset: str = ""
    override: bool = True
    secret: bool = False


@dataclass(frozen=True)
class Allowed:
    """The values of a type, in words: "a day such as 2026-11-01"."""

    words: str


def between(least: float, most: float) -> Any:
    """The bounds of a number, both included."""
    return Field(ge=least, le=most)


def recheck_interval(value: Any) -> Any:
    """A time such as 30m, 1h, 1d or 2w as a timedelta; "never" is None. Raises ValueError."""
    if not isinstance(value, str):
        return value
    text = value.strip().lower()
    if text == "never":
        return None
    if not (found := _TIME.match(text)):
        raise ValueError("it is no time")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def networks(value: Any) -> Any:
    """Networks separated by commas; raises ValueError."""
    if not isinstance(value, str):
        return value
    return tuple(ip_network(each.strip(), strict=False) for each in value.split(",") if each.strip())


def day(value: Any) -> Any:
    """A day such as 2026-11-01; nothing where the text is empty. Raises ValueError."""
    if not isinstance(value, str):
        return value
    return date.fromisoformat(value.strip()) if value.strip() else None


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _none_if_empty(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("it is not one line of text")
    return value.strip()


def _address(value: str) -> str:
    parts = urlsplit(value if "//" in value else f"//{value}")
    # Reading the port raises ValueError where it is no number.
    if parts.scheme not in {"", "http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError("it is no address")
    return value


def _collector(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("it is no address")
    return _address(value)


def _database(value: str) -> str:
    parts = urlsplit(value)
    # Reading the port raises ValueError where it is no number.
    if parts.scheme not in {"postgresql", "postgres"} or parts.port == 0 or not parts.path.strip("/"):
        raise ValueError("it is no address of a database")
    try:
        from psycopg import ProgrammingError, conninfo  # noqa: PLC0415 - an extra that few need
    except ImportError:
        return value
    try:  # as libpq reads it, whose own error would repeat a password with a bare %
        conninfo.conninfo_to_dict(value)
    except ProgrammingError:
        raise ValueError("PostgreSQL's library cannot read it") from None
    return value


def _run_id(value: str) -> str:
    if not is_run_id(value):
        raise ValueError("it is no name of a run")
    return value


def _file(value: Path) -> Path:
    if not value.is_file():
        raise ValueError("there is no such file")
    return value


def _authorities(value: Path) -> Path:
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(_file(value))
    except (OSError, ssl.SSLError) as err:
        raise ValueError(str(err)) from err
    if not context.get_ca_certs():
        raise ValueError("it holds no authority")
    return value


def _level(value: Any) -> Any:
    return _LEVELS.get(value.upper(), value.upper()) if isinstance(value, str) else value


def _bucket(value: str) -> str:
    _located(S3_BUCKET=value)
    return value


def _prefix(value: str) -> str:
    _located(S3_BUCKET="bucket", S3_PREFIX=value)
    return value


def _endpoint(value: str) -> str:
    _located(S3_BUCKET="bucket", S3_ENDPOINT_URL=value)
    return value


def _located(**given: str) -> None:
    try:
        Location.from_mapping(given)
    except SettingError as err:
        raise ValueError(err.happened) from err


Network = IPv4Network | IPv6Network
Share = Annotated[float, between(0, 1)]
Bytes = Annotated[int, between(0, 1 << 50), Allowed("a number of bytes")]
Interval = Annotated[
    timedelta | None, BeforeValidator(recheck_interval), Allowed("a time such as 30m, 1h, 7d, or never")
]
Wait = Annotated[timedelta, BeforeValidator(recheck_interval), Allowed("a time such as 30m, 1h or 7d")]
Day = Annotated[date | None, BeforeValidator(day), Allowed("a day such as 2026-11-01")]
Networks = Annotated[
    tuple[Network, ...],
    BeforeValidator(networks),
    Allowed("addresses or networks separated by commas, such as 10.1.0.0/16,::1"),
]
Line = Annotated[str, AfterValidator(_one_line), Allowed("one line of text")]
Text = Annotated[str | None, BeforeValidator(_none_if_empty), Allowed("text")]
Files = Annotated[
    dict[str, str], BeforeValidator(_parsed), Allowed('a JSON object such as {"www.example.com": "session.json"}')
]
Folder = Annotated[Path, Allowed("a path")]
Home = Annotated[Path | None, Allowed("a path")]
Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_level)]
Port = Annotated[
    Annotated[int, between(0, 65535)] | None, BeforeValidator(_none_if_empty), Allowed("a port, 0 to 65535")
]
Days = Annotated[
    Annotated[int, between(1, 36_500)] | None,
    BeforeValidator(_none_if_empty),
    Allowed("a whole number from 1 to 36500"),
]
Address = Annotated[
    Annotated[str, AfterValidator(_address)] | None,
    BeforeValidator(_none_if_empty),
    Allowed("an address such as http://127.0.0.1:9091"),
]
Database = Annotated[
    Annotated[str, AfterValidator(_database)] | None,
    BeforeValidator(_none_if_empty),
    Allowed("an address such as postgresql://fleet:password@127.0.0.1:5432/fleet, in which %25 stands for a %"),
]
Collector = Annotated[
    Annotated[str, AfterValidator(_collector)] | None,
    BeforeValidator(_none_if_empty),
    Allowed("an address such as http://127.0.0.1:4318"),
]
RunId = Annotated[str, AfterValidator(_run_id), Allowed("up to 100 letters, digits, dashes and underscores")]
ReadableFile = Annotated[Annotated[Path, AfterValidator(_file)] | None, Allowed("the path of a file that exists")]
Authorities = Annotated[
    Annotated[Path, AfterValidator(_authorities)] | None,
    BeforeValidator(_none_if_empty),
    Allowed("the path of a PEM file with at least one authority's certificate"),
]
BucketName = Annotated[
    Annotated[str, AfterValidator(_bucket)] | None,
    Allowed("3 to 63 of a-z, 0-9, dots and dashes, or s3://bucket/prefix"),
]
Prefix = Annotated[
    Annotated[str, AfterValidator(_prefix)] | None, Allowed("plain names with single slashes between them")
]
Endpoint = Annotated[
    Annotated[str, AfterValidator(_endpoint)] | None,
    Allowed("http(s)://host[:port], without a user name or password"),
]
