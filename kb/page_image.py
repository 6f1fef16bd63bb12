"""A process of its own that draws one page of a PDF: `python -m kb.page_image FILE NUMBER` writes a PNG to standard output, within limits."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from kb.ocr_run import limited

SCALE = 2.0
"""Pixels a point: 144 dpi, on which small print can be read."""
PIXELS = 4_000_000
"""Of a picture at most, whatever the page says its size is."""
SECONDS = 20
MEMORY = 1 << 30
LARGEST = 20_000_000
"""Bytes of a picture that is passed on."""


def drawn(path: Path, number: int) -> bytes | None:
    """A page (1-based) of a PDF as PNG; None where it has none such, is locked, damaged or too heavy. Takes half a second."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kb.page_image", str(path), str(number)],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 and 0 < len(done.stdout) <= LARGEST else None


def main() -> None:
    """Draw the page that the arguments name."""
    import pypdfium2
    from pypdfium2 import raw

    limited(SECONDS, MEMORY, 0)
    document = pypdfium2.PdfDocument(sys.argv[1])
    if document.get_formtype() == raw.FORMTYPE_ACRO_FORM:
        document.init_forms()  # before any page, or what is filled in is not drawn
    page = document[int(sys.argv[2]) - 1]
    width, height = page.get_size()
    scale = min(SCALE, (PIXELS / max(width * height, 1.0)) ** 0.5)
    out = io.BytesIO()
    page.render(scale=scale).to_pil().save(out, "PNG", compress_level=6)
    sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    main()
