"""Lines with a style, on a terminal or in a pipe. Rich could print them, but takes a third of the time of a search to begin; it draws the bars."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

import typer

if TYPE_CHECKING:
    from rich.console import Console

_HOW = ("bold", "dim")
_PLAIN = ("dumb", "unknown")

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f]")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")

Piece = tuple[str, str]
"""Some text and its style: a colour that `typer.style` knows, `_HOW`, or both with a space between."""


def clean(text: object) -> str:
    r"""Text without control characters, which could steer a terminal. Those that turn the direction of the text are shown as `\u202e`: a file whose
    name has one is called otherwise than it looks.
    """
    return _TURNING.sub(lambda m: f"\\u{ord(m.group()):04x}", _CONTROL.sub("", str(text)))


def escaped(json: str) -> str:
    """JSON whose strings have the characters that `clean` is about as escapes: to a program the same, to a terminal harmless."""
    return re.sub(f"{_CONTROL.pattern}|{_TURNING.pattern}", lambda m: f"\\u{ord(m.group()):04x}", json)


class Out:
    """Where to print: styles on a terminal alone, and none where NO_COLOR is set. Lines are never broken."""

    def __init__(self, stream: TextIO | None = None, terminal: bool | None = None) -> None:
        self._stream = stream or sys.stdout
        self.is_terminal = self._stream.isatty() if terminal is None else terminal
        self._styled = self.is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in _PLAIN

    def print(self, text: str | Iterable[Piece] = "", style: str = "") -> None:
        """A line, all of it in a style; pieces of it may have further ones; `clean`. Whoever reads has it at once."""
        pieces = ((text, ""),) if isinstance(text, str) else text
        self._stream.write("".join(self._piece(piece, f"{style} {own}".split()) for piece, own in pieces) + "\n")
        self._stream.flush()

    def _piece(self, text: str, styles: list[str]) -> str:
        text = clean(text)
        if not (text and styles and self._styled):
            return text
        colour = next((name for name in styles if name not in _HOW), None)
        return typer.style(text, fg=colour, bold="bold" in styles or None, dim="dim" in styles or None)


def drawing() -> Console:
    """Where bars are drawn, and lines printed above them: rich's console on standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True, emoji=False)
