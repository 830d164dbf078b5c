"""`mtcrawler sites`: which sites are described, whether their definitions are right, and what their pages taught."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.table import Table
from rich.text import Text

from mtcrawler.cli.pages.new_site import add_action
from mtcrawler.cli.pages.site_memory import add_memory
from mtcrawler.cli.pages.try_site import add_trial
from mtcrawler.cli.terminal import console, json_line, project, safe
from mtcrawler.model.errors import DefinitionError, Fault, SettingError

if TYPE_CHECKING:
    from mtcrawler.sites.definition import SiteDefinition

COLUMNS: Final = ("spider", "site", "publisher", "languages", "sections", "free", "state")
FAULTS: Final = ("file", "line", "key", "what is wrong", "what to do")
WRONG: Final = DefinitionError.exit_code


def add(commands: Any) -> None:
    """Add the commands' parsers."""
    parser = commands.add_parser(
        "sites",
        help="list the sites that are described; check and try their definitions; show what was learned",
        description="Sites are described in sites/HOST.toml; MTCRAWLER_SITES names another folder.",
    )
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    told = "A table on a terminal, JSON lines in a pipe. Ends with 2 where a definition is wrong."
    listing = actions.add_parser("list", help="list the sites that are described", description=told)
    listing.set_defaults(run=list_sites)
    check = actions.add_parser("check", help="say everything that is wrong with definitions", description=told)
    check.add_argument("files", nargs="*", metavar="FILE", type=Path, help="a definition; all of the folder by default")
    check.set_defaults(run=check_sites)
    add_action(actions, _folder)
    add_trial(actions, _folder)
    add_memory(actions)
    schema = actions.add_parser("schema", help="print the JSON Schema of a definition, for editors")
    schema.set_defaults(run=print_schema)


def list_sites(options: argparse.Namespace) -> int:
    """List the sites; what is wrong with others is told on stderr."""
    out, table = console(), _table(COLUMNS)
    wrong = False
    for found in checked(_files(options)).values():
        if isinstance(found, DefinitionError):
            wrong = True
            sys.stderr.write(f"mtcrawler: {safe(str(found))}\n")
        elif out.is_terminal:
            _row(table, _cells(found))
        else:
            sys.stdout.write(json_line(_told(found)))
    if out.is_terminal:
        out.print(table if table.row_count else "No sites are described.")
    return WRONG if wrong else 0


def check_sites(options: argparse.Namespace) -> int:
    """Check definitions; each file is told, right or wrong."""
    out, table = console(), _table(FAULTS)
    files = options.files or _files(options)
    told = checked(files)
    for path, found in told.items():
        faults = found.faults if isinstance(found, DefinitionError) else ()
        if not out.is_terminal:
            sys.stdout.write(json_line({"file": str(path), "faults": [_fault(one) for one in faults]}))
        for one in faults:
            _row(table, [one.file, str(one.line or ""), one.key, one.happened, one.remedy])
    wrong = sum(isinstance(found, DefinitionError) for found in told.values())
    if out.is_terminal:
        if table.row_count:
            out.print(table)
        out.print(f"{len(told) - wrong} of {len(told)} definitions are right.")
    return WRONG if wrong else 0


def print_schema(options: argparse.Namespace) -> int:
    """Print the schema, as docs/site-definition.schema.json has it."""
    del options
    from mtcrawler.sites.schema import schema_text  # noqa: PLC0415 - other commands do without

    sys.stdout.write(schema_text())
    return 0


def _folder(options: argparse.Namespace) -> Path:
    """Where the definitions are."""
    named = options.environment.get("MTCRAWLER_SITES")
    folder = Path(named) if named else (project() or Path()) / "sites"
    if not folder.is_dir():
        remedy = (
            "Run this in a project (`mtcrawler init DIR` makes one), name the files, or set MTCRAWLER_SITES. "
            "The definitions of publishers lie in sites/ of mtcrawler's repository: copy what you want."
        )
        raise SettingError("looking for site definitions", f"there is no folder {folder}", remedy)
    return folder


def _files(options: argparse.Namespace) -> list[Path]:
    from mtcrawler.sites.loading import files_in  # noqa: PLC0415 - other commands do without

    folder = _folder(options)
    here = Path.cwd()
    return [path.relative_to(here) if path.is_relative_to(here) else path for path in files_in(folder)]


def checked(files: list[Path]) -> dict[Path, SiteDefinition | DefinitionError]:
    """Each definition, or what is wrong with it or with the code that it names."""
    from mtcrawler.sites.loading import check_files  # noqa: PLC0415 - other commands do without

    found = check_files(files)
    return {path: _with_code(path, one) for path, one in found.items()}


def _with_code(path: Path, one: SiteDefinition | DefinitionError) -> SiteDefinition | DefinitionError:
    """The definition, or what is wrong with the code that it names: a class of the project it is checked in."""
    if isinstance(one, DefinitionError) or one.code is None:
        return one
    from mtcrawler.spider.code import page_class  # noqa: PLC0415 - few definitions name any

    if (folder := project()) and str(folder) not in sys.path:
        sys.path.append(str(folder))
    try:
        page_class(one)
    except DefinitionError as err:
        return DefinitionError([replace(fault, file=str(path)) for fault in err.faults])
    return one


def _told(one: SiteDefinition) -> dict[str, Any]:
    return {
        "spider": one.spider,
        "site": one.site.host,
        "publisher": one.publisher,
        "languages": list(one.languages),
        "sections": list(one.sections),
        "free": one.policy.free,
        "untried": one.untried,
        "deployed": one.deployed,
    }


def _cells(one: SiteDefinition) -> list[str]:
    free = "no" if not one.policy.free else "in part" if one.policy.paid else "yes"
    state = "untried" if one.untried else "deployed" if one.deployed else "tried"
    return [one.spider, one.site.host, one.publisher, ", ".join(one.languages), str(len(one.sections)), free, state]


def _fault(one: Fault) -> dict[str, Any]:
    return {"line": one.line, "key": one.key, "happened": one.happened, "remedy": one.remedy}


def _table(columns: tuple[str, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _row(table: Table, cells: list[str]) -> None:
    table.add_row(*(Text(safe(cell).replace("\n", " ")) for cell in cells))
