"""The code that a definition names: a publisher's own class of pages, for what data cannot say."""

from __future__ import annotations

from importlib import import_module

from mtcrawler.extraction.extractor import Extractor, SelectorExtractor
from mtcrawler.extraction.page import ArticlePage
from mtcrawler.markup.addresses import Site
from mtcrawler.model.errors import DefinitionError, Fault
from mtcrawler.sites.definition import SiteDefinition


def extractor_of(definition: SiteDefinition, site: Site) -> Extractor:
    """The extractor of this site's pages; raises DefinitionError where the code that it names is not there.

    `site` is the definition's, with the mirror that a run has of it. Another kind of extractor is chosen here.
    """
    return SelectorExtractor(definition, site, page_class(definition))


def page_class(definition: SiteDefinition) -> type[ArticlePage]:
    """The class of pages that `code` names, `ArticlePage` where it names none; raises DefinitionError."""
    if definition.code is None:
        return ArticlePage
    module, _, name = definition.code.partition(":")
    try:
        found = getattr(import_module(module), name)
    except ModuleNotFoundError as err:
        if err.name is None or not f"{module}.".startswith(f"{err.name}."):
            raise  # the module is there, and what it imports is not
        raise _wrong(definition, f"there is no module {module}") from err
    except AttributeError as err:
        raise _wrong(definition, f"there is no {name} in {module}") from err
    if not (isinstance(found, type) and issubclass(found, ArticlePage)):
        raise _wrong(definition, f"{definition.code} is no subclass of ArticlePage")
    return found


def _wrong(definition: SiteDefinition, happened: str) -> DefinitionError:
    remedy = "Name a class of this project, such as spiders.example:ExamplePage, or take the key out."
    return DefinitionError([Fault(f"the definition of {definition.site.host}", None, "code", happened, remedy)])
