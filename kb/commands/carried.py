"""What jobs of a cluster carry with them: files of the archive there and back, and parts that many jobs need, sent once to each worker."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TypeVar

from kb import archive
from kb.commands.parsing import Known
from kb.commands.remote import ARCHIVE, FILE, Files, Parcel, digest
from kb.commands.scanning import finish_job, piece_job
from kb.ocr import Ocr

T = TypeVar("T")
__all__ = ["FILE", "Parts", "archived", "kept"]


class Parts:
    """Folders that many jobs need, by names that tell what they hold: the metadata, the lexicon, what a base has learned."""

    def __init__(self) -> None:
        self._names: dict[Path, str] = {}
        self._files: dict[str, Files] = {}

    def named(self, folder: Path, pattern: str = "*") -> str:
        """The name of a folder's contents; they are looked at once."""
        if folder not in self._names:
            files = {path.name: path.read_bytes() for path in sorted(folder.glob(pattern)) if path.is_file()}
            name = digest(part for name, data in files.items() for part in (name.encode(), data))
            self._names[folder], self._files[name] = name, files
        return self._names[folder]

    def files(self, name: str) -> Files:
        """What a part holds."""
        return self._files[name]

    def of(self, arguments: Sequence[object]) -> dict[Path, str]:
        """The paths in the arguments of a job, and what each is elsewhere."""
        found: dict[Path, str] = {}
        for known in _within(arguments, Known):
            found |= {folder: self.named(folder) for folder in (*((known.lexicon,) if known.lexicon else ()), *known.learned)}
        return found | {ocr.archive: ARCHIVE for ocr in _within(arguments, Ocr)}


def _within(value: object, kind: type[T]) -> Iterator[T]:
    """The values of a type in tuples and fields."""
    if isinstance(value, kind):
        yield value
    if isinstance(value, tuple):
        for one in value:
            yield from _within(one, kind)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _within(getattr(value, one.name), kind)


def archived(parcel: Parcel, sha256: str) -> Files:
    """What a job needs of that which OCR has made of a file: all to put it together, which pieces there are to read more, else what is whole."""
    ocr = next(_within(parcel.arguments, Ocr), None)
    if ocr is None:
        return {}
    pdf, pieces = ocr.pdf(sha256), ocr.work(sha256)
    paths = [] if parcel.job is piece_job else [pdf, pdf.with_suffix("")]
    paths += pieces.glob("*.json" if parcel.job is piece_job else "*.*") if parcel.job in (piece_job, finish_job) else []
    return {path.relative_to(ocr.archive).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def kept(parcel: Parcel, sha256: str, written: Files) -> None:
    """Put what a job wrote in the archive here: each file wholly or not at all, and a note after what it tells of."""
    ocr = next(_within(parcel.arguments, Ocr), None)
    whole = re.compile(rf"{sha256[:2]}/{sha256}\.ocr(\.pdf)?")
    piece = re.compile(rf"\.ocr-{sha256}/\d+-\d+\.(pdf|json)")
    for name in sorted(written, key=lambda name: (name.endswith((".json", ".ocr")), name)):
        if ocr and (whole.fullmatch(name) or piece.fullmatch(name)):
            target = ocr.archive / name
            target.parent.mkdir(parents=True, exist_ok=True)
            archive.write_whole(target, written[name])
    if ocr and any(map(whole.fullmatch, written)):
        shutil.rmtree(ocr.work(sha256), ignore_errors=True)
