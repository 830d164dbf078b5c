"""The language a text is written in, whatever its page claims."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

SAMPLE = 2_000  # characters: more makes detection slower, not surer


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str, claimed: str | None) -> str:
    """The BCP-47 tag of the text; the claim, with its region, stands where the text agrees or is too short to tell.

    The Russian pages of The Moscow Times claim English.
    """
    claim = (claimed or "").strip().replace("_", "-") or "und"
    if len(text.split()) < 5:
        return claim
    detected, probability = _identifier().classify(text[:SAMPLE])
    if claim.split("-")[0].lower() == detected or (claim != "und" and probability < 0.9):
        return claim
    return str(detected)
