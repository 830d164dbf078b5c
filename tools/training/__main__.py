"""`python -m tools.training SETS`: the model anew, from the sets in this folder, with its manifest."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from mtcrawler.extraction.any_site.confidence import doubt_features
from mtcrawler.extraction.any_site.page_kind import ARTICLE
from mtcrawler.extraction.body.features import VERSION
from mtcrawler.extraction.body.model import LIKELY, WEIGHTS
from tools.training.crossing import RIGHT, Crossing, by_set, kind_row, probabilities
from tools.training.learning import Arrays
from tools.training.samples import FOLDS, Sample, samples_of
from tools.training.shingles import f1

ROOT: Final = Path(__file__).parent.parent.parent
FOLDERS: Final = ROOT / "benchmarks" / "folds"
SETS: Final = {
    "aeb": ("scrapinghub/article-extraction-benchmark", "MIT"),
    "atf": ("AndyTheFactory/article-extraction-dataset", "Apache-2.0"),
    "wcxb-dev": ("Murrough-Foley/web-content-extraction-benchmark, development split, articles", "CC-BY-4.0"),
    "ff-dev": ("flairNLP/fundus, test fixtures, half of the publishers", "MIT"),
    "wcxb-dev-other-pages": ("Murrough-Foley/web-content-extraction-benchmark, other pages", "CC-BY-4.0"),
}
"""The sets, what they are made from, and the licence they are published under."""


def main() -> None:
    """Learn, measure and write."""
    parser = argparse.ArgumentParser(prog="python -m tools.training", description=__doc__)
    parser.add_argument("sets", type=Path, help="the folder with SET.jsonl.xz")
    parser.add_argument("--only", action="append", help="learn from these sets alone, and write nothing")
    options = parser.parse_args()
    if missing := [name for name in SETS if not (options.sets / f"{name}.jsonl.xz").is_file()]:
        parser.error(f"{options.sets} lacks {', '.join(f'{name}.jsonl.xz' for name in missing)}")
    begin = time.process_time()

    def tell(done: str) -> None:
        print(f"{time.process_time() - begin:6.0f} s  {done}", flush=True)

    names = options.only or list(SETS)
    samples = [sample for name in names for sample in samples_of(options.sets / f"{name}.jsonl.xz")]
    tell(f"{len(samples)} pages")
    crossing = Crossing(samples, tell)
    whole, folds = crossing.learn()
    manifest = _manifest(crossing, folds)
    print(json.dumps(manifest["scores"], indent=1))
    if not options.only:
        write(whole, folds, manifest, samples)


def write(whole: Arrays, folds: Sequence[Arrays], manifest: dict[str, Any], samples: Sequence[Sample]) -> None:
    """The weights where the code looks for them, and the manifest beside them."""
    _save(WEIGHTS, whole)
    FOLDERS.mkdir(exist_ok=True)
    for fold, arrays in enumerate(folds):
        _save(FOLDERS / f"{fold}.npz", arrays)
    hosts = sorted({sha256(sample.host.encode()).hexdigest()[:12] for sample in samples})
    (FOLDERS / "hosts.json").write_text(json.dumps(hosts, indent=0) + "\n", "utf-8")
    WEIGHTS.with_name("manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def _save(path: Path, arrays: Arrays) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)  # no times are written: the same arrays, the same bytes


def _manifest(crossing: Crossing, folds: Sequence[Arrays]) -> dict[str, Any]:
    """What was learned from what, and how good it is on hosts that it did not see."""
    named = by_set(crossing.samples)
    return {
        "features": VERSION,
        "folds": FOLDS,
        "sets": {
            name: {"from": SETS[name][0], "licence": SETS[name][1], "pages": len(numbers)}
            for name, numbers in named.items()
        },
        "scores": {
            "text F1": {
                name: round(f1(crossing.shares[index] for index in numbers), 4)
                for name, numbers in by_set(crossing.pages).items()
            },
            "best F1 of any choice of segments": {
                name: round(float(np.mean([crossing.pages[index].best for index in numbers])), 4)
                for name, numbers in by_set(crossing.pages).items()
            },
            "kind": _kinds(crossing.samples, folds),
            "confidence": _reliability(crossing, folds),
        },
    }


def _kinds(samples: Sequence[Sample], folds: Sequence[Arrays]) -> dict[str, float]:
    """The shares of pages that are taken for what they are not."""
    likely = np.array([probabilities(folds[sample.fold], "kind", [kind_row(sample)])[0] for sample in samples])
    articles = np.array([sample.text is not None for sample in samples])
    refused = {
        f"{name} refused": likely[[index for index in numbers if articles[index]]] < ARTICLE
        for name, numbers in by_set(samples).items()
        if articles[numbers[0]]
    }
    called = {
        f"{kind} called article": likely[[sample.kind == kind for sample in samples]] >= ARTICLE
        for kind in sorted({sample.kind for sample in samples if sample.kind})
    }
    return {what: round(float(which.mean()), 4) for what, which in (refused | called).items()}


def _reliability(crossing: Crossing, folds: Sequence[Arrays]) -> dict[str, list[float]]:
    """For each tenth of confidence: how many pages, and the share of them that is right."""
    found: dict[str, list[float]] = {}
    told: list[tuple[float, bool]] = []
    for index, sample in enumerate(crossing.pages):
        if (sample.likely >= LIKELY).any():
            rows = [doubt_features(sample.page, sample.likely)]
            told.append(
                (float(probabilities(folds[sample.fold], "doubt", rows)[0]), crossing.shares[index].f1 >= RIGHT)
            )
    for tenth in range(10):
        inside = [right for likely, right in told if tenth <= min(9, int(likely * 10)) < tenth + 1]
        if inside:
            found[f"{tenth / 10:.1f}"] = [len(inside), round(sum(inside) / len(inside), 3)]
    return found


if __name__ == "__main__":
    main()
