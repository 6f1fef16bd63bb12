"""`kb correct`: a correction by a person is written down in the base's own file, and the sources it is about are read again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.repair.overrides import PERSON, Paper, Word, fits, paper_of, parse_overrides, text_of, word_of
from ingest.repair.settle import UNFIT, named
from ingest.rules import Rules
from kb import applied, errors, lexicon, lock, overrides
from kb.archive import Original
from kb.commands.events import Progress
from kb.commands.rebuild import read_all, saying_what_is_lost
from kb.database import Store, Stored, now, open_database
from kb.overrides import Entry

RANK = 1
"""Of the base's own file among the two; see `kb.overrides.load`."""
_LEFT = "ordet är rätt som det står"
_HELP = "se kb correct --help"
_CALLED = {"read": "ORD", "printed": "TRYCKT"} | {key: f"--{key}" for key in ("page", "line", "source", "reason", "by")}
"""What the keys of an entry are called on the command line."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. `leave` says that the word is right as it stands, `repair` is about a whole source."""

    word: str = ""
    printed: str = ""
    leave: bool = False
    repair: bool | None = None
    source: str = ""
    page: int | None = None
    line: int | None = None
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """An entry that was written or taken away (`changed`; False where it stood there already), and what became of the sources it is about.

    `unfit` says for each in which the word does not stand where it was said to, what stands there and where the word is. `found` is False where the
    word stands in no source that has been read.
    """

    entry: dict[str, str | int | bool]
    file: str
    changed: bool
    words: int
    sources: int
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()
    found: bool = True

    @property
    def exit_code(self) -> int:
        """1 where a source could not be read again."""
        return int(bool(self.refused))


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry and the file it stands in; only those of the base's own file have a number."""

    number: int | None
    file: str
    entry: dict[str, str | int | bool]


def listed(database: Path, metadata: Path | None) -> list[Listed]:
    """All corrections that hold for a base: its own, then those for everybody. Raises BadMetadata."""
    found = overrides.entries(overrides.load(database, metadata))
    own, common = str(overrides.own_file(database)), str(overrides.common_file(metadata))
    mine = [Listed(n, own, overrides.fields_of(e)) for n, e in enumerate((e for e in found if e.rank == RANK), 1)]
    return [*mine, *(Listed(None, common, overrides.fields_of(e)) for e in found if e.rank != RANK)]


def entry_of(asked: Asked) -> Entry:
    """What was asked for as an entry. Raises Usage."""
    fields = {"source": asked.source, "reason": asked.reason, "by": asked.by, "date": now()[:10]}
    try:
        if asked.repair is not None:
            _refuse(bool(asked.word) or asked.leave or bool(asked.page or asked.line), "--repair och --no-repair gäller hela källor, inte ett ord")
            _refuse(not asked.source, "--source saknas")
            _refuse(not asked.reason.strip(), "--reason saknas")
            return paper_of({**fields, "repair": str(asked.repair)}, RANK)
        _refuse(not asked.word, "ORD saknas")
        _refuse(asked.leave and bool(asked.printed), "--leave och TRYCKT går inte ihop")
        _refuse(not asked.leave and not asked.printed, "TRYCKT saknas (eller --leave: ordet är rätt)")
        _refuse(not asked.leave and not asked.reason.strip(), "--reason saknas")
        place = {"page": str(asked.page or ""), "line": str(asked.line or "")}
        printed = asked.word if asked.leave else asked.printed
        return word_of({**fields, **place, "read": asked.word, "printed": printed, "reason": asked.reason.strip() or _LEFT}, RANK)
    except ValueError as error:
        told = str(error)
        for key, name in _CALLED.items():
            told = told.replace(f"”{key}”", name)
        raise errors.Usage(told, _HELP) from error


def _refuse(wrong: bool, message: str) -> None:
    if wrong:
        raise errors.Usage(message, _HELP)


def add(database: Path, asked: Asked, rules: Rules, metadata: Path | None = None, jobs: int = 1, progress: Progress | None = None) -> Corrected:
    """Write down a correction and read again what it is about.

    Raises Usage, BadMetadata, KbError, and NoLexicon where words that were read again would be lost; the file is written before anything is read.
    """
    entry_of(asked)  # a mistyped command shall not wait for the lock

    def choose(store: Store) -> Entry:
        return entry_of(replace(asked, source=_source(store, asked)))

    def write(path: Path, text: str, entry: Entry) -> bool:
        if _stands(path, text, entry):
            return False
        overrides.write(path, overrides.with_entry(path, text, entry))
        return True

    return _change(database, rules, metadata, jobs, progress, choose, write)


def remove(database: Path, number: int, rules: Rules, metadata: Path | None = None, jobs: int = 1, progress: Progress | None = None) -> Corrected:
    """Take a correction of the base's own away again, by its number in `listed`, and read again what it was about. Raises as `add`."""

    def choose(_: Store) -> Entry:
        own = [e for e in overrides.entries(overrides.load(database, metadata)) if e.rank == RANK]
        if not 0 < number <= len(own):
            raise errors.Usage(f"nummer {number} finns inte i {overrides.own_file(database)}", "se kb correct --list")
        return own[number - 1]

    def write(path: Path, text: str, entry: Entry) -> bool:
        overrides.write(path, overrides.without_entry(path, text, entry))
        return True

    return _change(database, rules, metadata, jobs, progress, choose, write, removed=True)


def _change(
    database: Path,
    rules: Rules,
    metadata: Path | None,
    jobs: int,
    progress: Progress | None,
    choose: Callable[[Store], Entry],
    write: Callable[[Path, str, Entry], bool],
    removed: bool = False,
) -> Corrected:
    """Change the base's own file under its lock, then read again: a run killed between the two is made good by the same command."""
    if not database.is_file():
        raise errors.MissingDatabase(f"{database} finns inte")
    path = overrides.own_file(database)
    with lock.writing(database), open_database(database, rules) as store:
        overrides.load(database, metadata)  # what is wrong in either file is said before anything is written
        entry = choose(store)
        about, progress = applied.about(store.connection, [entry]), progress or Progress()
        needed = not _spares(entry, removed) and (isinstance(entry, Paper) or _repaired(store, about))
        with saying_what_is_lost(database):
            if needed:
                lexicon.ensure(rules, progress.step)
        changed = write(path, text_of(path), entry)
        before = _readings(store, about)
        summary = read_all(store, database, about, rules, metadata, jobs, progress, required=needed)
        if not summary.count("refused"):
            known, stands = applied.known(store.connection), overrides.entries(overrides.load(database, metadata))
            store.applied({e for e in known if not _same(e, entry)} | {e for e in stands if _same(e, entry)})
        store.finish()
        after, unfit = _readings(store, about), _unfit(store, about, entry)
        found = before != after or bool(unfit) or _stands_in(store, about, entry)
    words = max(len(before - after), len(after - before))
    refused = tuple(f"{event.source}: {event.message}" for event in summary.events if event.action == "refused")
    return Corrected(overrides.fields_of(entry), str(path), changed, words, len(about), refused, tuple(summary.notes), unfit, found)


def _spares(entry: Entry, removed: bool) -> bool:
    """True where from now on a paper is not to be repaired: then nothing is read again."""
    return isinstance(entry, Paper) and not entry.repair and not removed


def _repaired(store: Store, sources: list[Original]) -> bool:
    """True where the program has read words of one of these sources again."""
    query = "SELECT 1 FROM corrections c JOIN sources s ON s.id = c.source_id WHERE s.sha256 = ? AND c.kind <> ?"
    return any(store.connection.execute(query, (source.sha256, PERSON)).fetchone() for source in sources)


def _stands(path: Path, text: str, entry: Entry) -> bool:
    """True where the file says so already. Raises Usage where it says something else of the same."""
    own = overrides.entries(parse_overrides(text, path, RANK))
    for number, other in enumerate(own, 1):
        if _key(other) == _key(entry):
            if _says(other) != _says(entry):
                raise errors.Usage(f"nummer {number} i {path} säger något annat om samma sak", f"ta först bort den: kb correct --remove {number}")
            return True
    return False


def _key(entry: Entry) -> tuple[object, ...]:
    return (entry.read, entry.source, entry.page, entry.line) if isinstance(entry, Word) else (entry.source,)


def _same(one: Entry, other: Entry) -> bool:
    """True for two entries of the same file about the same thing."""
    return (one.rank, _key(one)) == (other.rank, _key(other))


def _says(entry: Entry) -> str | bool:
    return entry.printed if isinstance(entry, Word) else entry.repair


def _source(store: Store, asked: Asked) -> str:
    """The source as the base calls it; it may be named by the path of its file. Raises Usage where none fits."""
    entry = entry_of(asked)
    if not entry.source:
        return ""
    stored = store.sources()
    found: list[Stored] = [s for s in stored if fits(entry.source, s.path, s.sha256)]
    if not found and (found := [s for s in stored if s.origin == str(Path(asked.source).resolve())]):
        return found[0].path
    if not found:
        raise errors.Usage(f"ingen källa heter ”{asked.source}”", "se kolumnen source i kb export document_list")
    kinds = {row[0] for s in found for row in store.connection.execute("SELECT format FROM sources WHERE id = ?", (s.id,))}
    if asked.line and kinds == {"pdf"}:
        raise errors.Usage("en PDF har inga rader", "ange --page")
    return asked.source


def _readings(store: Store, sources: list[Original]) -> set[tuple[Any, ...]]:
    """How the words of some sources are read now, but for those that are read as they stand."""
    query = "SELECT s.sha256, c.start, c.corrected FROM corrections c JOIN sources s ON s.id = c.source_id WHERE s.sha256 = ?"
    return {tuple(row) for source in sources for row in store.connection.execute(query, (source.sha256,))}


def _stands_in(store: Store, sources: list[Original], entry: Entry) -> bool:
    """True where the word stands whole in one of the sources; other entries are of sources that are there."""
    if not isinstance(entry, Word):
        return True
    whole = re.compile(rf"(?<!\w){re.escape(entry.read)}(?!\w)")
    texts = (store.connection.execute("SELECT text FROM sources WHERE sha256 = ?", (source.sha256,)).fetchone() for source in sources)
    return any(whole.search(row[0]) for row in texts if row)


def _unfit(store: Store, sources: list[Original], entry: Entry) -> tuple[str, ...]:
    """What those of the sources say of a word that stands nowhere it was said to."""
    if not isinstance(entry, Word):
        return ()
    query = "SELECT p.message FROM problems p JOIN sources s ON s.id = p.source_id WHERE s.sha256 = ? AND p.kind = ?"
    told = (row[0] for source in sources for row in store.connection.execute(query, (source.sha256, UNFIT)))
    return tuple(message for message in told if message.startswith(f"{named(entry)} "))
