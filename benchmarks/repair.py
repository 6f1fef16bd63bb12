"""OCR repair: time and memory, as ratios to looking each word up once in the same lexicon, and to folding å, ä and ö away.

The text is the prose of metadata/prose with its marks taken away as engines do, in turn by three patterns; what the lexicon learned from it makes
the reading easier than life, so only time and memory are told here, no precision.
"""

import resource
import time

from benchmarks.run import row, seconds
from ingest import load_language, load_rules
from ingest.clean import plain
from ingest.models import Page, Source
from ingest.repair import find
from ingest.repair.lexicon import Lexicon
from ingest.repair.overrides import Chosen
from ingest.repair.tokens import tokens
from ingest.text import fold
from kb import lexicon

PATTERNS = ("äaåaöo", "äiåaöé", "äéådö6")
PAPERS = 24


def papers() -> list[str]:
    """Damaged papers of some thousand words."""
    out = []
    for n, path in enumerate(load_rules().prose[:PAPERS]):
        pattern = PATTERNS[n % len(PATTERNS)]
        out.append(path.read_text(encoding="utf-8").translate(str.maketrans(pattern[::2], pattern[1::2])))
    return out


def megabytes() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the ratios."""
    rules, texts = load_rules(), papers()
    folder = lexicon.ensure(rules)
    words = sum(len(text.split()) for text in texts)
    before, started = megabytes(), time.perf_counter()
    language = load_language(rules, folder)
    print(f"open the lexicon: {(time.perf_counter() - started) * 1000:.0f} ms; {words} words in {len(texts)} papers")

    def repair() -> None:
        for text in texts:
            source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text)
            find(source, plain(source, (Page(1, 0, len(text)),), rules), lambda: language, Chosen())

    def look_up() -> None:
        for text in texts:
            for token in tokens(text):
                known.words(language.channel.skeleton(token.word))

    known = Lexicon(folder)
    cold = time.process_time()
    repair()
    cold = time.process_time() - cold
    print(f"memory it adds: {megabytes() - before:.0f} MB")
    warm = seconds(repair, 3)
    row(f"repair, first time ({words / cold:.0f} words/s)", cold, seconds(look_up, 3), "one look-up of each word")
    row(f"repair, words met before ({words / warm:.0f} words/s)", warm, seconds(look_up, 3), "one look-up of each word")
    row("repair, words met before", warm, seconds(lambda: [fold(t) for t in texts]), "folding")


if __name__ == "__main__":
    main()
