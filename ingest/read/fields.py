"""What people have filled in a PDF's form: PDFium counts it as no text of the page, but it is what a form is about."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from ingest.read.piece import Piece

SIZE = 10.0
"""Of the type that is reckoned with, in points: the place of a field says little of it."""
MOST = 2_000
"""Fields of a page that are looked at."""
LONGEST = 20_000
"""Bytes of an answer."""
TICKED, EMPTY = "☒", "☐"


def with_fields(found: list[Piece], page: Any) -> list[Piece]:
    """The pieces of a page, each answer behind what stands above it, or left of it on its line. None are asked of a file without a form."""
    if page.formenv is None:
        return found
    pieces = list(found)
    for field in sorted(_fields(page), key=lambda field: (-field.y, field.x)):
        before = (n for n, piece in enumerate(pieces, 1) if not piece.turned and _stands_before(piece, field))
        pieces.insert(max(before, default=0), field)
    return pieces


def _stands_before(piece: Piece, field: Piece) -> bool:
    same_line = abs(piece.y - field.y) < SIZE / 2
    return piece.x <= field.x if same_line else piece.y > field.y


def _fields(page: Any) -> Iterator[Piece]:
    from pypdfium2 import raw

    for number in range(min(raw.FPDFPage_GetAnnotCount(page.raw), MOST)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET and not raw.FPDFAnnot_GetFlags(annotation) & raw.FPDF_ANNOT_FLAG_HIDDEN:
                yield from _answer(raw, page.formenv.raw, annotation)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _answer(raw: Any, form: Any, annotation: Any) -> Iterator[Piece]:
    """A field as the lines of its answer, or as a box with or without a mark."""
    box = raw.FS_RECTF()
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        lines = [TICKED if raw.FPDFAnnot_IsChecked(form, annotation) else EMPTY]
    elif kind in (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        lines = [line.strip() for line in _value(raw, form, annotation).splitlines() if line.strip()]
    else:
        return
    if not raw.FPDFAnnot_GetRect(annotation, ctypes.byref(box)):
        return
    top, foot = max(box.top, box.bottom), min(box.top, box.bottom)
    first = (top + foot - 0.7 * SIZE) / 2 if top - foot < 2.5 * SIZE else top - SIZE
    for n, line in enumerate(lines):
        yield Piece(min(box.left, box.right), first - 1.2 * SIZE * n, max(box.left, box.right), SIZE, line, False)


def _value(raw: Any, form: Any, annotation: Any) -> str:
    length = raw.FPDFAnnot_GetFormFieldValue(form, annotation, None, 0)
    if not 2 < length <= LONGEST:
        return ""
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFAnnot_GetFormFieldValue(form, annotation, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw.decode("utf-16-le", "replace").replace("\0", "").replace("\r", "\n")
