"""How quick `kb ingest` is, whole: text, born-digital PDFs and scans, with one worker and two, against other programs that read the same PDFs.

CPU seconds of all processes, but for the last columns: two workers against one by the clock, with what the machine was busy with otherwise. The
papers are the examples over and over, each with a number of its own; the PDFs of ../shared too, where they are there.
"""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest import load_rules
from ingest.pipeline import rehearse
from kb import ocr

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "documents"
PAGES = int(os.environ.get("KB_BENCH_PAGES", "400"))
SCANS = int(os.environ.get("KB_BENCH_SCANS", "8"))
"""Pages of scans: one takes two seconds."""
A_PAGE = 3000
LINES = 50


def papers() -> Iterator[str]:
    """The words of one example after the other, each time others by a number."""
    texts = [path.read_text(encoding="utf-8").replace("\f", "\n") for path in sorted((ROOT / "examples").glob("*.txt"))]
    number = 0
    while True:
        for text in texts:
            number += 1
            yield f"{text}\nHandling nummer {number}.\n"


def texts(folder: Path) -> int:
    """Text files; how many pages they make."""
    pages = 0
    for number, text in enumerate(papers()):
        if pages >= PAGES:
            break
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        pages += max(1, len(text) // A_PAGE)
    return pages


def page(canvas: object, lines: list[str]) -> None:
    """One page with the lines as text."""
    canvas.setFont("Helvetica", 10.5)  # type: ignore[attr-defined]
    for number, line in enumerate(lines):
        canvas.drawString(60, 790 - 13.5 * number, line[:95])  # type: ignore[attr-defined]
    canvas.showPage()  # type: ignore[attr-defined]


def pdf_of(text: str) -> bytes:
    """A PDF with the text as text."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas, lines = Canvas(out, invariant=1), text.splitlines()
    for at in range(0, len(lines), LINES):
        page(canvas, lines[at : at + LINES])
    canvas.save()
    return out.getvalue()


def pdfs(folder: Path) -> int:
    """PDFs with text, the real ones among them; how many pages they have."""
    import pypdfium2

    pages = 0
    for path in sorted(REAL.glob("*/*.pdf")):
        with suppress(pypdfium2.PdfiumError):  # some are traps
            document = pypdfium2.PdfDocument(path)
            pages += len(document)
            document.close()
            shutil.copyfile(path, folder / f"{path.parent.name}-{path.name}")
    for number, text in enumerate(papers()):
        if pages >= PAGES:
            break
        (folder / f"{number}.pdf").write_bytes(pdf_of(text))
        pages += -(-len(text.splitlines()) // LINES)
    return pages


def scans(folder: Path) -> int:
    """PDFs of two pictures each, as a scanner at 300 dpi makes them; how many pages they have."""
    import pypdfium2

    for number, text in zip(range(SCANS // 2), papers(), strict=False):
        document = pypdfium2.PdfDocument(pdf_of("\n".join([*text.splitlines()[: 2 * LINES - 1], f"Handling nummer {number}."])))
        first, *more = [sheet.render(scale=300 / 72, grayscale=True).to_pil() for sheet in list(document)[:2]]
        first.save(folder / f"{number}.pdf", "PDF", resolution=300, save_all=True, append_images=more)
        document.close()
    return 2 * (SCANS // 2)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor of the writer and of all that it started, of clock; megabytes of the writer, and of the largest other process."""

    writer: float
    others: float
    clock: float
    memory: float
    child: float
    refused: int

    @property
    def cpu(self) -> float:
        """Of all processes."""
        return self.writer + self.others


def ingested(folder: Path, jobs: int) -> Cost:
    """The cost of ingesting a folder, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.ingest", str(folder), str(jobs)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def one(folder: Path, jobs: int) -> None:
    """Ingest a folder and print the cost; what is loaded once, whatever there is to read, does not count."""
    from kb import lexicon
    from kb.commands.ingest import ingest

    rules = load_rules()
    lexicon.ensure(rules)
    rehearse(rules)
    start, own, clock = _usage(resource.RUSAGE_CHILDREN), _usage(resource.RUSAGE_SELF), time.monotonic()
    with tempfile.TemporaryDirectory() as base:
        summary = ingest(Path(base, "kb.db"), [folder], rules, jobs=jobs)
    cost = {
        "writer": _usage(resource.RUSAGE_SELF) - own, "others": _usage(resource.RUSAGE_CHILDREN) - start, "clock": time.monotonic() - clock,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "refused": summary.counts.refused,
    }  # fmt: skip
    print(json.dumps(cost))


def _usage(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def with_pdfminer(paths: list[Path]) -> None:
    """The text of PDFs, as a script with pdfminer.six takes it."""
    from pdfminer.high_level import extract_text

    for path in paths:
        extract_text(path)


def with_pdftotext(paths: list[Path]) -> None:
    """The same with poppler's program."""
    for path in paths:
        subprocess.run(["pdftotext", str(path), "-"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def seconds(work: Callable[[], None]) -> float:
    """CPU seconds of this process and its children."""
    before = _usage(resource.RUSAGE_SELF) + _usage(resource.RUSAGE_CHILDREN)
    work()
    return _usage(resource.RUSAGE_SELF) + _usage(resource.RUSAGE_CHILDREN) - before


def row(what: str, pages: int, folder: Path, miner: float, poppler: float) -> None:
    """One line of the report; `miner` and `poppler` are pages a second of the other two."""
    alone, pair = ingested(folder, 1), ingested(folder, 2)
    rate = pages / alone.cpu
    others = f"{rate / miner:6.1f} × pdfminer  " + (f"{rate / poppler:5.2f} × pdftotext" if poppler else "pdftotext is not there")
    print(
        f"{what:6} {pages:5} pages  {rate:7.1f} pages/s  {others}  writer {alone.writer / alone.cpu:4.0%}  "
        f"2 workers {alone.clock / pair.clock:4.2f} × by the clock  writer {alone.memory:4.0f} MB, a child {max(alone.child, pair.child):4.0f} MB"
        + (f"  {alone.refused} refused" if alone.refused else "")
    )


def main() -> None:
    """Print the report."""
    with tempfile.TemporaryDirectory() as top:
        folders = {name: Path(top, name) for name in ("text", "pdf", "scan")}
        for folder in folders.values():
            folder.mkdir()
        pages = {"text": texts(folders["text"]), "pdf": pdfs(folders["pdf"])}
        paths = sorted(folders["pdf"].glob("*.pdf"))
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        poppler = pages["pdf"] / seconds(lambda: with_pdftotext(paths)) if shutil.which("pdftotext") else 0.0
        miner = pages["pdf"] / seconds(lambda: with_pdfminer(paths))
        print(f"pdfminer.six alone {miner:.1f} pages/s" + (f", pdftotext {poppler:.1f} pages/s" if poppler else ""))
        if ocr.programs().missing:
            print("no OCR here: scans are left out")
        else:
            pages["scan"] = scans(folders["scan"])
        for name, count in pages.items():
            row(name, count, folders[name], miner, poppler)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main()
