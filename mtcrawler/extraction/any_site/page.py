"""A page read by what its site's definition says, and where it says nothing by declared data, the model and a guess."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Self

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.anew import anew
from mtcrawler.extraction.any_site import repetitions
from mtcrawler.extraction.any_site.assembly import Assembly
from mtcrawler.extraction.any_site.confidence import confidence_of
from mtcrawler.extraction.any_site.edges import head_lines, of_this_story, within_edges
from mtcrawler.extraction.any_site.frames import smallest_around
from mtcrawler.extraction.any_site.live import with_updates
from mtcrawler.extraction.any_site.page_kind import kind_of_page
from mtcrawler.extraction.body.model import Model, shipped
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.cms.reading import CmsReading
from mtcrawler.extraction.declared import Publication
from mtcrawler.extraction.handmade.head import Head
from mtcrawler.extraction.memory.recollection import Recollection
from mtcrawler.extraction.memory.site_memory import SiteMemory
from mtcrawler.extraction.metadata.authors import Signed, authors_of
from mtcrawler.extraction.metadata.headlines import Found, headline_of
from mtcrawler.extraction.metadata.kinds import labelled_kind
from mtcrawler.extraction.metadata.pictures.lead import Lead, lead_of, pictures_of
from mtcrawler.extraction.metadata.publication import modification_of, publication_of
from mtcrawler.extraction.metadata.statements import Statements
from mtcrawler.extraction.metadata.summaries import OPENING, summary_of
from mtcrawler.extraction.metadata.topics import Tags, section_of, tags_of
from mtcrawler.extraction.page import ArticlePage
from mtcrawler.extraction.page_data.completion import completed
from mtcrawler.extraction.pleas.pleas import Pleas
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.markup.addresses import Site
from mtcrawler.markup.json_values import Node
from mtcrawler.model.article import Author, Block, Image, Kind
from mtcrawler.model.reading import PageKind
from mtcrawler.sites.definition import SiteDefinition


class AnyPage(ArticlePage):
    """A page of which the definition says nothing, or only what the other ways get wrong.

    With `told` the definition's address patterns say that it is an article; `memory` is what other pages have taught.
    """

    def __init__(
        self,
        html: str,
        url: str,
        definition: SiteDefinition,
        headers: Mapping[str, str],
        tdm: tuple[TdmRule, ...] = (),
        site: Site | None = None,
        model: Model | None = None,
        memory: SiteMemory | None = None,
        *,
        told: bool = False,
    ) -> None:
        super().__init__(html, url, definition, headers, tdm, site)
        self._model, self._told, self.memory = model or shipped(), told, memory
        self._from_data: HtmlElement | None = None

    def completed(self) -> Self:
        """The same page with the text that only its data hold, where nothing on it speaks of a wall."""
        if self.withheld or self._is_said("body"):
            return self
        found = completed(self.root, self.statements, self.metas, self.headers, self.observation, self.modelled)
        return anew(self, root=found.root, nodes=(*self.nodes, found.node), _from_data=found.article) if found else self

    def _is_said(self, field: str) -> bool:
        """Whether the definition says where a field stands."""
        return field in self.selectors.model_fields_set and getattr(self.selectors, field) is not None

    @cached_property
    def statements(self) -> Statements:
        """What the page states to machines."""
        return Statements(self.root, self.url, self.nodes)

    @cached_property
    def observation(self) -> Observation:
        """The page as the model looks at it."""
        said, left_out = self.statements, self.definition.left_out.selector
        passed_over = self.withheld | frozenset(left_out(self.root) if left_out else ())
        return self._model.observe(self.root, said.titles, said.descriptions, passed_over, said.text)

    @cached_property
    def modelled(self) -> NDArray[np.float64]:
        """The probability of each segment that it is the article's, as the model sees it alone."""
        return self._model.likely(self.observation)

    @cached_property
    def cms(self) -> CmsReading:
        """What is known of the system that made the page."""
        return CmsReading(self.root)

    @cached_property
    def pleas(self) -> Pleas:
        """What asks something of the reader among what is likely the article's."""
        return Pleas(self.observation, self.cms.sharpened(self.observation, self.modelled, self._sure), self.statements)

    @cached_property
    def unaided(self) -> NDArray[np.float64]:
        """The same with what is known of the system that made the page, without pleas, and without other pages."""
        return self.pleas.spared

    @cached_property
    def recollection(self) -> Recollection:
        """What other pages of the site say of this one."""
        return Recollection(self.memory, self.canonical_url, self.observation, self.unaided)

    @property
    def likely(self) -> NDArray[np.float64]:
        """The probability of each segment that it is the article's, with what is remembered of the site."""
        return self.recollection.likely

    @cached_property
    def chosen(self) -> list[int]:
        """The numbers of the segments that are the article's, without the lines of its head."""
        found = of_this_story(self._head.extent(self.headline_element), self.observation)
        if self._is_said("container"):
            inside = set(self.scope.iter("*"))
            found = [index for index in found if self.observation.segments[index].element in inside]
        states = head_lines(self._signed, self.recollection.opens, self.zone, self.statements.language)
        texts, bare = self.observation.segments, self.statements.is_bare
        return within_edges(found, texts, self.headline or "", states, self.byline, bare=bare)

    @cached_property
    def page_kind(self) -> PageKind:
        """What sort of page it is: an article, or what else."""
        if self._from_data is not None:
            return "article"
        return kind_of_page(self.statements, self.observation, self.modelled, self._model, self._is_signed)

    def _is_signed(self) -> bool:
        return self._head.is_signed(self._signed, self._publication, self._sure())

    def _sure(self) -> float:
        return confidence_of(self.observation, self.modelled, self._model)

    @property
    def confidence(self) -> float | None:
        """How sure it is that headline and text are this article's, whole and alone; told with caution."""
        return None if self._is_said("body") else confidence_of(self.observation, self.likely, self._model)

    @cached_property
    def is_article(self) -> bool:
        """Whether the page holds an article at all."""
        if not self.headline:
            return False
        if not self._told:
            return self.page_kind == "article"
        # The address speaks for it; but a page that has nothing to say but its title is none.
        return self.headline_element is not None or bool(self.linked) or "og:title" in self.metas

    @cached_property
    def labelled(self) -> Kind | None:  # type: ignore[override]
        """What a label calls the piece; asked only where neither the definition's rules nor declarations tell."""
        return labelled_kind(self.statements, self.observation, self.section)

    @cached_property
    def linked(self) -> Node:
        """The JSON-LD object of the article, or an empty one."""
        return self.statements.article

    @cached_property
    def scope(self) -> HtmlElement:
        """The element that holds this article and no other: the smallest around almost all of its text."""
        if self._from_data is not None:
            return self._from_data
        if self._is_said("container"):
            return super().scope
        if self.selectors.model_fields_set:
            return self.root  # what the definition's selectors find may stand anywhere
        return smallest_around([self.observation.segments[index] for index in self.chosen], self.root)

    @cached_property
    def _found_headline(self) -> Found | None:
        return headline_of(self.statements, lambda: self._head.headline)

    @cached_property
    def headline_element(self) -> HtmlElement | None:
        """Where the headline stands."""
        if self._is_said("headline"):
            return super().headline_element
        return self._found_headline.element if self._found_headline else None

    @cached_property
    def headline(self) -> str | None:
        """The headline: by the definition, else the one on which the page's statements agree."""
        if self._is_said("headline") and (said := super().headline):
            return said
        found = self._found_headline
        return self.had("headline", found.source, found.text) if found else None

    @property
    def summary(self) -> str | None:
        """The introduction that stands apart from the body, or the declared description."""
        if self._is_said("summary"):
            return super().summary
        shown, first = self.recollection.introduction, self.chosen[: OPENING * self.recollection.knows_introductions]
        opening = " ".join(self.observation.plain[index] for index in first) or None
        found = summary_of(self.statements, shown.text if shown else None, opening)
        return self.had("summary", found.source, found.text) if found else None

    @cached_property
    def section(self) -> str | None:
        """The section: by the definition, the breadcrumb, or as declared."""
        if self._is_said("section"):
            return super().section
        found = section_of(self.statements, self.base, self.headline_element)
        return self.had("section", found.source, found.name) if found else None

    @property
    def tags(self) -> list[str]:
        """The tags: by the definition, as declared, or as shown."""
        if self._is_said("tags") and (said := super().tags):
            return said
        found: Tags | None = tags_of(self.statements, self.cms.elements("tags"))
        return self.had("tags", found.source, found.names) if found else []

    @property
    def authors(self) -> list[Author]:
        """The people who signed it: by the definition, as declared, or as a byline shows them."""
        if self._is_said("authors") and (said := super().authors):
            return said
        return self.had("authors", self._signed.source, self._signed.authors) if self._signed else []

    @property
    def byline(self) -> list[str]:
        """Every name that signs it, agencies and the paper itself, too."""
        return self._signed.names if self._signed else []

    @cached_property
    def _signed(self) -> Signed | None:
        ways = self._head.signatures(), self.recollection.names(), self.cms.elements("authors"), self._head.near()
        return authors_of(self.statements, self.base, self.definition.publishers, *ways)

    @cached_property
    def _head(self) -> Head:
        return Head(self.observation, self.likely, self.statements)

    @cached_property
    def _publication(self) -> Publication:
        if self._is_said("published_at") and (said := super()._publication).day:
            return said
        learned, lines, language = self.recollection.dates(), self._head.dated(), self.statements.language
        return publication_of(self.statements, language, self.zone, learned, lines, self.cms.dates())

    @property
    def modified_at(self) -> datetime | None:
        """The moment of the last update that readers are shown, or that is declared and later than publication."""
        if self._is_said("modified_at"):
            return super().modified_at
        found = modification_of(self.statements, self.statements.language, self.zone)
        later = found and (first := self._publication.moment) and found > first
        return self.had("modified_at", "declared", found) if later else None

    @cached_property
    def image(self) -> Image | None:
        """The lead picture: by the definition, as declared, or the first of the body."""
        if self._is_said("image") and (said := super().image):
            return said
        pictures = pictures_of(self.observation, self.chosen, set(self.scope.iter("*")))
        found: Lead | None = lead_of(self.statements, self.base, pictures, self.recollection.wording)
        apart = repetitions.with_caption_apart(found.image, self._paragraphs) if found else None
        return self.had("image", found.source, apart) if found else None

    @cached_property
    def _paragraphs(self) -> frozenset[str]:
        """What is in the text for sure, and so no picture's caption, however near it stands."""
        return repetitions.paragraphs_among(self.observation, self.likely, self.chosen)

    @cached_property
    def body(self) -> list[Block]:
        """The body in page order: by the definition, else what the model takes for the article's."""
        if self._is_said("body") and (said := super().body):
            return said
        if self._from_data is not None:
            return self.had("body", "declared", self.clean(self.reader.read([self._from_data])))
        if self._told and not self.chosen:
            return super().body  # too short for the model to be sure of any of it
        blocks = self.clean(Assembly(self.observation, self.chosen, self.base, self.pleas).blocks())
        near = self.observation.segments[self.chosen[0]].element if self.chosen else None
        bare = self.statements.is_bare
        blocks = repetitions.cleared(blocks, self.headline, self.image, self._paragraphs, near, bare=bare)
        return self.had("body", "model", with_updates(blocks, self.linked, self.zone))

    @property
    def body_elements(self) -> list[HtmlElement]:
        """What the body stands in."""
        return super().body_elements if self._is_said("body") else [self.scope]
