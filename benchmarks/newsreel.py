"""Texts unlike what repair was made for: the speech of Swedish newsreels 1928–1962, as PyPI's `journal_digital` has it (transcribed by machine).

    pip download --no-deps journal_digital && unzip journal_digital-*.whl -d jd
    python -m benchmarks.newsreel jd/journal_digital/corpus/speech/kino texts --words 10000
    python -m benchmarks.pairs held.jsonl texts/*.txt --set held --spread --tessdata FOLDER
    python -m benchmarks.harm held.jsonl

No such text is in the repository. Which files are taken follows from their names alone. Of the folder `sf` those of an even hash are for fitting
(`--half even`; see benchmarks/trust.py), those of an odd one are kept back.
"""

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

FEWEST = 60  # words of a newsreel worth taking
MARKED = 0.03  # the share of å, ä and ö below which it is hardly Swedish
LONG = 1500  # words a text
HALVES = {"even": (0,), "odd": (1,)}


def spoken(path: Path) -> str:
    """The words of a subtitle file."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    return " ".join(" ".join(line.split()) for block in blocks for line in block.strip().split("\n")[2:])


def order(path: Path) -> int:
    """A number that follows from the name of a file and from nothing else."""
    return int(hashlib.sha256(path.name.encode()).hexdigest(), 16)


def texts(folder: Path, words: int, halves: tuple[int, ...] = (0, 1)) -> Iterator[str]:
    """Newsreels of a folder, in the order of the hashes of their names, some in each text, until there are enough words."""
    held, size, total = list[str](), 0, 0
    for path in sorted(folder.rglob("*.srt"), key=order):
        if order(path) % 2 not in halves:
            continue
        text = spoken(path)
        count = len(text.split())
        if count < FEWEST or sum(map(text.count, "åäö")) < MARKED * len(text):
            continue
        held, size, total = [*held, text], size + count, total + count
        if size > LONG or total > words:
            yield "\n\n".join(held)
            held, size = [], 0
        if total > words:
            return


def main() -> None:
    """Write the texts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.newsreel", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="of .srt files")
    parser.add_argument("out", type=Path)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--half", choices=HALVES, help="only files whose hash is so")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts(given.folder, given.words, HALVES.get(given.half, (0, 1)))):
        (given.out / f"{given.folder.name}-{number}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
