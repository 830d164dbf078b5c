"""Which browser is chosen, and how it is started."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtcrawler.fetch.browser import browser, driver
from mtcrawler.fetch.browser.browser import NO_SANDBOX, QUIET, Browser, find_browser, main, verify_browser
from mtcrawler.model.errors import BrowserError


@pytest.fixture(autouse=True)
def _look_again() -> Iterator[None]:
    """Look for the browser anew in each test; it is remembered."""
    find_browser.cache_clear()
    yield
    find_browser.cache_clear()


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser; programs put into the folder are on its PATH."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    return programs


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_no_browser_names_both_install_commands(bare: Path) -> None:
    """Where there is no browser, one line says what was looked for and both ways to install one."""
    with pytest.raises(BrowserError, match="playwright install") as caught:
        find_browser()
    assert "apt-get install chromium-headless-shell" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 15


def test_order_on_path(bare: Path) -> None:
    """The headless shell is taken before the full browsers, as it is twice as fast."""
    program(bare, "google-chrome")
    chromium = program(bare, "chromium")
    assert find_browser().path == chromium
    shell = program(bare, "chromium-headless-shell")
    find_browser.cache_clear()
    assert find_browser().path == shell


def test_playwrights_own_build_comes_first(bare: Path) -> None:
    """A build that Playwright downloaded completely is preferred to what is on PATH; half a download is not."""
    shell = program(bare, "chromium-headless-shell")
    told = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "--dry-run", "--only-shell", "chromium"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    place = Path(re.findall(r"Install location:\s*(\S+)", told)[0])
    place.mkdir(parents=True)
    assert find_browser().path == shell
    (place / "INSTALLATION_COMPLETE").touch()
    find_browser.cache_clear()
    assert find_browser().path is None


def test_where_playwrights_build_would_be_is_asked_once(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next process of a machine reads a note, and asks again where it is damaged or something else decides."""
    asked, place = list[str](), bare / "build"
    place.mkdir()
    (place / "INSTALLATION_COMPLETE").touch()

    def says() -> str:
        asked.append("once more")
        return str(place)

    monkeypatch.setattr(browser, "_place_of_its_own", says)
    notes = bare / "state"
    assert [browser._playwright_has_its_own(notes) for _ in range(2)] == [True, True]
    assert len(asked) == 1
    (place / "INSTALLATION_COMPLETE").unlink()
    assert not browser._playwright_has_its_own(notes)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", "/elsewhere")
    browser._playwright_has_its_own(notes)
    (notes / "browser").write_bytes(b"\xff")
    browser._playwright_has_its_own(notes)
    assert len(asked) == 3


def test_explicit_browser_beats_all(bare: Path) -> None:
    """A browser that is asked for by path or by name is used, and no other in its place."""
    program(bare, "chromium-headless-shell")
    own = program(bare, "my-chromium")
    assert find_browser(own).path == own
    assert find_browser("my-chromium").path == own
    with pytest.raises(BrowserError, match="MTCRAWLER_BROWSER"):
        find_browser("no-chromium")


@pytest.mark.parametrize("user", [0, 1000])
def test_sandbox_is_off_for_root_only(
    bare: Path, user: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Chromium refuses to start sandboxed as root, so only then it goes without, and that is said."""
    monkeypatch.setattr(os, "geteuid", lambda: user)
    options = find_browser(program(bare, "chromium")).launch_options
    assert options["chromium_sandbox"] == (user != 0)
    assert (NO_SANDBOX in options["args"]) == (user == 0)
    assert ("sandbox" in caplog.text) == (user == 0)


def test_launch_options() -> None:
    """Playwright is given a path only where the browser is not its own, always the flags that keep it quiet, and no
    signal to close the browser by.
    """
    signals = {"handle_sigint": False, "handle_sigterm": False, "handle_sighup": False}
    assert Browser(None).launch_options == {"args": list(QUIET), "chromium_sandbox": True, **signals}
    assert Browser("/usr/bin/x").launch_options["executable_path"] == "/usr/bin/x"


def test_the_browser_here_starts() -> None:
    """The browser that is found on this machine opens a page."""
    verify_browser(find_browser())


def test_a_browser_that_does_not_start(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A program that is no browser is told as such in one line, with the exit code of a missing browser."""
    assert main([program(bare, "chromium")]) == 15
    assert capsys.readouterr().err.splitlines()[-1].startswith("starting the browser ")


def test_a_browser_of_the_environment_is_seen_by_every_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser that set-up put into the virtual environment is found, whoever's home or cache it is run with."""
    monkeypatch.setattr(browser, "BROWSERS", tmp_path / "browsers")
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    assert not browser._playwright_has_its_own()
    browser.BROWSERS.mkdir()
    asked = driver.command("install", "--dry-run", "--only-shell", "chromium")
    told = subprocess.run(asked, env=driver.environment(), capture_output=True, text=True, check=True).stdout
    (place,) = re.findall(r"Install location: +(.*chromium_headless_shell.*)", told)
    assert Path(place).is_relative_to(browser.BROWSERS)
    Path(place).mkdir()
    Path(place, "INSTALLATION_COMPLETE").touch()
    assert browser._playwright_has_its_own()
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", "/elsewhere")
    assert driver.environment()["PLAYWRIGHT_BROWSERS_PATH"] == "/elsewhere"
