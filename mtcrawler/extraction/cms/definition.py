"""What is known of one content management system: its marks in a page, and where its themes show what."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from mtcrawler.markup.css import Selector, css
from mtcrawler.model.errors import DefinitionError, Fault
from mtcrawler.model.faults import dotted, faults_of
from mtcrawler.model.overlay_rule import Strict
from mtcrawler.sites.sources import PageSelector


def _small(text: str) -> str:
    if text != text.lower():
        raise ValueError(f"{text!r} has capitals: marks are compared in lower case")
    return text


def _frozen(value: Any) -> Any:
    """TOML has lists only."""
    return tuple(value) if isinstance(value, list) else value


Mark = Annotated[str, Field(min_length=2), AfterValidator(_small)]
Marks = Annotated[tuple[Mark, ...], BeforeValidator(_frozen)]


class Detected(Strict):
    """The marks of a system; any of them is enough. All are lower case.

    `generator`: how what the page names as its generator begins. `metas`: names of meta tags. `links`: relations of
    links. `ids`: of scripts, and of the elements right inside `body`. `addresses`: parts of the addresses that links
    and scripts load. `body`: beginnings of classes of `body`. `html`: attributes of the root.
    """

    generator: Marks = ()
    metas: Marks = ()
    links: Marks = ()
    ids: Marks = ()
    addresses: Marks = ()
    body: Marks = ()
    html: Annotated[tuple[str, ...], BeforeValidator(_frozen)] = ()

    @model_validator(mode="after")
    def _shows(self) -> Detected:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise ValueError("nothing shows this system: give at least one mark")
        return self


class CmsSelectors(Strict):
    """Where the themes of a system show each field; `container` is the element that holds the text.

    Captions and credits have none: what reads them on any page reads them better than the systems' own names.
    """

    container: PageSelector | None = None
    authors: PageSelector | None = None
    published_at: PageSelector | None = None
    tags: PageSelector | None = None


class CmsDefinition(Strict):
    """One system. `left_out` are the elements that its themes and plugins put among the text without being of it."""

    name: Annotated[str, Field(pattern=r"^[a-z]+$")]
    detected: Detected
    selectors: CmsSelectors = CmsSelectors()
    left_out: Annotated[tuple[PageSelector, ...], BeforeValidator(_frozen)] = ()

    @property
    def left_out_selector(self) -> Selector | None:
        """One selector for all that is left out."""
        return css(", ".join(one.text for one in self.left_out)) if self.left_out else None


def read_definition(text: str, name: str) -> CmsDefinition:
    """The definition in this TOML text; raises DefinitionError, which names the file and all that is wrong with it."""
    try:
        return CmsDefinition.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as err:
        raise DefinitionError([Fault(name, None, "", f"it is no TOML: {err}", "Mend it.")]) from err
    except ValidationError as err:
        faults = [Fault(name, None, dotted(key), happened, remedy) for key, happened, remedy in faults_of(err)]
        raise DefinitionError(faults) from err


@cache
def definitions() -> tuple[CmsDefinition, ...]:
    """Those that come with the crawler, one file a system, by name."""
    place = files(__package__).joinpath("definitions")
    entries = sorted(place.iterdir(), key=lambda entry: entry.name)
    return tuple(
        read_definition(entry.read_text("utf-8"), entry.name) for entry in entries if entry.name.endswith(".toml")
    )
