"""Help and completion: every command has examples that can be typed, and a shell completes what there is."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
from collections.abc import Iterator

import pytest

from mtcrawler.cli import COMMANDS, main, parser_of
from mtcrawler.cli.completion import SHELLS, actions_of
from mtcrawler.cli.examples import EXAMPLES, text_of

LINES = [line for found in EXAMPLES.values() for line, _ in found]


def commands_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The whole name of each command that does something by itself."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for one in below:
        for inner in dict.fromkeys(one.choices.values()):
            yield from commands_of(inner)
    if not below:
        yield parser.prog.removeprefix("mtcrawler ")


def test_every_command_has_examples() -> None:
    """No command is without an example, and no example is of a command that is not there."""
    assert {*commands_of(parser_of(())), "mtcrawler"} == EXAMPLES.keys()


@pytest.mark.parametrize("line", LINES)
def test_an_example_can_be_typed(line: str) -> None:
    """Each example is a command line that its parser takes, whatever follows it in the shell."""
    typed = re.search(r"mtcrawler [^|>)]*", line)
    assert typed is not None
    words = shlex.split(typed[0])[1:]
    if "--help" in words:
        words.remove("--help")
        words.append("all.jsonl")
    assert callable(parser_of(words).parse_args(words).run)


def test_no_example_empties_the_file_that_its_command_writes() -> None:
    """A command that writes a definition itself is not sent there by the shell, which makes the file empty first."""
    assert [line for line in LINES if re.search(r"sites new .*>", line)] == []


def test_the_example_of_articles_says_that_it_lists_them() -> None:
    """`mtcrawler articles` lists articles and counts none, and so says its example."""
    assert "how many" not in text_of("mtcrawler articles")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_them(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--help of a command ends with its examples; that of a group with those of none or of its own."""
    with pytest.raises(SystemExit):
        main([command, "--help"])
    shown = capsys.readouterr().out
    assert shown.endswith(text_of(f"mtcrawler {command}"))
    assert (command in EXAMPLES) == ("examples:" in shown)


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script for a shell names every command."""
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(command in script for command in COMMANDS)


def test_bash_completes_commands_and_options(capsys: pytest.CaptureFixture[str]) -> None:
    """Bash takes the script, and completes commands, their actions and options by it."""
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out

    def completed(*words: str) -> list[str]:
        listed = " ".join(map(shlex.quote, words))
        ask = f"COMP_WORDS=({listed}); COMP_CWORD={len(words) - 1}; _shtab_mtcrawler; echo ${{COMPREPLY[@]}}"
        told = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=True)
        return told.stdout.split()

    assert completed("mtcrawler", "exp") == ["export"]
    assert completed("mtcrawler", "sites", "sh") == ["show"]
    assert completed("mtcrawler", "export", "--fo") == ["--format"]


def test_files_are_completed() -> None:
    """An argument that names a file is one to the parser, too: completion knows files by that."""
    named = [action for action in actions_of(parser_of(())) if str(action.metavar).startswith(("FILE", "FOLDER"))]
    assert named
    assert [action.dest for action in named if action.type is None] == []
