"""Many signatures compared with many: the pairs that one by one would be found, in bounded work."""

from __future__ import annotations

import random
from uuid import UUID

import numpy as np

from mtcrawler.identity.joining import AT_A_TIME, MET, SignatureSet
from mtcrawler.identity.neighbours import Neighbours, Signatures
from mtcrawler.identity.signatures import PERMUTATIONS, signature, unpacked


def test_pairs_are_those_that_one_by_one_are_found() -> None:
    """Of texts that share more or less of their words the same pairs are found as by looking each one up."""
    chance = random.Random(5)
    texts = []
    for report in range(40):
        words = [f"r{report}w{at}" for at in range(120)]
        for version in range(5):
            for at in chance.sample(range(120), 4 * version):
                words[at] = f"v{version}x{at}"
            texts.append(" ".join(words))
    signed = [one for text in texts if (one := signature(text))]
    rows = np.stack([np.frombuffer(unpacked(one) or b"", np.uint8) for one in signed])
    index = Neighbours((str(UUID(int=number)), one) for number, one in enumerate(signed))
    expected = {
        (number, UUID(near.id).int, round(near.similarity, 6))
        for number, one in enumerate(signed)
        for near in index.near(one, 0.4)
    }
    found = {(pair.asked, pair.other, round(pair.similarity, 6)) for pair in SignatureSet(rows).similar(rows, 0.4)}
    assert found == expected
    assert len(found) > len(texts) * 2


def test_what_thousands_share_is_met_a_few_times() -> None:
    """However many signatures are the same, each meets the earliest of them alone."""
    same: Signatures = np.full((3 * AT_A_TIME, PERMUTATIONS), 7, np.uint8)
    pairs = list(SignatureSet(same).similar(same, 0.5))
    assert len(pairs) == len(same) * MET
    assert {pair.other for pair in pairs} == set(range(MET))
    assert list(SignatureSet(same[:0]).similar(same, 0.5)) == []
