"""What `kb evaluate` shows: lines for people, a value for programs, a table for docs/matning.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from kb.evaluation.measure import Measured, Report


def lines(report: Report, verbose: bool = False) -> Iterator[str]:
    """A line a kind, the fields of what was found below it, the mean last."""
    yield from (f"källan {source} finns inte i kunskapsbasen: allt i den räknas som missat" for source in report.absent)
    for kind in report.kinds:
        yield _line(kind)
        yield from (f"    {name:24} {right} av {of}" for name, right, of in kind.agree)
        if verbose:
            yield from (f"    saknas      {place}" for place in kind.missed)
            yield from (f"    för mycket  {place}" for place in kind.extra)
    yield f"medel-F1 över {len(report.kinds)} slag: {report.mean:.3f}"


def _line(kind: Measured) -> str:
    precision = "–    " if kind.precision is None else f"{kind.precision:.3f}"
    extra = f", {kind.found - kind.right} för mycket" if kind.complete else ""
    return f"{kind.label:34} precision {precision}  täckning {kind.recall:.3f}  F1 {kind.f1:.3f}   ({kind.right} av {kind.wanted}{extra})"


def as_value(report: Report) -> dict[str, Any]:
    """The report as one JSON document."""
    kinds = [
        {**asdict(k), "agree": {n: {"right": r, "of": o} for n, r, o in k.agree}, "precision": k.precision, "recall": k.recall, "f1": k.f1}
        for k in report.kinds
    ]
    return {"kinds": kinds, "absent": list(report.absent), "mean_f1": report.mean}


def table(report: Report) -> Iterator[str]:
    """The report as a table in Markdown."""
    yield "| slag av uppgift | i facit | rätt | för mycket | precision | täckning | F1 | fält som stämmer |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for k in report.kinds:
        extra, precision = ("–", "–") if k.precision is None else (str(k.found - k.right), f"{k.precision:.3f}")
        agree = f"{sum(right for _, right, _ in k.agree)} av {sum(of for _, _, of in k.agree)}" if k.agree else ""
        yield f"| {k.label} | {k.wanted} | {k.right} | {extra} | {precision} | {k.recall:.3f} | {k.f1:.3f} | {agree} |"
    yield f"| **medel av {len(report.kinds)} slag** | | | | | | **{report.mean:.3f}** | |"
