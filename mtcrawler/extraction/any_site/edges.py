"""What stands at the two ends of a text and is none of it: the head's lines, what leads elsewhere, the next story."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial
from itertools import pairwise
from typing import Final

from lxml import etree

from mtcrawler.extraction.any_site.page_shape import ENDS
from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.body.segments import Segment
from mtcrawler.extraction.handmade.ends import closes, opens
from mtcrawler.extraction.handmade.signed_lines import of_names
from mtcrawler.extraction.metadata.authors import Signed
from mtcrawler.extraction.metadata.names import opens_byline
from mtcrawler.markup.dates import stated
from mtcrawler.markup.text import inline_text, is_unseen

States = Callable[[int, str], bool]
"""Whether a line of the segment with this number is a date or a byline."""
LINKED: Final = 0.9
"""The share of a segment's characters in links, or in bold type, from which on it is nothing else."""
SHORT: Final = 24  # characters of a line of a head that names a section
LINE: Final = 60  # characters of a line that states a date or a name
LABEL: Final = 40  # characters of a line in bold type that heads what follows

TOPS: Final = 10  # headings of the first level that are looked at
STORY: Final = 300  # characters that tell a story of its own from the frame of a headline
AD_LABELS: Final = frozenset(
    """
    advert advertentie advertisement advertising annonce annons annonse anzeige mainos pubblicità publicidad publicidade
    publicité reklam reklama reklame werbung реклама 广告 廣告 広告 광고
    """.split()
)
"""What stands alone above an advertisement, in small letters."""
_HEADS: Final = etree.XPath(
    "boolean(.//time | .//*[contains(@class, 'byline') or contains(@class, 'author') or contains(@class, 'date')])"
)
"""Whether an element has a date or a byline of its own."""
UNSEEN: Final = 0.1
"""The share of a text that may be hidden between the rest; where more is, scripts will show it."""


def of_this_story(found: list[int], page: Observation) -> list[int]:
    """`found`, numbers of segments, without labels of advertisements, what is hidden in between, and the next story.

    The next one is appended, with a headline and a date or byline of its own, in an `article` beside this story's.
    """
    texts = page.segments
    found = [
        index
        for index in found
        if texts[index].element.tag in HEADINGS or page.plain[index].replace(" ", "") not in AD_LABELS
    ]
    hidden = {index for index in found if page.around[index].hidden and is_unseen(texts[index].element)}
    seen = [index for index in found if index not in hidden]
    hidden = {index for index in hidden if seen and seen[0] < index < seen[-1]}  # at the ends scripts will show it
    if sum(len(texts[index].text) for index in hidden) < UNSEEN * sum(len(texts[index].text) for index in found):
        found = [index for index in found if index not in hidden]
    tops = [index for index, one in enumerate(texts) if one.element.tag == "h1" and index > page.headline >= 0]
    for top in tops[:TOPS]:
        own = [index for index in found if page.headline < index < top]
        if sum(len(texts[index].text) for index in own) >= STORY and _is_appended(texts, page.headline, own[-1], top):
            return [index for index in found if index < top]
    return found


def _is_appended(texts: list[Segment], headline: int, last: int, top: int) -> bool:
    """Whether the heading `top` stands in an element beside one like it, which holds this story and its headline."""
    of_top = [texts[top].element, *texts[top].element.iterancestors()]
    around = {above: below for below, above in pairwise(of_top)}
    own = [texts[headline].element, *texts[headline].element.iterancestors()]
    ours, common = next(((below, above) for below, above in pairwise(own) if above in around), (None, None))
    if ours is None or common is None or ours not in texts[last].element.iterancestors():
        return False
    theirs = around[common]
    alone = common.tag != "article" and next(common.iterancestors("article"), None) is None
    return alone and all(one.tag == "article" and _HEADS(one) for one in (ours, theirs))


def within_edges(found: list[int], texts: list[Segment], headline: str, states: States, *, bare: bool) -> list[int]:
    """The numbers of segments without those above the text that belong to its head, and those that only lead away.

    `bare` is a page that marks and declares nothing.
    """
    first, last = 0, len(found)
    while first < last and is_head(texts[found[first]], headline, partial(states, found[first]), bare=bare):
        first += 1
    while first < last and is_tail(texts[found[last - 1]], bare=bare):
        last -= 1
    return found[first:last]


def head_lines(signed: Signed | None, begins: int, zone: tzinfo | None, language: str | None) -> States:
    """Tells whether a line of a segment is a date or a byline and nothing else; `begins` is where the text does.

    In texts learned names are no byline.
    """

    def states(index: int, line: str) -> bool:
        learned = signed is not None and signed.source == "learned" and index >= begins
        is_name = signed is not None and not learned and of_names(line, signed.names)
        return opens_byline(line) or is_name or stated(line, zone, language) is not None

    return states


def is_head(segment: Segment, headline: str, states: Callable[[str], bool], *, bare: bool) -> bool:
    """Whether a segment above the text says no more than when it was published, and by whom, or only leads elsewhere.

    `states` says of a line whether it is a date or a byline. A page made by hand may have its whole head in the lines
    of one segment, the section and the headline among them.
    """
    if segment.linked > LINKED and segment.element.tag not in HEADINGS:
        return True
    times = {" ".join(inline_text(time).split()) for time in segment.element.iter("time")}
    lines = segment.text.split("\n")
    told = [
        line in times or line.strip() == headline or opens(line, bare=bare) or (len(line) <= LINE and states(line))
        for line in lines
    ]
    if len(lines) == 1 or not any(told):
        return all(told)
    return all(one or line in headline or len(line) <= SHORT for one, line in zip(told, lines, strict=True))


def is_tail(segment: Segment, *, bare: bool) -> bool:
    """Whether what ends a text only leads elsewhere, or heads what was left out; one segment may hold lines of both."""
    is_short = len(segment.text) <= LABEL and segment.text[-1:] not in ENDS
    is_label = is_short and segment.strong + segment.linked > LINKED
    return (
        segment.linked > LINKED
        or segment.element.tag in HEADINGS
        or is_label
        or all(closes(line, bare=bare) for line in segment.text.split("\n"))
    )
