"""Laws of the language of a text: what is read for it, and when."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from mtcrawler.extraction.language import model
from mtcrawler.extraction.language.model import opened, read_model
from tests.fixtures.sites import spider_named

RUSSIAN = "Река замёрзла раньше обычного, и паромы больше не ходят между берегами."


def test_the_model_is_read_while_the_first_page_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for a page has the model read aside, once; whoever asks for lists alone does without it."""
    monkeypatch.setattr(model, "_reading", None)
    crawler = get_crawler(spider_named("moscowtimes"))
    spider = spider_named("moscowtimes").from_crawler(crawler)
    list(spider.discovery.source_requests())
    assert model._reading is None
    begun: set[object] = set()
    for number in range(2):
        wanted = spider.frontier.ask(f"https://www.themoscowtimes.com/2026/11/02/bridge-a{number}")
        assert wanted is not None
        spider.requests.page(wanted)
        begun.add(model._reading)
    assert begun == {read_model()}


def test_the_model_is_unpacked_once_on_a_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unpacked is kept whole in a folder of ours and read from there, by several that begin at once, too; a
    spoilt file is unpacked anew, and nothing is ever written to the folder for temporary files.
    """
    nowhere = tmp_path / "nowhere"
    monkeypatch.setattr(tempfile, "tempdir", str(nowhere))
    folder = tmp_path / "language"
    with ThreadPoolExecutor(2) as both:
        assert [one.classify(RUSSIAN)[0] for one in both.map(opened, [folder] * 2)] == ["ru", "ru"]
    (file,) = folder.glob("*/nextmove.npy")
    written = file.stat().st_mtime_ns
    with monkeypatch.context() as patched:
        patched.setattr(model, "_unpack", None)
        assert opened(folder).classify(RUSSIAN)[0] == "ru"
    assert file.stat().st_mtime_ns == written
    for spoil in (lambda: file.write_bytes(file.read_bytes()[:1_000_000]), file.unlink, lambda: file.write_text("")):
        spoil()
        assert opened(folder).classify(RUSSIAN)[0] == "ru"
        assert file.stat().st_size > 30_000_000


def test_of_the_model_only_what_a_text_needs_is_in_memory(tmp_path: Path) -> None:
    """A process that has told the language of one text holds half of the unpacked model, which has 68 MB, or less."""
    opened(tmp_path)
    told = """
        import sys; from pathlib import Path; import numpy, psutil, py3langid
        from mtcrawler.extraction.language import model
        before = psutil.Process().memory_full_info().pss
        language, _ = model.opened(Path(sys.argv[1])).classify(sys.argv[2])
        print(language, psutil.Process().memory_full_info().pss - before)
    """
    command = [sys.executable, "-c", textwrap.dedent(told), str(tmp_path), RUSSIAN]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    language, taken = said.stdout.split()
    assert language == "ru"
    assert int(taken) <= 34_000_000


def test_a_folder_that_cannot_be_written_costs_no_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The model is unpacked in memory then, and the log says why."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    (tmp_path / "language").write_text("a file, and no folder")
    assert opened(tmp_path / "language").classify(RUSSIAN)[0] == "ru"
    assert "cannot be kept" in caplog.text


def test_a_model_that_tells_nonsense_is_unpacked_anew(tmp_path: Path) -> None:
    """Tables of the right size with other numbers in them are not taken for the model."""
    opened(tmp_path)
    (file,) = tmp_path.glob("*/nextmove.npy")
    whole = file.read_bytes()
    file.write_bytes(whole[:128] + bytes(len(whole) - 128))
    assert opened(tmp_path).classify(RUSSIAN)[0] == "ru"
    assert file.read_bytes() == whole
