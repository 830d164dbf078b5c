"""The tables of settings in the documentation, made from the model: `python -m mtcrawler.config.tables` writes them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from mtcrawler.config.reading import allowed, default, described
from mtcrawler.config.schema import Settings
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.security import whole_files

TABLES: Final[dict[str, Callable[[str], str]]] = {}
"""What makes each table, by the name in its markers; it is given the document's path in the repository."""

BEGIN: Final = "<!-- table: "
END: Final = "<!-- end of table -->"


def _table(name: str) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    def register(make: Callable[[str], str]) -> Callable[[str], str]:
        TABLES[name] = make
        return make

    return register


@_table("settings from the environment")
def from_environment(document: str) -> str:
    """The settings that have an environment variable."""
    rows = []
    for name in Settings.model_fields:
        if variable := described(name).variable:
            override = f" (`-s {name}`)" if described(name).override and name != variable else ""
            rows.append((f"`{variable}`{override}", *_cells(name, document)))
    return _rows(("variable", "meaning", "values", "unless set"), rows)


@_table("settings for -s alone")
def for_command_line(document: str) -> str:
    """The settings that have none."""
    rows = [
        (f"`{name}`", *_cells(name, document)) for name in Settings.model_fields if described(name).variable is None
    ]
    return _rows(("`-s`", "meaning", "values", "unless set"), rows)


@_table("exit codes")
def exit_codes(document: str) -> str:
    """What a run, and a command, can end with."""
    return _rows(("code", "meaning", "what to do"), [(str(code.value), code.means, code.remedy) for code in ExitCode])


def renewed(text: str, document: str) -> str:
    """A document with each table between its markers made anew; raises ValueError where a marker is missing."""
    lines, making = [], False
    for line in text.splitlines(keepends=True):
        begins = line.startswith(BEGIN)
        if begins and making:
            raise ValueError(f"{document}: a table begins inside another: {line.strip()}")
        making = making and not line.startswith(END)
        if not making:
            lines.append(line)
        if begins:
            lines.append(TABLES[line.removeprefix(BEGIN).removesuffix(" -->\n")](document))
            making = True
    if making:
        raise ValueError(f"{document}: a table has no end")
    return "".join(lines)


def documents(root: Path) -> list[Path]:
    """The documents that may hold tables."""
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def _cells(name: str, document: str) -> tuple[str, str, str]:
    told, value = described(name), default(name)
    usual = told.unset or f"`{int(value) if isinstance(value, bool) else value:}`"
    means = told.means if document == "README.md" else told.means.replace("(docs/", "(")
    return means, allowed(name), usual


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("|  |", "| |")


def main() -> int:
    """Write the tables into the documents of the folder we are in."""
    root = Path.cwd()
    for path in documents(root):
        before = path.read_text("utf-8")
        after = renewed(before, str(path.relative_to(root)))
        if after != before:
            whole_files.put(path, after.encode(), durable=False)
            print(f"{path.relative_to(root)}: tables made anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())
