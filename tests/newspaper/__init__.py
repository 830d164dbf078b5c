"""A whole newspaper, served on loopback: our own texts on pages that look and behave as the publisher's do."""

from tests.newspaper.clutter import clutter_in
from tests.newspaper.serving.server import Newspaper, with_original
from tests.newspaper.story import Story

__all__ = ["Newspaper", "Story", "clutter_in", "with_original"]
