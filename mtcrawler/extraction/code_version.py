"""The version of the code that reads a page: its files in their present form, so that a mended one is told apart."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path
from typing import Final

from mtcrawler import __version__

ROOT: Final = Path(__file__).resolve().parent.parent
READING: Final = ("access", "answers", "extraction", "markup", "overlays/observation")
"""Folders of this package whose code and words say what a page is."""
KINDS: Final = {".py", ".toml", ".json"}


def code_version(*classes: type) -> str:
    """Twelve hex digits for the files of these classes and of those they are made of, and of all that reads pages.

    A process runs the code that it has loaded, so its files are read once. Code without files (in an archive) is known
    by the version of this package.
    """
    return _version_of(classes)


@cache
def _version_of(classes: tuple[type, ...]) -> str:
    parts = {one.__module__ for each in classes for one in each.__mro__} - {"builtins"}
    modules = (sys.modules.get(name) for name in parts)
    own = {Path(name).resolve() for module in modules if module and (name := getattr(module, "__file__", None))}
    general = (path for folder in READING for path in (ROOT / folder).rglob("*") if path.suffix in KINDS)
    found = hashlib.sha256(__version__.encode())
    for path in sorted({*own, *general}):
        if path.is_file():
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:12]
