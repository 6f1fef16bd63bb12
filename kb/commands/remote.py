"""What a worker of a cluster does: its jobs are done by a process of its own, warm and without network, that is the same as one on this machine.

The files of a job lie in a folder of the worker while it is done: the document itself, and of the archive what OCR has made of it.
"""

from __future__ import annotations

import atexit
import hashlib
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from importlib import metadata
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any

from ingest import load_rules
from ingest.errors import IngestError
from kb.commands import workers
from kb.commands.pool import Job
from kb.commands.workers import Worker, Workers
from kb.ocr import programs

Files = Mapping[str, bytes]
"""Contents by their paths within a folder."""
FILE, ARCHIVE = "file", "archive"
LIBRARIES = (
    "distributed", "pypdfium2", "pdfminer.six", "python-docx", "lxml", "selectolax", "markdown-it-py", "msgspec", "marisa-trie", "pyyaml",
)  # fmt: skip
"""Of these another version may read a file otherwise."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A job and its arguments; `paths` are those in them that lie elsewhere here: by the name of a part, FILE or ARCHIVE."""

    job: Job
    name: str
    suffix: str
    arguments: tuple[object, ...]
    paths: Mapping[Path, str]
    rules: str

    def parts(self) -> tuple[str, ...]:
        """The names of what it needs of that which is sent once."""
        return tuple(sorted({*self.paths.values(), self.rules} - {FILE, ARCHIVE}))


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job, or the error that it raised, where its file lay, and what it wrote in the archive.

    `lacks` names parts that it needs first, `wrong` says in what the worker differs from the one who asks.
    """

    result: object = None
    error: IngestError | None = None
    path: str = ""
    written: Files = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    wrong: str = ""


def digest(contents: Iterable[bytes]) -> str:
    """A short name for contents."""
    whole = hashlib.sha256()
    for data in contents:
        whole.update(hashlib.sha256(data).digest())
    return whole.hexdigest()[:16]


@cache
def versions() -> dict[str, str]:
    """What must be the same wherever files are read."""
    package = Path(__file__).parent.parent.parent
    code = [path for room in ("ingest", "kb") for path in sorted(package.glob(f"{room}/**/*.py"))]
    own = f"{metadata.version('kunskapsbas')} ({digest(path.read_bytes() for path in code)})"
    return {"kb": own, "Python": ".".join(map(str, sys.version_info[:2])), **{name: metadata.version(name) for name in LIBRARIES}}


def can_read_scans() -> str:
    """The model that OCR reads with here, "" where it cannot."""
    return programs().model


_home: list[Path] = []
"""The folder of this worker, once it was provided with something."""


def provide(part: str, files: Files, dask_worker: Any) -> None:
    """Put down a part that many jobs need: the metadata, the lexicon, what a base has learned. Dask gives the worker by this name."""
    if not _home:  # within the folder that Dask clears after a worker that was killed
        _home.append(Path(tempfile.mkdtemp(prefix="kb-", dir=dask_worker.local_directory)))
        atexit.register(shutil.rmtree, _home[0], ignore_errors=True)
    folder = _home[0] / part
    if not folder.exists():
        fresh = Path(tempfile.mkdtemp(dir=_home[0]))
        _written(fresh, files)
        fresh.replace(folder)


def perform(parcel: Parcel, version: Mapping[str, str], data: bytes, archived: Files) -> Done:
    """Do a job whose document is `data`, with what `archived` has of it."""
    if version != versions():
        return Done(wrong=differing(version, versions()))
    if lacks := tuple(part for part in parcel.parts() if not (_home and (_home[0] / part).is_dir())):
        return Done(lacks=lacks)
    with tempfile.TemporaryDirectory(dir=_home[0]) as folder:
        file, archive = Path(folder, f"fil{parcel.suffix}"), Path(folder, "arkiv")
        file.write_bytes(data)
        archive.mkdir()
        _written(archive, archived)
        before = _stamps(archive)
        places = {path: {FILE: file, ARCHIVE: archive}.get(part, _home[0] / part) for path, part in parcel.paths.items()}
        try:
            with _worker(parcel.rules) as worker:
                result = worker.result(worker.submit(parcel.name, parcel.job, *(moved(value, places) for value in parcel.arguments)))
        except IngestError as error:
            return Done(error=error, path=str(file))
        changed = {name: (archive / name).read_bytes() for name, stamp in _stamps(archive).items() if before.get(name) != stamp}
        return Done(result, None, str(file), changed)


def differing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """The first version in which another differs, for people."""
    name = next(name for name in ours if ours[name] != theirs.get(name))
    return f"har {name} {theirs.get(name, 'inte alls')}, och här är det {ours[name]}"


def moved(value: Any, places: Mapping[Path, Path]) -> Any:
    """A value of dataclasses and tuples with its paths where they are here."""
    if isinstance(value, Path):
        return places.get(value, value)
    if isinstance(value, tuple):
        return tuple(moved(one, places) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: new for name, old in held.items() if (new := moved(old, places)) != old}
        return replace(value, **changed) if changed else value
    return value


def _written(folder: Path, files: Files) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    found = ((path.relative_to(folder).as_posix(), path.stat()) for path in folder.rglob("*") if path.is_file())
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found}


# processes that read: one for each job that is done at the same time, kept for the next

_idle: list[tuple[str, Workers]] = []
_lock = Lock()


@contextmanager
def _worker(rules: str) -> Iterator[Workers]:
    """A process that has these rules; one with others makes room for it."""
    with _lock:
        found = next((one for one in _idle if one[0] == rules), None)
        other = [one for one in _idle if one[0] != rules]
        _idle[:] = [one for one in _idle if one[0] == rules and one is not found]
    for _, worker in other:
        worker.close()
    worker = found[1] if found else Workers(1, None, lambda: _started(_home[0] / rules))
    try:
        yield worker
    finally:
        with _lock:
            _idle.append((rules, worker))


class _Apart:
    """A process that was started anew: a worker of a cluster has threads, beside which one had better not fork. It ends with this one."""

    def __init__(self, pipe: int, rules: Path) -> None:
        theirs, self._life = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kb.commands.remote", str(pipe), str(theirs), str(rules)],
            pass_fds=(pipe, theirs), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs)

    def kill(self) -> None:
        self._process.kill()

    def join(self, seconds: float | None = None) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
            if self._life >= 0:
                os.close(self._life)
            self._life = -1


def _started(rules: Path) -> Worker:
    ours, theirs = multiprocessing.Pipe()
    process = _Apart(theirs.fileno(), rules)
    theirs.close()
    return Worker(process, ours)


def main() -> None:
    """Read files for the worker of a cluster that holds the other ends of the pipes."""
    pipe, life = map(int, sys.argv[1:3])
    rules = load_rules(Path(sys.argv[3]))
    workers.prepare(rules)
    workers.serve(Connection(pipe), life, rules)


if __name__ == "__main__":
    main()
