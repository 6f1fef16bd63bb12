"""The cases of tests/cases/pages: a page drawn as a PDF, its columns one after another as some programs write them, and the facts read from it."""

import io
import re
from pathlib import Path

import pytest

from ingest import load_rules, parse
from tests.test_cases import FOLDER, cases, check, facts

ALL = list(cases(FOLDER / "pages"))
PIECE = re.compile(r"\S+(?: \S+)*")


def drawn(text: str) -> bytes:
    """A PDF with each piece of a line (two blanks part them) where it stands in the text; every page column by column, margin text upright."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in text.split("\f"):
        canvas.setFont("Helvetica", 10)
        pieces = [(m.start(), n, m.group()) for n, line in enumerate(page.split("\n")) for m in PIECE.finditer(line)]
        for column, row, words in sorted(pieces):
            canvas.drawString(40 + 5 * column, 800 - 12 * row, words)
        canvas.saveState()
        canvas.rotate(90)
        canvas.drawString(200, -20, "Signature reference: 0a1b2c3d-11ee-4455")
        canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(("name", "text", "wanted"), ALL, ids=[name for name, _, _ in ALL])
def test_page(name: str, text: str, wanted: str, tmp_path: Path) -> None:
    path = tmp_path / "sida.pdf"
    path.write_bytes(drawn(text))
    check(facts(parse(path, load_rules())), wanted)
