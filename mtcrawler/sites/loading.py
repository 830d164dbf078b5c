"""Definitions read from their files: each whole and right, or refused with every fault and its line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from mtcrawler.markup.addresses import ascii_host
from mtcrawler.model.errors import DefinitionError, Fault, SettingError
from mtcrawler.model.faults import Key, dotted, faults_of, no_toml
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.positions import line_of, lines_of

LARGEST: Final = 1 << 18
"""Bytes of a definition; a long one has ten thousand."""
SUFFIX: Final = ".toml"
SHAPES: Final = {
    "spider": "example_news, in small letters",
    "origin": "https://www.example.com, without a path",
    "hosts": "www.example.com, in small letters",
    "languages": "en or pt-BR",
    "code": "spiders.example:ExamplePage",
    "address": "/news or https://www.example.com/news",
    "sections": "arts-and-life, without spaces and commas",
    "cookies": 'seen = "1", without spaces and semicolons',
}
"""Right values of keys that are held to a pattern."""
PORT: Final = re.compile(r":\d{1,5}\Z")
USUAL_PORTS: Final = frozenset({":80", ":443"})
AT_LINE = re.compile(r"at line (\d{1,9})")
FIRST_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)


def read_definition(text: str, file: str) -> SiteDefinition:
    """The definition in this TOML text; raises DefinitionError with all of its faults. `file` names it in them."""
    data = _parsed(text, file)
    try:
        # As JSON a list may stand for a tuple and a text for a day, and nothing else for anything else.
        written = json.dumps(data, default=str)
    except ValueError as err:  # a number in hex; one in digits is refused before
        raise DefinitionError([Fault(file, None, "", no_toml(err), "Give a smaller number.")]) from err
    try:
        return SiteDefinition.model_validate_json(written)
    except ValidationError as err:
        lines = lines_of(text)
        told = [(_as_written(key), happened, remedy) for key, happened, remedy in faults_of(err, SHAPES)]
        faults = [Fault(file, line_of(key, lines), dotted(key), happened, remedy) for key, happened, remedy in told]
        raise DefinitionError(sorted(faults, key=lambda fault: (fault.line or 0, fault.key))) from err


def load_definition(path: Path) -> SiteDefinition:
    """The definition in this file; raises DefinitionError. A file is named after one of the hosts it describes."""
    text = _text(path)
    definition = read_definition(text, str(path))
    if path.stem not in definition.hosts:
        happened = f"the file is named {path.name}, and {path.stem} is none of its hosts"
        remedy = "Name the file after a host, such as example.com.toml, or add the host."
        raise DefinitionError([Fault(str(path), line_of(("hosts",), lines_of(text)), "hosts", happened, remedy)])
    return definition


def files_in(folder: Path) -> list[Path]:
    """The files of definitions in a folder, by name."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if path.is_file())


def check_files(paths: Sequence[Path]) -> dict[Path, SiteDefinition | DefinitionError]:
    """Each file with its definition, or with all that is wrong with it; two that claim the same are both wrong."""
    found: dict[Path, SiteDefinition | DefinitionError] = {}
    for path in paths:
        try:
            found[path] = load_definition(path)
        except DefinitionError as err:
            found[path] = err
    read = {path: one for path, one in found.items() if isinstance(one, SiteDefinition)}
    for path, one in read.items():
        lines = lines_of(_text(path))
        faults = []
        for other, another in read.items():
            for key, taken in (("spider", one.spider == another.spider), ("origin", one.origin == another.origin)):
                if other != path and taken:
                    happened, remedy = f"{other} has the same", "Keep one of the two."
                    faults.append(Fault(str(path), line_of((key,), lines), key, happened, remedy))
        if faults:
            found[path] = DefinitionError(faults)
    return found


class Sites:
    """The sites of a folder, by the name of their spider and by host. Each file is checked when it is asked for.

    A faulty file costs its own site and no other.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, Path] = {}
        self._hosts: dict[str, Path] = {}
        for path in files_in(folder):
            names = _names(path)
            for name in names[:1]:
                self._files.setdefault(name, path)
            for host in (path.stem, *names[1:]):
                self._hosts.setdefault(host, path)

    def check(self) -> None:
        """Raises SettingError where there is no such folder."""
        if not self.folder.is_dir():
            remedy = "Set MTCRAWLER_SITES (or SITES_DIR) to the folder of site definitions."
            raise SettingError("looking for site definitions", f"there is no folder {self.folder}", remedy)

    @property
    def spiders(self) -> list[str]:
        """The names of their spiders."""
        return sorted(self._files)

    @property
    def hosts(self) -> list[str]:
        """Every host that a definition names."""
        return sorted(self._hosts)

    def of_spider(self, name: str) -> SiteDefinition | None:
        """The definition whose crawls have this name; None where there is none. Raises DefinitionError."""
        return _loaded(self._files[name]) if name in self._files else None

    def of_host(self, host: str) -> SiteDefinition | None:
        """The definition of the site at a host or an address; None where there is none. Raises DefinitionError.

        At a port that is neither the definition's nor a usual one there is another site.
        """
        named, at = self._named(host)
        path = self._file(named)
        found = _loaded(path) if path else None
        if found and at and at not in {*USUAL_PORTS, f":{urlsplit(found.origin).port}"}:
            return None
        return found

    def file_of(self, host: str) -> Path | None:
        """The file that describes the site at a host or an address; None where there is none."""
        return self._file(self._named(host)[0])

    def _named(self, host: str) -> tuple[str, str]:
        """The host as it is written here, and its port as `:8000`, which may be empty."""
        named, port = re.sub(r"^https?://", "", host.strip().lower()).split("/", 1)[0], ""
        if at := PORT.search(named):
            named, port = named[: at.start()], at[0]
        with suppress(ValueError):  # no host at all is none of ours
            named = ascii_host(named)
        return named, port

    def _file(self, named: str) -> Path | None:
        return self._hosts.get(named) or self._hosts.get(named.removeprefix("www."))


@cache
def _load(path: Path, changed: int) -> SiteDefinition:
    return load_definition(path)


def _loaded(path: Path) -> SiteDefinition:
    """The file's definition, read once as long as the file does not change. Raises DefinitionError.

    Crawls of many sites ask late: by then somebody may have moved the file, and some editors do so for a moment.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError as err:
        raise _unreadable(path, err, "Put it back, then run again.") from err
    return _load(path, changed)


def _unreadable(path: Path, err: OSError, remedy: str) -> DefinitionError:
    return DefinitionError([Fault(str(path), None, "", f"it cannot be read: {err.strerror}", remedy)])


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise DefinitionError([Fault(str(path), None, "", "it is larger than 256 KiB", "Is it a site definition?")])
        return path.read_text("utf-8")
    except UnicodeDecodeError as err:
        raise DefinitionError([Fault(str(path), None, "", "it is not in UTF-8", "Save it as UTF-8.")]) from err
    except OSError as err:
        raise _unreadable(path, err, "Give the path of a readable file.") from err


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (RecursionError, ValueError) as err:
        found = AT_LINE.search(str(err))
        line = int(found[1]) if found else len(text.splitlines()) or None
        remedy = "Mend the line; https://toml.io tells what may stand there."
        raise DefinitionError([Fault(file, line, "", f"it is no TOML: {no_toml(err)}", remedy)]) from err


def _as_written(key: Key) -> Key:
    """The way to a value in the file: pydantic names the kind of a source, too, which is no step of it."""
    return (*key[:2], *key[3:]) if key[0] == "sources" else key


def _names(path: Path) -> list[str]:
    """The spider and the hosts that a file names, as far as it can be read; faults are told when it is asked for.

    What stands above the first table is read alone: every crawl asks this of every file.
    """
    try:
        text = _text(path)
        found = FIRST_TABLE.search(text)
        data = _parsed(text[: found.start()] if found else text, str(path))
    except DefinitionError:
        return []
    spider, hosts = data.get("spider"), data.get("hosts")
    told = [spider if isinstance(spider, str) else path.stem]
    return told + [host for host in hosts if isinstance(host, str)] if isinstance(hosts, list) else told
