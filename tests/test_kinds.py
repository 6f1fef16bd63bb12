"""Word, OpenDocument, web pages, Markdown and mail: what people would read in them, in the order they would read it."""

from pathlib import Path

import pytest

from ingest import errors, load_rules, parse
from ingest.read import read, sniff
from tests import files

RULES = load_rules()
HEAD = "Sjöberga kommun\n\nKommunstyrelsen"
BLOCK = "Plats och tid Kommunhuset, sal Bryggan\nkl. 13:00-15:20\nBeslutande Malin Ekenfjärd (M), ordförande\nElin Fyrvald (V)\nParagrafer §§ 4-5"
POINTS = f"Kommunstyrelsen beslutar\n\n1. {files.DECISION[0]}\n2. {files.DECISION[1]}"
TABLE = "Ledamot              Ja  Nej\nMalin Ekenfjärd (M)  X\nElin Fyrvald (V)         X"


def made(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_word(tmp_path: Path) -> None:
    source, pages = read(made(tmp_path / "a.docx", files.docx()))
    for part in (HEAD, BLOCK, POINTS, TABLE, "skriver kontoret. Tillagt."):
        assert part in source.text
    assert "Struket" not in source.text
    assert (source.format, len(pages)) == ("docx", 2)
    assert source.outline == ("§ 4 Ombyggnad av bryggan", "Bakgrund", "§ 5 Votering om bryggan")
    assert source.text.endswith("Utdragsbestyrkande")
    assert source.text[pages[1].start : pages[1].end].startswith("§ 4 Ombyggnad")


def test_minutes_in_word_are_read_as_minutes(tmp_path: Path) -> None:
    [document] = parse(made(tmp_path / "a.docx", files.docx()), RULES).documents
    assert (document.head.kind, document.head.forum, document.organisation) == ("protokoll", "Kommunstyrelsen", "Sjöberga kommun")
    assert document.head.day and document.head.day.iso == "2022-05-30"
    assert [(p.number, p.heading) for p in document.paragraphs] == [("4", "Ombyggnad av bryggan"), ("5", "Votering om bryggan")]
    assert [point.text for decision in document.decisions for point in decision.points] == list(files.DECISION)
    assert document.meeting and [(a.person, a.party) for a in document.meeting.attendance][:2] == [("Malin Ekenfjärd", "M"), ("Elin Fyrvald", "V")]


def test_opendocument(tmp_path: Path) -> None:
    source, pages = read(made(tmp_path / "a.odt", files.odt()))
    for part in (HEAD, BLOCK, POINTS, "Protokoll\n2022-05-30", "Bryggan är gammal.", "Fotnot 1: Byggd 1931."):
        assert part in source.text
    assert (source.format, source.outline, len(pages)) == ("odt", ("§ 4 Ombyggnad av bryggan",), 2)


SIGN_FORM = '{tag} text:level="1" style:num-prefix="§ " style:num-format="1" text:start-value="141"/>'
SIGN_LIST = f'<text:list-style style:name="P">{SIGN_FORM.format(tag="<text:list-level-style-number")}</text:list-style>'
SIGN_OUTLINE = f"<text:outline-style>{SIGN_FORM.format(tag='<text:outline-level-style')}</text:outline-style>"


def _sections(*more: str) -> str:
    """§§ that are numbered as items of lists, each list going on with one before; points between them."""
    begun = '<text:list xml:id="a" text:style-name="P"><text:list-item><text:h>Val av justerare</text:h></text:list-item></text:list>'
    points = '<text:list text:style-name="N"><text:list-item><text:p><text:soft-page-break/>att bygga.</text:p></text:list-item></text:list>'
    goes_on = '<text:list {} text:style-name="P"><text:list-item><text:h>{}</text:h></text:list-item></text:list>'
    return begun + points + points + "".join(goes_on.format(how, title) for how, title in zip(more, ("Bryggan", "Färjan"), strict=False))


@pytest.mark.parametrize(
    "body",
    [
        _sections('xml:id="b" text:continue-numbering="true"', 'text:continue-list="b"'),
        _sections('xml:id="b" text:continue-list="a"', 'text:continue-numbering="true"'),
    ],
)
def test_paragraphs_numbered_as_a_list_in_opendocument(tmp_path: Path, body: str) -> None:
    source, pages = read(made(tmp_path / "a.odt", files.odt_of(body, numbering=SIGN_LIST)))
    assert source.outline == ("§ 141 Val av justerare", "§ 142 Bryggan", "§ 143 Färjan")
    assert len(pages) == 3
    assert source.text.splitlines().count("1. att bygga.") == 2


def test_paragraphs_numbered_by_their_headings_in_opendocument(tmp_path: Path) -> None:
    titles = "".join(f'<text:h text:outline-level="1">{title}</text:h>' for title in ("Val av justerare", "Bryggan"))
    unnumbered = '<text:h text:outline-level="1" text:is-list-header="true">Bilagor</text:h><text:h text:outline-level="2">Förslag</text:h>'
    source, _ = read(made(tmp_path / "a.odt", files.odt_of(titles + unnumbered, numbering=SIGN_OUTLINE)))
    assert source.outline == ("§ 141 Val av justerare", "§ 142 Bryggan", "Bilagor", "Förslag")


def test_a_shape_with_text_is_not_of_the_heading_it_hangs_at(tmp_path: Path) -> None:
    shape = "<draw:custom-shape><text:p>Sekretess</text:p></draw:custom-shape>"
    link = "<draw:a><text:span> och kajen</text:span></draw:a>"
    source, _ = read(made(tmp_path / "a.odt", files.odt_of(f"<text:h>§ 4 Bryggan{shape}{link}</text:h>")))
    assert source.outline == ("§ 4 Bryggan och kajen",)
    assert source.text.splitlines().count("Sekretess") == 1


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_a_web_page(tmp_path: Path, charset: str) -> None:
    source, _ = read(made(tmp_path / "a.html", files.html(charset)))
    for part in (
        "Protokoll från kommunstyrelsen",
        "Sammanträde den 30 maj\u00a02022\ni Sjöberga".replace("\u00a0", " "),
        POINTS,
        TABLE,
        files.REASONS,
    ):
        assert part in source.text
    assert not any(word in source.text for word in ("Politik", "skript", "Dolt"))
    assert source.outline == ("Protokoll från kommunstyrelsen", "§ 4 Ombyggnad av bryggan")


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.txt"])
def test_a_web_page_in_the_place_of_a_document_is_refused(tmp_path: Path, name: str) -> None:
    """Also one with much text: a web site's answer, not the paper."""
    with pytest.raises(errors.NotADocument):
        read(made(tmp_path / name, files.html()))


def test_a_web_page_that_says_little_is_refused(tmp_path: Path) -> None:
    """It may be a short paper: what is said must be true of that too."""
    with pytest.raises(errors.NotADocument, match=r"för lite text för att vara ett dokument \(färre än 40 ord\) – se efter i den: är det hela"):
        read(made(tmp_path / "a.html", b"<html><body><nav>" + b"<a>Politik</a> " * 100 + b"</nav><h1>Sidan saknas</h1></body></html>"))


def test_a_page_nested_beyond_reason(tmp_path: Path) -> None:
    words = "Nämnden beslutar att bryggan i Sjöberga ska byggas om. " * 10
    source, _ = read(made(tmp_path / "a.html", ("<html><body>" + "<div>" * 20_000 + words).encode()))
    assert words.strip() in source.text


def test_markdown(tmp_path: Path) -> None:
    source, _ = read(made(tmp_path / "a.md", files.MARKDOWN.encode()))
    assert source.text.startswith("§ 4 Ombyggnad av bryggan\n\nKommunstyrelsen beslutar\n\n1. Bryggan")
    assert "Ledamot              Ja  Nej\nMalin Ekenfjärd (M)  X\n\nSe handlingarna." in source.text
    assert source.outline == ("§ 4 Ombyggnad av bryggan",)


@pytest.mark.parametrize("html_only", [False, True])
def test_mail(tmp_path: Path, html_only: bool) -> None:
    source, _ = read(made(tmp_path / "a.eml", files.mail({"bilaga.txt": b"Bilagan."}, html_only)))
    assert source.text.startswith(
        "Från: Gunvor Almsten <gunvor@example.com>\nTill: registrator@example.com\nDatum: 2022-05-30\nÄmne: Yttrande över översyn"
    )
    assert "färjan ska gå året runt" in source.text and "Bilagan" not in source.text and "<p>" not in source.text
    assert source.outline == ("Yttrande över översyn av färjan",)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", files.docx(), "docx"),
        ("a.pdf", files.odt(), "odt"),
        ("a.docx", files.packed({"a.txt": b"hej"}), "zip"),
        ("a.xlsx", files.packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), ""),
        ("a.txt", files.mail({}), "eml"),
        ("a.csv", "Nämnden beslutar att det är bra och att det ska bli av till i år.".encode(), ""),
        ("protokoll", ("Nämnden beslutar att det är bra och att det ska bli av. " * 5).encode(), "txt"),
        ("LICENSE", b"Permission is hereby granted, free of charge, to any person. " * 5, ""),
        ("a.txt", "Från: Gunvor\nTill: Elin\n\nHej.".encode(), "txt"),
        ("a.md", bytes(range(256)), ""),
        ("a.odt", b"", "odt"),
        ("a.png", b"", ""),
    ],
)
def test_the_kind_is_what_the_bytes_are(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    assert sniff(made(tmp_path / name, data)) == kind


@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("a.docx", files.docx()[:-2000], errors.BrokenFile),
        ("a.docx", files.packed({"word/document.xml": b"<w:document", "[Content_Types].xml": b"<a"}), errors.BrokenFile),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), errors.UnknownFormat),
        ("a.docx", bytes(range(1, 256)), errors.BrokenFile),
        ("a.odt", files.odt_of("</a>"), errors.BrokenFile),
        ("a.odt", files.odt_of("", "<manifest:encryption-data/>"), errors.EncryptedFile),
        ("a.zip", files.packed({"a.txt": b"hej"}), errors.UnknownFormat),
        ("a.pdf", bytes(range(1, 256)), errors.BrokenPdf),
    ],
)
def test_what_cannot_be_read_is_refused_with_one_line(tmp_path: Path, name: str, data: bytes, cause: type[errors.IngestError]) -> None:
    with pytest.raises(cause) as error:
        read(made(tmp_path / name, data))
    assert type(error.value) is cause
    assert name in str(error.value) and " – " in str(error.value) and "\n" not in str(error.value)


def test_nothing_outside_a_file_is_fetched(tmp_path: Path) -> None:
    """External entities of XML stay what they are: nothing."""
    made(tmp_path / "hemligt", b"LOSEN")
    entity = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{tmp_path}/hemligt">]>'
    whole = files.odt_of("<text:p>Nämnden &x; beslutar.</text:p>")
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["content.xml"] = entity.encode() + members["content.xml"]
    source, _ = read(made(tmp_path / "a.odt", files.packed(members)))
    assert source.text.split() == ["Sjöberga", "kommun", "Nämnden", "beslutar."]
