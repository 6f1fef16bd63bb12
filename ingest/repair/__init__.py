"""OCR repair: clean text → clean text with corrections laid over it; the stored text never changes.

This first version finds no corrections of its own. What is in place is the way they travel: `apply` lays them over the clean text, later stages
read the repaired words, and every place still leads back to the words that stood there.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingest.models import CleanText, Correction
from ingest.overlay import Edit
from ingest.rules import Rules


def find(clean: CleanText, rules: Rules) -> tuple[Correction, ...]:
    """The corrections this program is sure enough of; offsets are in the stored text. None yet."""
    return ()


def apply(clean: CleanText, corrections: Iterable[Correction]) -> CleanText:
    """The clean text with the corrections in it. A correction that no longer fits what stands there raises ValueError."""
    edits = []
    for correction in corrections:
        start, end = clean.overlay.from_base(correction.start), clean.overlay.from_base(correction.end)
        if clean.text[start:end] != correction.original:
            raise ValueError(f"the correction does not fit the text: {correction}")
        edits.append(Edit(start, end, correction.corrected, "repair"))
    return CleanText(clean.overlay.edit(edits), clean.pages, clean.outline)
