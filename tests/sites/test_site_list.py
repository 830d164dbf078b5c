"""Files that list sites: what they say, and each fault with its line; hostile ones are refused in a moment."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from pathlib import Path

import pytest

from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.faults import ArgumentFaults, each_of
from mtcrawler.sites import site_list
from mtcrawler.sites.site_list import ListedSite, read_sites

SETTINGS = ("RENDER_MODE", "ALLOWED_NETWORKS")
TOML = """
[[site]]
url = "https://www.one.example"
since = 2026-11-01
limit = 5
force = true

[[site]]
url = "two.example"
sections = ["news", "opinion"]
RENDER_MODE = "http"
"""
CSV = "url,since,limit,force,sections,RENDER_MODE\r\n"
ROWS = 'https://www.one.example,2026-11-01,5,1,,\r\n\r\ntwo.example,,,,"news,opinion",http\r\n'


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, settings: Collection[str] = SETTINGS) -> list[ListedSite]:
    """What a file lists; raises ArgumentError with all that is wrong with it."""
    noted = ArgumentFaults(site_list.TOLD)
    found = read_sites(path, settings, noted)
    noted.tell()
    return found


def faults(folder: Path, name: str, content: str | bytes) -> list[str]:
    """What is told of a file, without its path."""
    path = written(folder, name, content)
    with pytest.raises(ArgumentError) as raised:
        read(path)
    return [str(one).removeprefix(f"reading {path}").removeprefix(", ") for one in each_of(raised.value)]


@pytest.mark.parametrize(("name", "content", "lines"), [("a.toml", TOML, (2, 8)), ("a.csv", CSV + ROWS, (2, 4))])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_both_forms_say_the_same(name: str, content: str, lines: tuple[int, int], mark: str, tmp_path: Path) -> None:
    """TOML and CSV, with a byte order mark or without, give the same sites, arguments, settings and lines."""
    path = written(tmp_path, name, mark + content)
    one = {"since": "2026-11-01", "limit": "5", "force": "1"}
    assert read(path) == [
        ListedSite("https://www.one.example", one, {}, str(path), lines[0]),
        ListedSite("two.example", {"sections": "news,opinion"}, {"RENDER_MODE": "http"}, str(path), lines[1]),
    ]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.toml", "[[site]]\nurl = 'a'\nsine = '1d'\n", ["line 1: there is no key 'sine'. Did you mean since? "]),
        ("a.toml", "[[site]]\nurl = 'a'\n[[site]]\nlimit = 5\n", ["line 3: url is missing."]),
        ("a.toml", "[[site]]\nurl = 'a'\nlimit = {}\n", ["line 1: 'limit' has a value of the wrong kind."]),
        ("a.toml", "[[site]]\nurl = 'a'\nSTATE_DIR = '/'\n", ["line 1: there is no key 'STATE_DIR'."]),
        ("a.toml", "[[sites]]\nurl = 'a'\n", [": there is no key 'sites'."]),
        ("a.toml", "site = 'a'\n", [": site is no list of tables."]),
        ("a.toml", "[[site]\n", ["line 1: it is no TOML"]),
        ("a.toml", "x = " + "[" * 10_000, [": it is no TOML: it is nested too deeply."]),
        ("a.toml", "", [": it lists no site."]),
        ("a.csv", "", ["line 1: there is no column url."]),
        ("a.csv", "url\n", [": it lists no site."]),
        ("a.csv", "url;since\na;1d\n", ["line 1: columns are separated by semicolons."]),
        ("a.csv", "url,url,sins\n", ["line 1: the column 'url' is there twice.", "line 1: there is no column 'sins'."]),
        ("a.csv", "url,since\na,1d,2d\n,1d\n", ["line 2: it has 3 values, and", "line 3: url is missing."]),
        ("a.csv", 'url\n"a\nb', ["line 2: it is no CSV"]),
        ("a.csv", "url\na\x1b[31m\n", ["line 2: url holds a control character."]),
        ("a.csv", "url\na\0b\n", ["line 2: it holds a NUL character."]),
        ("a.csv", b"url\nb\xff\n", ["line 2: it is not UTF-8."]),
        ("a.csv", "url\na\n".encode("utf-16"), ["line 1: it is UTF-16."]),
        ("a.csv", "url\n" + "a" * 200_000, ["line 2: it is longer than 16384 characters."]),
        ("a.txt", "a\n", [": its name ends neither in .toml nor in .csv."]),
    ],
)
def test_each_fault_has_its_line(name: str, content: str | bytes, told: list[str], tmp_path: Path) -> None:
    """Everything that is wrong with a file is told at once, with the line, what it is and what to do."""
    found = faults(tmp_path, name, content)
    assert [one for one, beginning in zip(found, told, strict=True) if not one.startswith(beginning)] == []
    assert all(one.endswith((".", "…")) for one in found)


LONG = {
    "text of many lines": ("csv", 'url\n"' + "a\n" * 100_000, "line 2: it is no CSV: field larger than"),
    "header of many columns": ("csv", "url," + ',"\n"' * 100_000, "line 1: it has 100002 columns."),
    "name of a column": ("csv", "url," + "k" * 2_000_000, "line 1: it is longer than 16384 characters."),
    "key": ("toml", "[[site]]\nurl = 'a'\n" + "k" * 2_000_000 + " = 1", "line 3: it is longer than"),
    "key of parts": ("toml", "[[site]]\nurl = 'a'\n" + "k." * 8_000 + "k = 1", "line 3: it holds a key of more than"),
    "hex number": ("toml", f"[[site]]\nurl = 'a'\nlimit = 0x{'f' * 5_000}", "line 1: 'limit' has more than 20 digits."),
    "number": ("toml", f"[[site]]\nurl = 'a'\nlimit = {'9' * 5_000}", ": it is no TOML: a number in it has too many"),
}


@pytest.mark.parametrize("what", LONG)
def test_what_is_too_long_is_named(what: str, tmp_path: Path) -> None:
    """A line, a key, a row or a number that is longer than any that is meant is one fault, found without effort."""
    ending, content, told = LONG[what]
    (found,) = faults(tmp_path, f"a.{ending}", content)
    assert found.startswith(told)


DOTS = "b" + ".b" * 40
NO_KEYS = {
    "numbers": f"x = [{', '.join(['1.5'] * 40)}]",
    "prose": f'x = """\n{"See www.a.example. " * 12}\n"""',
    "quotes at the end of prose": f'x = """a\\"""b"""""  # {DOTS}',
    "literal prose": f"x = '''\n\"{DOTS}\"\n'''",
    "a comment": f"# it's {DOTS}",
}


@pytest.mark.parametrize("what", NO_KEYS)
def test_dots_that_part_no_key_are_no_fault(what: str, tmp_path: Path) -> None:
    """Numbers, texts over several lines and comments may have any number of dots."""
    content = f"{NO_KEYS[what]}\n[[site]]\nurl = 'a'\n"
    noted = ArgumentFaults(site_list.TOLD)
    assert [one.url for one in read_sites(written(tmp_path, "a.toml", content), SETTINGS, noted)] == ["a"]
    assert noted.number == (what != "a comment")  # that there is no key x


@pytest.mark.parametrize("key", [DOTS, DOTS.replace("b", '"b"'), DOTS.replace("b", "'.'"), DOTS.replace(".", " . ")])
@pytest.mark.parametrize("line", ["{} = 1", "[{}]", "x = {{ a = 'b', {} = 1 }}", 'x = [{{a = """\n " """, {} = 1}}]'])
def test_a_key_of_many_parts_is_found_wherever_it_stands(line: str, key: str, tmp_path: Path) -> None:
    """Quotes, blanks, tables and texts around it hide no key of more than 32 parts."""
    (found,) = faults(tmp_path, "a.toml", f"[[site]]\nurl = 'a'\n{line.format(key)}\n")
    assert "it holds a key of more than 32 parts" in found


@pytest.mark.parametrize("line", ["x = " + '\\"' * 8_000 + "#" + "." * 40, "." * 40 + '"' + '\\"' * 8_000])
def test_a_line_of_quotes_takes_no_time(line: str, tmp_path: Path) -> None:
    """A file of lines with thousands of escaped quotes is refused in a moment, not after seconds for each of them."""
    begun = time.process_time()
    faults(tmp_path, "a.toml", f"{line}\n" * 50)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("what", ["too large", "a pipe", "a folder", "nothing"])
def test_what_is_no_list_is_not_read(what: str, tmp_path: Path) -> None:
    """A file past the limit, a pipe, a folder and a file that is not there are refused at once."""
    path = tmp_path / "sites.csv"
    if what == "too large":
        path.write_bytes(b"url\n")
        os.truncate(path, site_list.LARGEST + 1)
    elif what == "a pipe":
        os.mkfifo(path)
    elif what == "a folder":
        path.mkdir()
    with pytest.raises(ArgumentError, match=r"it is larger|it is no plain file|it cannot be read"):
        read(path)


def test_of_many_faults_the_first_are_told(tmp_path: Path) -> None:
    """A file with thousands of faults tells the first ones and how many more there are."""
    found = faults(tmp_path, "a.csv", "url,limit\n" + ",1\n" * 5_000)
    assert len(found) == site_list.TOLD + 1
    assert found[-1].startswith(f"Reading the sites: there are {5_000 - site_list.TOLD} more faults.")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "url,sine,since\na,7d,1d\n"), ("a.toml", "[[site]]\nurl = 'a'\nsine = '7d'\nsince = '1d'\n")],
)
def test_a_faulty_list_is_read_on(name: str, content: str, tmp_path: Path) -> None:
    """An unknown column or key costs its own values alone: the sites are told, so that they can be looked at, too."""
    noted = ArgumentFaults()
    (one,) = read_sites(written(tmp_path, name, content), SETTINGS, noted)
    assert (one.url, one.arguments, noted.number) == ("a", {"since": "1d"}, 1)


def test_a_list_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that lists more sites than one process takes is refused at the first one too many."""
    monkeypatch.setattr(site_list, "MOST", 3)
    assert faults(tmp_path, "a.csv", "url\na\nb\nc\nd\ne\n") == ["line 5: the file lists more than 3 sites. Split it."]
