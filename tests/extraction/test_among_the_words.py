"""Laws of what stands among the words of a story: code is its own; cards, data and the next story are not."""

from __future__ import annotations

import numpy as np
import pytest

from mtcrawler.extraction.any_site.edges import is_data, of_this_story
from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.extraction.body.model import chosen
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.markup.document import parsed
from mtcrawler.model.reading import Reading
from tests.extraction.any_site.pages import HEADLINE, STORY, URL, linked, page, paragraphs

SIGNED = linked(author={"name": "Edda Holm"})


def read(inside: str | None = None, head: str = "") -> Reading:
    return read_page(page(inside, head=head), URL)


@pytest.mark.parametrize(("name", "kept"), [("class=headline", False), ("", True)])
def test_stories_in_one_article_are_told_by_their_names(name: str, kept: bool) -> None:
    """In an element that is an article itself the next story is left out where its headline is named as this one's is;
    articles in a story, with headings that nothing names, stay.
    """
    following = [one.replace("lamp", "bell").replace("lighthouse", "chapel") for one in STORY]
    stories = (
        f"<article class=post><h1 {name}>{headline}</h1><p class=byline>By Ida Berg</p><div>{paragraphs(tuple(text))}"
        "</div></article>"
        for headline, text in ((HEADLINE, STORY), ("Chapel bell rings again", following))
    )
    html = (
        f"<html lang=en><head><title>{HEADLINE}</title></head><body><main><article>{''.join(stories)}</article></main>"
        "</body></html>"
    )
    text = read_page(html, URL).text
    assert [all(one in text for one in STORY), following[0] in text] == [True, kept]


CODE = "def lamp(hour):\n    return hour > 16 or hour < 7\n\nassert lamp(22)"


@pytest.mark.parametrize(
    ("block", "kept"),
    [
        (f"<pre><code>{CODE}</code></pre>", True),
        (f"<div class=highlight><span>python</span><pre class=chroma>{CODE}</pre></div>", True),
        ("<div class=chroma><pre>1\n2\n3\n4</pre></div>", False),
    ],
)
def test_code_between_paragraphs_is_the_story_s(block: str, kept: bool) -> None:
    """What is shown as it was typed between two texts of the story is its text; numbers of lines alone are none."""
    text = read(paragraphs(STORY[:3]) + block + paragraphs(STORY[3:])).text
    assert [("assert lamp(22)" in text), STORY[3] in text] == [kept, True]


def test_code_beside_a_story_is_not_its_own() -> None:
    """Code below the text, where nothing of the story follows, is taken only if the model takes it."""
    seen = Observation(parsed(page(paragraphs() + f"<pre>{CODE}</pre>"), URL), [HEADLINE], [])
    at = next(index for index in range(len(seen.segments)) if seen.is_code(index))
    sure = np.array([0.9 * (one.text in STORY) for one in seen.segments])
    assert at not in chosen(seen, sure)
    sure[at + 1] = 0.9
    assert at in chosen(seen, sure)


@pytest.mark.parametrize(
    ("doubtful", "likely", "name", "kept"),
    [(2, 0.3, "", True), (2, 0.1, "", False), (2, 0.3, "promo", False), (5, 0.3, "", False)],
)
def test_a_paragraph_between_others_is_the_story_s(doubtful: int, likely: float, name: str, kept: bool) -> None:
    """A paragraph of which the model is in doubt is taken between two that are marked as it is, and not at an end."""
    marks = [f" class={name}" * (bool(name) and at == doubtful) for at in range(len(STORY))]
    inside = "".join(f"<p{mark}>{text}</p>" for mark, text in zip(marks, STORY, strict=True))
    seen = Observation(parsed(page(inside), URL), [HEADLINE], [])
    sure = np.array([0.9 * (one.text in STORY) for one in seen.segments])
    at = next(index for index, one in enumerate(seen.segments) if one.text == STORY[doubtful])
    sure[at] = likely
    assert (at in chosen(seen, sure)) is kept


CARD = (
    "<span class=card><span><img src=/solheim.jpg><a href=/p/solheim>Ingrid Solheim</a>"
    "<a href=/n/1>Ferry runs again after repairs</a> <a href=/n/2>Bakers win prize for rye bread</a></span></span>"
)


@pytest.mark.parametrize(
    ("card", "kept"),
    [
        (CARD, False),
        (CARD.replace("<img src=/solheim.jpg>", ""), True),
        (CARD.replace("</a> <a", "</a>, which she told first, and <a"), True),
    ],
)
def test_a_card_that_opens_over_a_name_is_no_part_of_the_sentence(card: str, kept: bool) -> None:
    """A picture with links and no other word, within a sentence, is left out; links among words are the sentence's."""
    line = f"<p>Her neighbour <a href=/p/solheim>Ingrid Solheim</a>{card} said that the lamp had never once failed.</p>"
    text = read(paragraphs(STORY[:3]) + line + paragraphs(STORY[3:])).text
    assert ["Ferry runs again" in text, "said that the lamp had never once failed." in text] == [kept, True]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"layout":2,"align":"center","text":"Buy now","hue":213}', True),
        ('[{"id": 1, "name": "a", "open": true, "at": null}]', True),
        (
            '{"name": "lamp"} is what the keeper typed, and "height": 21 came next, as the form asked for no more.',
            False,
        ),
        ('[Laughter] "Nine," he said: "nine boats", and she: "ten".', False),
    ],
)
def test_data_are_no_words(line: str, found: bool) -> None:
    """An object of JSON that a widget left in the page is no text; a sentence with braces and quotes is."""
    assert is_data(line) == found


def test_the_paper_s_name_is_no_headline_of_a_page() -> None:
    """Where the first h1 is the paper's name, which the title holds, too, a lower heading that the title says is it."""
    html = page(title=f"{HEADLINE} | Ostervik Paper").replace(f"<h1>{HEADLINE}</h1>", f"<h2>{HEADLINE}</h2>")
    html = html.replace("<main>", "<h1>Ostervik Paper</h1><main>")
    seen = Observation(parsed(html, URL), [f"{HEADLINE} | Ostervik Paper", HEADLINE], [])
    assert seen.segments[seen.headline].text == HEADLINE


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        ("Edda Holm covers harbours and tides for the paper. She lives on the island with two goats.", False),
        ("—Edda Holm is a writer in Ostervik.", False),
        ("Nils Aune in Ostervik and the paper's Berit Dahl contributed to this report.", False),
        ("Edda Holm: And what does the keeper say?", True),
        ("Ingrid Solheim is a keeper like her mother, who tended the lamp in the years after the war.", True),
        ("The harbour office said that every boat contributed to this report of the storms.", True),
    ],
)
def test_who_wrote_a_story_is_told_after_it(last: str, kept: bool) -> None:
    """What ends a text and opens with the name that signs it, or names who helped, is no part of the story."""
    byline = "<p class=byline>By Edda Holm</p>"
    text = read(byline + paragraphs() + f"<p>{last}</p>", head=SIGNED).text
    assert [last in text, all(one in text for one in STORY)] == [kept, True]


def test_a_story_may_tell_of_who_signs_it() -> None:
    """Where the story names who signed it, its end may, too."""
    last = "Edda Holm is at home on the island again, with two goats."
    inside = paragraphs((*STORY, "The lamp was lit by Edda Holm, who had won the draw.", last))
    assert last in read(inside, head=SIGNED).text


NOTICE = "The Ostervik Paper is a company owned by the town, and no money of the harbour was used to print this story."


@pytest.mark.parametrize(
    ("inside", "after", "kept"),
    [
        ("", f"<footer><p>{NOTICE}</p></footer>", False),
        ("", f"<div role=contentinfo><div><p>{NOTICE}</p></div></div>", False),
        (f"<footer><p>{NOTICE}</p></footer>", "", True),
        (f"<blockquote><p>Nine boats.</p><footer>{NOTICE}</footer></blockquote>", "", True),
    ],
)
def test_the_page_s_footer_is_no_part_of_a_story(inside: str, after: str, kept: bool) -> None:
    """A footer outside the element of the story is left out even if the model takes it; one within may be its own."""
    html = f"<main><article><h1>{HEADLINE}</h1>{paragraphs()}{inside}</article></main>{after}"
    seen = Observation(parsed(f"<html><body>{html}</body></html>", URL), [HEADLINE], [])
    left = [seen.segments[index].text for index in of_this_story(list(range(1, len(seen.segments))), seen)]
    assert [NOTICE in left, all(one in left for one in STORY)] == [kept, True]


@pytest.mark.parametrize(
    ("story", "below", "kept"), [("post", "comments", False), ("comment", "aside", True), ("comments", "text", True)]
)
def test_comments_are_no_part_of_a_story(story: str, below: str, kept: bool) -> None:
    """What stands below a text and is called comments is left out; a text that is called so itself stays."""
    other = f"<div id=x class='{below} list'><p>{NOTICE}</p></div>"
    html = f"<h1>{HEADLINE}</h1><div class={story}>{paragraphs()}</div>{other}"
    seen = Observation(parsed(f"<html><body>{html}</body></html>", URL), [HEADLINE], [])
    left = [seen.segments[index].text for index in of_this_story(list(range(1, len(seen.segments))), seen)]
    assert [NOTICE in left, all(one in left for one in STORY)] == [kept, True]


@pytest.mark.parametrize(
    "line",
    [
        "Edda Holm said in the end that she would vote against it, whatever the council decided.",
        "Edda Holm was one of the nine who had found their way home by it that night.",
        "Nobody knows who paid for the oil, but the council said that the harbour office contributed to this report.",
        "We may never get compensation for the boats, the links between harbour and town being what they are.",
    ],
)
def test_a_last_sentence_that_tells_something_is_the_story_s(line: str) -> None:
    """What the signer did, whom a report had help from, and what may never be paid are told by stories, too."""
    assert line in read(paragraphs() + f"<p>{line}</p>", SIGNED).text
