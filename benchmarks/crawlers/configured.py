"""Crawlers that are commands with a configuration: what theirs says, and how their output is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any, Final

from benchmarks.crawlers.tools.task import Answer, Task

NEWSPLEASE_SITE: Final[dict[str, Any]] = {
    # As its own example of a site whose pages declare no og:type: else it takes no page for an article.
    "overwrite_heuristics": {
        "meta_contains_article_keyword": True,
        "og_type": False,
        "linked_headlines": False,
        "self_linked_headlines": False,
    },
    "pass_heuristics_condition": "meta_contains_article_keyword",
}


def trafilatura(task: Task, python: Path) -> list[str]:
    """`trafilatura --explore`, without its wait of five seconds, and allowed to ask a private address."""
    settings = next(python.parents[1].glob("lib/python3*/site-packages/trafilatura/settings.cfg"))
    config = ConfigParser()
    config.read(settings, encoding="utf-8")
    config["DEFAULT"].update({"SLEEP_TIME": "0", "SSRF_PROTECTION": "off"})
    changed = Path(task.folder) / "settings.cfg"
    with changed.open("w", encoding="utf-8") as file:
        config.write(file)
    line = [str(python), "-m", "trafilatura.cli", "--explore", f"{task.origin}/", "--json", "--with-metadata"]
    line += ["--no-comments", "--output-dir", str(Path(task.folder) / "out"), "--parallel", str(task.at_once)]
    return [*line, "--config-file", str(changed)]


def of_trafilatura(task: Task) -> Iterator[Answer]:
    """A file of JSON an article."""
    for path in Path(task.folder, "out").rglob("*.json"):
        kept = json.loads(path.read_text(encoding="utf-8"))
        names = (kept["author"] or "").split(";")
        yield Answer(
            url=kept["source"],
            headline=kept["title"],
            text=kept["text"],
            published=kept["date"],
            authors=tuple(name.strip() for name in names if name.strip()),
            image=kept["image"],
        )


def newsplease(task: Task, python: Path) -> list[str]:
    """`news-please` with the configuration it ships, but for the folder, the number of requests and the site."""
    shipped = next(python.parents[1].glob("lib/python3*/site-packages/newsplease/config/config.cfg"))
    text, folder = shipped.read_text(encoding="utf-8"), Path(task.folder)
    for before, after in (
        ("working_path = ~/news-please-repo/", f"working_path = {folder}/"),
        ("CONCURRENT_REQUESTS_PER_DOMAIN=4", f"CONCURRENT_REQUESTS_PER_DOMAIN={task.at_once}"),
        ("CONCURRENT_REQUESTS=16", f"CONCURRENT_REQUESTS={task.at_once}"),
    ):
        if before not in text:
            raise ValueError(f"the configuration of news-please has no {before!r} any more: see {__file__}")
        text = text.replace(before, after)
    (folder / "config.cfg").write_text(text, encoding="utf-8")
    site = {"url": f"{task.origin}/", **NEWSPLEASE_SITE}
    (folder / "sitelist.hjson").write_text(json.dumps({"base_urls": [site]}), encoding="utf-8")
    return [str(python), "-m", "newsplease", "-c", f"{folder}/", "-no-confirm"]


def of_newsplease(task: Task) -> Iterator[Answer]:
    """A file of JSON an article."""
    for path in Path(task.folder, "data").rglob("*.json"):
        kept = json.loads(path.read_text(encoding="utf-8"))
        yield Answer(
            url=kept["url"],
            headline=kept["title"],
            text=kept["maintext"],
            published=kept["date_publish"],
            authors=tuple(kept["authors"] or ()),
            image=kept["image_url"],
        )
