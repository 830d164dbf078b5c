"""What stands over a page between the reader and the article: found, closed as a reader would, proved gone."""

from mtcrawler.overlays.engine import KeptScreenshots, Overlays, collect
from mtcrawler.overlays.report import Dismissed, Shot
from mtcrawler.overlays.rule import OverlayRule, Step

__all__ = ["Dismissed", "KeptScreenshots", "OverlayRule", "Overlays", "Shot", "Step", "collect"]
