"""PDFs made here: turned pages, words in the margin, headers and footers of several layouts, locks, and files that are made to do harm."""

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest import errors, load_rules, parse
from ingest.read import limits, read
from ingest.stages import explain

RULES = load_rules()


def made(folder: Path, draw: Callable[[Any], None], **more: Any) -> Path:
    """A PDF of the pages that `draw` draws."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, **more)
    draw(canvas)
    canvas.save()
    return raw(folder, out.getvalue())


def raw(folder: Path, data: bytes, name: str = "a.pdf") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def objects(*bodies: bytes, streams: dict[int, bytes] | None = None) -> bytes:
    """A PDF written by hand: object 1 is the catalogue."""
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        stream = (streams or {}).get(number)
        tail = b"\nstream\n" + stream + b"\nendstream" if stream is not None else b""
        out += b"%d 0 obj\n%s%s\nendobj\n" % (number, body, tail)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    return out + head + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(out))


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"


# what a person would read


@pytest.mark.parametrize(
    ("turn", "size", "move"), [(0, (400, 300), (0, 0)), (90, (400, 300), (300, 0)), (180, (400, 300), (400, 300)), (270, (400, 300), (0, 400))]
)
def test_a_turned_page_reads_as_it_is_shown(tmp_path: Path, turn: int, size: tuple[int, int], move: tuple[int, int]) -> None:
    def draw(canvas: Any) -> None:
        canvas.setPageRotation(turn)
        canvas.translate(*move)
        canvas.rotate(turn)
        for x, y, words in (
            (50, 250, "Kommunstyrelsen"),
            (250, 250, "Protokoll"),
            (50, 220, "§ 4 Bryggan"),
            (50, 205, "Nämnden bygger bryg-"),
            (50, 190, "gan om."),
        ):
            canvas.drawString(x, y, words)
        canvas.saveState()
        canvas.translate(20, 40)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Signature reference: 3b1c5e")
        canvas.restoreState()

    source, _ = read(made(tmp_path, draw, pagesize=size), rules=RULES)
    assert [" ".join(line.split()) for line in source.text.splitlines() if line.strip()] == [
        "Kommunstyrelsen Protokoll", "§ 4 Bryggan", "Nämnden bygger bryg-", "gan om.", "Signature reference: 3b1c5e",
    ]  # fmt: skip


def test_running_text_in_two_columns_is_read_column_by_column(tmp_path: Path) -> None:
    left = [f"Vänster spalt rad {n} med löpande text om bryggan" for n in range(12)]
    right = [f"Höger spalt rad {n} med löpande text om färjan" for n in range(12)]

    def draw(canvas: Any) -> None:
        for x, column in ((50, left), (320, right)):
            for n, line in enumerate(column):
                canvas.drawString(x, 700 - 14 * n, line)

    source, _ = read(made(tmp_path, draw), rules=RULES)
    assert [line for line in source.text.splitlines() if line] == [*left, *right]


def test_paragraphs_are_told_from_lines(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        for y, line in ((700, "Nämnden har berett"), (686, "ärendet länge."), (655, "Beslut"), (630, "Bryggan byggs om.")):
            canvas.drawString(72, y, line)

    source, _ = read(made(tmp_path, draw), rules=RULES)
    assert source.text == "Nämnden har berett\närendet länge.\n\nBeslut\n\nBryggan byggs om."


@pytest.mark.parametrize("apart", [1.2, 1.5, 1.6, 1.73, 2.0, 2.5])
def test_lines_set_wide_are_lines_of_their_paragraph(tmp_path: Path, apart: float) -> None:
    paragraphs = (
        ("§ 12 Bryggan i Sjöberga hamn och den väg som leder", "dit från torget, samt dess belysning"),
        ("Nämnden har länge berett ärendet om bryggan och den", "väg som leder dit, och har nu funnit att den ska byggas", "om till hösten."),
        ("Beslut",),
        ("Bryggan byggs om.",),
        ("Kommunstyrelsen säger att det är bråttom, ty isen är", "inte långt borta och färjan går bara vissa dagar på", "hösten."),
    )

    def draw(canvas: Any) -> None:
        canvas.setFont("Times-Roman", 11)
        y = 780.0
        for paragraph in paragraphs:
            for line in paragraph:
                canvas.drawString(72, y, line)
                y -= 11 * apart
            y -= 0.6 * 11 * apart

    source, _ = read(made(tmp_path, draw), rules=RULES)
    assert source.text.replace("\n\n", "|").split("|") == ["\n".join(paragraph) for paragraph in paragraphs]


def test_points_and_single_lines_far_apart_are_no_paragraph(tmp_path: Path) -> None:
    lines = [f"att bygga om den {place} bryggan i Sjöberga hamn enligt planen" for place in ("norra", "södra", "västra", "östra", "inre")]

    def draw(canvas: Any) -> None:
        for n, line in enumerate(("Nämnden beslutar", *lines)):
            canvas.drawString(72, 780 - 20 * n, line)

    source, _ = read(made(tmp_path, draw), rules=RULES)
    assert source.text.split("\n\n") == ["Nämnden beslutar", *lines]


WORDS = ("alm", "björk", "ek", "en", "gran", "hassel")


def body(number: int) -> list[str]:
    """A page of minutes: its § stands at the top of the page, and its last sentence runs on to the next."""
    tree = WORDS[number]
    begun = [f"av {WORDS[number - 1]} nu i vinter.", ""] if number else []
    heading = [f"§ {number + 1} Bryggan av {tree}", "", "Kommunstyrelsen beslutar", ""]
    return [*begun, *heading, f"att bygga en brygga av {tree}.", "", f"Det har länge talats om {tree} och om att bryggan där ska byggas"]


def in_corners(canvas: Any, n: int) -> None:
    canvas.drawString(90, 800, "Sjöberga kommun")
    canvas.drawString(90, 786, "Kommunstyrelsen")
    canvas.drawString(300, 800, "SAMMANTRÄDESPROTOKOLL")
    canvas.drawString(500, 800, f"{n} ({len(WORDS)})")
    canvas.drawString(90, 45, "Ordförandens signatur")
    canvas.drawString(300, 45, "Sekreterarens signatur")
    canvas.drawString(90, 31, "MK   EF")


def signed_in_the_margin(canvas: Any, n: int) -> None:
    canvas.drawString(90, 810, "Protokoll kommunstyrelsen 2022-05-30")
    canvas.drawString(270, 40, f"Sida {n} av {len(WORDS)}")
    canvas.drawString(90, 30, "Sjöberga kommun, Storgatan 1, 830 00 Sjöberga")
    canvas.saveState()
    canvas.translate(30, 200)
    canvas.rotate(90)
    canvas.drawString(0, 0, "Signerat av Malin Ekenfjärd, referens 3b1c5e")
    canvas.restoreState()


def letter_by_letter(canvas: Any, n: int) -> None:
    canvas.drawString(90, 800, "Kommunstyrelsens protokoll")
    canvas.drawString(290, 36, f"- {n} -")
    for place, letter in enumerate("Referens:3b1c5e77"):
        canvas.drawString(570, 120 + 9 * place, letter)


def left_and_right(canvas: Any, n: int) -> None:
    canvas.drawString(90 if n % 2 else 400, 800, "Kommunstyrelsen" if n % 2 else "Sammanträde 2022-05-30")
    canvas.drawString(500 if n % 2 else 90, 40, str(n))


def number_beside_the_name(canvas: Any, n: int) -> None:
    canvas.drawString(90 if n % 2 else 400, 800, "Kommunstyrelsen" if n % 2 else "Protokoll 2022-05-30")
    canvas.drawString(530 if n % 2 else 60, 800, str(n))


def signed_at_the_foot(canvas: Any, n: int) -> None:
    canvas.drawString(90, 800, f"Utskrivet 2022-06-{n:02} kl 10:{n:02}")
    canvas.drawString(90, 40, f"Dokumentet är elektroniskt undertecknat. Transaktion 09222115557478{n:02} Signerat MK, EF")


def piece_by_piece_in_the_margin(canvas: Any, n: int) -> None:
    canvas.setFontSize(6)
    for place, piece in enumerate(("c5e", "1a2", "b4-", "77d")):
        canvas.drawString(572, 700 - 9 * place, piece)
    canvas.setFontSize(12)


LAYOUTS = (
    in_corners, signed_in_the_margin, letter_by_letter, left_and_right, number_beside_the_name, signed_at_the_foot, piece_by_piece_in_the_margin,
)  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_pages_repeat_goes_and_no_more(tmp_path: Path, layout: Callable[[Any, int], None]) -> None:
    def draw(canvas: Any) -> None:
        for number in range(len(WORDS)):
            layout(canvas, number + 1)
            y = 700
            for line in body(number):
                canvas.drawString(90, y, line)
                y -= 14 if line else 12
            canvas.showPage()

    path = made(tmp_path, draw)
    clean = " ".join(explain(path, RULES, "clean").split())
    for number, tree in enumerate(WORDS[:-1]):
        assert f"om {tree} och om att bryggan där ska byggas av {tree} nu i vinter. § {number + 2} Bryggan av {WORDS[number + 1]}" in clean
    [document] = parse(path, RULES).documents
    assert [p.number for p in document.paragraphs] == [str(n + 1) for n in range(len(WORDS))]


def test_a_word_with_a_hyphen_of_its_own_keeps_it_where_a_line_ends(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        for n, line in enumerate(("Nämnden ber FoU-", "rådet om en plan för åren 2023–", "2025 för kom-", "munen.")):
            canvas.drawString(72, 700 - 14 * n, line)

    assert "FoU-rådet om en plan för åren 2023–2025 för kommunen." in explain(made(tmp_path, draw), RULES, "clean")


def test_what_is_filled_in_a_form_is_read_where_it_stands(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        form = canvas.acroForm
        canvas.drawString(50, 770, "1. Vem svarar?")
        form.textfield(name="vem", x=150, y=762, width=200, height=20, value="Sjöberga kommun")
        canvas.drawString(50, 730, "2. Vill ni delta?")
        for x, name in ((70, "Ja"), (170, "Nej")):
            canvas.drawString(x, 710, name)
            form.checkbox(name=name, x=x + 30, y=706, checked=name == "Ja")
        canvas.drawString(50, 680, "3. Berätta mer")
        form.textfield(name="mer", x=50, y=630, width=400, height=40, value="Dnr KS 2022/57 gäller.\nInget mer.", fieldFlags="multiline")
        form.textfield(name="tomt", x=50, y=600, width=400, height=20, value="")
        form.textfield(name="dolt", x=50, y=570, width=400, height=20, value="Ingen ser detta.", annotationFlags="hidden")

    source, _ = read(made(tmp_path, draw), rules=RULES)
    assert [" ".join(line.split()) for line in source.text.splitlines() if line.strip()] == [
        "1. Vem svarar? Sjöberga kommun", "2. Vill ni delta?", "Ja ☒ Nej ☐", "3. Berätta mer", "Dnr KS 2022/57 gäller.", "Inget mer.",
    ]  # fmt: skip


# locks


def test_a_locked_file_opens_by_one_of_the_passwords(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    lock = StandardEncryption("hemligt", ownerPassword="ägare", strength=128)
    path = made(tmp_path, lambda canvas: canvas.drawString(72, 700, "Nämnden beslutar."), encrypt=lock)
    with pytest.raises(errors.EncryptedPdf, match="låst med lösenord"):
        read(path)
    with pytest.raises(errors.EncryptedPdf, match="inget av 2 lösenord passar"):
        read(path, passwords=("fel", "också fel"))
    assert read(path, passwords=("fel", "hemligt"))[0].text == "Nämnden beslutar."


def test_a_file_that_is_only_kept_from_being_changed_is_open(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    lock = StandardEncryption("", ownerPassword="bara ägaren", canModify=0)
    path = made(tmp_path, lambda canvas: canvas.drawString(72, 700, "Nämnden beslutar."), encrypt=lock)
    assert read(path)[0].text == "Nämnden beslutar."


# damage and harm


def page(canvas: Any) -> None:
    canvas.drawString(72, 700, "Nämnden beslutar att bryggan byggs om.")


def test_a_second_opinion_where_the_first_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.read import pdf

    path = made(tmp_path, page)
    monkeypatch.setattr(pdf, "opened", lambda *_: None)
    assert read(path, rules=RULES)[0].text.strip() == "Nämnden beslutar att bryggan byggs om."


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95])
def test_a_truncated_file_is_read_or_refused(tmp_path: Path, share: float) -> None:
    data = made(tmp_path, page).read_bytes()
    path = raw(tmp_path, data[: int(share * len(data))], "kort.pdf")
    try:
        source, _ = read(path)
    except errors.BrokenPdf as error:
        assert "kort.pdf" in str(error) and " – " in str(error)
    else:
        assert source.text in ("", "Nämnden beslutar att bryggan byggs om.")


def test_two_hundred_thousand_pages(tmp_path: Path) -> None:
    kids = b"3 0 R " * 200_000
    data = objects(CATALOGUE, b"<< /Type /Pages /Count 200000 /Kids [" + kids + b"] >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")
    with pytest.raises(errors.TooLarge, match="fler än 20000 sidor"):
        read(raw(tmp_path, data))


@pytest.mark.parametrize(
    "bodies",
    [
        (CATALOGUE, b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"),
        (CATALOGUE, b"<< /Type /Pages /Count 2 /Kids [3 0 R 3 0 R] >>", b"<< /Type /Pages /Count 2 /Parent 2 0 R /Kids [2 0 R 2 0 R] >>"),
        (CATALOGUE, b"<< /Type /Pages /Count 3 0 R /Kids 3 0 R >>", b"3 0 R"),
        (b"<< /Type /Catalog /Pages 1 0 R >>",),
    ],
)
def test_objects_that_lead_in_rings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bodies: tuple[bytes, ...]) -> None:
    """Some of them keep a library busy for ever."""
    beside_a_good_file(tmp_path, objects(*bodies), monkeypatch)


def test_an_outline_that_leads_to_itself(tmp_path: Path) -> None:
    data = objects(
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>", b"<< /First 5 0 R /Last 5 0 R >>",
        b"<< /Title (Ring) /Next 5 0 R /First 5 0 R /Parent 4 0 R >>",
    )  # fmt: skip
    assert set(read(raw(tmp_path, data))[0].outline) <= {"Ring"}


def bomb(size: int, fill: bytes) -> bytes:
    """A page whose content unpacks to `size` bytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(fill * (1 << 20)) for _ in range(size >> 20)) + packer.flush()
    return objects(
        CATALOGUE, b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
        b"<< /Filter /FlateDecode /Length %d >>" % len(packed), streams={4: packed},
    )  # fmt: skip


def test_a_bomb_harms_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside_a_good_file(tmp_path, bomb(1 << 27, b" "), monkeypatch)


def beside_a_good_file(tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read as the empty page that it is, or told of in one line: in no case does the run end."""
    from kb import isolation
    from kb.commands.ingest import ingest

    monkeypatch.setattr(isolation, "LIMITS", isolation.Limits(cpu=1))
    docs = tmp_path / "docs"
    docs.mkdir()
    raw(docs, data, "ond.pdf")
    (docs / "bra.txt").write_text("Nämnden beslutar att bryggan byggs om.", encoding="utf-8")
    events = {event.source: event for event in ingest(tmp_path / "kb.db", [docs], RULES).events}
    assert events["bra.txt"].action == "added"
    assert events["ond.pdf"].documents == 0
    assert events["ond.pdf"].action == "added" or ("ond.pdf" in events["ond.pdf"].message and " – " in events["ond.pdf"].message)


def test_the_bound_is_known() -> None:
    assert limits.MOST_PAGES == 20_000


def labelled(**info: str) -> bytes:
    """A PDF whose first two pages are numbered i and ii, and the next ones from 1; from `first` ii, and the next as they are counted."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setTitle(info.get("title", ""))
    canvas.setAuthor(info.get("author", ""))
    first = int(info.get("first", 1))
    canvas.addPageLabel(0, style="ROMAN_LOWER", start=first)
    canvas.addPageLabel(2, style="ARABIC", start=2 * first - 1)
    for text in ("Förord om bryggan", "Innehåll", "Bryggan byggs om", "Kostnaden"):
        canvas.drawString(60, 790, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_pages_as_they_are_numbered_in_print(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(labelled())
    _, pages = read(tmp_path / "a.pdf")
    assert [page.label for page in pages] == ["i", "ii", "1", "2"]
    assert "── sida 2 (märkt ii)" in explain(tmp_path / "a.pdf", RULES, "pages")


def test_a_page_whose_label_is_its_number_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(labelled(first="2"))
    _, pages = read(tmp_path / "a.pdf")
    assert [page.label for page in pages] == ["ii", "iii", "", ""]


def test_what_a_pdf_says_of_itself_is_told_apart_from_its_words(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(labelled(title="Utredning\n om  bryggan", author="Alva Strand"))
    parsed = parse(tmp_path / "a.pdf", RULES)
    assert parsed.source.properties == (("titel", "Utredning om bryggan"), ("författare", "Alva Strand"), ("skapad", "2000-01-01"))
    [document] = parsed.documents
    assert document.head.title == "Förord om bryggan" and document.head.day is None and document.head.author is None


def test_copies_of_a_page_are_no_furniture(tmp_path: Path) -> None:
    """A form in three copies is the same line by line, and would be all header and footer."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "a.pdf"), invariant=1)
    for _ in range(3):
        for n, line in enumerate(("Sjöberga kommun", "Ansökan", "Jag söker härmed bygglov för en brygga i Sjöberga hamn.", "Ort och datum:")):
            canvas.drawString(60, 790 - 20 * n, line)
        canvas.showPage()
    canvas.save()
    assert explain(tmp_path / "a.pdf", RULES, "clean").count("bygglov för en brygga") == 3
