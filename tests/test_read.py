"""Bad input: each kind gets its own error with one clear line; odd but good text is read as a person would read it."""

import io
from pathlib import Path
from typing import Any

import pytest

from ingest import errors, load_rules, parse
from ingest.read import read
from ingest.read.tables import Line, as_it_looks

TEXT = "Regionstyrelsen\n\n§ 4 Åtgärder för ökad närvaro\n\nRegionstyrelsen beslutar: ”Ärendet återremitteras” – nämnden svarar.\n"


def made(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("tom.txt", b"", errors.EmptyFile),
        ("blank.txt", b" \n\n\t \n", errors.EmptyFile),
        ("bom.txt", b"\xef\xbb\xbf", errors.EmptyFile),
        ("bild.txt", bytes(range(256)) * 40, errors.NotText),
        ("noll.txt", b"abc\x00\x00\x00def och text", errors.NotText),
        ("sida.pdf", b"<!DOCTYPE html>\n<html><body>Sidan finns inte</body></html>", errors.NotADocument),
        ("sida.txt", "\ufeff<html><head><title>404</title>".encode("utf-16"), errors.NotADocument),
        ("trasig.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", errors.BrokenPdf),
        ("skrap.pdf", b"%PDF-1.4\n" + bytes(range(256)) * 20, errors.BrokenPdf),
        ("okand.pdf", bytes(range(256)) * 20, errors.BrokenPdf),
        ("bild.png", b"\x89PNG\r\n\x1a\n" + bytes(100), errors.UnknownFormat),
        ("utan", b"text", errors.UnknownFormat),
    ],
)
def test_refused_with_one_line(tmp_path: Path, name: str, data: bytes, cause: type[errors.IngestError]) -> None:
    path = made(tmp_path / name, data)
    with pytest.raises(cause) as error:
        read(path)
    said = str(error.value)
    assert type(error.value) is cause
    assert name in said and " – " in said and "\n" not in said


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(errors.MissingFile):
        read(tmp_path / "finns inte.txt")
    with pytest.raises(errors.UnknownFormat):
        read(tmp_path)


def test_encrypted(tmp_path: Path) -> None:
    with pytest.raises(errors.EncryptedPdf):
        read(made(tmp_path / "last.pdf", pdf(["Hemligt"], encrypt="lösen")))


def pdf(pages: list[str], **more: Any) -> bytes:
    """A small PDF; a page of "" has no text, as a scan."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, **more)
    for text in pages:
        if text:
            canvas.drawString(72, 720, text)
        else:
            canvas.rect(72, 72, 300, 500, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "mac_roman"]
)
def test_any_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    wanted = TEXT.replace("”", '"').replace("–", "-") if encoding == "cp850" else TEXT
    source, _ = read(made(tmp_path / "a.txt", wanted.encode(encoding)))
    assert source.text == wanted
    assert source.encoding is not None


def test_a_broken_byte_does_not_change_the_encoding(tmp_path: Path) -> None:
    parsed = parse(made(tmp_path / "a.txt", "Nämnden beslöt på mötet att avslå frågan.\n".encode() + b"Slut \xff\n"), load_rules())
    assert parsed.source.encoding == "utf-8"
    assert "beslöt på mötet" in parsed.source.text
    assert [p.kind for p in parsed.problems] == ["trasiga tecken"]
    [problem] = parsed.problems
    assert problem.span and parsed.source.text[problem.span.start] == "\ufffd"


@pytest.mark.parametrize("share", [1, 20])
@pytest.mark.parametrize(("first", "second"), [("cp1252", "utf-8"), ("utf-8", "cp1252")])
def test_two_encodings_in_one_file_are_read_line_by_line(tmp_path: Path, first: str, second: str, share: int) -> None:
    line = "Nämnden beslöt på mötet att avslå frågan.\n"
    source, _ = read(made(tmp_path / "a.txt", (line * share).encode(first) + line.encode(second)))
    assert source.text == line * (share + 1)


@pytest.mark.parametrize("other", ["cp1252", "latin-1"])
def test_a_text_encoded_twice_is_read_as_it_was_meant(tmp_path: Path, other: str) -> None:
    text = "Ordförande: Åke Ås – § 12\n" if other == "cp1252" else "Ordförande: Åke Ås - § 12\n"
    page = f"<html><body>{f'<p>{text}</p>' * 10}</body></html>"
    for name, wanted in (("a.txt", text), ("a.html", page)):
        source, _ = read(made(tmp_path / name, wanted.encode().decode(other, "replace").encode()))
        assert text.strip() in source.text
        assert source.encoding == "utf-8"


def test_the_sign_that_dos_had_for_a_paragraph(tmp_path: Path) -> None:
    for words in ("§ 12 Åtgärder för skolan\n", "§ 12 Val av ombud\n"):
        source, _ = read(made(tmp_path / "a.txt", words.replace("§", "\x15").encode("cp437")))
        assert source.text == words


def test_a_letter_that_was_lost_before_is_no_other_encoding(tmp_path: Path) -> None:
    text = "Motet i G\ufffdvle ar oppet for alla.\n"
    source, _ = read(made(tmp_path / "a.txt", text.encode()))
    assert (source.text, source.encoding) == (text, "utf-8")


def test_line_breaks_of_every_kind(tmp_path: Path) -> None:
    source, pages = read(made(tmp_path / "a.txt", b"ett\r\ntv\xc3\xa5\rtre\n\x0cfyra"))
    assert source.text == "ett\ntvå\ntre\n\ffyra"
    assert [source.text[p.start : p.end] for p in pages] == ["ett\ntvå\ntre\n", "fyra"]


def test_the_name_does_not_decide(tmp_path: Path) -> None:
    """A PDF named .txt and a text named .pdf are read for what they are; the name is a problem to look at."""
    parsed = parse(made(tmp_path / "a.txt", pdf(["Protokoll fran namnden"])), load_rules())
    assert (parsed.source.format, [p.kind for p in parsed.problems]) == ("pdf", ["fel filändelse"])
    parsed = parse(made(tmp_path / "b.pdf", TEXT.encode()), load_rules())
    assert (parsed.source.format, [p.kind for p in parsed.problems]) == ("txt", ["fel filändelse"])


def test_a_scan_is_flagged_and_kept(tmp_path: Path) -> None:
    parsed = parse(made(tmp_path / "skannad.pdf", pdf(["", "", ""])), load_rules())
    assert parsed.documents == ()
    assert [p.kind for p in parsed.problems] == ["kräver OCR"]
    assert len(parsed.pages) == 3


@pytest.mark.parametrize(("page", "kind"), [("", "kräver OCR"), (" ", "sida utan text")], ids=["a scan", "blank"])
def test_a_page_without_text_is_named(tmp_path: Path, page: str, kind: str) -> None:
    parsed = parse(made(tmp_path / "delvis.pdf", pdf(["Text pa sidan ett", page, "Text pa sidan tre"])), load_rules())
    assert [(p.kind, "2" in p.message) for p in parsed.problems] == [(kind, True)]


def test_the_outline_of_a_pdf(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.bookmarkPage("a")
    canvas.addOutlineEntry("Uppföljning av samverkan", "a")
    canvas.drawString(72, 720, "Bakgrund")
    canvas.save()
    source, _ = read(made(tmp_path / "a.pdf", out.getvalue()))
    assert source.outline == ("Uppföljning av samverkan",)


def test_every_cause_has_a_code_and_advice_of_its_own() -> None:
    causes = errors.IngestError.__subclasses__()
    here = [c for c in causes if c.__module__ == "ingest.errors"]
    assert len({c.exit_code for c in here}) == len(here) > 8
    assert all(c.advice for c in here)


def test_a_page_with_a_list_of_votes_is_laid_out_as_it_looks() -> None:
    """The columns come as boxes of their own, from the left; only their places say which name a cross belongs to."""
    names = [Line(76, 600 - 14 * n, f"{name}\n") for n, name in enumerate(("Ledamot", "Gun Alm (S)", "Bo Svan (M)"))]
    marks = [Line(390, 600, "Ja\n"), Line(391, 588, "X\n"), Line(445, 600, "Nej\n"), Line(450, 572, "X\n")]
    page = as_it_looks([*names, *marks], load_rules())
    assert page is not None
    head, gun, bo = page.split("\n")
    assert gun.index("X") - head.index("Ja") in range(-2, 3) and bo.index("X") - head.index("Nej") in range(-2, 3)
    assert as_it_looks(names, load_rules()) is None


def test_running_text_in_columns_is_no_row() -> None:
    left = [Line(60, 600 - 12 * n, "Spåren i skogen är öppna hela vintern\n", 1) for n in range(6)]
    right = [Line(320, 600 - 12 * n, "och stugan har plats för trettio gäster\n", 2) for n in range(6)]
    assert as_it_looks([*left, *right], load_rules()) is None
