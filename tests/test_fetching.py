"""Who may fetch: the browser behind the relay and the guarded HTTP client, nobody else; `make check` runs this."""

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
# Whose `request` is what was asked: Scrapy's and Playwright's answers, and failures.
ASKED = frozenset({"answer", "response", "failure", "urllib"})


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


def _name(node: ast.expr) -> str:
    """What an expression is called in the end: `answer` of `self.answer`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_browser_and_the_guarded_client_fetch(path: Path) -> None:
    """Nothing has Playwright's driver fetch, and it is started in one place, with an environment of its own."""
    tree = ast.parse(path.read_text())
    assert uses_the_drivers_client(tree) == []
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("playwright")
        for alias in node.names
    }
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert path == DRIVER or not (imported | named) & STARTERS


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
