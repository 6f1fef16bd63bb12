"""Files of every kind, made here: of the region that does not exist, and some that are not what they should be."""

import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

TITLE = (
    ("Plats och tid", "Kommunhuset, sal Bryggan\nkl. 13:00-15:20"),
    ("Beslutande", "Malin Ekenfjärd (M), ordförande\nElin Fyrvald (V)"),
    ("Paragrafer", "§§ 4-5"),
)
VOTES = (("Ledamot", "Ja", "Nej"), ("Malin Ekenfjärd (M)", "X", ""), ("Elin Fyrvald (V)", "", "X"))
DECISION = ("Bryggan i Sjöberga byggs om.", "Kostnaden tas ur årets budget.")
REASONS = "Bryggan är gammal och behöver byggas om innan den blir farlig för dem som badar där om somrarna, skriver kontoret."


def docx() -> bytes:
    """Minutes in Word: a header, a title block in a table, headings by style, a numbered list, votes, a footer."""
    import docx as library
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = library.Document()
    document.sections[0].header.paragraphs[0].text = "Sjöberga kommun"
    document.sections[0].footer.paragraphs[0].text = "Utdragsbestyrkande"
    for line in ("Kommunstyrelsen", "Protokoll", "2022-05-30"):
        document.add_paragraph(line).paragraph_format.space_after = 0
    _table(document, TITLE)
    document.add_page_break()  # type: ignore[no-untyped-call]
    document.add_heading("§ 4 Ombyggnad av bryggan", 1)
    document.add_paragraph("Dnr KS 2022/71")
    document.add_paragraph("Beslut")
    document.add_paragraph("Kommunstyrelsen beslutar")
    for point in DECISION:
        document.add_paragraph(point, style="List Number")
    document.add_heading("Bakgrund", 2)
    changed = document.add_paragraph(REASONS)
    deleted, inserted = OxmlElement("w:del"), OxmlElement("w:ins")
    for change, tag, words in ((deleted, "w:delText", " Struket."), (inserted, "w:t", " Tillagt.")):
        run, text = OxmlElement("w:r"), OxmlElement(tag)
        text.text = words
        text.set(qn("xml:space"), "preserve")
        run.append(text)
        change.append(run)
        changed._p.append(change)
    document.add_heading("§ 5 Votering om bryggan", 1)
    _table(document, VOTES)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: Any, rows: Any) -> None:
    table = document.add_table(0, len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def odt() -> bytes:
    """The same in OpenDocument, with a note."""
    cells = "".join(
        "<table:table-row>" + "".join(f"<table:table-cell>{_paragraphs(c)}</table:table-cell>" for c in row) + "</table:table-row>" for row in TITLE
    )
    points = "".join(f"<text:list-item>{_paragraphs(point)}</text:list-item>" for point in DECISION)
    body = f"""{_paragraphs("Kommunstyrelsen")}<text:p>Protokoll<text:line-break/>2022-05-30</text:p>
      <text:p/><table:table>{cells}</table:table>
      <text:h text:outline-level="1" text:style-name="Ny">§ 4 Ombyggnad<text:s/>av bryggan</text:h>
      {_paragraphs("Kommunstyrelsen beslutar")}<text:list text:style-name="N">{points}</text:list>
      <text:p>Bryggan är gammal<text:note>
      <text:note-citation>1</text:note-citation><text:note-body><text:p>Byggd 1931.</text:p></text:note-body></text:note>.</text:p>"""
    return odt_of(body)


def odt_of(body: str, manifest: str = "<manifest/>", numbering: str = "") -> bytes:
    """An OpenDocument text around its body; `numbering` is the XML of more styles of lists."""
    names = " ".join(
        f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for p, n in (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("fo", "xsl-fo-compatible"), ("draw", "drawing"))
    )
    style = '<style:style style:name="Ny"><style:paragraph-properties fo:break-before="page"/></style:style>'
    numbers = (
        '<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/></text:list-style>'
    )
    header = "<style:header><text:p>Sjöberga kommun</text:p></style:header>"
    return packed({
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {names}><office:automatic-styles>{style}{numbers}{numbering}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>".encode(),
        "styles.xml": f'<office:document-styles {names}><office:master-styles><style:master-page style:name="A">{header}</style:master-page>'
        "</office:master-styles></office:document-styles>".encode(),
        "META-INF/manifest.xml": manifest.encode(),
    })  # fmt: skip


def _paragraphs(text: str) -> str:
    return "".join(f"<text:p>{line}</text:p>" for line in text.split("\n"))


def html(charset: str = "utf-8") -> bytes:
    """A page of a municipality's web with its menu, and minutes in the middle."""
    rows = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in VOTES)
    items = "".join(f"<li>{point}</li>" for point in DECISION)
    return f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>Protokoll</title><script>var a = "skript";</script></head><body>
      <nav><a href="/">Hem</a> <a href="/politik">Politik</a></nav>
      <main><h1>Protokoll från kommunstyrelsen</h1><p>Sammanträde den 30 maj&nbsp;2022<br>i Sjöberga</p>
      <h2>§ 4 Ombyggnad av bryggan</h2><p>Kommunstyrelsen beslutar</p><ol>{items}</ol>
      <p>{REASONS} {REASONS.replace("gammal", "ful")}</p><table>{rows}</table><p hidden>Dolt.</p></main>
      <footer>Sjöberga kommun</footer></body></html>""".encode(charset)


MARKDOWN = f"""---
titel: Protokoll
---
# § 4 Ombyggnad av bryggan

Kommunstyrelsen **beslutar**

1. {DECISION[0]}
2. {DECISION[1]}

| Ledamot | Ja | Nej |
|---|---|---|
| Malin Ekenfjärd (M) | X | |

Se [handlingarna](https://example.com/akt).
"""


def mail(attached: Mapping[str, bytes], html_only: bool = False) -> bytes:
    """A mail to the registrar, with files."""
    message = EmailMessage()
    message["From"], message["To"] = "Gunvor Almsten <gunvor@example.com>", "registrator@example.com"
    message["Date"], message["Subject"] = "Mon, 30 May 2022 09:12:00 +0200", "Yttrande över översyn av färjan"
    message["Message-ID"] = "<1@example.com>"
    words = "Hej!\n\nNämnden svarar att färjan ska gå året runt. Hälsningar från Sjöberga.\n"
    if html_only:
        message.set_content(f"<html><body><p>{words}</p></body></html>", subtype="html")
    else:
        message.set_content(words, charset="iso-8859-1")
    for name, data in attached.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def packed(members: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else how)
    return out.getvalue()
