"""Laws of everything that goes out: no sign that acts on a terminal or reorders what is read gets to one."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable

import pytest

from mtcrawler.cli import main
from mtcrawler.model.printable import escaped, json_line, safe
from mtcrawler.runs.monitoring.log_format import JsonLines, TextLines
from mtcrawler.security.redaction import Secrets
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from tests.fixtures.store import make_article
from tests.runs.telemetry import full

# The signs of format that are seen, or that writing needs: see mtcrawler/security/redaction.py.
NEEDED = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, 0x200C, 0x200D}
UNSEEN = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0xFE00, 0xFE0E), *range(0xE0000, 0xE1000)}
HARMFUL = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if (unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and code not in NEEDED | {9, 10})
    or code in UNSEEN
    or code & 0xFFFE == 0xFFFE
]
FORGED = (
    "Red\x1b[31m \x9b2J \x9d0;title\x9c \x7f \u202eder \u2066iso\u2069 \u200emark\u200f \u061carabic \U000e0041 "
    "\u200bzero\ufeff \xadsoft \u2028line\u2029 \ue0b0prompt \ufe01 end"
)
FIGURES = [
    "می‌خواهم",  # Persian, with a joiner that keeps two letters apart
    "क्‍ष and क्ष",  # Devanagari, with one that joins
    "👩‍👩‍👧 ❤️ 🏳️‍🌈",  # emoji put together
    "٢٠٢٦ \u0600 تومان",
    "Ёлка – “quotes” …\tand\nlines",
]


def harm(text: str) -> set[str]:
    """The harmful signs in a text."""
    return set(text) & set(HARMFUL)


def test_every_sign_of_unicode_is_judged() -> None:
    """Whatever Unicode calls control, format, surrogate or private is taken out, or stays for a reason named here."""
    assert [f"{ord(sign):x}" for sign in HARMFUL if sign in safe(f"a{sign}b")] == []
    letters = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] in "LNPS"]
    kept = [sign for sign in letters if ord(sign) not in UNSEEN]
    assert safe("".join(kept)) == "".join(kept)


@pytest.mark.parametrize("text", FIGURES)
def test_writing_stays_as_it_is(text: str) -> None:
    """What Persian, Hindi and emoji need is left where they need it."""
    assert safe(text) == text


def test_a_joiner_hides_in_no_plain_word() -> None:
    """Beside ASCII a joiner joins nothing and is taken out; a heap of them between two letters is one."""
    assert safe("pass\u200dword\u200c \u200d!") == "password !"
    assert safe("م\u200c\u200c\u200d\u200cخ") == "م\u200cخ"


@pytest.mark.parametrize("text", [FORGED, " ".join(HARMFUL), "\ud800 half", *FIGURES], ids=range(8))
def test_json_is_the_same_data_and_safe_to_show(text: str) -> None:
    """A line of JSON has no harmful sign in it, can be encoded, and gives back each sign it was made of."""
    line = json_line({"text": text, text: [text]})
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert harm(line) == set()
    assert json.loads(line.encode()) == {"text": text, text: [text]}
    assert json.loads(escaped('{"a":\r\n "b"}')) == {"a": "b"}
    assert "\r" not in escaped('{"a":\r\n "b"}')


@pytest.fixture
def environment(new_session: Callable[..., Session], bucket: Location) -> dict[str, str]:
    """The variables that name a bucket with an article and a run that are as bad as can be."""
    first, second = new_session(), new_session()
    first.writer.save(make_article(1, headline=f"First {FORGED}", words="Words."))
    first.close()
    second.writer.save(make_article(1, headline=f"Second {FORGED}", words=f"Words {FORGED}"))
    run = full.manifest().model_copy(update={"message": FORGED, "spider": f"paper {FORGED}"})
    second.put_run_file(run.run_id, "2026-11-25", "manifest.json", run.to_json())
    second.close()
    return {
        "S3_ENDPOINT_URL": bucket.endpoint_url or "",
        "S3_BUCKET": bucket.bucket,
        "AWS_ACCESS_KEY_ID": bucket.access_key or "",
        "AWS_SECRET_ACCESS_KEY": bucket.secret_key or "",
    }


ARTICLE = make_article(1).id
PIPED = (["articles"], ["changes"], ["runs"], ["revisions", ARTICLE], ["diff", ARTICLE], ["show", ARTICLE, "--json"])


def test_nothing_harmful_gets_into_a_pipe(environment: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    """What each command writes into a pipe may be shown on a terminal, and is exactly the data of the bucket."""
    told = {}
    for arguments in PIPED:
        assert main(arguments, environment) == 0
        told[arguments[0]] = capfd.readouterr().out
        assert harm(told[arguments[0]]) == set(), arguments
    assert json.loads(told["show"])["headline"] == f"Second {FORGED}"
    for name in ("articles", "changes", "revisions"):
        assert any(json.loads(line)["headline"].endswith(FORGED) for line in told[name].splitlines()), name
    assert any(FORGED in str(json.loads(line)["after"]) for line in told["diff"].splitlines())
    assert json.loads(told["runs"])["message"] == FORGED


def test_a_terminal_gets_no_tag(environment: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    """Tags, marks of direction and what else is not seen are in no text that is printed for people."""
    assert main(["show", ARTICLE, "--text"], environment) == 0
    assert harm(capfd.readouterr().out) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", f"id {FORGED}"],
        [f"--no {FORGED}"],
        ["articles", f"--date={FORGED}"],
        ["articles", f"--limit={FORGED}"],
        [f"command {FORGED}"],
        ["store", f"down {FORGED}"],
        ["report", f"20{FORGED}"],
        ["articles", os.fsdecode(b"\xff\x9b")],
    ],
    ids=range(8),
)
def test_an_argument_is_repeated_safely(
    arguments: list[str], environment: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    """An error that repeats an argument repeats no sign of it that acts on a terminal."""
    try:
        code = main(arguments, environment)
    except SystemExit as end:
        code = int(str(end.code))
    assert code == 2
    assert harm(capfd.readouterr().err) == set()


def test_a_log_line_has_nothing_harmful_and_no_secret() -> None:
    """Message, traceback, address and fields of a record, as text and as JSON, are clean, whoever made the record."""
    secret = "qzhwmkxvbtrplgdnfjscyaeiou"
    secrets = Secrets([secret])
    try:
        raise ValueError(f"{FORGED} {secret}")
    except ValueError as err:
        info = (ValueError, err, err.__traceback__)
    record = logging.LogRecord(
        "a", logging.ERROR, __file__, 1, "%s", (f"{FORGED} {secret[:9]}\u200b{secret[9:]}",), info
    )
    record.fields = {"url": f"https://a.example/?token={secret}", FORGED: [{"deep": f"{FORGED} {secret}"}]}
    for line in (TextLines("%(message)s", None, secrets).format(record), JsonLines(secrets).format(record)):
        assert harm(line) == set()
        assert secret not in line
    assert json.loads(JsonLines(secrets).format(record))["url"] == "https://a.example/?token=…"


def test_a_pipe_to_a_program_that_cannot_decode_gets_what_it_can() -> None:
    """Half of a surrogate pair, which no stream can encode, ends no command: it is shown as what it is, unreadable."""
    code = "from mtcrawler.model.printable import safe; print(safe('a\\ud800b'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "a\ufffdb\n")
