"""From file to records: the reading half of the knowledge base. Pure: no database, no network, no clock, no printing.

The public API and nothing else; everything is imported where it is used, so that `import ingest` costs nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import IngestError

if TYPE_CHECKING:
    from ingest.models import Document, Parsed
    from ingest.rules import Rules

__all__ = ["Document", "IngestError", "explain", "load_rules", "parse"]


def load_rules(folder: Path | None = None) -> Rules:
    """Read a metadata folder; None for the one that comes with the program. Raises errors.BadMetadata."""
    from ingest.rules import load_rules as load

    return load(folder)


def parse(path: Path, rules: Rules, name: str | None = None) -> Parsed:
    """Read and parse one file; `name` is what it is called in the knowledge base. Raises IngestError where it cannot be used."""
    from ingest.pipeline import run

    return run(path, rules, name)


def explain(path: Path, rules: Rules, stage: str) -> str:
    """What one step (pages, clean, repair, blocks, mentions, document) makes of a file, for people to read."""
    from ingest.stages import explain as show

    return show(path, rules, stage)


def __getattr__(name: str) -> object:
    if name == "Document":
        from ingest.models import Document

        return Document
    raise AttributeError(name)
