"""Laws of the language of a text: what is read for it, and when."""

from __future__ import annotations

from mtcrawler.extraction.language import read_model
from spiders.moscowtimes import MoscowTimes


def test_the_model_is_read_while_the_first_page_is_fetched() -> None:
    """Whoever asks for a page has the model read aside, once; whoever asks for lists alone does without it."""
    read_model.cache_clear()
    spider = MoscowTimes()
    list(spider.source_requests())
    assert read_model.cache_info().currsize == 0
    for number in range(2):
        wanted = spider.frontier.ask(f"https://www.themoscowtimes.com/2026/11/02/bridge-a{number}")
        assert wanted is not None
        spider.page_request(wanted)
    assert read_model.cache_info().misses == 1
