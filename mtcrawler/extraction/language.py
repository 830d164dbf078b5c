"""The language a text is written in, whatever its page claims."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

SAMPLE = 2_000  # characters: more makes detection slower, not surer


@cache
def read_model() -> Future[LanguageIdentifier]:
    """Begin to read the model, aside; whoever knows that there will be a text need not wait half a second for it."""
    reader = ThreadPoolExecutor(1, "language")
    reading = reader.submit(LanguageIdentifier.from_model_file, MODEL_FILE, norm_probs=True)
    reader.shutdown(wait=False)
    return reading


def language_of(text: str, claimed: str | None) -> str:
    """The BCP-47 tag of the text; the claim, with its region, stands where the text agrees or is too short to tell.

    Some publishers' pages in one language claim another.
    """
    claim = (claimed or "").strip().replace("_", "-") or "und"
    if len(text.split()) < 5:
        return claim
    detected, probability = read_model().result().classify(text[:SAMPLE])
    if claim.split("-")[0].lower() == detected or (claim != "und" and probability < 0.9):
        return claim
    return str(detected)
