"""Why articles are dropped is told by one name, in the code and in what is stored."""

from __future__ import annotations

import importlib
from pathlib import Path

from scrapy.exceptions import DropItem

from mtcrawler import pipelines
from mtcrawler.model.reasons import DropReason


def test_every_reason_to_drop_an_article_has_its_name() -> None:
    """Scrapy counts a drop by its exception's name: each exception of a stage is a DropReason, and each has one."""
    stages = [
        importlib.import_module(f"mtcrawler.pipelines.{path.stem}")
        for path in Path(str(pipelines.__file__)).parent.glob("*.py")
        if path.stem != "__init__"
    ]
    raised = {
        name
        for stage in stages
        for name, thing in vars(stage).items()
        if isinstance(thing, type) and issubclass(thing, DropItem) and thing is not DropItem
    }
    assert raised == {reason.value for reason in DropReason}
