"""docs/any-site.md followed to the letter: from a site that reads badly to one that reads well."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest

from mtcrawler.cli import main
from tests.extraction.any_site.pages import STORY
from tests.single_pages.site import of_a_command, serving

GUIDE = (Path(__file__).parents[2] / "docs" / "any-site.md").read_text("utf-8")
BOX = (
    "Letters of the harbour come every Thursday with what the town talks about, and they are read in four hundred "
    "kitchens before the coffee is cold."
)
PATHS = [f"/2026/11/20/the-{name}-stays-open-this-winter" for name in ("ferry", "bridge", "market")]


def story(path: str) -> str:
    """A story with a byline that nothing declares, and a box in its middle that reads like a part of it."""
    lines = [f"<p>{text}</p>" for text in STORY]
    told = "".join([*lines[:3], f"<div class='letter-box'><p>{BOX}</p></div>", *lines[3:]])
    title = path.rpartition("/")[2].replace("-", " ")
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title><meta property=og:type content=article></head><body>"
        "<article><div class='signed-by'>Told on the quay: <a href='/i/7'>Ines Duval</a></div>"
        f"<h1>{title}</h1>{told}</article></body></html>"
    )


@pytest.mark.slow
def test_the_guide_leads_to_a_site_that_reads_well(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """After `sites new`, the guide's own lines and `sites check`, `try --site` has the byline and not the box."""
    environment = of_a_command(tmp_path) | {"MTCRAWLER_SITES": str(tmp_path), "MTCRAWLER_NOW": "2026-11-21T10:00:00Z"}
    (lines,) = (block for block in re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL) if "[selectors]" in block)
    links = "".join(f"<li><a href='{path}'>{path.rpartition('/')[2].replace('-', ' ')}</a></li>" for path in PATHS)
    pages = {"/": f"<html lang=en><body><ul>{links}</ul></body></html>", **{path: story(path) for path in PATHS}}

    def tried(*more: str) -> tuple[list[str], str]:
        assert main(["try", origin + PATHS[0], "--http", *more], environment) == 0
        reading = json.loads(capfd.readouterr().out)["reading"]
        return [author["name"] for author in reading["authors"]], reading["text"]

    with serving(pages) as origin:
        assert main(["sites", "new", origin], environment) == 0
        definition = Path(json.loads(capfd.readouterr().out)["file"])
        authors, text = tried()
        assert authors == []
        assert BOX in text
        with definition.open("a", encoding="utf-8") as file:
            file.write(textwrap.dedent(lines))
        assert main(["sites", "check", str(definition)], environment) == 0
        capfd.readouterr()
        authors, text = tried("--site", str(definition))
    assert authors == ["Ines Duval"]
    assert text == "\n\n".join(STORY)
