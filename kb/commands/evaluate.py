"""`kb evaluate`: the knowledge base measured against a gold."""

from __future__ import annotations

from pathlib import Path

from kb.connect import reading
from kb.errors import Usage
from kb.evaluation.gold import load
from kb.evaluation.measure import Report, measure


def evaluate(db_path: Path, gold: Path) -> Report:
    """Measure a database. Raises BadGold, and Usage where the database has none of the gold's sources."""
    golds = load(gold)
    with reading(db_path) as db:
        report = measure(db, golds)
    if len(report.absent) == len({s for g in golds for s in g.sources}):
        raise Usage(f"{db_path}: ingen av källorna i {gold} finns här, som {report.absent[0]}", "läs in dem med kb ingest")
    return report
