"""How the pages of a scan are read piece by piece, and what is kept of them; told without the programs that read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kb.commands import scanning
from kb.commands.scanning import Scan, Wanted
from kb.ocr import Ocr

SHA256 = "ab" * 32


class Reader:
    """Reads and assembles as the programs do, but for pages that cannot be read."""

    def __init__(self) -> None:
        self.bad: set[int] = set()
        self.jobs: list[dict[str, Any]] = []
        self.seconds: list[float] = []
        self.assembles = True

    def __call__(self, job: dict[str, Any], scan: Scan, seconds: float) -> bool:
        self.jobs.append(job)
        self.seconds.append(seconds)
        target = Path(job["target"])
        if job["do"] == "assemble":
            if self.assembles:
                target.write_bytes(b"%PDF " + " ".join(str(pages) for _, pages in job["pieces"]).encode())
            return self.assembles
        if self.bad & {*job["pages"]}:
            return False
        target.with_suffix(".pdf").write_bytes(b"%PDF")
        target.with_suffix(".json").write_text(json.dumps({str(number): [10, 1, 0.9] for number in job["pages"]}))
        return True

    @property
    def read(self) -> list[tuple[int, ...]]:
        return [job["pages"] for job in self.jobs if job["do"] == "read"]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    made = Reader()
    monkeypatch.setattr(scanning, "_done", made)
    monkeypatch.setattr(scanning, "programs", lambda: SimpleNamespace(model="best"))
    yield made


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    (tmp_path / "a.pdf").write_bytes(b"%PDF scanned")
    return Scan(tmp_path / "a.pdf", SHA256, Ocr("auto", tmp_path / "kb.db.archive"), ("hemligt",))


def note(scan: Scan) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(scan.ocr.pdf(SHA256).with_suffix("").read_bytes())
    return found


def test_pages_are_read_a_few_at_a_time_and_once(reader: Reader, scan: Scan) -> None:
    assert list(Wanted(SHA256, tuple(range(1, 10))).pieces()) == [(1, 2, 3, 4), (5, 6, 7, 8), (9,)]
    for _ in range(2):
        scanning.read_piece(scan, (1, 2, 3))
    assert reader.read == [(1, 2, 3)] and reader.seconds == [3 * scanning.SECONDS]
    assert (reader.jobs[0]["passwords"], reader.jobs[0]["model"], reader.jobs[0]["path"]) == (["hemligt"], "best", str(scan.path))


def test_pages_that_cannot_be_read_together_are_read_one_by_one(reader: Reader, scan: Scan) -> None:
    reader.bad = {2}
    scanning.read_piece(scan, (1, 2, 3))
    assert reader.read == [(1, 2, 3), (1,), (2,), (3,)]
    assert sorted(path.name for path in scan.ocr.work(SHA256).glob("*.json")) == ["1-1.json", "3-3.json"]


def test_all_that_was_read_is_kept_and_what_was_not_is_noted(reader: Reader, scan: Scan) -> None:
    reader.bad = {2}
    wanted = Wanted(SHA256, (1, 2, 3, 4, 5))
    for piece in wanted.pieces():
        scanning.read_piece(scan, piece)
    scanning.finish(scan, wanted)
    assert scan.ocr.pdf(SHA256).read_bytes() == b"%PDF (1,) (3,) (4,) (5,)"
    assert note(scan) == {"model": "tesseract best", "pages": {n: [10, 1, 0.9] for n in "1345"}, "failed": [2]}
    assert not scan.ocr.work(SHA256).exists() and reader.jobs[-1]["path"] == str(scan.path)


def test_what_was_read_before_stays(reader: Reader, scan: Scan) -> None:
    """Also where it had failed, and where a page that had comes now."""
    before = scan.ocr.pdf(SHA256)
    before.parent.mkdir(parents=True)
    before.write_bytes(b"%PDF before")
    before.with_suffix("").write_text(json.dumps({"model": "tesseract best", "pages": {"11": [5, 0, 1.0]}, "failed": [2, 3]}))
    reader.bad = {3}
    scanning.read_piece(scan, (2,))
    scanning.finish(scan, Wanted(SHA256, (2, 4, 11)))
    assert reader.jobs[-1]["path"] == str(before) and before.read_bytes() == b"%PDF (2,)"
    assert note(scan) == {"model": "tesseract best", "pages": {"2": [10, 1, 0.9], "11": [5, 0, 1.0]}, "failed": [3, 4]}
    assert list(note(scan)["pages"]) == ["2", "11"], "in the order of the pages"


def test_where_nothing_can_be_put_together_the_file_stays_as_it_is(reader: Reader, scan: Scan) -> None:
    reader.assembles = False
    scanning.read_piece(scan, (1,))
    scanning.finish(scan, Wanted(SHA256, (1,)))
    assert scan.ocr.pdf(SHA256).read_bytes() == b"%PDF scanned" and note(scan)["pages"] == {} and note(scan)["failed"] == [1]
    scan.ocr.pdf(SHA256).write_bytes(b"%PDF before")
    scanning.read_piece(scan, (2,))
    scanning.finish(scan, Wanted(SHA256, (2,)))
    assert scan.ocr.pdf(SHA256).read_bytes() == b"%PDF before" and note(scan)["failed"] == [1, 2]


def test_of_pages_of_which_none_can_be_read_nothing_is_put_together(reader: Reader, scan: Scan) -> None:
    reader.bad = {1, 2}
    scanning.read_piece(scan, (1, 2))
    scanning.finish(scan, Wanted(SHA256, (1, 2)))
    assert note(scan)["failed"] == [1, 2] and "assemble" not in {job["do"] for job in reader.jobs}
