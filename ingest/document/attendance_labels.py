"""The labels of a first page: the one that a line begins with, and those that stand side by side over the names of those who sign."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document.context import Context
from ingest.rules import Rules

SIGNS = frozenset(("chair", "adjuster", "secretary", "deputy chair"))
"""The roles of such labels."""
MARGIN = 3
"""A name may begin so many characters before its label."""
BELOW = 3
"""The names stand within so many lines."""
_RULED = " _.…:\t"
_BLANK = dict.fromkeys(range(33, 592), " ")
_PLACE = re.compile(r"(?:^|[ \t_.…]{3})(?=[A-ZÅÄÖ])")


def label(row: str, rules: Rules) -> tuple[str, int] | None:
    """The role of the label that a line begins with, and where the label ends."""
    indent = len(row) - len(row.lstrip())
    found = next(((p.get("role"), m.end()) for p in rules.beginning("attendance_labels", row[indent:]) if (m := p.regex.match(row, indent))), None)
    if found and not found[0] and (more := label(row[: found[1]].translate(_BLANK) + row[found[1] :], rules)):
        return more  # "Underskrifter:   Sekreterare ....": of two labels on a line the one that says who
    return found


def side_by_side(context: Context, rows: Sequence[tuple[int, int]], n: int) -> tuple[int, list[tuple[str, tuple[int, int]]]]:
    """Of "Ordförande: ______   Justerare: ______" with the names below, or "Ordförande Eva Ek   Justerare Bo Ås": how many lines it and they take,
    and each label's role with the place of its name; 0 where it holds none.
    """
    labels = _labels(context, *rows[n])
    if not labels:
        return 0, []
    start, end = rows[n]
    begins = [at for _, at, _ in labels]
    behind = [(start + stop, start + at) for (_, _, stop), at in zip(labels, [*begins[1:], end - start], strict=True)]
    named = [(role, span) for (role, _, _), span in zip(labels, behind, strict=True) if context.words(*span).strip(_RULED)]
    if named:
        return 1, named
    below = next((k for k in range(n + 1, min(n + 1 + BELOW, len(rows))) if context.words(*rows[k]).strip(_RULED)), None)
    if below is None:
        return 0, []
    start, end = rows[below]
    begins = [0, *(max(0, at - MARGIN) for at in begins[1:])]
    spans = [(min(end, start + a), min(end, start + b)) for a, b in zip(begins, [*begins[1:], end - start], strict=True)]
    found = [(role, span) for (role, _, _), span in zip(labels, spans, strict=True) if context.words(*span).strip()]
    return (below - n + 1, found) if len(found) == len(labels) else (0, [])


def _labels(context: Context, start: int, end: int) -> list[tuple[str, int, int]]:
    """The labels of a line that begins with one and has two or more: role, and where in the line the label begins and ends."""
    row, found = context.folded[start:end], list[tuple[str, int, int]]()
    known = [p for p in context.rules.of("attendance_labels") if p.get("role") in SIGNS]
    for spot in _PLACE.finditer(row):
        label = next(((p.get("role"), m.end()) for p in known if (m := p.regex.match(row, spot.end()))), None)
        if label:
            found.append((label[0], spot.end(), label[1]))
        elif not found:
            return []
    return found if len(found) > 1 else []
