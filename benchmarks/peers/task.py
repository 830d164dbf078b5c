"""What a peer is asked for and how it answers; it knows nothing of the rest, so that it runs in any environment."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Task:
    """Addresses to read the headlines of, with `delay` seconds between requests, in this browser.

    `blocked` are address patterns for those who can block; `answers` is the file that takes one line of JSON a page.
    """

    addresses: tuple[str, ...]
    delay: float
    browser: str | None
    arguments: tuple[str, ...]
    blocked: tuple[str, ...]
    answers: str

    @classmethod
    def given(cls) -> Task:
        """The one in the file that the command line names."""
        kept: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        lists: dict[str, Any] = {name: tuple(value) for name, value in kept.items() if isinstance(value, list)}
        return cls(**(kept | lists))

    @property
    def launch_options(self) -> dict[str, Any]:
        """How Playwright starts the browser."""
        options: dict[str, Any] = {"headless": True, "args": list(self.arguments)}
        return {**options, "executable_path": self.browser} if self.browser else options

    def save(self, path: Path) -> None:
        """Writes the file for `given`."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    def answer(self, url: str, headline: str | None) -> None:
        """Tells a page's headline."""
        with Path(self.answers).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"url": url, "headline": headline}) + "\n")

    def answered(self) -> Iterator[tuple[str, str]]:
        """Addresses and headlines; spaces in these are one each, as a reader sees them."""
        path = Path(self.answers)
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            kept = json.loads(line)
            yield kept["url"], " ".join((kept["headline"] or "").split())
