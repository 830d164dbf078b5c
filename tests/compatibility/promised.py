"""What is promised to stay until the next major version, by name: `make compatibility` writes promised.json anew.

docs/compatibility.md says what is promised in words. What is new may be added at any time; what is gone, or means
something else, is refused here unless the version says so.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args, get_origin

from mtcrawler import __version__, addon
from mtcrawler.cli import COMMANDS
from mtcrawler.config.reading import described, kind
from mtcrawler.config.schema import Settings
from mtcrawler.frontier.scope import EXAMPLES
from mtcrawler.model.article import json_schema
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.sites import schema
from mtcrawler.storage import layout
from tests.api.test_api import surface

FILE: Final = Path(__file__).with_name("promised.json")
Promises = dict[str, dict[str, str]]


def promises() -> Promises:
    """Everything that is promised now: in each section names, and what a machine can tell of what they mean."""
    return {
        "settings": dict(_settings()),
        "commands": dict(_commands()),
        "arguments": dict.fromkeys((*EXAMPLES, "sections", "sources", "sites"), "-a"),
        "exit codes": {code.name: str(code.value) for code in ExitCode},
        "interface": dict.fromkeys(surface(), "") | {f"mtcrawler.addon.{name}": "" for name in addon.__all__},
        "article": dict(_fields(json_schema())),
        "manifest": dict(_fields(Manifest.model_json_schema(mode="serialization"))),
        "definition": dict(_fields(schema.schema())),
        "keys": {name: value for name, value in vars(layout).items() if name.isupper() and isinstance(value, str)},
    }


def broken(before: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What of earlier promises holds no more, a line each."""
    found = []
    for section, names in before.items():
        for name, meaning in names.items():
            held = now.get(section, {}).get(name)
            if held is None:
                found.append(f"{section}: {name} is gone")
            elif held != meaning:
                found.append(f"{section}: {name} was {meaning!r} and is {held!r}")
    return found


def may_break(before: str, now: str) -> bool:
    """Whether the step between two versions is one that may break a promise: to another major, before 1.0 another minor
    version.
    """
    (was, was_minor), (major, minor) = (tuple(map(int, version.split(".")[:2])) for version in (before, now))
    return (major, minor if major == 0 else 0) > (was, was_minor if was == 0 else 0)


def _settings() -> Iterator[tuple[str, str]]:
    for name, field in Settings.model_fields.items():
        told = described(name)
        ways = [f"variable {told.variable}"] if told.variable else []
        ways += [f"-s {name}"] if told.override else []
        yield name, f"{kind(name)}, by {' and '.join(ways) or 'nobody'}"
        if get_origin(field.annotation) is not None:
            yield from ((f"{name}={word}", "allowed") for word in get_args(field.annotation) if isinstance(word, str))


def _commands() -> Iterator[tuple[str, str]]:
    parser = argparse.ArgumentParser(prog="mtcrawler")
    commands = parser.add_subparsers()
    for module in dict.fromkeys(COMMANDS.values()):
        importlib.import_module(f"mtcrawler.cli.{module}").add(commands)
    yield from _parsers(parser)


def _parsers(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield f"{parser.prog} {name}", "command"
                yield from _parsers(below)
        elif isinstance(action, argparse._HelpAction):
            continue
        elif action.option_strings:
            takes = "alone" if action.nargs == 0 else f"takes {action.nargs or 'a value'}"
            yield from ((f"{parser.prog} {option}", takes) for option in action.option_strings)
        else:
            yield f"{parser.prog} <{action.dest}>", f"takes {action.nargs or 'a value'}"


def _fields(whole: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each field of each object of a JSON Schema, and each word of a field: words may be added to one that has some."""
    for name, one in {str(whole.get("title")): whole, **whole.get("$defs", {})}.items():
        for field, said in one.get("properties", {}).items():
            words = said.get("enum", ())
            yield f"{name}.{field}", "words" if words else _kind(said)
            yield from ((f"{name}.{field}={word}", "allowed") for word in words)


def _kind(said: Mapping[str, Any]) -> str:
    """A field's type in short."""
    if "$ref" in said:
        return str(said["$ref"]).rpartition("/")[2]
    if "anyOf" in said or "oneOf" in said:
        return " | ".join(sorted({_kind(one) for one in said.get("anyOf", said.get("oneOf"))}))
    if "enum" in said or "const" in said:
        return "words"
    of = said.get("items", said.get("additionalProperties"))
    return f"{said.get('type', 'anything')}{f' of {_kind(of)}' if isinstance(of, dict) else ''}"


def main() -> int:
    """Write it anew, or say what may not change."""
    before, now = json.loads(FILE.read_text("utf-8")) if FILE.exists() else None, promises()
    if before and (found := broken(before["promises"], now)) and not may_break(before["version"], __version__):
        print("\n".join(found), file=sys.stderr)
        print(f"That may change in the next major version: {before['version']} promised it.", file=sys.stderr)
        return 1
    FILE.write_text(json.dumps({"version": __version__, "promises": now}, indent=1, sort_keys=True) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
