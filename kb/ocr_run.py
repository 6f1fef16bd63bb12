"""A process of its own that reads pages of a PDF with OCRmyPDF, or puts what was read together; its job comes as JSON on standard input.

It has limits, is ended with the one who started it, and writes in one folder. `python -m kb.ocr_run` is started by `kb.commands.scanning`.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

SECONDS = 60
"""Of processor for a page: the usual ones take two."""
MEMORY = 3 << 30
"""Bytes of address space, of this process and of each that it starts; what is really used of a page at 300 dpi is some 300 MB."""
FILE = 1 << 30
UNSURE = 60
"""Tesseract's confidence (0–100) under which a word is as likely wrong as right."""
_PDEATHSIG = 1


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


def read(job: dict[str, Any]) -> None:
    """Pages of a file → `target`.pdf, as many pages with text over the pictures, and `target`.json: of each its words, unsure ones, confidence."""
    import ocrmypdf

    target, pages = Path(job["target"]), job["pages"]
    folder = Path(os.environ["TMPDIR"])
    taken, done = folder / "taken.pdf", folder / "done.pdf"
    with _opened(Path(job["path"]), job["passwords"]) as whole:
        part = type(whole).new()
        for number in pages:
            part.pages.append(whole.pages[number - 1])
        part.save(taken)
    ocrmypdf.ocr(
        taken, done, language=[job["model"]], force_ocr=True, rotate_pages=True, output_type="pdf", rasterizer="pypdfium", jobs=1, optimize=0,
        progress_bar=False, keep_temporary_files=True, invalidate_digital_signatures=True, tesseract_timeout=2 * SECONDS,
    )  # fmt: skip
    found = {number: list(_confidence(folder, n)) for n, number in enumerate(pages, 1)}
    done.replace(target.with_suffix(".pdf"))
    note = folder / "note"
    note.write_text(json.dumps(found))
    note.replace(target.with_suffix(".json"))


def _confidence(folder: Path, number: int) -> tuple[int, int, float]:
    """How many words a page has, how many are unsure, and the mean confidence (0–1), by the hOCR that was left."""
    hocr = next(folder.glob(f"*/{number:06d}_ocr_hocr.hocr"), None)
    sure = [int(found) for found in re.findall(r"x_wconf (\d+)", hocr.read_text(encoding="utf-8") if hocr else "")]
    return len(sure), sum(one < UNSURE for one in sure), round(sum(sure) / len(sure) / 100, 4) if sure else 0.0


def assemble(job: dict[str, Any]) -> None:
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


def main() -> None:
    """Do the one job."""
    job = json.load(sys.stdin)
    limited(30 + SECONDS * (len(job.get("pages", ())) or 10))
    (read if job["do"] == "read" else assemble)(job)


if __name__ == "__main__":
    main()
