"""The public names stay as they are, are documented, and are all that the documentation uses."""

from __future__ import annotations

import ast
import enum
import importlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

import mtcrawler.api
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from tests.fixtures.store import make_article

ROOT = Path(__file__).parents[2]
SURFACE = Path(__file__).parent / "surface.txt"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# What other code makes itself; the others it is given.
MADE = {"Bucket", "Location"}
# It shows a file of this repository, which is no other code.
INSIDE = {"adding-a-publisher.md"}


def surface() -> Iterator[str]:
    """Each public name with its signature, and what a class offers: a line each."""
    for name in mtcrawler.api.__all__:
        thing = getattr(mtcrawler.api, name)
        if not inspect.isclass(thing):
            yield f"{name}{inspect.signature(thing)}"
            continue
        yield f"class {name}({', '.join(base.__name__ for base in thing.__bases__)})"
        if issubclass(thing, BaseModel):
            yield from (f"{name}.{field}" for field in thing.model_fields)
        elif issubclass(thing, enum.Enum):
            yield from (f"{name}.{member.name} = {member.value}" for member in thing)
        else:
            if name in MADE:
                yield f"{name}{inspect.signature(thing)}"
            yield from (f"{name}.{line}" for line in _members(thing))


def _members(thing: type) -> Iterator[str]:
    members = {name: value for one in reversed(thing.__mro__[:-1]) for name, value in vars(one).items()}
    for name, value in sorted(members.items()):
        if name.startswith("_") or hasattr(BaseException, name) or hasattr(tuple, name):
            continue
        if isinstance(value, classmethod):
            yield f"{name}{inspect.signature(value.__func__)}"
        elif inspect.isfunction(value):
            yield f"{name}{inspect.signature(value)}"
        else:
            yield name


def imported(code: str) -> set[str]:
    """What a program imports of this package: modules, and names with their module."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name.partition(".")[0] == "mtcrawler"}


def programs(document: Path) -> list[str]:
    """The examples in Python of a document."""
    return re.findall(r"```python\n(.*?)```", document.read_text("utf-8"), re.DOTALL)


def test_the_public_names_are_as_they_were() -> None:
    """Names, signatures, fields and members are those in surface.txt; a change to it is a change to the interface."""
    assert list(surface()) == SURFACE.read_text("utf-8").splitlines()


def test_every_public_name_has_an_example() -> None:
    """docs/api.md imports each name, and nothing else of this package; each says what it is."""
    used = set().union(*(imported(code) for code in programs(ROOT / "docs" / "api.md")))
    assert used == {f"mtcrawler.api.{name}" for name in mtcrawler.api.__all__}
    for name in mtcrawler.api.__all__:
        assert inspect.getdoc(getattr(mtcrawler.api, name)), name
        assert name in (mtcrawler.api.__doc__ or "")


def test_the_documentation_uses_no_other_name() -> None:
    """An example anywhere in the documentation imports public names only."""
    public = {f"mtcrawler.api.{name}" for name in mtcrawler.api.__all__}
    for document in DOCUMENTS:
        if document.name not in INSIDE:
            for code in programs(document):
                assert imported(code) <= public, document.name
            inline = re.findall(r"`from (mtcrawler[\w.]*) import ([\w, ]+)`", document.read_text("utf-8"))
            named = {f"{module}.{name.strip()}" for module, names in inline for name in names.split(",")}
            assert named <= public, document.name


def test_the_examples_run_as_they_stand(new_session: Callable[..., Session], bucket: Location, tmp_path: Path) -> None:
    """docs/api.md is one program that reads a bucket and meets an error it can name."""
    session = new_session()
    for number in range(3):
        session.submit(make_article(number, day=f"2026/11/{18 + number}")).result()
    session.close()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "S3_ENDPOINT_URL": bucket.endpoint_url or "",
        "S3_BUCKET": bucket.bucket,
        "AWS_ACCESS_KEY_ID": bucket.access_key or "",
        "AWS_SECRET_ACCESS_KEY": bucket.secret_key or "",
    }
    asked = [sys.executable, "-c", "\n".join(programs(ROOT / "docs" / "api.md"))]
    done = subprocess.run(asked, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "A Cold Morning" in done.stdout
    assert "3 new" in done.stdout
    assert "0 since then" in done.stdout
    assert "no-such-bucket" in done.stdout.splitlines()[-1]
    assert done.stdout.rstrip().endswith("True")


def test_the_former_name_still_works() -> None:
    """`mtcrawler.reader` has what it had, and says where it is now."""
    sys.modules.pop("mtcrawler.reader", None)
    with pytest.warns(DeprecationWarning, match=r"mtcrawler\.api"):
        former = importlib.import_module("mtcrawler.reader")
    assert former.__all__ == ["Article", "Bucket", "Change", "Changes", "Edit", "Kept", "Location", "difference"]
    assert all(getattr(former, name) is getattr(mtcrawler.api, name) for name in former.__all__)
