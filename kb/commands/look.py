"""`kb explain` and `kb repair`: what the parser makes of one file, without any database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest import explain as explain_stage
from ingest import parse
from ingest.rules import Rules
from kb import errors

STAGES = ("pages", "clean", "repair", "blocks", "mentions", "document")


def explain(path: Path, rules: Rules, stage: str) -> str:
    """One stage's value as text for people. Raises Usage for an unknown stage, IngestError for a file that cannot be read."""
    if stage not in STAGES:
        raise errors.Usage(f"steget ”{stage}” finns inte", f"välj ett av: {', '.join(STAGES)}")
    return explain_stage(path, rules, stage)


def repair(path: Path, rules: Rules) -> list[dict[str, Any]]:
    """The corrections of a file, in order of place; start and end are character offsets into its decoded text."""
    return [asdict(c) for c in sorted(parse(path, rules).corrections, key=lambda c: (c.start, c.end))]
