"""`kb explain` and `kb repair`: what the parser makes of one file, read in a child with limits as `kb ingest` does, without any database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Never

from ingest import explain as explain_stage
from ingest import load_language, parse
from ingest.errors import NoLexicon
from ingest.models import Parsed
from ingest.read import warm
from ingest.repair import Open
from ingest.repair.overrides import NONE, Overrides
from ingest.rules import Rules
from kb import errors, lexicon, overrides, vocabulary
from kb.connect import reading
from kb.isolation import Send, garbled, isolated
from kb.wire import Wire

STAGES = ("pages", "clean", "repair", "blocks", "mentions", "document")


@dataclass(frozen=True, slots=True)
class Help:
    """What a file is read with besides the rules: how to open what repair knows of Swedish, and corrections by people."""

    language: Open | None = None
    overrides: Overrides = NONE


ALONE = Help()


@contextmanager
def reading_with(database: Path | None, rules: Rules, step: Callable[[str], None] = lambda _: None, metadata: Path | None = None) -> Iterator[Help]:
    """What a file is read with that is no part of a base: the lexicon, corrections by people, and what a database has learned if there is one.

    The lexicon is not asked for until a text is damaged; then it raises NoLexicon where it cannot be had.
    """
    people = overrides.load(database, metadata)

    def language(learned: tuple[Path, ...]) -> Open:
        return lambda: load_language(rules, lexicon.ensure(rules, step), learned)

    if database is None or not database.is_file():
        yield Help(language(()), people)
        return
    with reading(database) as db, vocabulary.extracted(db) as learned:
        names = dict(tuple(row) for row in db.execute("SELECT sha256, path FROM sources"))
        yield Help(language(learned), replace(people, names=names))


def explain(path: Path, rules: Rules, stage: str, known: Help = ALONE) -> str:
    """One stage's value as text for people; without a lexicon a damaged text stays as it is.

    Raises Usage for an unknown stage, IngestError for a file that cannot be read.
    """
    if stage not in STAGES:
        raise errors.Usage(f"steget ”{stage}” finns inte", f"välj ett av: {', '.join(STAGES)}")

    def work(language: Open | None) -> str:
        return explain_stage(path, rules, stage, language, known.overrides)

    try:
        return str(_alone(path, work, known.language))
    except NoLexicon:
        return str(_alone(path, work, None))


def repair(path: Path, rules: Rules, known: Help = ALONE) -> list[dict[str, Any]]:
    """The corrections of a file, in order of place. Raises IngestError.

    `start` and `end` count characters of its text as `Path.read_text` of Python gives it in the file's encoding ("utf-8", not "utf-8-sig"): a line
    break is one character, however it is written, and so is the mark with which a UTF-8 file may begin. Those of a PDF count in the text that
    `kb explain --stage pages` shows.
    """
    parsed = _alone(path, lambda language: parse(path, rules, None, language, known.overrides), known.language)
    assert isinstance(parsed, Parsed)
    mark = int(parsed.source.encoding == "utf-8-sig")
    found = sorted(parsed.corrections, key=lambda c: (c.start, c.end))
    return [{**asdict(c), "start": c.start + mark, "end": c.end + mark} for c in found]


class _Asked(Exception):
    """The text is damaged: the language is wanted, which a child may not make."""


_ANSWERS = Wire(str, Parsed, int)


def _alone(path: Path, work: Callable[[Open | None], str | Parsed], language: Open | None) -> object:
    """What comes of the work in a child with limits; where it asks for the language that is opened here, and another child goes on with it.

    Raises IngestError.
    """
    warm(path)

    def first(send: Send) -> None:
        try:
            send(work(_ask if language else None))
        except _Asked:
            send(0)

    found = _only(path, first)
    if found != 0 or language is None:
        return found
    opened = language()
    return _only(path, lambda send: send(work(lambda: opened)))


def _only(path: Path, work: Callable[[Send], None]) -> object:
    for value in isolated(str(path), work, _ANSWERS):
        return value
    raise garbled(str(path))


def _ask() -> Never:
    raise _Asked
