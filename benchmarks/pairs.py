"""True lines beside what an OCR without Swedish letters reads of them: text is set on pages, worn like a scan, read with the English model."""

import argparse
import difflib
import io
import json
import os
import random
import subprocess
import textwrap
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

LINES = 45  # lines a page
WIDTHS = range(80, 96)  # characters a line, one width a page
PAPER, INK = 238, 30
JOBS = 2
WINDOW = 4  # how far a read line may be from where its true line is expected
ALIKE = 0.6  # below this two lines are not the same line
MOST = 10  # confusions shown of each letter
SWEDISH = "åäöÅÄÖ"
UNBROKEN = 60  # a line this long, not ended, goes on in the next one


@dataclass(frozen=True)
class Look:
    """How a page is set and how it is worn; noise is a standard deviation in grey levels, stroke is the share of a pixel taken (-) or given (+)."""

    name: str
    font: str
    size: float = 10.0
    dpi: int = 300
    angle: float = 0.2
    blur: float = 0.6
    noise: float = 6.0
    bilevel: int = 0
    stroke: float = 0.0
    jpeg: int = 0


TIMES, ARIAL, CALIBRI = "Liberation Serif", "Liberation Sans", "Carlito"
SETS = {
    "alingsas": (
        Look("engstd-scan300-times", TIMES, 11),
        Look("engstd-bilevel200-arial", ARIAL, 10, 200, 0.3, 0.7, 10, bilevel=140),
        Look("engstd-thick200-calibri", CALIBRI, 11, 200, 0.1, 0.5, 6, stroke=0.55),
        Look("engstd-thin300-garamond", "EB Garamond 12", 11, 300, 0.2, 0.7, 8, stroke=-0.55),
        Look("engstd-jpeg200-caladea", "Caladea", 10, 200, 0.35, 0.5, 6, jpeg=28),
    ),
    "goteborg": (
        Look("engstd-scan300-libertine", "Linux Libertine O", 10.5, 300, 0.3, 0.9, 8),
        Look("engstd-bilevel300-dejavuserif", "DejaVu Serif", 9, 300, 0.2, 0.9, 12, bilevel=105),
        Look("engstd-scan200-opensans", "Open Sans", 9, 200, 0.25, 0.6, 8),
        Look("engstd-thick300-palatino", "P052", 12, 300, 0.15, 0.8, 8, stroke=0.55),
        Look("engstd-jpeg150-roboto", "Roboto", 12, 150, 0.1, 0.4, 4, jpeg=40),
        Look("engstd-thin300-century", "C059", 9.5, 300, 0.35, 0.6, 6, stroke=-0.85),
    ),
    "newsreel": (
        Look("engstd-scan300-didot", "GFS Didot", 10, 300, 0.25, 0.9, 10),
        Look("engstd-thick200-courier", "Nimbus Mono PS", 11, 200, 0.2, 0.6, 8, stroke=0.55),
        Look("engstd-bilevel200-bookman", "URW Bookman", 10, 200, 0.3, 0.7, 10, bilevel=150),
        Look("engstd-jpeg200-biolinum", "Linux Biolinum O", 11, 200, 0.15, 0.5, 5, jpeg=30),
    ),
    "general": (
        Look("engstd-scan200-freeserif", "FreeSerif", 11, 200, 0.2, 0.5, 8),
        Look("engstd-bilevel300-lato", "Lato", 9.5, 300, 0.3, 1.0, 12, bilevel=150),
        Look("engstd-jpeg200-dejavusans", "DejaVu Sans Condensed", 9, 200, 0.1, 0.5, 5, jpeg=30),
        Look("engstd-thick300-notoserif", "Noto Serif", 10, 300, 0.35, 0.8, 8, stroke=0.55),
    ),
    "held": (  # looked at once; nothing was ever tuned on these
        Look("held-scan300-nimbusroman", "Nimbus Roman", 11, 300, 0.2, 0.7, 8),
        Look("held-bilevel200-freesans", "FreeSans", 10, 200, 0.3, 0.7, 10, bilevel=142),
        Look("held-jpeg200-artemisia", "GFS Artemisia", 11, 200, 0.2, 0.5, 5, jpeg=32),
        Look("held-thick200-cantarell", "Cantarell", 10, 200, 0.15, 0.6, 7, stroke=0.5),
        Look("held-thin300-concrete", "CMU Concrete", 10, 300, 0.25, 0.7, 8, stroke=-0.5),
        Look("held-scan200-narrow", "Nimbus Sans Narrow", 11, 200, 0.2, 0.6, 7),
    ),
}


@dataclass(frozen=True)
class Pair:
    """One line as it is and as it was read."""

    source: str
    condition: str
    truth: str
    ocr: str


def paragraphs(text: str) -> Iterator[str]:
    """Paragraphs of a text whose lines were broken: a long line, not ended, goes on in the next one that does not begin a list."""
    held = last = ""
    for line in [*(" ".join(raw.split()) for raw in text.replace("\f", "\n\n").splitlines()), ""]:
        if held and (not line or len(last) < UNBROKEN or last[-1] in ".:!?" or line[0] in "•-–§"):
            yield held
            held = ""
        held, last = f"{held} {line}".strip(), line


def pages(text: str, rng: random.Random) -> list[list[str]]:
    """The lines to set, page by page; a width is drawn for each page."""
    left, made = [*paragraphs(text)], []
    while left:
        width, page = rng.choice(WIDTHS), list[str]()
        while left and len(page) < LINES:
            lines = textwrap.wrap(left.pop(0), width, break_long_words=False, break_on_hyphens=False)
            page, rest = page + lines[: LINES - len(page)], lines[LINES - len(page) :]
            if rest:
                left.insert(0, " ".join(rest))
        made.append(page)
    return made


@cache
def font_file(family: str) -> str:
    """Where fontconfig keeps the font; an error when it would put another one in its place."""
    found = subprocess.run(["fc-match", "-f", "%{family}|%{file}", family], capture_output=True, text=True, check=True).stdout
    families, file = found.split("|")
    if family not in families.split(","):
        raise SystemExit(f"font {family} is not installed: {found}")
    return file


def draw(lines: list[str], look: Look, rng: random.Random) -> Image.Image:
    """A clean page, as wide as its lines ask."""
    pixels = look.size * look.dpi / 72
    font = ImageFont.truetype(font_file(look.font), round(pixels))
    step, margin = pixels * rng.uniform(1.25, 1.45), look.dpi * 3 // 4
    width = max(font.getlength(line) for line in lines)
    page = Image.new("L", (round(width) + 2 * margin, round(step * len(lines)) + 2 * margin), PAPER)
    pen = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        pen.text((margin, margin + step * number), line, fill=INK, font=font)
    return page


def grain(page: Image.Image, deviation: float, rng: random.Random) -> Image.Image:
    """Noise that is near to normal: the mean of four even draws, scaled."""

    def even() -> Image.Image:
        return Image.frombytes("L", page.size, rng.randbytes(page.width * page.height))

    mean = Image.blend(Image.blend(even(), even(), 0.5), Image.blend(even(), even(), 0.5), 0.5)
    scaled = mean.point([round(128 + (level - 127.5) * deviation / 36.8) for level in range(256)])
    return ImageChops.add(page, scaled, 1, -128)


def worn(page: Image.Image, look: Look, rng: random.Random) -> Image.Image:
    """The page as a copier and a scanner leave it."""
    if look.stroke:
        heavy = page.filter(ImageFilter.MinFilter(3) if look.stroke > 0 else ImageFilter.MaxFilter(3))
        page = Image.blend(page, heavy, abs(look.stroke))
    page = page.rotate(rng.uniform(-look.angle, look.angle), Image.Resampling.BICUBIC, fillcolor=PAPER)
    page = page.filter(ImageFilter.GaussianBlur(look.blur * rng.uniform(0.8, 1.2)))
    page = grain(page, look.noise, rng)
    if look.bilevel:
        page = page.point([255 if level > look.bilevel else 0 for level in range(256)])
    if look.jpeg:
        kept = io.BytesIO()
        page.save(kept, "JPEG", quality=look.jpeg)
        page = Image.open(kept)
    return page


def recognised(page: Image.Image, look: Look, tessdata: Path) -> list[str]:
    """The lines tesseract reads with the English model."""
    sent = io.BytesIO()
    page.save(sent, "PNG", dpi=(look.dpi, look.dpi))
    command = ["nice", "tesseract", "stdin", "stdout", "--tessdata-dir", str(tessdata), "-l", "eng", "--psm", "6"]
    done = subprocess.run(command, input=sent.getvalue(), capture_output=True, check=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
    return [line for raw in done.stdout.decode().splitlines() if (line := " ".join(raw.split()))]


def aligned(truth: list[str], read: list[str]) -> list[tuple[str, str]]:
    """Pairs of lines that keep their order and are alike, chosen for the greatest likeness of the whole page."""
    slope = len(read) / max(1, len(truth))
    alike = {}
    for row, line in enumerate(truth):
        near = round(row * slope)
        for column in range(max(0, near - WINDOW), min(len(read), near + WINDOW + 1)):
            matcher = difflib.SequenceMatcher(None, line, read[column], autojunk=False)
            if matcher.quick_ratio() >= ALIKE and (ratio := matcher.ratio()) >= ALIKE:
                alike[row, column] = ratio
    best: list[list[tuple[float, tuple[tuple[int, int], ...]]]] = [[(0.0, ())] * (len(read) + 1) for _ in range(len(truth) + 1)]
    for row in range(len(truth)):
        for column in range(len(read)):
            ways = [best[row][column + 1], best[row + 1][column]]
            if (row, column) in alike:
                total, path = best[row][column]
                ways.append((total + alike[row, column], (*path, (row, column))))
            best[row + 1][column + 1] = max(ways, key=lambda way: way[0])
    return [(truth[row], read[column]) for row, column in best[-1][-1][1]]


def page_pairs(source: str, lines: list[str], look: Look, tessdata: Path, seed: str) -> list[Pair]:
    """The pairs of one page; the seed alone decides how it is worn."""
    rng = random.Random(seed)
    page = worn(draw(lines, look, rng), look, rng)
    return [Pair(source, look.name, truth, ocr) for truth, ocr in aligned(lines, recognised(page, look, tessdata))]


def read_all(files: list[Path], looks: tuple[Look, ...], tessdata: Path, seed: int, words: int, spread: bool) -> Iterator[Pair]:
    """Every text in every look, or (spread) each page in one look by turns; words ends it early."""
    tasks: list[tuple[str, list[str], Look, Path, str]] = []
    for file in files:
        set_pages = pages(file.read_text(encoding="utf-8"), random.Random(f"{seed}-{file.stem}"))
        for number, lines in enumerate(set_pages):
            chosen = (looks[len(tasks) % len(looks)],) if spread else looks
            tasks += [(file.stem, lines, look, tessdata, f"{seed}-{file.stem}-{number}-{look.name}") for look in chosen]
    counts = [sum(len(line.split()) for line in task[1]) for task in tasks]
    if words:
        tasks = [task for position, task in enumerate(tasks) if sum(counts[:position]) < words]
    with ThreadPoolExecutor(JOBS) as pool:
        for made in pool.map(lambda task: page_pairs(*task), tasks):
            yield from made


def damaged(truth: str, ocr: str) -> int:
    """How many words of the line are not read as they are."""
    left, right = truth.split(), ocr.split()
    blocks = difflib.SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return len(left) - sum(block.size for block in blocks)


def confusions(truth: str, ocr: str) -> Iterator[tuple[str, str]]:
    """Every letter of the line and what it became; a run whose ends are unclear is taken whole."""
    matcher = difflib.SequenceMatcher(None, truth, ocr, autojunk=False)
    for tag, from_, to, start, end in matcher.get_opcodes():
        if tag == "equal" or (tag == "replace" and to - from_ == end - start):
            yield from zip(truth[from_:to], ocr[start:end], strict=True)
        else:
            yield truth[from_:to], ocr[start:end]


def shares(counts: Counter[tuple[str, str]], total: int) -> str:
    """The most common confusions, in per cent of the total."""
    return "  ".join(f"{old or '∅'}→{new or '∅'} {100 * count / max(1, total):.1f}" for (old, new), count in counts.most_common(MOST))


def report(pairs: list[Pair]) -> None:
    """Words, damage and confusions of each condition; shares of å, ä, ö are of that letter, others of all errors outside them."""
    print(f"{'condition':32}{'lines':>7}{'words':>8}{'damaged %':>11}{'åäö kept %':>12}")
    for condition in dict.fromkeys(pair.condition for pair in pairs):
        chosen = [pair for pair in pairs if pair.condition == condition]
        words = sum(len(pair.truth.split()) for pair in chosen)
        bad = sum(damaged(pair.truth, pair.ocr) for pair in chosen)
        became = Counter(change for pair in chosen for change in confusions(pair.truth, pair.ocr))
        swedish = sum(count for (old, _), count in became.items() if old and old in SWEDISH)
        kept = sum(count for (old, new), count in became.items() if old and old in SWEDISH and old == new)
        print(f"{condition:32}{len(chosen):7}{words:8}{100 * bad / words:11.1f}{100 * kept / max(1, swedish):12.1f}")
        for letter in SWEDISH:
            own = Counter({change: count for change, count in became.items() if change[0] == letter})
            if own:
                print(f"    {letter} ({own.total()}): {shares(own, own.total())}")
        other = Counter({change: count for change, count in became.items() if change[0] != change[1] and not set(change[0]) & set(SWEDISH)})
        print(f"    other ({other.total()}): {shares(other, other.total())}")


def main() -> None:
    """Make pairs of the files, or (--report) count the pairs of a file made before."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pairs", description=__doc__)
    parser.add_argument("out", type=Path, help="the JSONL file to write, or with --report to read")
    parser.add_argument("files", type=Path, nargs="*", help="texts in UTF-8")
    parser.add_argument("--tessdata", type=Path, help="the folder of eng.traineddata")
    parser.add_argument("--set", choices=SETS, nargs="+", default=["alingsas"], help="which looks to use")
    parser.add_argument("--spread", action="store_true", help="every page in one look, by turns, not in all of them")
    parser.add_argument("--words", type=int, default=0, help="stop after this many words; 0 is all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", action="store_true")
    given = parser.parse_args()
    if not given.report:
        looks = tuple(look for name in given.set for look in SETS[name])
        made = read_all(given.files, looks, given.tessdata, given.seed, given.words, given.spread)
        given.out.write_text("".join(json.dumps(vars(pair), ensure_ascii=False) + "\n" for pair in made), encoding="utf-8")
    report([Pair(**json.loads(line)) for line in given.out.read_text(encoding="utf-8").splitlines()])


if __name__ == "__main__":
    main()
