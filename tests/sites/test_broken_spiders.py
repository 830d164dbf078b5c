"""A file of spiders that cannot be read costs its own spiders alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

from mtcrawler.model.errors import DefinitionError
from mtcrawler.spider.code import page_class
from mtcrawler.spider.spider_loader import SiteSpiderLoader
from tests.fixtures.sites import SITES, described

GOOD = "import scrapy\n\n\nclass Good(scrapy.Spider):\n    name = 'good'\n"
BROKEN = {"halved": "class Half(\n", "unnamed": "print(nowhere)\n", "unfound": "import no_such_module\n"}


def test_the_other_spiders_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A syntax error, an unknown name, a missing module: each is one line with its place, and the rest is loaded; a
    definition whose code is such a file is refused by name.
    """
    package = tmp_path / "broken_papers"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "good.py").write_text(GOOD)
    for name, code in BROKEN.items():
        (package / f"{name}.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    spiders = SiteSpiderLoader(Settings({"SPIDER_MODULES": ["broken_papers"], "SITES_DIR": str(SITES)}))
    assert {"good", "moscowtimes"} <= set(spiders.list())
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == len(BROKEN)
    for name, line in zip(sorted(BROKEN), sorted(told), strict=True):
        assert f"{name}.py line 1" in line
        assert "\n" not in line
    with pytest.raises(DefinitionError, match=r"halved\.py, line 1"):
        page_class(described(code="broken_papers.halved:Page"))
    for name in [name for name in sys.modules if name.startswith("broken_papers")]:
        monkeypatch.delitem(sys.modules, name)
