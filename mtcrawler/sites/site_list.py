"""A file that lists sites to crawl, TOML or CSV: each site with what it is asked for; every fault with its line."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.faults import ArgumentFaults, no_toml
from mtcrawler.model.printable import safe
from mtcrawler.security.untrusted import Unreadable, contents

LARGEST: Final = 8 << 20
"""Bytes of a file; a site takes about fifty."""
LINE: Final = 16_384
"""Characters of a line; one that names a dozen sources takes about a thousand."""
PARTS: Final = 32
"""Dots of a key of TOML outside of texts: ours have none, and Python's reader takes a key's parts squared."""
COLUMNS: Final = 200
"""Columns of a CSV file; there are about a hundred names for them."""
DIGITS: Final = 20
"""Digits of a number."""
MOST: Final = 50_000
"""Sites in a file."""
TOLD: Final = 50
"""Faults of a list that are told."""
SHOWN: Final = 80
"""Characters of a wrong value that are repeated."""
SITE: Final = "url"
"""The key of a site's address."""
ARGUMENTS: Final = ("since", "until", "sections", "sources", "limit", "force", "mirror")
"""The arguments of a crawl that a site may have of its own."""
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
ENTRY: Final = re.compile(r"\[\[[ \t]*site[ \t]*\]\]")
BEGINNINGS: Final = re.compile(r"""\"{3}|'{3}|["'#]""")
ENDINGS: Final = {
    '"""': re.compile(r'\\.|"{3,5}', re.DOTALL),
    "'''": re.compile(r"'{3,5}"),
    '"': re.compile(r'\\.|["\n]'),
    "'": re.compile(r"['\n]"),
    "#": re.compile(r"\n"),
}
"""What ends a text, or a comment, by what begins it; what a backslash quotes ends none."""
BETWEEN_KEYS: Final = re.compile(r"[=,\[\]{}]")
AT_LINE: Final = re.compile(r"at line (\d{1,9})")


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A site, what it is asked for and its own settings, both as on a command line; `line` counts from one."""

    url: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int | None = None

    @property
    def where(self) -> str:
        """Where it is written, to begin a message with; "" where it is in no file."""
        return f"{self.file}, line {self.line}: " if self.line else f"{self.file}: " if self.file else ""


def read_sites(path: Path, settings: Collection[str], noted: ArgumentFaults) -> list[ListedSite]:
    """The sites that a file lists, in its order; `settings` are the names of those that a site may have of its own.

    What is wrong with the file is noted, and the sites are those that can be told all the same. Addresses and values
    are not looked at.
    """
    faults = _Faults(path, frozenset(settings), noted)
    text = noted.noting(faults.text)
    if text is None:
        return []
    rows = _in_toml(text, faults) if path.suffix.lower() == ".toml" else _in_csv(text, faults)
    found: list[ListedSite] = []
    for row in rows:
        if len(found) == MOST:
            faults.note(row.line, f"the file lists more than {MOST} sites", "Split it.")
            break
        found.append(row)
    if not found and not faults.number:
        faults.note(None, "it lists no site", f'Write [[site]] and {SITE} = "https://www.example.com", or a CSV row.')
    return found


class _Faults:
    """What is wrong with one file."""

    def __init__(self, path: Path, settings: frozenset[str], noted: ArgumentFaults) -> None:
        self.path, self.settings, self._noted = path, settings, noted
        self.known = (SITE, *ARGUMENTS, *sorted(settings))

    @property
    def number(self) -> int:
        """How many were noted."""
        return self._noted.number

    def text(self) -> str:
        """What the file says; raises ArgumentError."""
        if self.path.suffix.lower() not in {".toml", ".csv"}:
            raise self._error(
                None, "its name ends neither in .toml nor in .csv", "Rename it to say which of them it is."
            )
        try:
            found = contents(self.path, LARGEST, follow=True)
        except Unreadable as err:
            raise self._error(None, str(err), "Give a file that lists sites, or split it.") from err
        except OSError as err:
            raise self._error(None, f"it cannot be read ({err.strerror or err})", "Give a readable file.") from err
        if found.startswith(UTF16):
            raise self._error(1, "it is UTF-16", "Save it as UTF-8.")
        try:
            text = found.decode("utf-8-sig")
        except UnicodeDecodeError as err:
            raise self._error(found.count(b"\n", 0, err.start) + 1, "it is not UTF-8", "Save it as UTF-8.") from err
        if (at := text.find("\0")) >= 0:
            raise self._error(text.count("\n", 0, at) + 1, "it holds a NUL character", "Save it as plain text.")
        for number, line in enumerate(io.StringIO(text, newline=None), 1):
            if len(line) > LINE:
                raise self._error(
                    number, f"it is longer than {LINE} characters", "Write each site on a line of its own."
                )
        return text

    def note(self, line: int | None, happened: str, remedy: str) -> None:
        """One fault more."""
        self._noted.note(self._error(line, happened, remedy))

    def unknown(self, line: int | None, name: str, what: str) -> None:
        """A key or a column that does not exist."""
        alike = get_close_matches(name[:SHOWN], self.known, n=1) if self.number < TOLD else []
        meant = f"Did you mean {alike[0]}? " if alike else ""
        self.note(line, f"there is no {what} {_shown(name)}", f"{meant}Known are {', '.join(self.known)}.")

    def row(self, values: Mapping[str, str], line: int | None) -> ListedSite | None:
        """The site that these values, of known names, say; None where they name none."""
        url = values.get(SITE, "")
        if not url:
            self.note(line, f"{SITE} is missing", f"Give each site its address as {SITE}.")
            return None
        given = {name: value for name, value in values.items() if name in self.known and name != SITE}
        for name, value in values.items():
            if not value.isprintable():
                self.note(line, f"{name} holds a control character", "Take it out.")
                return None
        return ListedSite(
            url,
            {name: value for name, value in given.items() if name not in self.settings},
            {name: value for name, value in given.items() if name in self.settings},
            str(self.path),
            line,
        )

    def _error(self, line: int | None, happened: str, remedy: str) -> ArgumentError:
        return ArgumentError(f"reading {self.path}{f', line {line}' if line else ''}", happened, remedy)


def _in_toml(text: str, faults: _Faults) -> Iterator[ListedSite]:
    if (data := _parsed(text, faults)) is None:
        return
    entries = data.pop("site", [])
    for name in data:
        remedy = f"Write [[site]] and below it {SITE}, {', '.join(ARGUMENTS)}."
        faults.note(None, f"there is no key {_shown(name)}", remedy)
    if not (isinstance(entries, list) and all(isinstance(one, dict) for one in entries)):
        faults.note(None, "site is no list of tables", "Write [[site]] above each site.")
        return
    lines = [number for number, line in enumerate(text.splitlines(), 1) if ENTRY.match(line.lstrip())]
    for number, entry in enumerate(entries):
        line = lines[number] if len(lines) == len(entries) else None
        values = {}
        for name, value in entry.items():
            if name not in faults.known:
                faults.unknown(line, name, "key")
            elif isinstance(value, int) and abs(value) >= 10**DIGITS:
                faults.note(line, f"{_shown(name)} has more than {DIGITS} digits", "Give a smaller number.")
            elif (read := _as_argument(value)) is None:
                faults.note(
                    line, f"{_shown(name)} has a value of the wrong kind", "Write text, a number or a list of texts."
                )
            else:
                values[name] = read
        if (row := faults.row(values, line)) is not None:
            yield row


def _parsed(text: str, faults: _Faults) -> dict[str, Any] | None:
    """What the text says; None where that cannot be told, which is noted."""
    for number, line in enumerate(_without_texts(text).split("\n"), 1):
        if line.count(".") > PARTS and any(key.count(".") > PARTS for key in BETWEEN_KEYS.split(line)):
            faults.note(number, f"it holds a key of more than {PARTS} parts", "Write keys without dots.")
            return None
    try:
        return tomllib.loads(text)
    except (RecursionError, ValueError) as err:
        found = AT_LINE.search(str(err))
        remedy = "Mend the line; https://toml.io tells what may stand there."
        faults.note(int(found[1]) if found else None, f"it is no TOML: {no_toml(err)}", remedy)
        return None


def _without_texts(text: str) -> str:
    """TOML without its texts and comments, line for line, up to a text that does not end, which is no TOML."""
    kept, at = list[str](), 0
    while begun := BEGINNINGS.search(text, at):
        kept.append(text[at : begun.start()])
        found = ENDINGS[begun[0]].finditer(text, begun.end())
        ended = next((one for one in found if not one[0].startswith("\\")), None)
        if ended is None or (ended[0] == "\n" and begun[0] != "#"):
            return "".join(kept)
        at = ended.start() if begun[0] == "#" else ended.end()
        kept.append("\n" * text.count("\n", begun.start(), at))
    return "".join([*kept, text[at:]])


def _as_argument(value: Any) -> str | None:
    """A value of TOML as it is written on a command line; None for what cannot be."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str | int | float):
        return str(value).strip()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return ",".join(value)
    return None


def _in_csv(text: str, faults: _Faults) -> Iterator[ListedSite]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        names = [name.strip() for name in next(rows, [])]
        if not _names_sites(names, faults):
            return
        line = rows.line_num + 1
        for cells in rows:
            if len(cells) > len(names):
                happened = f"it has {len(cells)} values, and the header has {len(names)} columns"
                faults.note(line, happened, "Put values that hold a comma in double quotes.")
            elif any(map(str.strip, cells)):
                values = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
                if (row := faults.row(values, line)) is not None:
                    yield row
            line = rows.line_num + 1
    except csv.Error as err:
        faults.note(line, f"it is no CSV: {err}", "Put values that hold commas or quotes in double quotes.")


def _names_sites(names: list[str], faults: _Faults) -> bool:
    """Whether the first line has one column of addresses; what is wrong with the others is noted."""
    if len(names) > COLUMNS:
        faults.note(1, f"it has {len(names)} columns", f"Give at most {COLUMNS}, one for each value of a site.")
        return False
    if len(names) == 1 and ";" in names[0]:
        faults.note(1, "columns are separated by semicolons", "Separate them with commas.")
        return False
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.note(1, f"the column {_shown(name)} is there twice", "Keep one of them.")
    for name in names:
        if name not in faults.known:
            faults.unknown(1, name, "column")
    if SITE not in names:
        faults.note(1, f"there is no column {SITE}", f"The first line names the columns: {SITE},since,limit …")
    return names.count(SITE) == 1


def _shown(name: str) -> str:
    return repr(safe(name[:SHOWN]))
