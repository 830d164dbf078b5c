"""`mtcrawler settings`: every setting, what it means, and the value it has in this environment."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any

from mtcrawler.cli.terminal import console, json_line, safe
from mtcrawler.model.errors import SettingError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.security.redaction import Secrets, without_userinfo


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "settings",
        help="list every setting with its meaning and its present value",
        description="Every setting: name, type, default, unit, meaning, and the value that this environment gives it "
        "(-s NAME=value sets it for one crawl; SCRAPY_PROJECT may change it); a line each, JSON in a pipe. Ends with "
        f"{ExitCode.WRONG_INPUT} where the environment has a wrong value; stderr names each.",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List the settings; what is wrong in the environment is told on stderr."""
    from mtcrawler.config.from_environment import read  # noqa: PLC0415 - the other commands start without it
    from mtcrawler.config.project import check_project  # noqa: PLC0415 - as above
    from mtcrawler.config.reading import allowed, default, described, kind  # noqa: PLC0415 - as above
    from mtcrawler.config.schema import Settings  # noqa: PLC0415 - as above

    given, shown, out = read(), Secrets.of_environment(options.environment).shown, console()
    for name in Settings.model_fields:
        told = described(name)
        value = given.values.get(name, options.environment.get(told.variable or ""))
        hidden = value and (told.secret or ("://" in str(value) and without_userinfo(str(value))[1]))
        row = {
            "name": name,
            "variable": told.variable,
            "type": kind(name),
            "allowed": allowed(name),
            "unit": told.unit or None,
            "default": _unmarked(told.unset) or _plain(default(name)),
            "value": "(not shown)" if hidden else _plain(value),
            "means": _unmarked(told.means),
        }
        if out.is_terminal:
            set_by = told.variable or f"-s {name}="
            out.print(shown(safe(f"{set_by:<36} {_written(row['value'])}")), style="bold", soft_wrap=True)
            out.print(safe(f"    {row['means']}. Allowed: {row['allowed']}. Unless set: {_written(row['default'])}."))
        else:
            sys.stdout.write(json_line({key: shown(one) if isinstance(one, str) else one for key, one in row.items()}))
    wrong = [problem.error for problem in given.problems]
    try:
        check_project(options.environment)
    except SettingError as err:
        wrong.insert(0, err)
    for error in wrong:
        print(shown(safe(f"mtcrawler: {error}")), file=sys.stderr)
    return ExitCode.WRONG_INPUT if wrong else ExitCode.DONE


def _unmarked(text: str) -> str:
    """Markdown as plain text: links by their words, but for those in brackets, which lead on; code without ticks."""
    text = re.sub(r"\s?\(\[[^][]{1,200}\]\([^()]{1,500}\)\)", "", text)
    return re.sub(r"\[([^][]{1,200})\]\([^()]{1,500}\)", r"\1", text).replace("`", "")


def _plain(value: Any) -> Any:
    """A value as JSON has it; several as they are set, with commas between them."""
    if isinstance(value, tuple | list | set | frozenset):
        return ",".join(map(str, value))
    return value if isinstance(value, str | int | float | dict) or value is None else str(value)


def _written(value: Any) -> Any:
    """A value as a person would set it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return f"{value:.12g}"
    return "(not set)" if value is None or value in ("", {}) else value
