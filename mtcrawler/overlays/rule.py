"""The overlay rules and paywall products that come with the crawler, one JSON file each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TypeVar

from pydantic import ValidationError

from mtcrawler.model.errors import DefinitionError, Fault
from mtcrawler.model.faults import dotted, faults_of
from mtcrawler.model.overlay_rule import OverlayRule, Step, Strict, WallVendor

__all__ = ["OverlayRule", "Step", "WallVendor", "read_rule", "vendor_rules", "wall_vendors"]

Kind = TypeVar("Kind", bound=Strict)


def read_rule(kind: type[Kind], text: str, name: str) -> Kind:
    """The rule in this JSON text; raises DefinitionError, which names the file and everything that is wrong with it."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as err:
        raise DefinitionError(
            [Fault(name, None, dotted(key), happened, remedy) for key, happened, remedy in faults_of(err)]
        ) from err


def _read(kind: type[Kind], folder: str) -> tuple[Kind, ...]:
    place = files(__package__).joinpath("rules", folder)
    entries = sorted(place.iterdir(), key=lambda entry: entry.name)
    return tuple(read_rule(kind, entry.read_text("utf-8"), f"{folder}/{entry.name}") for entry in entries)


@cache
def vendor_rules() -> tuple[OverlayRule, ...]:
    """The rules that come with the crawler, one file a vendor."""
    return _read(OverlayRule, "overlays")


@cache
def wall_vendors() -> tuple[WallVendor, ...]:
    """The paywall products that come with the crawler, one file a vendor."""
    return _read(WallVendor, "walls")
