"""Pages of originals as pictures: what is drawn, what is not, and that a picture is drawn once."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kb.archive import Archive
from kb.page_image import PIXELS, drawn
from kb.web import page_images
from tests.web_base import build
from tests.web_client import serving, text

PNG = b"\x89PNG\r\n\x1a\n"


def pdf(pages: int = 2, size: tuple[float, float] = (595, 842), **more: object) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1, **more)
    for number in range(pages):
        canvas.drawString(72, 420, f"Sida {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def made(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def size_of(picture: bytes) -> tuple[int, int]:
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")


def test_a_page_is_drawn(tmp_path: Path) -> None:
    first, second = (drawn(made(tmp_path / "a.pdf", pdf()), number) for number in (1, 2))
    assert first and second and first.startswith(PNG) and first != second
    assert size_of(first) == (1190, 1684)


def test_what_is_filled_in_a_form_is_drawn(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    def filled(value: str) -> bytes:
        out = io.BytesIO()
        canvas = Canvas(out, invariant=1)
        canvas.acroForm.textfield(name="vem", x=150, y=700, width=200, height=20, value=value)
        canvas.showPage()
        canvas.save()
        return out.getvalue()

    empty, full = (drawn(made(tmp_path / "a.pdf", filled(value)), 1) for value in ("", "Sjöberga kommun"))
    assert empty and full and empty != full


def test_a_huge_page_is_drawn_small(tmp_path: Path) -> None:
    picture = drawn(made(tmp_path / "a.pdf", pdf(1, (14400, 14400))), 1)
    assert picture
    width, height = size_of(picture)
    assert width * height <= 1.01 * PIXELS


@pytest.mark.parametrize(("data", "number"), [(pdf(), 3), (pdf(1, encrypt="hemligt"), 1), (b"%PDF-1.7 trasig", 1), (b"", 1)])
def test_what_cannot_be_drawn_is_nothing(tmp_path: Path, data: bytes, number: int) -> None:
    assert drawn(made(tmp_path / "a.pdf", data), number) is None


async def test_the_page_of_a_document_is_shown_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = build(tmp_path / "x.db")
    with closing(sqlite3.connect(db)) as conn:
        [sha256] = conn.execute("SELECT sha256 FROM sources JOIN documents ON source_id = sources.id WHERE documents.id = 'cccccccccc-1'").fetchone()
    made(Archive(db).file(sha256), pdf())
    monkeypatch.setattr(page_images, "_kept", type(page_images._kept)())
    with serving(db) as datasette:
        response = await datasette.client.get("/handling/cccccccccc-1/sida/1.png")
        assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
        assert response.content.startswith(PNG)
        assert 'href="/handling/cccccccccc-1/sida/1.png"' in await text(datasette, "/handling/cccccccccc-1")
        monkeypatch.setattr(page_images, "drawn", lambda *_: None)
        assert (await datasette.client.get("/handling/cccccccccc-1/sida/1.png")).content == response.content
        for missing in ("cccccccccc-1/sida/9", "aaaaaaaaaa-1/sida/1", "finns-inte/sida/1"):
            assert "går inte att visa" in await text(datasette, f"/handling/{missing}.png", 404)
        monkeypatch.undo()
        monkeypatch.setattr(page_images, "KEPT", len(response.content))
        assert (await datasette.client.get("/handling/cccccccccc-1/sida/2.png")).content != response.content
    assert len(page_images._kept) <= 1


async def test_a_page_is_called_what_it_is_called_in_print(tmp_path: Path) -> None:
    """And what the file says of itself is told as that."""
    from kb.commands.ingest import ingest
    from tests.test_pdf import RULES, labelled

    made(tmp_path / "docs" / "a.pdf", labelled(title="Tagged PDF"))
    ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES)
    with closing(sqlite3.connect(tmp_path / "kb.db")) as db:
        [(id,)] = db.execute("SELECT id FROM documents").fetchall()
    with serving(tmp_path / "kb.db") as datasette:
        page = await text(datasette, f"/handling/{id}")
    assert "Sida i (sida 1 i filen)</h2>" in page and "Sida ii (sida 2 i filen)</h2>" in page
    assert "Filen säger om sig själv: titel: Tagged PDF; skapad: 2000-01-01" in page
    assert "<h1>Tagged" not in page
