"""What a manifest tells of a template; apart from what finds it out, as a manifest is read without a crawler."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from mtcrawler.model.article import Model

if TYPE_CHECKING:
    from mtcrawler.fetch.mode.mode_history import TemplateHistory

Choice = Literal["http", "browser", "learning"]


class TemplateReport(Model):
    """A template in a run's manifest: how its pages are fetched by the end, on what grounds, and what this run did.

    `compared`, `equal`, `sampled` and `differs` count all runs; `plain` and `shown` are this run's pages over HTTP and
    in the browser, `reasons` why those were shown.
    """

    choice: Choice
    compared: int
    equal: int
    sampled: int
    differs: dict[str, str] = {}
    plain: int = 0
    shown: int = 0
    reasons: dict[str, int] = {}

    @classmethod
    def of(cls, lesson: TemplateHistory, plain: int, reasons: Counter[str]) -> TemplateReport:
        """The report on one template."""
        told = {name: getattr(lesson, name) for name in ("choice", "compared", "equal", "sampled", "differs")}
        return cls(**told, plain=plain, shown=reasons.total(), reasons=dict(sorted(reasons.items())))
