"""How quick the parser is, whole and stage by stage, as ratios to reading the files alone and to a naive scan for § and diary numbers.

The texts are the minutes of ../shared where they are, else the examples. A text without page marks counts 3,000 characters as a page.
"""

import functools
import gc
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingest import load_rules, repair
from ingest.blocks import blocks
from ingest.bundle import split
from ingest.clean import clean, plain
from ingest.document import assemble
from ingest.document.context import Context
from ingest.find import find
from ingest.find.forums import alone
from ingest.models import CleanText, Page, Part, Source
from ingest.pipeline import is_damaged, run
from ingest.read import read
from ingest.repair.overrides import NONE
from ingest.resolve import resolve
from ingest.rules import Rules

ROOT = Path(__file__).parent.parent
MINUTES = ROOT.parent / "shared" / "documents" / "goteborg"
A_PAGE = 3000
_REMEMBERS = type(functools.lru_cache(len))
ROUNDS = 3
_NAIVE = re.compile(r"^\s*§ ?(\d+)\s*(.*)$|(?:Dnr|Diarienummer|Ärendenummer):? ?(\S+)|\b[A-ZÅÄÖ]{2,5}[-/ ]\d{2,4}[-/]\d+", re.MULTILINE)


def texts() -> list[Path]:
    """The texts that are read."""
    return sorted((MINUTES if MINUTES.is_dir() else ROOT / "examples").glob("*.txt"))


def pages_of(source: Source, pages: Sequence[Page]) -> float:
    """How many pages a text has."""
    return len(pages) if len(pages) > 1 else max(1.0, len(source.text) / A_PAGE)


def quickest(work: Callable[[], object]) -> float:
    """CPU seconds: the best of some rounds, which other work on the machine disturbs least."""
    taken = []
    for _ in range(ROUNDS):
        forget()
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


def forget() -> None:
    """Empty what `ingest` remembers of texts (rules stay): a file is read once, in a process of its own."""
    for kept in gc.get_objects():
        if isinstance(kept, _REMEMBERS) and kept.__module__.startswith("ingest.") and kept.__module__ != "ingest.rules":
            kept.cache_clear()


def naive(paths: Sequence[Path]) -> int:
    """What a script of one regular expression would do."""
    return sum(len(_NAIVE.findall(path.read_text(encoding="utf-8"))) for path in paths)


class Stages:
    """CPU seconds of each stage, over all texts."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.spent: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """What is done within counts for a stage."""
        started = time.process_time()
        yield
        self.spent[name] += time.process_time() - started

    def read(self, path: Path) -> None:
        """One text, as `ingest.pipeline` reads it."""
        with self.timed("read"):
            source, pages = read(path)
        with self.timed("characters"):
            letters = plain(source, pages, self.rules)
        with self.timed("damage"):
            found = repair.find(source, letters, None, NONE.of(source))
            is_damaged(source.text)
        with self.timed("clean"):
            text = clean(repair.apply(letters, found.corrections), self.rules)
        with self.timed("bundle"):
            parts = split(text, self.rules)
        for position, part in enumerate(parts, 1):
            self.document(source, text, part, position)

    def document(self, source: Source, text: CleanText, part: Part, position: int) -> None:
        """One document of it."""
        with self.timed("blocks"):
            laid_out = blocks(text, part, self.rules)
        with self.timed("find"):
            mentions = find(text.text, part, laid_out, self.rules)
        with self.timed("resolve"):
            own = alone(text.removed(source.text, part), self.rules)
            resolved, problems = resolve(text.text, laid_out, mentions, None, self.rules, text.span, own)
        with self.timed("document"):
            assemble(Context(source, text, part, self.rules, laid_out, resolved), position, False, problems)


def main() -> None:
    """Print the report."""
    rules, paths = load_rules(), texts()
    pages = sum(pages_of(*read(path)) for path in paths)
    whole = quickest(lambda: [run(path, rules) for path in paths])
    print(f"{len(paths)} texts of {paths[0].parent.name}, {pages:.0f} pages (without page marks: {A_PAGE} characters)")
    print(f"parse           {whole:8.3f} s  {pages / whole:9.0f} pages/s")
    for name, other in (("reading alone", quickest(lambda: [read(p) for p in paths])), ("a naive scan", quickest(lambda: naive(paths)))):
        print(f"{name:15} {other:8.3f} s  {pages / other:9.0f} pages/s  parse takes {whole / other:5.1f} times as long")
    stages = Stages(rules)
    for path in paths:
        stages.read(path)
    for name, seconds in sorted(stages.spent.items(), key=lambda s: -s[1]):
        print(f"  {name:13} {seconds:8.3f} s  {seconds / sum(stages.spent.values()):8.0%}")


if __name__ == "__main__":
    main()
