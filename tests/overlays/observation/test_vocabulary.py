"""Laws of the vocabulary files: what may be pressed never agrees, joins or pays, in any language."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from mtcrawler.overlays.observation.lexicon import lexicon
from mtcrawler.overlays.observation.phrases import SAFE, phrases_of

FOLDER = files("mtcrawler.overlays.observation").joinpath("vocabulary")
VOCABULARIES: dict[str, dict[str, Any]] = {
    entry.name.removesuffix(".json"): json.loads(entry.read_text("utf-8")) for entry in FOLDER.iterdir()
}
LANGUAGES = sorted(VOCABULARIES)
PRESSED = ("refuse", "necessary", "dismiss", "close", "save", "settings", "acknowledge")


def label(phrase: str) -> str:
    """The phrase as a button would bear it, without the marks of the files."""
    return phrase.lstrip("=~").removesuffix("…").replace("*", "").strip()


def test_the_languages_are_25() -> None:
    """The vocabulary covers the languages the design names."""
    ten = ["en", "ru", "de", "fr", "es", "uk", "it", "pl", "nl", "pt"]
    more = ["ja", "zh", "ko", "ar", "tr", "sv", "no", "da", "fi", "cs", "el", "hu", "ro", "id", "hi"]
    assert sorted(ten + more) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_written_in_vain(language: str) -> None:
    """Every phrase of the files, its stems with an ending, is found in the words that it is made of."""
    for phrase in phrases_of(VOCABULARIES[language]):
        words = [word.replace("*", "") + "x" * (len(word) > 1 and word.endswith("*")) for word in phrase.words]
        assert any(match.phrase.words == phrase.words for match in lexicon().matches(words)), phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_have_the_same_shape(language: str) -> None:
    """Every language says the same kinds of things."""
    vocabulary, english = VOCABULARIES[language], VOCABULARIES["en"]
    assert vocabulary["language"] == language
    assert vocabulary.keys() == english.keys()
    assert vocabulary["forbidden"].keys() == english["forbidden"].keys()
    assert vocabulary["gate"].keys() == english["gate"].keys()
    assert vocabulary["topics"].keys() == english["topics"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_be_pressed_is_read_so(language: str) -> None:
    """Every phrase that may be pressed is understood as one that may be pressed, whatever else the files hold."""
    wrong = {
        phrase: lexicon().meaning(label(phrase))
        for sense in PRESSED
        for phrase in VOCABULARIES[language][sense]
        if lexicon().meaning(label(phrase)) not in SAFE
    }
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_agrees_joins_or_pays_is_never_pressed(language: str) -> None:
    """No phrase that accepts, subscribes, donates, registers, signs in or pays can be mistaken for a dismissal."""
    wrong = {
        phrase: lexicon().meaning(label(phrase))
        for phrases in VOCABULARIES[language]["forbidden"].values()
        for phrase in phrases
        if lexicon().meaning(label(phrase)) in SAFE
    }
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_stand_once(language: str) -> None:
    """A list names a phrase once."""
    vocabulary = VOCABULARIES[language]
    lists = [vocabulary[sense] for sense in PRESSED]
    lists += [phrases for group in ("forbidden", "topics", "gate") for phrases in vocabulary[group].values()]
    assert [phrase for phrases in lists for phrase in set(phrases) if phrases.count(phrase) > 1] == []
