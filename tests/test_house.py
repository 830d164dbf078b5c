"""The laws of the house that a machine can check: where the environment is read, how long a file is, what is locked."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.sites.loading import load_definition

ROOT = Path(__file__).parent.parent
CODE = ("mtcrawler", "spiders", "pipelines", "settings")
SOURCES = sorted(
    path
    for folder in (*CODE, "benchmarks", "tests", "tools")
    for path in (ROOT / folder).rglob("*.py")
    # Packages of npm, and the gauntlet's judge, are not ours to lay out.
    if not path.is_relative_to(ROOT / "tests" / "gauntlet") and "node_modules" not in path.parts
)
DATA = sorted(
    path
    for folder in (ROOT / "mtcrawler", ROOT / "tests" / "newspaper" / "newsroom" / "texts")
    for path in folder.rglob("*")
    if path.suffix in {".json", ".toml", ".txt"}
)
FOLDERS = ("benchmarks", "deploy", "docs", "tests", "tools")
LOCKS = {
    lock: (ROOT / lock).read_text()
    for lock in (
        "requirements.lock",
        "benchmarks/crawlers/environments/crawl4ai/requirements.lock",
        "benchmarks/crawlers/environments/crawlee/requirements.lock",
        "benchmarks/crawlers/environments/newspaper4k/requirements.lock",
        "benchmarks/crawlers/environments/newsplease/requirements.lock",
        "benchmarks/crawlers/environments/trafilatura/requirements.lock",
        "benchmarks/extractors/requirements.lock",
        "benchmarks/requirements.lock",
        "docs/requirements.lock",
        "tests/fuzz/requirements.lock",
        "tools/dist/requirements.lock",
        "tools/training/requirements.lock",
    )
}
LOCK = LOCKS["requirements.lock"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def reads_environment(tree: ast.Module) -> list[int]:
    """The lines that read os.environ or call os.getenv."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "getenvb"})
        or (isinstance(node, ast.alias) and node.name in {"environ", "getenv"})
    ]


def test_no_file_has_the_name_of_an_option() -> None:
    """A program that took an option for a file's name left nothing here."""
    assert [path.name for path in ROOT.iterdir() if path.name.startswith("-")] == []


def test_import_directions_hold() -> None:
    """Spiders, pipelines and settings import the library and never each other; the library imports none of them."""
    # In a process of its own: what other tests have imported is none of its business.
    program = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parts[len(ROOT.parts)] in CODE], ids=name)
def test_environment_is_read_in_one_place(path: Path) -> None:
    """What varies per place comes in by `variables` of mtcrawler/model, or into the model of settings."""
    tree, config = ast.parse(path.read_text(encoding="utf-8")), ROOT / "mtcrawler" / "config"
    assert bool(reads_environment(tree)) == (path == ROOT / "mtcrawler" / "model" / "environment.py")
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert ("pydantic_settings" in imported) == (path == config / "from_environment.py")


def test_what_a_crawl_shares_is_its_context() -> None:
    """No part of a crawl looks another up in Scrapy: what they share is a field of the crawl's one context."""
    lookups = {"get_extension", "get_addon", "get_downloader_middleware", "get_item_pipeline", "get_spider_middleware"}
    for path in SOURCES:
        called = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert not called & lookups, name(path)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_files_are_short_and_say_what_they_are(path: Path) -> None:
    """A file is one noun: at most 300 lines, and its first line says what it is."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_folders_are_small() -> None:
    """A folder is one room: at most a dozen modules beside its `__init__`."""
    modules = Counter(name(path.parent) for path in SOURCES if path.name != "__init__.py")
    assert {folder: count for folder, count in modules.items() if count > 12} == {}


@pytest.mark.parametrize("path", DATA, ids=name)
def test_data_is_laid_out_to_be_read(path: Path) -> None:
    """What is data has lines that fit on a screen, as code has; a list of sentences has one a line."""
    assert max(map(len, path.read_text(encoding="utf-8").splitlines())) <= (150 if "texts" in path.parts else 120)


def test_sites_have_a_saved_page() -> None:
    """Every publisher that was tried has a page it is tested with, next to the record expected of it."""
    for site in (ROOT / "sites").glob("*.toml"):
        if load_definition(site).untried:
            continue
        assert list((ROOT / "tests" / "pages" / site.stem).glob("*.html")), site.stem
        assert list((ROOT / "tests" / "pages" / site.stem).glob("*.json")), site.stem


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host(lock: str) -> None:
    """The lock says what is installed and not from where: no index, no address, no folder."""
    stray = [line for line in LOCKS[lock].splitlines() if "://" in line or re.match(r"\s*(-[a-z]|--(?!hash=))", line)]
    assert stray == []


@pytest.mark.parametrize(
    ("lock", "member"),
    [
        ("requirements.lock", "setuptools"),
        ("benchmarks/crawlers/environments/crawl4ai/requirements.lock", "crawl4ai"),
        ("benchmarks/crawlers/environments/crawlee/requirements.lock", "crawlee"),
        ("benchmarks/crawlers/environments/newspaper4k/requirements.lock", "newspaper4k"),
        ("benchmarks/crawlers/environments/newsplease/requirements.lock", "news-please"),
        ("benchmarks/crawlers/environments/trafilatura/requirements.lock", "trafilatura"),
        ("benchmarks/extractors/requirements.lock", "trafilatura"),
        ("benchmarks/requirements.lock", "crawlee"),
        ("docs/requirements.lock", "sphinx"),
        ("tests/fuzz/requirements.lock", "atheris"),
        ("tools/dist/requirements.lock", "twine"),
        ("tools/training/requirements.lock", "scikit-learn"),
    ],
)
def test_lock_pins_everything_with_hashes(lock: str, member: str) -> None:
    """Every requirement is one exact version and can be checked; the build backend is among them."""
    hashed = r"^([a-z0-9._-]+(?:\[[a-z0-9,-]+\])?)==(\S+).*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)"
    entries = re.findall(hashed, LOCKS[lock], re.MULTILINE)
    requirements = [line for line in LOCKS[lock].splitlines() if line and not line.startswith((" ", "#"))]
    assert len(entries) == len(requirements)
    assert member in {entry[0].partition("[")[0] for entry in entries}


def test_every_lock_is_checked() -> None:
    """There is no lock beside those that the tests here look at."""
    found = [*ROOT.glob("*.lock"), *(lock for folder in FOLDERS for lock in (ROOT / folder).rglob("requirements.lock"))]
    assert {name(lock) for lock in found} == set(LOCKS)


@pytest.mark.parametrize("lock", [f"{tool}/requirements.lock" for tool in ("docs", "tools/dist", "tools/training")])
def test_tools_agree_with_the_project(lock: str) -> None:
    """A package that the project has, too, has the same version in the lock of a tool."""
    ours, theirs = (
        dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", LOCKS[each], re.MULTILINE)) for each in ("requirements.lock", lock)
    )
    assert {name: version for name, version in theirs.items() if ours.get(name, version) != version} == {}


def test_peers_and_tools_are_no_dependency() -> None:
    """What the benchmark compares with, and what few targets need, is in its own lock and not in the project's."""
    assert not re.search(r"^(crawlee|crawl4ai|matplotlib|sphinx|twine|atheris|scikit-learn)\b", LOCK, re.MULTILINE)


def test_lock_covers_what_the_project_asks_for() -> None:
    """A dependency added to pyproject.toml is in the lock: make lock was run."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.split(r"[\[<>=!~; ]", requirement)[0].lower().replace("_", "-") for requirement in asked}
    locked = {line.split("==")[0].split("[")[0] for line in LOCK.splitlines() if "==" in line}
    assert names - locked == set()


def test_every_outcome_has_an_exit_code_of_its_own() -> None:
    """A run's outcome can be told by its exit code; each exit code from 10 on is an outcome's, and so are 0 and 1."""
    codes = [outcome.exit_code for outcome in Outcome]
    assert len(set(codes)) == len(codes)
    assert {ExitCode.DONE, ExitCode.FAILED, *(code for code in ExitCode if 10 <= code < 128)} == set(codes)


def test_links_between_documents_lead_somewhere() -> None:
    """A relative link in a document names a file of this repository."""
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_module_can_be_loaded() -> None:
    """What a module imports is there when it runs, and not for a type checker alone."""
    loading = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    ours = [path for path in SOURCES if path.is_relative_to(ROOT / "mtcrawler") and path.name != "__main__.py"]
    loaded = [name(path.with_suffix("")).replace("/", ".").removesuffix(".__init__") for path in ours]
    command = [sys.executable, "-c", loading, *loaded]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
