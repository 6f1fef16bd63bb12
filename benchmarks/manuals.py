"""Texts unlike what repair was made for, II: Swedish manuals in HTML from Debian's packages (lifelines-doc-sv, gimp-help-sv), without faults.

    apt-get download lifelines-doc-sv && dpkg -x lifelines-doc-sv_*.deb manual
    python -m benchmarks.manuals manual/usr/share/doc/lifelines-doc-sv/ll-userguide.sv.html texts/lifelines.txt

No such text is in the repository. Of a folder pages are taken in the order of the hashes of their names.
"""

import argparse
import html
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.newsreel import order

FEWEST = 8  # words of a paragraph worth taking
MARKED = 0.02  # the share of å, ä and ö below which it is hardly Swedish
_SKIPPED = re.compile(r"(?s)<(script|style|head|pre).*?</\1>")
_BLOCK = re.compile(r"(?i)</?(?:p|h\d|li|dt|dd|tr|div|td)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")


def paragraphs(path: Path) -> Iterator[str]:
    """The Swedish paragraphs of a page."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    plain = html.unescape(_TAG.sub("", _BLOCK.sub("\n\n", _SKIPPED.sub("", text))))
    for piece in re.split(r"\n\s*\n", plain):
        line = " ".join(piece.split())
        if len(line.split()) >= FEWEST and sum(map(line.count, "åäö")) >= MARKED * len(line):
            yield line


def text_of(path: Path, words: int) -> str:
    """The paragraphs of a page, or of all pages of a folder, each once, until there are enough words."""
    found: dict[str, int] = {}
    for page in sorted(path.rglob("*.html"), key=order) if path.is_dir() else [path]:
        found |= {line: len(line.split()) for line in paragraphs(page)}
        if sum(found.values()) > words:
            break
    return "\n\n".join(found)


def main() -> None:
    """Write the text."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.manuals", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, help="a page, or a folder of pages")
    parser.add_argument("out", type=Path)
    parser.add_argument("--words", type=int, default=10_000)
    given = parser.parse_args()
    given.out.write_text(text_of(given.pages, given.words), encoding="utf-8")


if __name__ == "__main__":
    main()
