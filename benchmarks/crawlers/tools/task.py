"""What a crawler is asked for and how it answers; it knows nothing of the rest, so that it runs in any environment."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """An article as a crawler has it; `published` is a time or a day in ISO 8601."""

    url: str
    headline: str | None = None
    text: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    image: str | None = None


@dataclass(frozen=True)
class Task:
    """A site to crawl: so many requests at once and no wait between them, in so many tabs of this browser.

    `folder` is the crawler's own, and empty before.
    """

    origin: str
    at_once: int
    tabs: int
    browser: str | None
    arguments: tuple[str, ...]
    folder: str

    @classmethod
    def given(cls) -> Task:
        """The one in the file that the command line names."""
        kept: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        return cls(**{**kept, "arguments": tuple(kept["arguments"])})

    @property
    def launch_options(self) -> dict[str, Any]:
        """How Playwright starts the browser."""
        options: dict[str, Any] = {"headless": True, "args": list(self.arguments)}
        return {**options, "executable_path": self.browser} if self.browser else options

    @property
    def answers(self) -> Path:
        """The file that takes one line of JSON an article."""
        return Path(self.folder) / "answers.jsonl"

    def save(self) -> Path:
        """Writes the file for `given`."""
        path = Path(self.folder) / "task.json"
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        return path

    def answer(self, **fields: Any) -> None:
        """Stores an article; `fields` are those of Answer."""
        with self.answers.open("a", encoding="utf-8") as file:
            file.write(json.dumps(fields) + "\n")

    def answered(self) -> Iterator[Answer]:
        """The articles that were stored."""
        for line in self.answers.read_text(encoding="utf-8").splitlines() if self.answers.exists() else ():
            kept = json.loads(line)
            yield Answer(**{**kept, "authors": tuple(kept.get("authors") or ())})
