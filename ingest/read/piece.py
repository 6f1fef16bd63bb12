"""A stretch of a line of a PDF page, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line: left edge, foot and right edge in points as the page is shown, size of the type.

    `turned` is not written across, or stands beside the text in the margin.
    """

    x: float
    y: float
    right: float
    size: float
    text: str
    turned: bool
