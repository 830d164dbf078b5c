"""What stands at the two ends of a text and is none of it: the head's lines, what leads elsewhere, the next story."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import partial
from itertools import islice, pairwise
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from mtcrawler.extraction.any_site.page_shape import ENDS
from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.body.segments import Segment
from mtcrawler.extraction.body.surroundings import PLACES
from mtcrawler.extraction.handmade.ends import closes, opens
from mtcrawler.extraction.handmade.signed_lines import is_credit, of_names
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
BIOGRAPHY: Final = 900  # characters of what ends a text and tells who wrote it
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
COMMENTS: Final = frozenset(
    """
    comment-body comment-content comment-list comment-text commentlist comments comments-area comments-body
    comments-list comments-section disqus_thread
    """.split()
)
"""Names of what holds comments; an opinion is called a comment, too."""
NEAR: Final = 8  # elements around a text that are asked for such a name
_FOOTER: Final = 1 << PLACES.index("footer")
_OF_STORY: Final = 1 << PLACES.index("article") | 1 << PLACES.index("main")
MEMBERS: Final = 3
DENSE: Final = 50
"""Members that data have at least, and characters of each."""
_MEMBER: Final = re.compile(r'"[\w-]{1,40}" ?: ?["\d\[{tfn-]')
_IS_ONE: Final = re.compile(
    r"""(?:,.{0,80}?,)?\ (?:(?:is|has\ been|covers|writes|reports|works|lives|teaches|joined|studied|can\ be|contributes
    |ist|schreibt|arbeitet|berichtet|lebt|studierte|est|écrit|travaille|couvre|es|escribe|trabaja|cubre|è|scrive|lavora
    |é|escreve|trabalha|is|schrijft|werkt|är|skriver|arbetar|er|jest|pisze|pracuje|пишет|работает|освещает)\b|—)""",
    re.VERBOSE | re.IGNORECASE,
)
"""What follows a name where it is told what its bearer does, and not what they did in the story."""
_HEADS: Final = etree.XPath(
    "boolean(.//time | .//*[contains(@class, 'byline') or contains(@class, 'author') or contains(@class, 'date')])"
)
"""Whether an element has a date or a byline of its own."""
UNSEEN: Final = 0.1
"""The share of a text that may be hidden between the rest; where more is, scripts will show it."""


def of_this_story(found: list[int], page: Observation) -> list[int]:
    """`found`, numbers of segments, without what is not this story's.

    That is labels of advertisements, data, the page's footer, comments, hidden texts in between, and the next story.

    The next one is appended, with a headline and a date or byline of its own, in an `article` beside this story's;
    where another `article` holds them all, stories and headlines are named alike.
    """
    texts = page.segments
    found = [
        index
        for index in found
        if texts[index].element.tag in HEADINGS or page.plain[index].replace(" ", "") not in AD_LABELS
        if not is_data(texts[index].text) or page.is_code(index)
    ]
    found = _without_comments(_without_footer(found, page), page)
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


def _without_footer(found: list[int], page: Observation) -> list[int]:
    """Without a footer that stands outside of the `main` or `article` elements that hold most of the text."""
    places = {index: page.around[index].places for index in found}
    inside = [index for index in found if places[index] & _OF_STORY]
    if 2 * _words(inside, page) < _words(found, page):
        return found
    return [index for index in found if not places[index] & _FOOTER or places[index] & _OF_STORY]


def _without_comments(found: list[int], page: Observation) -> list[int]:
    """Without what stands in an element that is called after comments, unless half of the text does."""
    rest = [index for index in found if not _is_comment(page.segments[index].element)]
    return rest if 2 * _words(rest, page) > _words(found, page) else found


def _is_comment(element: HtmlElement) -> bool:
    around = (element, *islice(element.iterancestors(), NEAR))
    return any(not COMMENTS.isdisjoint(f"{one.get('class', '')} {one.get('id', '')}".lower().split()) for one in around)


def _words(found: list[int], page: Observation) -> int:
    return sum(len(page.words[index]) for index in found)


def is_data(text: str) -> bool:
    """Whether a text is no words but an object of JSON, as widgets keep theirs in the page."""
    return (
        text[0] in "[{" and text[-1] in "]}" and DENSE * len(_MEMBER.findall(text)) >= max(len(text), DENSE * MEMBERS)
    )


def _is_appended(texts: list[Segment], headline: int, last: int, top: int) -> bool:
    """Whether the heading `top` stands in an element beside one like it, which holds this story and its headline."""
    of_top = [texts[top].element, *texts[top].element.iterancestors()]
    around = {above: below for below, above in pairwise(of_top)}
    own = [texts[headline].element, *texts[headline].element.iterancestors()]
    ours, common = next(((below, above) for below, above in pairwise(own) if above in around), (None, None))
    if ours is None or common is None or ours not in texts[last].element.iterancestors():
        return False
    theirs = around[common]
    if any(one.tag != "article" or not _HEADS(one) for one in (ours, theirs)):
        return False
    alone = common.tag != "article" and next(common.iterancestors("article"), None) is None
    return alone or (_names(ours) == _names(theirs) and _names(of_top[0]) == _names(own[0]) != ("h1", None))


def _names(element: HtmlElement) -> tuple[str, str | None]:
    return str(element.tag), element.get("class")


def within_edges(
    found: list[int], texts: list[Segment], headline: str, states: States, names: Sequence[str] = (), *, bare: bool
) -> list[int]:
    """The numbers of segments without those above the text that belong to its head, and those that only lead away.

    `bare` is a page that marks and declares nothing; `names` are those in the byline, of whom the end of a text tells.
    """
    first, last = 0, len(found)
    while first < last and is_head(texts[found[first]], headline, partial(states, found[first]), bare=bare):
        first += 1
    while first < last:
        end, story = texts[found[last - 1]], [texts[index].text for index in found[first : last - 1]]
        if not is_tail(end, bare=bare) and not (story and tells_of_writers(end.text, story, names)):
            break
        last -= 1
    return found[first:last]


def tells_of_writers(line: str, story: Sequence[str], names: Sequence[str]) -> bool:
    """Whether what ends a text tells who wrote it, of whom the story tells nothing, or only names who helped."""
    if is_credit(line):
        return True
    line = line.lstrip("—–-*• ")
    name = next((one for one in names if " " in one and line.startswith(one)), None)
    if name is None or len(line) > BIOGRAPHY:
        return False
    told = line[len(name) :]
    return _IS_ONE.match(told) is not None and not any(name in one for one in story)


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
