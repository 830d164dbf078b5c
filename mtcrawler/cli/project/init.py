"""`mtcrawler init DIR`: makes a Scrapy project of one's own."""

from __future__ import annotations

import argparse
import re
import sys
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Any, Final

from mtcrawler import __version__
from mtcrawler.cli.terminal import console, json_line, safe
from mtcrawler.model.errors import ArgumentError
from mtcrawler.security import whole_files

TEMPLATES: Final = "files"
"""The folder beside this module that holds the files of a project, each with `.in` behind its name."""
HIDDEN: Final = "dot-"
"""How the name of a template begins whose file begins with a dot."""
NAMED: Final = 10
"""Files in the way that are named."""


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "init",
        help="make a project of your own",
        description="Makes a Scrapy project with settings/, spiders/, pipelines/, an example in sites/, a Makefile and "
        "a compose file. What is there is never overwritten: then nothing is made.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder to make it in; it may be there")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make it, and say what to do next. Raises ArgumentError where a file of it is there already."""
    folder: Path = options.folder
    made = project_files(folder.absolute().name)
    if taken := [name for name in made if (folder / name).exists() or (folder / name).is_symlink()]:
        shown = ", ".join(taken[:NAMED]) + (", …" if len(taken) > NAMED else "")
        happened = f"there is {shown} in it already"
        raise ArgumentError(f"making a project in {folder}", happened, "Name another folder, or move them away.")
    for name, text in made.items():
        whole_files.put_with_folder(folder / name, text.encode())
    out = console()
    if out.is_terminal:
        out.print(safe(f"{folder} is a project now: {len(made)} files. Next:"))
        out.print(safe(f"  cd {folder} && mtcrawler doctor"), soft_wrap=True)
        out.print("  mtcrawler crawl news -a site=https://www.example.com -a since=2d -a limit=5", soft_wrap=True)
    else:
        sys.stdout.write(json_line({"folder": str(folder), "files": list(made)}))
    return 0


def project_files(name: str) -> dict[str, str]:
    """The files of a project with this name, by their paths in it."""
    words = {"name": safe(name), "service": re.sub(r"[^a-z0-9_-]", "", name.lower()).strip("-_") or "news"}
    found = _templates(files(__package__) / TEMPLATES)
    return {path: Template(text).substitute(words, version=__version__) for path, text in sorted(found.items())}


def _templates(folder: Traversable, above: str = "") -> dict[str, str]:
    found = dict[str, str]()
    for one in folder.iterdir():
        name = above + one.name.removesuffix(".in").replace(HIDDEN, ".", 1 if one.name.startswith(HIDDEN) else 0)
        if one.is_dir():
            found |= _templates(one, f"{name}/")
        elif one.name.endswith(".in"):
            found[name] = one.read_text("utf-8")
    return found
