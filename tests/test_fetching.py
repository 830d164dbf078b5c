"""Who may fetch: the browser behind the proxy and the guarded HTTP client, nobody else; `make check` runs this."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("mtcrawler", "spiders", "pipelines", "settings")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
# Playwright's driver as an HTTP client, and what starts it, which driver.py does with an environment of its own.
CLIENT = frozenset({"APIRequest", "APIRequestContext", "APIResponse"})
STARTERS = frozenset({"async_playwright", "sync_playwright"})
DRIVER = ROOT / "mtcrawler" / "fetch" / "browser" / "driver.py"
# Libraries that connect to others, by the names their modules begin with; one that is a dot longer is another module.
CONNECTING = tuple(
    "_socket _ssl aiobotocore aiohttp boto3 botocore curl_cffi ftplib grpc h2 http.client httpcore httplib httpx"
    " imaplib multiprocessing.connection multiprocessing.managers niquests nntplib opentelemetry.exporter paramiko"
    " poplib procrastinate prometheus_client psycopg psycopg_pool pycurl requests s3transfer"
    " scrapy.core.downloader.handlers scrapy.core.http2"
    " scrapy.mail smtplib socket socketserver ssl telnetlib tornado trio twisted.conch twisted.internet"
    " twisted.mail twisted.names twisted.web treq urllib.request urllib.robotparser urllib3 websocket websockets"
    " wsgiref xmlrpc".split()
)
# The calls that connect, whatever they are called on.
CALLS = frozenset(
    "connect_ex connectSSL connectTCP connectUDP connectUNIX create_connection create_datagram_endpoint"
    " create_unix_connection open_connection open_unix_connection push_to_gateway pushadd_to_gateway sock_connect"
    " spawnProcess urlopen urlretrieve".split()
)
SCRAPY = "behind the guard: what it is made of"
AUTHORITIES = "reads a file of authorities"
BUCKET = "the bucket, which is the operator's"
DATABASE = "the fleet's database, which is the operator's"
WATCHERS = "the Pushgateway and the collector of traces, which are the operator's"
MAY: dict[str, tuple[str, frozenset[str]]] = {
    "fetch/network/socks_proxy.py": (
        "connects to what the guard has judged",
        frozenset({"socket", "create_connection"}),
    ),
    "fetch/network/guard.py": ("resolves and judges", frozenset({"socket", "twisted.internet"})),
    "fetch/network/headers.py": (SCRAPY, frozenset({"scrapy.core.downloader.handlers"})),
    "fetch/network/nss_database.py": (AUTHORITIES, frozenset({"ssl"})),
    "browse/server/serving.py": ("names the machine for whoever opens the page", frozenset({"socket"})),
    "config/field.py": (f"{AUTHORITIES}, and an address of a database", frozenset({"psycopg", "ssl"})),
    "fetch/certificates.py": (SCRAPY, frozenset({"twisted.web"})),
    "fetch/handler.py": (SCRAPY, frozenset({"scrapy.core.downloader.handlers"})),
    "fleet/database/connection.py": (DATABASE, frozenset({"procrastinate", "psycopg", "psycopg_pool"})),
    "fleet/database/server.py": (DATABASE, frozenset({"psycopg"})),
    "fleet/database/tables.py": (DATABASE, frozenset({"procrastinate"})),
    "fleet/engine/jobs.py": (DATABASE, frozenset({"procrastinate", "psycopg"})),
    "fleet/engine/reaper.py": (DATABASE, frozenset({"psycopg"})),
    "fleet/engine/settlement.py": (DATABASE, frozenset({"psycopg"})),
    "fleet/engine/worker.py": (DATABASE, frozenset({"procrastinate"})),
    "fleet/metrics.py": (WATCHERS, frozenset({"prometheus_client"})),
    "fleet/processes.py": ("asks for this machine's name", frozenset({"socket"})),
    "fleet/rebuild.py": (DATABASE, frozenset({"psycopg"})),
    "fleet/roster.py": (DATABASE, frozenset({"psycopg"})),
    "fleet/websub/serving.py": ("listens for hubs", frozenset({"socket"})),
    "security/listening.py": ("listens for whoever opens a page, and for hubs", frozenset({"socket"})),
    "storage/s3/bulk.py": (BUCKET, frozenset({"botocore", "http.client", "ssl", "urllib3"})),
    "storage/s3/certificates.py": (BUCKET, frozenset({"botocore", "ssl"})),
    "storage/s3/botocore_clients.py": (BUCKET, frozenset({"botocore"})),
    "storage/s3/client.py": (BUCKET, frozenset({"botocore"})),
    "storage/s3/proxies.py": (BUCKET, frozenset({"botocore"})),
    "storage/s3/s3_errors.py": (BUCKET, frozenset({"botocore", "urllib3"})),
    "storage/s3/versions.py": (BUCKET, frozenset({"botocore"})),
    "storage/embedded/ports.py": ("finds free ports of this machine for the embedded store", frozenset({"socket"})),
    "storage/embedded/sockets.py": ("asks whether a server of this machine lives", frozenset({"socket"})),
    "storage/write/lease.py": ("asks for this machine's name", frozenset({"socket"})),
    "runs/monitoring/metrics.py": (
        WATCHERS,
        frozenset({"prometheus_client", "push_to_gateway", "twisted.internet"}),
    ),
    "runs/monitoring/metrics_server.py": (WATCHERS, frozenset({"prometheus_client", "wsgiref"})),
    "runs/monitoring/traces.py": (WATCHERS, frozenset({"opentelemetry.exporter"})),
}
"""The files of the package that may use such libraries and calls, why, and which of them each uses."""
# The functions that import or load what a text names.
BY_NAME = frozenset({"__import__", "import_module", "load_object", "find_spec", "attrgetter", "methodcaller"})
# Whose `request` is no client: Scrapy's and Playwright's answers and failures have what was asked, and urllib3's
# connection, which the rule of who may connect names, leads to the bucket.
ASKED = frozenset({"answer", "response", "failure", "urllib", "connection"})


def uses_the_drivers_client(tree: ast.Module) -> list[str]:
    """Where code may have the driver fetch: `request` of anything but an answer, in any spelling, and `route.fetch`."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="request", value=of) if _name(of) not in ASKED:
                found.append(f"{node.lineno}: .request")
            case ast.Attribute(attr="fetch", value=of) if "route" in _name(of).lower():
                found.append(f"{node.lineno}: route.fetch")
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) if name in CLIENT:
                found.append(f"{node.lineno}: {name}")
            case ast.Call(func=called, args=given) if _name(called) in {"getattr", "attrgetter", "methodcaller"}:
                told = [str(each.value).split(".") for each in given if isinstance(each, ast.Constant)]
                found += [f"{node.lineno}: request by its name" for each in told if "request" in each]
    return found


def connections(tree: ast.Module) -> set[str]:
    """What in this code may connect to others: libraries, by any import or name of theirs, and calls."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {library for alias in names if (library := _library(alias.name))}
            case ast.ImportFrom(module=str(module), names=names, level=0):
                modules = [module, *(f"{module}.{alias.name}" for alias in names)]
                found |= {library for each in modules if (library := _library(each))}
                found |= {alias.name for alias in names if alias.name in CALLS}
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in CALLS:
                found.add(name)
            case ast.Attribute() if library := _library(ast.unparse(node)):
                found.add(library)
            case ast.Call(func=called, args=[ast.Constant(value=str(named)), *_]) if _name(called) in BY_NAME:
                found |= {library} if (library := _library(named)) else set()
            case ast.Call(func=called, args=[_, ast.Constant(value=str(named)), *_]) if _name(called) == "getattr":
                found |= {named} & CALLS
    return found


def _library(module: str) -> str | None:
    """The library of that list that a module belongs to."""
    return next((each for each in CONNECTING if f"{module}.".startswith(f"{each}.")), None)


def _name(node: ast.expr) -> str:
    """What an expression is called in the end: `answer` of `self.answer`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_browser_and_the_guarded_client_fetch(path: Path) -> None:
    """Nothing has Playwright's driver fetch, and it is started in one place, with an environment of its own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert uses_the_drivers_client(tree) == []
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("playwright")
        for alias in node.names
    }
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert path == DRIVER or not (imported | named) & STARTERS


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_those_connect_who_may(path: Path) -> None:
    """Libraries and calls that connect are used in the files that are named with their reason, and in no other."""
    _, may = MAY.get(str(path.relative_to(ROOT)).removeprefix("mtcrawler/"), ("", frozenset()))
    assert connections(ast.parse(path.read_text(encoding="utf-8"))) == may


@pytest.mark.parametrize(
    "code",
    [
        "import urllib.request",
        "import urllib.request as u",
        "from urllib.request import urlopen",
        "from urllib import request",
        "import urllib.error; urllib.request.urlopen(url)",
        "opened = urlopen(url)",
        "import http.client",
        "from http import client",
        "from http.client import HTTPSConnection as H",
        "import socket",
        "def f():\n    from socket import create_connection",
        "asyncio.open_connection(host, port)",
        "loop.create_connection(made, host, port)",
        "getattr(loop, 'create_connection')(made, host, port)",
        "import requests.sessions",
        "from httpx import AsyncClient",
        "import aiohttp, json",
        "from urllib3 import PoolManager",
        "importlib.import_module('requests')",
        "__import__('http.client')",
        "from twisted.web.client import Agent",
        "from twisted.internet import reactor",
        "reactor.connectTCP(host, port, made)",
        "load_object('scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler')",
        "import boto3",
        "from multiprocessing.connection import Client",
    ],
)
def test_whoever_connects_is_found_in_every_spelling(code: str) -> None:
    """The rule above sees what it names."""
    assert connections(ast.parse(code))


@pytest.mark.parametrize("code", ["from urllib.parse import urlsplit", "import urllib.error", "import http.cookiejar"])
def test_who_only_reads_addresses_does_not_connect(code: str) -> None:
    """The rule above sees no more than it names."""
    assert not connections(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "page.request.get(url)",
        "page.context.request.get(url)",
        "client = context.request",
        "(await opened()).request.head(url)",
        "playwright.request.new_context()",
        "self._page.request",
        'getattr(page, "request")',
        'operator.attrgetter("context.request")',
        "await route.fetch()",
        "from playwright.async_api import APIRequestContext",
        "x: playwright.async_api.APIResponse",
    ],
)
def test_the_drivers_client_is_found_in_every_spelling(code: str) -> None:
    """The rule above sees what it forbids."""
    assert uses_the_drivers_client(ast.parse(code))
