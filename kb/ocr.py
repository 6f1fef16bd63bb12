"""OCR for scans: whether and how a run uses it, the programs that this takes, and what it has read, kept in the archive beside the originals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import cast, get_args

from ingest.read.scans import Mode, PageRead, Reading, Scans
from kb import errors

VARIABLE = "KB_OCR"
"""Where the mode is, for all that a run does; the option sets it."""
INSTALL = "sudo apt-get install tesseract-ocr tesseract-ocr-script-latn && pip install 'kunskapsbas[ocr]'"
MODELS = ("script/Latin", "Latin", "swe")
"""Best first: swe has no § % @ in its character set, and a model without å, ä and ö is none."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The model that OCR reads with; where there is none, what to do about it."""

    model: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Ocr:
    """How a run reads scans; `archive` is the folder of the archive. Not `asking`, it takes what there is; `missing` says why."""

    mode: Mode
    archive: Path
    asking: bool = True
    missing: str = ""

    def scans(self) -> Scans:
        """What the reader of a file is told."""
        return Scans(self.found, self.mode, self.asking, self.missing)

    def pdf(self, sha256: str) -> Path:
        """Where the searchable PDF of the original with that hash lies, or would; the note about it has the same name without .pdf."""
        return self.archive / sha256[:2] / f"{sha256}.ocr.pdf"

    def work(self, sha256: str) -> Path:
        """The folder of what is read of a file until all of it is."""
        return self.archive / f".ocr-{sha256}"

    def found(self, sha256: str) -> Reading | None:
        """What OCR has made of the original with that hash, None where it has not, or where the note is damaged."""
        pdf = self.pdf(sha256)
        try:
            note = json.loads(pdf.with_suffix("").read_bytes())
            pages = {int(number): PageRead(*page) for number, page in note["pages"].items()}
            return Reading(pdf, str(note["model"]), pages, tuple(note["failed"])) if pdf.is_file() else None
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None


AGAIN: dict[Mode, tuple[str, ...]] = {"auto": ("kräver OCR",), "always": ("kräver OCR", "OCR misslyckades"), "never": ()}
"""With which doubts about a known source a run tries again."""


def use(mode: str | None) -> None:
    """Treat scans so in what follows. Raises Usage for a mode that there is not."""
    if mode is not None:
        os.environ[VARIABLE] = mode
        known()


def known() -> Mode:
    """How scans are treated: auto where nothing is said. Raises Usage."""
    mode = os.environ.get(VARIABLE) or "auto"
    if mode not in get_args(Mode):
        raise errors.Usage(f"--ocr {mode} finns inte", "välj auto, always eller never")
    return cast(Mode, mode)


@cache
def programs() -> Programs:
    """What there is to read with. Starts a program, so it is asked when a scan has come."""
    if not shutil.which("tesseract") or find_spec("ocrmypdf") is None:
        return Programs(missing=f"installera OCR med: {INSTALL} – kör sedan kb rebuild")
    try:
        done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return Programs(missing="tesseract svarar inte: kör tesseract --list-langs för att se varför")
    there = set(done.stdout.split())
    model = next((model for model in MODELS if model in there), "")
    return Programs(model) if model else Programs(missing=f"OCR saknar svenska bokstäver, installera dem med: {INSTALL} – kör sedan kb rebuild")
