"""A process that reads pages of a PDF with OCRmyPDF, or puts what was read together: forked for each job from a worker that has all of it open.

It has limits, is ended with the one who started it, and writes in one folder. `kb.commands.scanning` starts it.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import re
import resource
import signal
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from kb.isolation import close_all_but, mapped

SECONDS = 60
"""Of processor for a page: the usual ones take two."""
MEMORY = 3 << 30
"""Bytes of address space beyond what a process was forked with; what is really used of a page at 300 dpi is some 300 MB."""
FILE = 1 << 30
UNSURE = 60
"""Tesseract's confidence (0–100) under which a word is as likely wrong as right."""
DOUBTED = 0.8
"""Mean confidence (0–1) under which a page may lie on its side or its head: one that does comes under 0.6, a clean one over 0.9."""
FEW = 5
"""A page of fewer words may lie so too: of one on its side sometimes next to nothing is read."""
SURELY = 2.0
"""How sure tesseract must be of how a page lies, to read it so too; OCRmyPDF asks for 14, but here what was read better is taken."""
SLANT = 0.01
"""Of lines, as their rise over their length: half a degree. Of a page that lies more askew than this whole paragraphs may be left unread."""
NEARLY = 0.98
"""A page put straight is taken where it has so many of the sure words that were read of it askew: which are few, now and then one more."""
_PDEATHSIG = 1
_LINE = re.compile(r"class='ocr_(?:line|header|caption|textfloat)'[^>]*?bbox (\d+) (\d+) (\d+) (\d+)")
"""A line of text in hOCR, and its left, upper, right and lower edge."""
_SLANT = re.compile(r"baseline (-?[\d.]+) ")


class Read(NamedTuple):
    """How a page was read: its words, how many tesseract was unsure of, the mean confidence (0–1), whether most lines go up or down the page,
    and how much they rise from left to right (negative) or fall.
    """

    words: int
    unsure: int
    confidence: float
    turned: bool = False
    slant: float = 0.0

    @property
    def askew(self) -> bool:
        """True where it lies so much askew that it should be put straight."""
        return abs(self.slant) > SLANT

    @property
    def doubted(self) -> bool:
        """True where the page may lie on its side, its head, or askew."""
        return self.turned or self.askew or self.confidence < DOUBTED or self.words < FEW

    @property
    def sure(self) -> int:
        """How many words were surely read of a page as it should be seen."""
        return 0 if self.turned else self.words - self.unsure

    def is_worse_than(self, other: Read) -> bool:
        """True where the other reading of the same page, turned and put straight, should be taken."""
        return other.sure > self.sure or (self.askew and not other.askew and other.sure >= NEARLY * self.sure)


def limited(seconds: int, memory: int = MEMORY, file: int = FILE) -> None:
    """Bound this process and each that it will start: seconds of processor, bytes of memory and of a file that it writes."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


@cache
def prepare(model: str) -> None:
    """Load what the jobs take, once for all that are forked from here: it takes two seconds, as much as a page. Forks read it and copy nothing."""
    import ocrmypdf  # noqa: F401

    from kb import ocr_engine

    ocr_engine.opened(model)
    gc.collect()
    gc.freeze()


def perform(job: dict[str, Any], folder: Path, kept: int) -> NoReturn:
    """In the forked child: do the job and end, with 0 where it was done. What is made on the way is put in the folder; `kept` is a file left open."""
    code = 1
    try:
        os.setsid()
        close_all_but(kept)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        limited(30 + SECONDS * (len(job.get("pages", ())) or 10), mapped() + MEMORY)
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
        (read if job["do"] == "read" else assemble)(job, folder)
        code = 0
    except BaseException:  # noqa: BLE001 (what ended it is told by the code)
        if os.environ.get("KB_DEBUG"):
            sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def read(job: dict[str, Any], folder: Path) -> None:
    """Pages of a file → `target`.pdf, as many pages with text over the pictures, and `target`.json: of each its words, unsure ones, confidence."""
    import ocrmypdf
    import pikepdf

    target, pages = Path(job["target"]), job["pages"]
    taken = folder / "taken.pdf"
    with _opened(Path(job["path"]), job["passwords"]) as whole:
        _some(whole, pages).save(taken)
    done, found = _recognised(taken, folder / "straight", len(pages), job["model"])
    doubted = [n for n, page in found.items() if page.doubted]
    with pikepdf.open(done) as straight, suppress(ocrmypdf.ExitCodeException):
        if doubted:
            with pikepdf.open(taken) as whole:
                _some(whole, doubted).save(folder / "doubted.pdf")
            again, better = _recognised(
                folder / "doubted.pdf", folder / "turned", len(doubted), job["model"], rotate_pages=True, rotate_pages_threshold=SURELY, deskew=True
            )
            with pikepdf.open(again) as turned:
                for place, number in enumerate(doubted, 1):
                    if found[number].is_worse_than(better[place]):
                        straight.pages[number - 1], found[number] = turned.pages[place - 1], better[place]
                straight.save(folder / "done.pdf")
            done = folder / "done.pdf"
    done.replace(target.with_suffix(".pdf"))
    note = folder / "note"
    note.write_text(json.dumps({number: page[:3] for number, page in zip(pages, found.values(), strict=True)}))
    note.replace(target.with_suffix(".json"))


def _recognised(source: Path, folder: Path, count: int, model: str, **more: Any) -> tuple[Path, dict[int, Read]]:
    """A PDF of `count` pages → one with text over the pictures, and how each was read. Raises ocrmypdf.ExitCodeException."""
    import ocrmypdf

    folder.mkdir()
    done = folder / "done.pdf"
    tempfile.tempdir = str(folder)  # where it leaves the hOCR of each page
    ocrmypdf.ocr(
        source, done, language=[model], force_ocr=True, output_type="pdf", rasterizer="pypdfium", jobs=1, use_threads=True, optimize=0,
        pdf_renderer="sandwich", plugins=["kb.ocr_engine"], tesseract_config=["hocr"],
        progress_bar=False, keep_temporary_files=True, invalidate_digital_signatures=True, tesseract_timeout=2 * SECONDS, **more,
    )  # fmt: skip
    return done, {number: _confidence(folder, number) for number in range(1, count + 1)}


def _some(whole: Any, numbers: list[int]) -> Any:
    part = type(whole).new()
    for number in numbers:
        part.pages.append(whole.pages[number - 1])
    return part


def _confidence(folder: Path, number: int) -> Read:
    """How a page was read, by the hOCR that was left."""
    hocr = next(folder.glob(f"*/{number:06d}_ocr_tess.hocr"), None)
    said = hocr.read_text(encoding="utf-8") if hocr else ""
    sure = [int(found) for found in re.findall(r"x_wconf (\d+)", said)]
    lines = [list(map(int, box)) for box in _LINE.findall(said)]
    tall = sum(bottom - top > right - left for left, top, right, bottom in lines)
    slants = sorted(map(float, _SLANT.findall(said))) or [0.0]
    mean = round(sum(sure) / len(sure) / 100, 4) if sure else 0.0
    return Read(len(sure), sum(one < UNSURE for one in sure), mean, 2 * tall > len(lines), slants[len(slants) // 2])


def assemble(job: dict[str, Any], _: Path) -> None:
    """A file with the pages that were read in place of its own → `target`."""
    import pikepdf

    with _opened(Path(job["path"]), job["passwords"]) as whole:
        for piece, numbers in job["pieces"]:
            with pikepdf.open(piece) as part:
                for place, number in enumerate(numbers):
                    whole.pages[number - 1] = part.pages[place]
                whole.save(job["target"])  # while the piece is open, which pikepdf copies from then
    with Path(job["target"]).open("rb") as file:
        os.fsync(file.fileno())


def _opened(path: Path, passwords: list[str]) -> Any:
    """The file by the first password that fits."""
    import pikepdf

    for password in ("", *passwords):
        with suppress(pikepdf.PasswordError):
            return pikepdf.open(path, password=password)
    raise SystemExit(3)
