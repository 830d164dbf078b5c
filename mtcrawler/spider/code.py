"""The code that a definition names: a publisher's own class of pages, for what data cannot say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from os import sep
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from mtcrawler import __version__
from mtcrawler.extraction.code_version import code_version
from mtcrawler.extraction.extractor import Extractor, SelectorExtractor
from mtcrawler.extraction.page import ArticlePage
from mtcrawler.markup.addresses import Site
from mtcrawler.model.errors import DefinitionError, ExtractorFailed, Fault, MtcrawlerError
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.undescribed import UndescribedSite

if TYPE_CHECKING:
    from mtcrawler.session.site_memory import KeptMemory


def extractor_of(definition: SiteDefinition, site: Site) -> Extractor:
    """The extractor of this site's pages; raises DefinitionError where the code that it names is not there.

    `site` is the definition's, with the mirror that a run has of it. A definition that names neither code nor where the
    body stands leaves the page to be read by what most publishers have in common.
    """
    if definition.code is None and definition.selectors.body is None:
        from mtcrawler.extraction.any_site.extractor import AnySiteExtractor  # noqa: PLC0415 - only here is the model needed

        return AnySiteExtractor(definition, site, told=not isinstance(definition, UndescribedSite))
    return SelectorExtractor(definition, site, page_class(definition))


def memory_of(definition: SiteDefinition, extractor: Extractor, count: Callable[[str, int], None]) -> KeptMemory | None:
    """What the pages of this site teach, which its extractor is told; None where the definition says everything.

    `count` is told what is to be counted, by its name in Scrapy's stats.
    """
    if definition.code is not None or definition.selectors.body is not None:
        return None
    from mtcrawler.extraction.any_site.extractor import AnySiteExtractor  # noqa: PLC0415 - as above
    from mtcrawler.session.site_memory import KeptMemory  # noqa: PLC0415 - as above

    if not isinstance(extractor, AnySiteExtractor):
        return None
    kept = KeptMemory(definition.site.known_as, f"{extractor.name} of mtcrawler {__version__}", count)
    extractor.remembered = kept.remembered
    return kept


def judge_of(definition: SiteDefinition, extractor: Extractor) -> str:
    """What judges the pages of a site, in its present form: another definition or extractor has another name."""
    said = hashlib.sha256(f"{extractor.name}\0{definition.model_dump_json()}".encode()).hexdigest()[:12]
    return f"{said}.{code_version(type(extractor), page_class(definition))}"


def page_class(definition: SiteDefinition) -> type[ArticlePage]:
    """The class of pages that `code` names, `ArticlePage` where it names none; raises DefinitionError."""
    if definition.code is None:
        return ArticlePage
    module, _, name = definition.code.partition(":")
    try:
        found = getattr(import_module(module), name, None)
    except ModuleNotFoundError as err:
        if err.name is None or not f"{module}.".startswith(f"{err.name}."):
            raise _wrong(definition, f"{module} cannot be imported: {mistake_in(err)}") from err
        raise _wrong(definition, f"there is no module {module}") from err
    except Exception as err:  # whatever a module may raise while it is imported
        raise _wrong(definition, f"{module} cannot be imported: {mistake_in(err)}") from err
    if found is None:
        raise _wrong(definition, f"there is no {name} in {module}")
    if not (isinstance(found, type) and issubclass(found, ArticlePage)):
        raise _wrong(definition, f"{definition.code} is no subclass of ArticlePage")
    return found


@contextmanager
def naming_mistakes(definition: SiteDefinition) -> Iterator[None]:
    """Raises ExtractorFailed where the code that reads the site's pages raises what it should not."""
    try:
        yield
    except MtcrawlerError:
        raise
    except Exception as err:  # whatever the code of a site may raise costs that site's pages alone
        raise ExtractorFailed.of(definition.code or "the project's own extractor", mistake_in(err)) from err


def mistake_in(error: Exception) -> str:
    """An error of somebody's code as one line: its kind, what it says, the file and the line where it arose."""
    said = " ".join(str(error).split())
    frames = extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename and "importlib" not in frame.filename]
    own = [frame for frame in ours if f"{sep}mtcrawler{sep}" not in frame.filename]
    if isinstance(error, SyntaxError):
        place = ""  # it says so itself
    elif frame := next(reversed(own or ours), None):
        place = f" ({Path(frame.filename).parent.name}/{Path(frame.filename).name}, line {frame.lineno})"
    else:
        place = ""
    return f"{type(error).__name__}: {said}{place}"


def _wrong(definition: SiteDefinition, happened: str) -> DefinitionError:
    remedy = "Mend it, name another class, such as spiders.example:ExamplePage, or take the key out."
    return DefinitionError([Fault(f"the definition of {definition.site.host}", None, "code", happened, remedy)])
