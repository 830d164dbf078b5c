"""Laws of reading labels: refusals are found in many words, and what agrees or joins is never taken for one."""

from __future__ import annotations

import pytest

from mtcrawler.overlays.observation.lexicon import is_cross, lexicon
from mtcrawler.overlays.observation.phrases import words_of

PUTS_AWAY = [
    *("Reject all", "Deny", "Continue without accepting →", "I do not agree", "Only necessary cookies"),
    *("Accept only essential cookies", "Continue with technically required cookies only", "Remind me later."),
    *(
        "No, I don't want to save money",
        "No thanks, I already have one",
        "Skip in 5",
        "Close (3)",
        "×",
        "Close sign-up",
    ),
    *("Alle ablehnen", "Nur notwendige Cookies akzeptieren", "Weiter ohne Einwilligung", "Nein, danke"),
    *("Ohne Registrierung fortfahren", "Newsletter-Anmeldung schließen", "Später erinnern"),
    *("Tout refuser", "Continuer sans accepter", "Me le rappeler plus tard", "Lire sans s'inscrire", "Non, ça ira"),
    *("Отклонить все", "Только необходимые", "Напомнить позже", "Нет, спасибо", "Читать без регистрации"),
    *("Rechazar todo", "Ahora no", "Відхилити всі", "Не зараз", "Rifiuta", "Non ora", "Odrzuć wszystkie"),
    *("Nie teraz", "Alles weigeren", "Nu niet", "Rejeitar todos", "Agora não"),
]
COSTS_SOMETHING = [
    *("Accept all", "Agree and close", "Close and accept", "Accept & close", "Reject and subscribe", "Continue"),
    *("Continue with Google", "Yes, close and subscribe", "I have disabled my ad blocker", "Never miss a story"),
    *("Save 50%", "I don't want to miss out", "Weiter ohne Werbung", "Ablehnen und Abo abschließen"),
    *("Ohne Risiko testen", "Continuer sans publicité", "Refuser et s'abonner", "Читать без рекламы по подписке"),
    *("Rechazar y suscribirse", "Rifiuta e abbonati", "Accepteren & sluiten", "Donate now", "Mir ist es recht, ja"),
]


@pytest.mark.parametrize("label", PUTS_AWAY)
def test_refusals_and_dismissals_are_understood(label: str) -> None:
    """A reader's way past an overlay is recognised in the words people really put on buttons."""
    assert lexicon().meaning(label) in {"refuse", "necessary", "dismiss", "close"}


@pytest.mark.parametrize("label", COSTS_SOMETHING)
def test_what_agrees_or_costs_is_never_a_dismissal(label: str) -> None:
    """Whatever agrees, pays, joins or leads on is not pressed, however much it looks like a way out."""
    assert lexicon().meaning(label) in {"forbidden", "unknown"}


def test_long_labels_say_nothing() -> None:
    """A sentence that happens to hold a word of dismissal is no button."""
    assert lexicon().meaning("The museum will close its doors on Sunday and nobody knows what comes later") == "unknown"


def test_topics_are_weighed() -> None:
    """A consent notice speaks of consent, a plea for money of donations; each phrase counts once."""
    notice = lexicon().weigh("We use cookies. Cookies and consent: our partners process personal data.").of("topic")
    plea = lexicon().weigh("Donate today: independent journalism needs your support. Donate!").of("topic")
    assert max(notice, key=notice.__getitem__) == "consent"
    assert max(plea, key=plea.__getitem__) == "donation"
    assert lexicon().weigh("cookies cookies cookies").of("topic")["consent"] == 1


def test_weak_words_are_not_strong() -> None:
    """A word that is only a hint counts half, and not at all where nothing but plain speech counts."""
    weights = lexicon().weigh("Subscribe")
    assert weights.of("topic")["newsletter"] == 0.5
    assert "newsletter" not in weights.of("topic", strong=True)


def test_spellings_are_one() -> None:
    """Typographic apostrophes, soft hyphens, capitals and the Russian ё make no difference."""
    assert words_of("Don’t SHOW me\u00adthis, всё!") == ["don't", "show", "methis", "все"]


@pytest.mark.parametrize("sign", ["×", "✕", " ✖\ufe0f ", "x", "X", "❌"])
def test_crosses_are_crosses(sign: str) -> None:
    """The signs that mean closing are known, with their variants."""
    assert is_cross(sign)
