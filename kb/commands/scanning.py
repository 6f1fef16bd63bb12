"""Pages → text with OCR: a few pages at a time, each few in a process of its own with limits; what was read is kept until the file is whole.

A run that ends in the middle goes on where it was, and what cannot be read is noted, so that it is not tried for ever.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb import archive, ocr_run
from kb.ocr import Ocr, programs

PIECE = 4
"""Pages read by one process: they are lost when it is ended."""
SECONDS = 150
"""Of clock for a page, on a machine that does much else."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pages of the file with this hash that are to be read with OCR."""

    sha256: str
    pages: tuple[int, ...]

    def pieces(self) -> Iterator[tuple[int, ...]]:
        """The pages, a few at a time."""
        yield from (self.pages[at : at + PIECE] for at in range(0, len(self.pages), PIECE))


@dataclass(frozen=True, slots=True)
class Scan:
    """A file to read with OCR: where it is, its hash, where things are kept, passwords to try."""

    path: Path
    sha256: str
    ocr: Ocr
    passwords: tuple[str, ...] = ()


def read_piece(scan: Scan, pages: tuple[int, ...]) -> None:
    """Read pages, into the folder of the file's work. Pages that together cannot be read are read one by one; one that cannot leaves nothing."""
    target = _piece(scan, pages)
    if target.with_suffix(".json").exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    job = {"do": "read", "path": str(scan.path), "pages": pages, "model": programs().model, "target": str(target), "passwords": list(scan.passwords)}
    if not _done(job, scan, SECONDS * len(pages)) and len(pages) > 1:
        for number in pages:
            read_piece(scan, (number,))


def piece_job(_: object, scan: Scan, pages: tuple[int, ...]) -> None:
    """In a worker: read a few pages of a long scan."""
    read_piece(scan, pages)


def finish_job(_: object, scan: Scan, wanted: Wanted) -> None:
    """In a worker: put what was read of a long scan in the archive."""
    finish(scan, wanted)


def finish(scan: Scan, wanted: Wanted) -> None:
    """Put all that was read of a file in the archive: first the searchable PDF, then the note that says so."""
    ocr, before = scan.ocr, scan.ocr.found(scan.sha256)
    pieces = [
        piece for few in wanted.pieces() for piece in (few, *((n,) for n in few if len(few) > 1)) if _piece(scan, piece).with_suffix(".json").exists()
    ]
    read = {number: page for piece in pieces for number, page in json.loads(_piece(scan, piece).with_suffix(".json").read_bytes()).items()}
    target, whole = ocr.pdf(scan.sha256), ocr.work(scan.sha256) / "whole.pdf"
    target.parent.mkdir(parents=True, exist_ok=True)
    whole.parent.mkdir(parents=True, exist_ok=True)
    job = {
        "do": "assemble", "path": str(before.pdf if before else scan.path), "passwords": scan.passwords, "target": str(whole),
        "pieces": [(str(_piece(scan, piece).with_suffix(".pdf")), piece) for piece in pieces],
    }  # fmt: skip
    if not pieces or not _done(job, scan, SECONDS * 4):
        read = {}
        if not before:
            shutil.copyfile(scan.path, whole)
    if whole.exists():
        whole.replace(target)
    kept = {str(n): [p.words, p.unsure, p.confidence] for n, p in before.pages.items()} if before else {}
    failed = {n for n in (*wanted.pages, *(before.failed if before else ())) if str(n) not in kept | read}
    note = {
        "model": f"tesseract {programs().model}",
        "pages": dict(sorted((kept | read).items(), key=lambda item: int(item[0]))),
        "failed": sorted(failed),
    }
    archive.write_whole(target.with_suffix(""), json.dumps(note, indent=1).encode())
    shutil.rmtree(ocr.work(scan.sha256), ignore_errors=True)


def _piece(scan: Scan, pages: tuple[int, ...]) -> Path:
    return scan.ocr.work(scan.sha256) / f"{pages[0]}-{pages[-1]}"


def _done(job: dict[str, Any], scan: Scan, seconds: float) -> bool:
    """True where a process of its own has done the job within the time; all that it started ends with it."""
    ocr_run.prepare(programs().model)
    with tempfile.TemporaryDirectory(prefix="run-", dir=scan.ocr.work(scan.sha256), ignore_cleanup_errors=True) as folder:
        source, target = os.pipe()
        child = os.fork()
        if child == 0:
            ocr_run.perform(job, Path(folder), target)
        os.close(target)
        try:
            select.select([source], [], [], seconds)  # until the child ends, and its end of the pipe with it
        finally:
            os.close(source)
            for end in (os.killpg, os.kill):  # its group, which it may not have made yet
                with suppress(ProcessLookupError):
                    end(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
    return status == 0
