"""`kb explain` and `kb repair`: what the parser makes of one file, without any database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ingest import explain as explain_stage
from ingest import parse
from ingest.errors import NoLexicon
from ingest.rules import Rules
from kb import errors, lexicon, overrides, vocabulary
from kb.commands.parsing import NOTHING, Known
from kb.connect import reading

STAGES = ("pages", "clean", "repair", "blocks", "mentions", "document")


@contextmanager
def reading_with(
    database: Path | None, rules: Rules, step: Callable[[str], None] = lambda _: None, metadata: Path | None = None, required: bool = True
) -> Iterator[Known]:
    """What a file is read with that is no part of a base: the lexicon, corrections by people, and what a database has learned if there is one.

    Raises NoLexicon where the lexicon is `required` and cannot be had.
    """
    people = overrides.load(database, metadata)
    try:
        folder: Path | None = lexicon.ensure(rules, step)
    except NoLexicon:
        if required:
            raise
        folder = None
    if database is None or not database.is_file():
        yield Known(folder, overrides=people)
        return
    with reading(database) as db, vocabulary.extracted(db) as learned:
        names = dict(tuple(row) for row in db.execute("SELECT sha256, path FROM sources"))
        yield Known(folder, learned, replace(people, names=names))


def explain(path: Path, rules: Rules, stage: str, known: Known = NOTHING) -> str:
    """One stage's value as text for people. Raises Usage for an unknown stage, IngestError for a file that cannot be read."""
    if stage not in STAGES:
        raise errors.Usage(f"steget ”{stage}” finns inte", f"välj ett av: {', '.join(STAGES)}")
    return explain_stage(path, rules, stage, known.language(rules), known.overrides)


def repair(path: Path, rules: Rules, known: Known = NOTHING) -> list[dict[str, Any]]:
    """The corrections of a file, in order of place; start and end are character offsets into its decoded text."""
    found = parse(path, rules, None, known.language(rules), known.overrides).corrections
    return [asdict(c) for c in sorted(found, key=lambda c: (c.start, c.end))]
