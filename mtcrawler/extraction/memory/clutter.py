"""What earlier pages of a site say of the texts of a page: which are clutter, and which stand where bodies stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from math import log
from typing import Final

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.model import LIKELY
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.body.trees import likelihood
from mtcrawler.extraction.memory.lesson import CELLS, DOUBTFUL, LONG, WORDS, digest
from mtcrawler.extraction.memory.own_text import OwnText
from mtcrawler.extraction.memory.paths import Chains
from mtcrawler.extraction.memory.site_memory import FIRST, SiteMemory

SAME_STORY: Final = 0.25
"""The share of long texts from which two articles tell one story; what they share is then no clutter."""
COMMON: Final = 0.4
"""The share of all articles from which a long text says nothing of their stories."""
MOST: Final = 0.5
"""The share of a text, in words, that may be clutter; where more returns, the story itself is told again."""
OTHERS: Final = 2
"""Other articles on which clutter stands, at least."""
SHARE: Final = 0.2
"""The share of the other articles on which it stands, at least."""
SURE: Final = 0.9
"""The probability from which a text has to stand on more of them, as a newspaper may say a thing again."""
MANY: Final = 4
"""Other articles on which stands what the model is sure of, or what is in the very element that holds the story."""
HALF: Final = 0.5
"""The share of them for one of the two, where the model does not take what the story's element holds."""
NEARLY_ALL: Final = 0.8
"""The share of them for what the model takes, in such an element as holds the story: there a running topic's background
is pasted into many articles, and a life that is told every week ends alike."""
CERTAIN: Final = 10.0
"""How many times as many words at a place have to be the article's, or not, for the place to say all it can."""
UNCERTAIN: Final = 20.0
"""Words of each kind that are added to what was seen at a place, so that little says little."""
ENOUGH: Final = 100.0
"""Words at a place before it takes anything off what the model takes for the article's."""
INFLUENCE: Final = 0.7
"""The most that a place adds to the log odds of a text, or takes off; chosen on pages of hosts with several."""


def known_likely(
    memory: SiteMemory, article: str, page: Observation, likely: NDArray[np.float64], chains: Chains
) -> NDArray[np.float64]:
    """The probabilities with what is remembered: those of clutter are 0, others rise or fall with their places.

    `article` is the page's own (`Lesson.article`). A text at a place that is new keeps its
    probability, and one that the model drops as hopeless stays dropped.
    """
    if len(memory.latest) < FIRST or not len(likely):
        return likely
    found = _with_places(memory, page, likely, chains)
    found[_clutter(memory, article, page, likely, chains)] = 0.0
    return found


def clutter_in(memory: SiteMemory) -> dict[str, int]:
    """The texts that stand on enough of the latest articles to be clutter, with how many these are."""
    counts = Counter(text for one in memory.latest for text in one.texts)
    least = max(OTHERS + 1, SHARE * len(memory.latest))
    return {text: number for text, number in counts.items() if number >= least}


def _with_places(
    memory: SiteMemory, page: Observation, likely: NDArray[np.float64], chains: Chains
) -> NDArray[np.float64]:
    shift = np.zeros(len(likely))
    for index in np.flatnonzero((likely > 1 - SURE) & (likely < SURE)).tolist():
        if (seen := memory.places.get(chains.of(page.segments[index].element))) is not None:
            if likely[index] >= LIKELY and seen.taken < seen.total < ENOUGH:
                continue
            odds = (seen.taken + UNCERTAIN) / (max(0.0, seen.total - seen.taken) + UNCERTAIN)
            shift[index] = INFLUENCE * max(-1.0, min(1.0, log(odds, CERTAIN)))
    within = np.clip(likely, 1e-9, 1 - 1e-9)
    return np.where(shift == 0.0, likely, likelihood(np.log(within / (1 - within)) + shift))


def _clutter(
    memory: SiteMemory, article: str, page: Observation, likely: NDArray[np.float64], chains: Chains
) -> list[int]:
    """The numbers of the segments that stand on other articles of the site, too."""
    asked = {
        index: digest(page.plain[index])
        for index in np.flatnonzero(likely >= DOUBTFUL).tolist()
        if len(page.words[index]) >= WORDS and page.segments[index].element.tag not in CELLS
    }
    others = _others(memory, article, {text for index, text in asked.items() if len(page.words[index]) >= LONG})
    if len(others) < FIRST:
        return []
    own = frozenset(asked.values())
    seen = Counter(text for texts in others for text in own & texts)
    words = {index: len(page.words[index]) for index in np.flatnonzero(likely >= LIKELY).tolist()}
    home, story = _home(page, words), OwnText(page, likely, chains, lambda index: seen[digest(page.plain[index])] > 0)

    def signs(index: int) -> int:
        taken = index in words and (page.holders[index] is home or story.holds(index))
        return 2 if taken else int(likely[index] >= SURE or page.holders[index] is home)

    found = {index for index, text in asked.items() if _repeats(seen[text], len(others), signs(index))}
    # What stands on nearly all articles in a box of its own is no story that is told again, however long it is.
    again = {index for index in found if story.holds(index) or seen[asked[index]] < NEARLY_ALL * len(others)}
    if sum(words.get(index, 0) for index in again) > MOST * sum(words.values()):
        return []
    found -= story.among(found)
    return sorted(found | _between(found, page))


def _between(found: Collection[int], page: Observation) -> set[int]:
    """What is too short to be asked of other articles, and stands between two of these texts in their element."""
    words, holders = page.words, page.holders
    inside = (before + 1 for before in found if before + 2 in found)
    return {at for at in inside if len(words[at]) < WORDS and holders[at - 1] is holders[at] is holders[at + 1]}


def _others(memory: SiteMemory, article: str, own: Collection[str]) -> list[frozenset[str]]:
    """The texts of the articles that tell another story; long ones that most articles have do not make it the same."""
    everywhere = Counter(text for one in memory.latest for text in one.long_texts)
    common = {text for text, number in everywhere.items() if number >= MANY and number > COMMON * len(memory.latest)}
    told = frozenset(own) - common
    found = []
    for one in memory.latest:
        long = one.long_texts - common
        if one.id != article and len(told & long) <= SAME_STORY * max(1, min(len(told), len(long))):
            found.append(one.texts)
    return found


def _home(page: Observation, words: Mapping[int, int]) -> HtmlElement | None:
    """The element that holds most of the story."""
    held: Counter[HtmlElement] = Counter()
    for index, number in words.items():
        held[page.holders[index]] += number
    return max(held, key=lambda holder: held[holder], default=None)


def _repeats(seen: int, others: int, signs: int) -> bool:
    """Whether a text stands on enough other articles, for all the signs that it is the story's own."""
    least, share = ((OTHERS, SHARE), (MANY, HALF), (MANY, NEARLY_ALL))[signs]
    return seen >= least and seen >= share * others
