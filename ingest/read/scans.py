"""Which pages of a PDF OCR has to read, and the text of those it has: without text, without å, ä and ö, or with a font that says wrong letters."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ingest.models import Problem, Quality
from ingest.rules import Rules
from ingest.text import looks_swedish

Mode = Literal["auto", "always", "never"]
FEW = 100
"""A page with a picture over most of it and fewer letters than this is a scan: the letters are a stamp, or those of who signed it."""
ENOUGH = 150
"""Letters from which the share of å, ä and ö says something."""
LOST = 0.004
"""Share of å, ä and ö under which they are lost: clean Swedish has some 5 %, never under 1.2 %."""
FREQUENT, NATURAL = "adeilnorst", 0.55
"""Letters that are 65 % or more of any page in Swedish or a language of its neighbours, however badly it was read; in a page whose font says other
letters than it shows they are fewer. So are they in a list of codes or in Polish: the text is kept where OCR has not read the page."""
WORD = 4  # letters; shorter ones may be abbreviations
VOWELS = 0.31  # of a language they are 35 % or more
COVERS = 0.5
"""The share of a page that the picture of a scan covers at least."""

_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page that OCR has read: its words, how many of them it was unsure of, and its mean confidence (0–1)."""

    words: int
    unsure: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What OCR has made of a file: a PDF with the same pages, the model, the pages it has read, and those it could not."""

    pdf: Path
    model: str
    pages: Mapping[int, PageRead]
    failed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Scans:
    """How a run treats scans. `found` gives what OCR has made of a file by its hash, `missing` what to install where OCR cannot be had.

    Where `asking`, a file with pages that OCR has not read is not read without them: WantsOcr.
    """

    found: Callable[[str], Reading | None] = lambda _: None
    mode: Mode = "never"
    asking: bool = False
    missing: str = ""


NEVER = Scans()


class WantsOcr(Exception):
    """Pages (by number) of the file with this hash should be read with OCR first."""

    def __init__(self, sha256: str, pages: tuple[int, ...]) -> None:
        super().__init__(sha256, pages)
        self.sha256, self.pages = sha256, pages


def wanted(data: bytes, texts: Sequence[str], mode: Mode, passwords: tuple[str, ...] = ()) -> tuple[int, ...]:
    """The numbers of the pages that OCR would read better."""
    if mode == "always":
        return tuple(range(1, len(texts) + 1))
    few = {number for number, text in enumerate(texts, 1) if _letters(text) < FEW}
    scanned = _pictured(data, texts, few, passwords) if few else set()
    return tuple(number for number, text in enumerate(texts, 1) if number in scanned or (number not in few and (_lost(text) or garbled(text))))


def _letters(text: str) -> int:
    return sum(map(len, itertools.islice(_LETTERS.findall(text), ENOUGH)))


def _lost(text: str) -> bool:
    """True where Swedish was read by an engine that does not know å, ä and ö, or its font does not tell them."""
    text = unicodedata.normalize("NFC", text)
    marked = sum(map(text.count, "åäöÅÄÖ"))
    if marked >= LOST * len(text):
        return False
    letters = sum(map(len, _LETTERS.findall(text)))
    return letters >= ENOUGH and marked < LOST * letters and looks_swedish(text)


def garbled(text: str) -> bool:
    """True where neither the frequent letters nor the vowels of its words are as many as in a language of this alphabet."""
    words = "".join(word for word in _LETTERS.findall(text) if len(word) >= WORD)
    letters = [c for c in unicodedata.normalize("NFD", words).lower() if c.isalpha()]
    latin = [c for c in letters if "a" <= c <= "z"]
    few = sum(map(latin.count, FREQUENT)) < NATURAL * len(latin) and sum(map(latin.count, "aeiouy")) < VOWELS * len(latin)
    return len(letters) >= ENOUGH and len(latin) > len(letters) / 2 and few


def _pictured(data: bytes, texts: Sequence[str], few: set[int], passwords: tuple[str, ...]) -> set[int]:
    """Those of the pages with few letters on which something is drawn, or where there are some letters a picture of a page."""
    import pypdfium2

    from ingest.read.pdf import opened

    document = opened(Path("scan.pdf"), data, passwords)
    if document is None:
        return set()
    found = set()
    for number in few:
        try:
            page = document[number - 1]
            if _is_scan(page, bare=not texts[number - 1].strip()):
                found.add(number)
            page.close()
        except (pypdfium2.PdfiumError, IndexError):
            continue
    document.close()
    return found


def _is_scan(page: Any, bare: bool) -> bool:
    from pypdfium2 import raw

    width, height = page.get_size()
    for thing in itertools.islice(page.get_objects(max_depth=3), 2000):
        if bare and thing.type != raw.FPDF_PAGEOBJ_TEXT:
            return True
        if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = thing.get_bounds()
            if (right - left) * (top - bottom) >= COVERS * width * height:
                return True
    return False


@dataclass(frozen=True, slots=True)
class Scanned:
    """What OCR had to do with a file: the pages it has read, how well, and what people should know of it; the pages that are left to it."""

    pages: Mapping[int, PageRead] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    left: tuple[int, ...] = ()


NOT_SCANNED = Scanned()


def scans_of(
    data: bytes, sha256: str, text: str, spans: list[tuple[int, int]], rules: Rules | None, passwords: tuple[str, ...], scans: Scans
) -> tuple[str, list[tuple[int, int]], Scanned]:
    """The text of a PDF and its pages with what OCR has read; what it could read is a doubt. Raises WantsOcr where it should read more and can."""
    from ingest.read.pdf import joined, read_pages

    texts = [text[start:end] for start, end in spans]
    mode: Mode = "always" if scans.mode == "always" else "auto"
    reading = scans.found(sha256) if scans.mode != "never" else None
    read, failed = (set(reading.pages), set(reading.failed)) if reading else (set[int](), set[int]())
    wanting = tuple(number for number in wanted(data, texts, mode, passwords) if number not in read)
    left = tuple(number for number in wanting if number not in failed)
    asked = {"always": wanting, "auto": left, "never": ()}[scans.mode]
    if asked and scans.asking:
        raise WantsOcr(sha256, asked)
    if reading:
        found = read_pages(reading.pdf, reading.pages, rules)
        texts = [again if (again := found.get(number, "")).strip() else old for number, old in enumerate(texts, 1)]
    lies = {number for number in wanting if garbled(texts[number - 1])}
    return *joined(texts), Scanned(reading.pages if reading else {}, tuple(_problems(reading, left, lies, scans)), left)


def with_ocr(quality: Iterable[Quality], scanned: Scanned) -> tuple[Quality, ...]:
    """How well the pages were read, with the words that OCR was not sure of."""
    found = {one.page: one for one in quality}
    for number, page in scanned.pages.items():
        old = found.get(number, Quality(number, page.words, 0.0, 0.0))
        words = max(old.words, page.words)
        found[number] = Quality(number, words, min(words, old.damaged + page.unsure), min(words, old.unsure + page.unsure))
    return tuple(found[number] for number in sorted(found))


def _problems(reading: Reading | None, left: Sequence[int], lies: Container[int], scans: Scans) -> Iterator[Problem]:
    if reading and reading.pages:
        words = sum(page.words for page in reading.pages.values())
        mean = sum(page.words * page.confidence for page in reading.pages.values()) / max(words, 1)
        yield Problem("läst med OCR", f"{_listed(tuple(reading.pages))}: läst med OCR ({reading.model}), säkerhet {100 * mean:.0f} %")
        if "Latin" not in reading.model:
            yield Problem("OCR utan §", f"Modellen {reading.model} saknar § % @ – installera tesseract-ocr-script-latn, läs sedan in filen på nytt")
    if reading and reading.failed:
        yield Problem("OCR misslyckades", f"{_listed(reading.failed)}: gick inte att läsa med OCR")
    todo = scans.missing or "läs in den igen med --ocr auto"
    for why, pages in (
        ("inskannad, eller utan å, ä och ö", [number for number in left if number not in lies]),
        ("typsnittet säger andra bokstäver än det visar", [number for number in left if number in lies]),
    ):
        if pages:
            yield Problem("kräver OCR", f"{_listed(pages)}: {why} – {todo}")


def _listed(pages: Sequence[int]) -> str:
    return f"Sida {', '.join(map(str, pages[:10]))}{' …' if len(pages) > 10 else ''}"
