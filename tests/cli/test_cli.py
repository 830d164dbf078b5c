"""`mtcrawler …`: for people on a terminal, for programs in a pipe."""

from __future__ import annotations

import io
import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from mtcrawler.cli import COMMANDS, main
from mtcrawler.cli.read.articles import _row, _table
from mtcrawler.cli.read.show import write
from mtcrawler.cli.terminal import safe
from mtcrawler.model.article import Article, Aside, Embed, Heading, ImageBlock, ListBlock, Paragraph, Post, Quote, Table
from mtcrawler.session.session import Session
from mtcrawler.storage.capabilities import schema_bytes
from mtcrawler.storage.location import Location
from tests.fixtures.store import SITE, make_article

ROOT = Path(__file__).parent.parent.parent
ARTICLES = [make_article(number, day=f"2026/11/{20 - number}") for number in range(3)]


@pytest.fixture
def environment(new_session: Callable[..., Session], bucket: Location) -> dict[str, str]:
    """The variables that name a bucket with three articles."""
    session = new_session()
    for article in ARTICLES:
        session.writer.save(article)
    session.close()
    return {
        "S3_ENDPOINT_URL": bucket.endpoint_url or "",
        "S3_BUCKET": bucket.bucket,
        "AWS_ACCESS_KEY_ID": bucket.access_key or "",
        "AWS_SECRET_ACCESS_KEY": bucket.secret_key or "",
    }


def on_a_terminal(arguments: list[str], environment: dict[str, str], *, code: int = 0, columns: int = 100) -> str:
    """What a command prints on a real pseudo-terminal of so many columns."""
    near, far = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mtcrawler.cli", *arguments],
        stdout=far,
        env={**environment, "COLUMNS": str(columns), "TERM": "xterm"},
    )
    os.close(far)
    shown = b""
    while True:
        try:
            data = os.read(near, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        shown += data
    os.close(near)
    assert process.wait() == code
    return shown.decode()


def test_articles_are_json_lines_in_a_pipe(environment: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is one whole article, newest day first; site, days and limit narrow them."""

    def listed(*arguments: str) -> list[Article]:
        assert main(["articles", *arguments], environment) == 0
        return [Article.model_validate_json(line) for line in capsys.readouterr().out.splitlines()]

    assert listed() == ARTICLES
    assert listed("--limit", "1") == ARTICLES[:1]
    assert listed("--site", SITE, "--date", "2026-11-19") == [ARTICLES[1]]
    assert listed("--date", "2026-11-19..") == ARTICLES[:2]
    assert listed("--date", "..2026-11-19") == ARTICLES[1:]
    assert listed("--date", "unknown") == []


@pytest.mark.parametrize("sites", [1, 2])
def test_headlines_have_room_on_a_narrow_terminal(sites: int) -> None:
    """On 80 columns a headline keeps 30 of them beside long kinds, and a site that tells rows apart stays."""
    found = [make_article(1, headline="The ferry keeps its lamp lit"), make_article(2)]
    changed = {"kind": "advertorial"}
    rows = [_row(one.model_copy(update=changed | {"site": f"www.{n % sites}.example"})) for n, one in enumerate(found)]
    shown = io.StringIO()
    Console(file=shown, width=80).print(_table(rows, 80))
    assert "The ferry keeps its lamp lit" in shown.getvalue()
    assert ("www.0.example" in shown.getvalue()) == (sites == 2)


def test_articles_are_a_table_on_a_terminal(environment: dict[str, str]) -> None:
    """A person sees a line an article, and that there are more."""
    shown = on_a_terminal(["articles", "--limit", "2"], environment)
    assert ARTICLES[0].headline in shown
    assert ARTICLES[0].id[:8] in shown
    assert ARTICLES[2].headline not in shown
    assert SITE in shown
    assert "--limit 0 shows all" in shown
    assert "--limit 0" not in on_a_terminal(["articles"], environment)
    assert "No articles." in on_a_terminal(["articles", "--date", "2020-01-01"], environment)


def test_show_prints_an_article_by_id_or_address(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An article is printed as a person would read it, or in a pipe and with --json byte for byte as stored."""
    for asked in (ARTICLES[1].id, ARTICLES[1].id[:8], ARTICLES[1].canonical_url):
        assert main(["show", asked, "--text"], environment) == 0
        shown = capsys.readouterr().out
        assert ARTICLES[1].headline in shown
        assert "By A. Writer" in shown
        assert "20 November 2026, 09:30 (+03:00)" in shown
    for form in (["--json"], []):
        assert main(["show", ARTICLES[1].id, *form], environment) == 0
        assert capsys.readouterr().out.encode() == ARTICLES[1].to_json()
    assert "By A. Writer" in on_a_terminal(["show", ARTICLES[1].id], environment)


@pytest.mark.parametrize(
    ("arguments", "change", "code"),
    [
        (["show", "00000000"], {}, 2),
        (["show", "what?"], {}, 2),
        (["articles", "--date", "yesterday"], {}, 2),
        (["articles", "--date", "2026-02-31"], {}, 2),
        (["runs", "--date", "2026-11-30..2026-11-01"], {}, 2),
        (["articles", "--limit", "-1"], {}, 2),
        (["articles"], {"S3_BUCKET": "no-such-bucket"}, 14),
        (["articles"], {"AWS_SECRET_ACCESS_KEY": "wrong"}, 14),
        (["articles"], {"S3_BUCKET": ""}, 2),
    ],
    ids=str,
)
def test_a_failure_is_one_line(
    environment: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    change: dict[str, str],
    code: int,
) -> None:
    """Whatever goes wrong is one line on stderr with a remedy, and the error's own exit code."""
    assert main(arguments, {**environment, **change}) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("mtcrawler: ")


def test_a_reader_who_has_enough_is_no_failure(environment: dict[str, str]) -> None:
    """A closed pipe (`mtcrawler articles | head`) ends the command quietly."""
    command = f"{sys.executable} -m mtcrawler.cli articles | head -c 10"
    done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, len(done.stdout)) == (0, "", 10)


def test_local_data_is_the_projects_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is beside the nearest scrapy.cfg, else in the checkout; where there is neither that is told, not begun."""

    def folder_from(place: Path) -> str:
        monkeypatch.chdir(place)
        assert main(["store", "status"], {}) == 3 or place != project / "deep"
        return str(json.loads(capsys.readouterr().out)["folder"])

    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    (project / "deep").mkdir(parents=True)
    elsewhere.mkdir()
    (project / "scrapy.cfg").touch()
    assert folder_from(project / "deep") == str(project / "var" / "store")
    assert folder_from(elsewhere) == str(ROOT / "var" / "store")
    installed = tmp_path / "installed"
    shutil.copytree(ROOT / "mtcrawler", installed / "mtcrawler", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", "articles"],
        cwd=elsewhere,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "S3_BUCKET" in done.stderr
    assert list(elsewhere.iterdir()) == []


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is on the list and has its own help, wherever `--var` stands; a wrong one is told which there are."""
    for arguments in (["--help"], *([name, "--help"] for name in COMMANDS), ["--var", "x", "show", "--help"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments, {})
        assert ended.value.code == 0
        shown = capsys.readouterr().out
        assert f"mtcrawler {arguments[-2]}" in shown if arguments[1:] else all(name in shown for name in COMMANDS)
    with pytest.raises(SystemExit) as ended:
        main(["shwo", "changes"], {})
    assert ended.value.code == 2
    assert "revisions" in capsys.readouterr().err


def test_a_command_waits_for_no_others_imports() -> None:
    """`mtcrawler changes`, asked often, loads neither tables nor what exports and crawls."""
    code = (
        "import sys; from mtcrawler.cli import main\n"
        "try: main(['changes', '--help'], {})\n"
        "except SystemExit: sys.exit(' '.join({'rich', 'pyarrow', 'mtcrawler.storage.read.export', "
        "'mtcrawler.cli.read.show'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The schema comes out as it is published."""
    assert main(["schema"], {}) == 0
    assert capsys.readouterr().out.encode() == schema_bytes()


def test_nothing_reaches_the_terminal_raw() -> None:
    """Escape sequences and bidirectional overrides of a page do nothing on the reader's terminal."""
    article = make_article(
        headline="Red \x1b[31mAlert\x1b[0m\x07 [bold]now[/bold] :smile:",
        words="before\u202eretfa\x9b2J\nnext line",
    )
    out = io.StringIO()
    write(article, Console(file=out, width=60, force_terminal=False, markup=False, highlight=False, emoji=False))
    shown = out.getvalue()
    assert not set(shown) & {"\x1b", "\x07", "\x9b", "\u202e"}
    assert "[bold]now[/bold] :smile:" in shown
    assert "next line" in shown
    assert safe("a\tb\n") == "a\tb\n"


def test_every_block_is_shown() -> None:
    """Each kind of block has its form, wrapped to the width, and what is missing behind a wall is said."""
    article = make_article(
        body=[
            Paragraph(text="word " * 40),
            Heading(level=2, text="A heading"),
            Quote(text="A quote", cite="A. Source"),
            ListBlock(ordered=True, items=["one", ListBlock(ordered=False, items=["inner"]), "two"]),
            Table(rows=[["a", "b"], ["c", "d"]]),
            ImageBlock(url="https://static.example/1.jpg", caption="A caption"),
            Aside(text="An aside"),
            Embed(provider="twitter", url="https://x.com/a/status/1"),
            Post(id=1, time="2026-11-20T09:00:00+03:00", blocks=[Paragraph(text="A post")]),
        ],
        subtitle="A subtitle",
        summary="A summary",
        access={"tier": "metered", "complete": False, "evidence": []},
        modified_at="2026-11-21T09:00:00+03:00",
        authors=[{"name": "A"}, {"name": "B"}, {"name": "C"}],
        revision=2,
        previous_hash="0" * 64,
    )
    out = io.StringIO()
    write(article, Console(file=out, width=60, markup=False, highlight=False))
    shown = out.getvalue()
    for part in (
        "A subtitle",
        "By A, B and C",
        "updated 21 November 2026",
        "revision 2",
        "Only a part",
        "A summary",
        "A heading",
        "– A. Source",
        "1. one",
        "• inner",
        "2. two",
        "a | b",
        "[Photo: A caption]",
        "An aside",
        "[twitter: https://x.com/a/status/1]",
        "09:00",
        "A post",
    ):
        assert part in " ".join(shown.split())
    assert max(len(line) for line in shown.splitlines() if "://" not in line) <= 60
    assert not [line for line in shown.splitlines() if line != line.rstrip()]
