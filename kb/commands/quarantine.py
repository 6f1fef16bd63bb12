"""`kb quarantine`: the files that reading was too heavy for: told of, tried again, or taken off the list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.rules import Rules
from kb import errors, lock
from kb.commands.events import Progress, Summary
from kb.commands.ingest import ingest
from kb.connect import reading
from kb.database import open_database
from kb.shelf import Quarantined, Shelf


def listed(database: Path, names: Sequence[str] = ()) -> list[Quarantined]:
    """The files in quarantine, or those of some names. Raises Usage for a name that none has."""
    with reading(database) as db:
        shelf = Shelf()
        shelf.connection = db
        found = shelf.quarantined()
    for name in names:
        if not any(_is(file, name) for file in found):
            raise errors.Usage(f"”{name}” är inte i karantän", "kör kb quarantine för att se vad som är det")
    return [file for file in found if not names or any(_is(file, name) for name in names)]


def dropped(database: Path, names: Sequence[str], rules: Rules) -> list[Quarantined]:
    """Take files off the list: where they still lie, the next `kb ingest` tries them again. Raises Usage."""
    files = listed(database, names)
    with lock.writing(database), open_database(database, rules) as store:
        for file in files:
            store.release(file.sha256)
    return files


def retried(
    database: Path, names: Sequence[str], rules: Rules, metadata: Path | None = None, jobs: int = 1, progress: Progress | None = None
) -> Summary:
    """Read files again, now: those that fail again come back on the list. Raises Usage."""
    files = dropped(database, names, rules)
    names_of = {file.file: _root(file) for file in files}
    return ingest(database, [Path(file) for file in names_of], rules, metadata, jobs, progress, names_of) if files else Summary()


def _root(file: Quarantined) -> str:
    """The name of the file itself, or of the outermost container it lies in."""
    inside = file.origin.removeprefix(file.file)
    return file.path.removesuffix(inside) if inside else file.path


def _is(file: Quarantined, name: str) -> bool:
    return name in (file.path, file.origin, Path(file.path).name) or str(Path(name).resolve()) == file.origin
