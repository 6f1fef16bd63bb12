"""From file to records: the reading half of the knowledge base. Pure: no database, no network, no clock, no printing.

The public API and nothing else; everything is imported where it is used, so that `import ingest` costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import IngestError

if TYPE_CHECKING:
    from ingest.models import Document, Parsed
    from ingest.read.scans import Scans
    from ingest.repair import Open
    from ingest.repair.language import Language
    from ingest.repair.overrides import Overrides
    from ingest.rules import Rules

__all__ = ["Document", "IngestError", "explain", "load_language", "load_rules", "parse", "parse_whole"]


def load_rules(folder: Path | None = None) -> Rules:
    """Read a metadata folder; None for the one that comes with the program. Raises errors.BadMetadata."""
    from ingest.rules import load_rules as load

    return load(folder)


def parse(
    path: Path,
    rules: Rules,
    name: str | None = None,
    language: Open | None = None,
    overrides: Overrides | None = None,
    passwords: Sequence[str] = (),
    scans: Scans | None = None,
) -> Parsed:
    """Read and parse one file; `name` is what it is called in the knowledge base, `passwords` are tried on locked PDFs.

    `language` opens what OCR repair needs (see `load_language`), and is called only where a text is damaged; without it damaged text stays as it
    is. `scans` say what OCR has read and what it should (None: it reads nothing). Raises IngestError where the file cannot be used, and
    `read.scans.WantsOcr` where OCR should read it first.
    """
    from ingest.pipeline import run
    from ingest.read.scans import NEVER
    from ingest.repair.overrides import NONE

    return run(path, rules, name, language, overrides or NONE, tuple(passwords), scans or NEVER)


def parse_whole(
    path: Path,
    rules: Rules,
    name: str | None = None,
    overrides: Overrides | None = None,
    passwords: Sequence[str] = (),
    scans: Scans | None = None,
) -> Parsed | str:
    """As `parse`, but where a part of the text is damaged (or not Swedish) only its whole lines: it is read when
    all others have been learned from. Raises IngestError where it cannot be used.
    """
    from ingest.pipeline import run_whole
    from ingest.read.scans import NEVER
    from ingest.repair.overrides import NONE

    return run_whole(path, rules, name, overrides or NONE, tuple(passwords), scans or NEVER)


def explain(path: Path, rules: Rules, stage: str, language: Open | None = None, overrides: Overrides | None = None) -> str:
    """What one step (pages, clean, repair, blocks, mentions, document) makes of a file, for people to read."""
    from ingest.repair.overrides import NONE
    from ingest.stages import explain as show

    return show(path, rules, stage, language, overrides or NONE)


def load_language(rules: Rules, folder: Path, learned: Sequence[Path] = ()) -> Language:
    """Open the packed lexicon of a folder, with what knowledge bases have learned (further folders). Raises errors.NoLexicon."""
    from ingest.repair.language import Language

    return Language(rules, folder, learned)


def __getattr__(name: str) -> object:
    if name == "Document":
        from ingest.models import Document

        return Document
    raise AttributeError(name)
