"""What stands over a page between the reader and the article: found, closed as a reader would, proved gone.

What needs a browser is loaded when it is asked for: the rules and the words of walls are read without one, too.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mtcrawler.overlays.report import Dismissed, Shot
from mtcrawler.overlays.rule import OverlayRule, Step

if TYPE_CHECKING:
    from mtcrawler.overlays.engine import KeptScreenshots, Overlays, collect

__all__ = ["Dismissed", "KeptScreenshots", "OverlayRule", "Overlays", "Shot", "Step", "collect"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("mtcrawler.overlays.engine"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
