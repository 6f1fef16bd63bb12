"""A plugin of OCRmyPDF: tesseract in this process, its model opened once for all that is read, where the program opens it for each page anew.

Where its library is not found the program is used, with the same result.
"""

from __future__ import annotations

import atexit
import ctypes
import ctypes.util
import os
from functools import cache
from pathlib import Path
from typing import Any

from ocrmypdf import hookimpl
from ocrmypdf.builtin_plugins.tesseract_ocr import TesseractOcrEngine

PARTS = 3
"""How tesseract divides a page (its --psm): columns and all, upright."""


class _Model:
    """The library with a model."""

    def __init__(self, library: ctypes.CDLL, name: str) -> None:
        self._library = library
        for function in ("TessBaseAPICreate", "TessPDFRendererCreate", "TessHOcrRendererCreate", "TessTextRendererCreate"):
            getattr(library, function).restype = ctypes.c_void_p
        library.TessBaseAPIGetDatapath.restype = ctypes.c_char_p
        self._handle = ctypes.c_void_p(library.TessBaseAPICreate())
        if library.TessBaseAPIInit3(self._handle, None, name.encode()):
            raise OSError(f"tesseract cannot open {name}")
        library.TessBaseAPISetPageSegMode(self._handle, PARTS)
        atexit.register(library.TessBaseAPIDelete, self._handle)

    def read(self, picture: Path, target: Path) -> bool:
        """Write `target`.pdf, text without the picture, `target`.hocr and `target`.txt, as the program does; False where it could not."""
        library, base = self._library, os.fsencode(target)
        first = ctypes.c_void_p(library.TessPDFRendererCreate(base, library.TessBaseAPIGetDatapath(self._handle), 1))
        for create in (library.TessHOcrRendererCreate, library.TessTextRendererCreate):
            library.TessResultRendererInsert(first, ctypes.c_void_p(create(base)))
        try:
            return bool(library.TessBaseAPIProcessPages(self._handle, os.fsencode(picture), None, 0, first))
        finally:
            library.TessDeleteResultRenderer(first)  # which writes their ends


@cache
def opened(name: str) -> _Model | None:
    """The model of that name, opened once in this process and those that are forked from it; None where there is no library."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        found = ctypes.util.find_library("tesseract")
        return _Model(ctypes.CDLL(found), name) if found else None
    except (OSError, AttributeError):
        return None


class Engine(TesseractOcrEngine):
    """Tesseract as OCRmyPDF asks for it."""

    @staticmethod
    def generate_pdf(input_file: Path, output_pdf: Path, output_text: Path, options: Any) -> None:
        """The text of a picture as a PDF without the picture; beside it the same as hOCR."""
        model, target = opened(options.languages[0]), output_pdf.with_suffix("")
        if model and model.read(input_file, target):
            target.with_suffix(".txt").replace(output_text)
        else:  # the program tells what is wrong
            TesseractOcrEngine.generate_pdf(input_file, output_pdf, output_text, options)  # type: ignore[no-untyped-call]


@hookimpl
def get_ocr_engine() -> Engine:
    """What OCRmyPDF reads with."""
    return Engine()
