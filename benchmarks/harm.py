"""What repair does to texts whose truth is not quite true: pairs of `benchmarks/pairs.py` made of transcripts (`benchmarks/newsreel.py`).

A right word that was changed is harm. Transcripts have faults of their own ("upptackte", "vedret"), which repair mends as if an engine had made
them; those are told apart by two lists that know nothing of repair, the words of hunspell-sv with their compounds, and the frequency list of
wordfreq: where neither has the word of the transcript and one has the word it became, the transcript is at fault. Both figures are printed, with -v
each word.
"""

import argparse
import difflib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from ingest import load_language, load_rules
from ingest.clean import plain
from ingest.models import Page, Source
from ingest.repair import apply, find
from ingest.repair.build import frequencies
from ingest.repair.hunspell import forms
from ingest.repair.language import Language
from ingest.repair.overrides import Chosen
from ingest.rules import Rules
from kb import lexicon

MARKS = ".,:;()[]\"”“’'`!?«»–—-…*~_|/\\"
SHORTEST = 3  # letters of a part of a compound


class Known:
    """The words of the two lists."""

    def __init__(self) -> None:
        affixes, words, counts = lexicon.made_of()
        self.words, self.starts, self.ends = {word for word, _ in frequencies(counts)}, set[str](), set[str]()
        for form in forms(affixes, words):
            low = form.text.lower()
            if not form.part:
                self.words.add(low)
            if form.begin:
                self.starts.add(low)
            if form.end:
                self.ends.add(low)

    def __contains__(self, word: str) -> bool:
        splits = range(SHORTEST, len(word) - SHORTEST + 1)
        return word in self.words or any(word[:i] in self.starts and word[i:] in self.ends for i in splits)


def papers(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """The lines of each source in each look, as printed and as read."""
    found = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["condition"], row["source"]].append((row["truth"], " ".join(row["ocr"].split())))
    for _, rows in sorted(found.items()):
        yield [truth for truth, _ in rows], [read for _, read in rows]


def repaired(lines: list[str], language: Language, rules: Rules) -> list[str]:
    """The same lines, read again."""
    text = "\n".join(lines)
    source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text)
    letters = plain(source, (Page(1, 0, len(text)),), rules)
    return apply(letters, find(source, letters, lambda: language, Chosen()).corrections).text.split("\n")


def words(line: str) -> list[str]:
    """The words of a line without case and marks."""
    return [word for piece in line.split() if (word := piece.strip(MARKS).casefold())]


def compared(truth: str, read: str, now: str) -> Iterator[tuple[str, str, str]]:
    """The words of a line as printed, as read and as read again, where they can be told to be the same."""
    printed, before, after = words(truth), words(read), words(now)
    if len(before) != len(after):
        return
    matcher = difflib.SequenceMatcher(None, before, printed, autojunk=False)
    pieces = [("all", 0, len(before), 0, len(printed))] if len(before) == len(printed) else matcher.get_opcodes()
    for _, low, high, start, end in pieces:
        if high - low == end - start:
            yield from zip(printed[start:end], before[low:high], after[low:high], strict=True)


def main() -> None:
    """Print what was mended and what was broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.harm", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("-v", action="store_true", help="tell each word that was broken")
    given = parser.parse_args()
    rules, known = load_rules(), Known()
    language = load_language(rules, lexicon.ensure(rules))
    for path in given.pairs:
        total: Counter[str] = Counter()
        for printed, read in papers(path):
            for truth, line, now in zip(printed, read, repaired(read, language, rules), strict=True):
                for true, seen, got in compared(truth, line, now):
                    broken = seen == true != got
                    fault = broken and true not in known and got in known
                    total.update(words=1, damaged=seen != true, wrong=got != true, changed=got != seen, good=got != seen and got == true)
                    total.update(fixed=seen != true == got, harm=broken, fault=fault)
                    if broken and given.v:
                        print(f"    {'transcript' if fault else 'BROKEN':10} {true:24} {got:24} {line}")
        right = total["words"] - total["damaged"]
        print(
            f"{path.name:16} words {total['words']} damaged {total['damaged'] / total['words']:.3f} WER {total['wrong'] / total['words']:.4f} "
            f"precision {total['good'] / max(1, total['changed']):.4f} recall {total['fixed'] / max(1, total['damaged']):.4f} "
            f"harm/1000 {1000 * total['harm'] / right:.2f}, without {total['fault']} faults of the transcript "
            f"{1000 * (total['harm'] - total['fault']) / right:.2f}"
        )


if __name__ == "__main__":
    main()
