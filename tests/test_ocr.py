"""OCR: which pages want it, a scan that keeps every § and diary number, what is kept, and what is said where the programs are missing."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from ingest import load_rules, parse
from ingest.read.scans import Mode, garbled, wanted
from kb import ocr
from kb.archive import Archive
from kb.commands import scanning
from kb.commands.events import Summary
from kb.commands.ingest import ingest
from kb.commands.rebuild import forget, rebuild

EXAMPLE = Path(__file__).parent.parent / "examples" / "rs-2022-09-14-protokollsutdrag.txt"
SIGNS = re.compile(r"§+ ?\d+|[A-ZÅÄÖ]{2,}/\d+/\d{4}|[A-ZÅÄÖ]{2,} \d{4}/\d+")
LOST = "Namnden beslutade att infora en ny rutin for uppfoljning av de arenden som ar av vikt for lanet och som inte kan vanta pa en ny plan. " * 3
WHOLE = "Nämnden beslutade att införa en ny rutin för uppföljning av de ärenden som är av vikt för länet och som inte kan vänta på en ny plan. " * 3

CIPHER = str.maketrans("abcdefghijklmnopqrstuvwxyzåäö", "qwxzkvjfpgbhcmyjduwzxvqkjfppq")
GARBLED = WHOLE.lower().translate(CIPHER)
"""What a font says that tells other letters than it shows."""
MIXED = LOST.lower().translate(str.maketrans("abcdefghijklmnopqrstuvwxyz", "oaxsgfhkwuecvdrltjzpqibnym"))
"""The same, of another font: half of its letters are frequent ones."""

reads = pytest.mark.skipif(bool(ocr.programs().missing), reason=f"no OCR here: {ocr.programs().missing}")


def page_of(text: str) -> bytes:
    """A page of a PDF with the text as text."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for number, line in enumerate(text.splitlines()):
        canvas.setFont("Helvetica", 10.5)
        canvas.drawString(60, 790 - 13.5 * number, line[:95])
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan_of(*pages: str, turned: float = 0) -> bytes:
    """A PDF of pictures of pages, as a scanner at 300 dpi makes it; `turned` so many degrees."""
    import pypdfium2

    pictures = []
    for text in pages:
        document = pypdfium2.PdfDocument(page_of(text))
        pictures.append(document[0].render(scale=300 / 72, grayscale=True).to_pil().rotate(turned, expand=True, fillcolor=255))
        document.close()
    out = io.BytesIO()
    pictures[0].save(out, "PDF", resolution=300, save_all=True, append_images=pictures[1:])
    return out.getvalue()


@cache
def printed() -> str:
    """The first page of an example."""
    return "\n".join(EXAMPLE.read_text(encoding="utf-8").replace("\f", "\n").splitlines()[:50])


def stored(db: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def run(folder: Path, data: bytes, mode: str = "auto", jobs: int = 1) -> tuple[Path, Summary]:
    (folder / "skannad.pdf").write_bytes(data)
    ocr.use(mode)
    return folder / "kb.db", ingest(folder / "kb.db", [folder / "skannad.pdf"], load_rules(), jobs=jobs)


@pytest.fixture(autouse=True)
def mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ocr.VARIABLE, "auto")


@pytest.mark.parametrize(
    ("texts", "mode", "pages"),
    [
        ([WHOLE, WHOLE], "auto", ()),
        ([WHOLE, LOST], "auto", (2,)),
        ([LOST[:130]], "auto", ()),
        (["The board of the region has decided on a plan for the year and it is the best of plans. " * 4], "auto", ()),
        ([WHOLE, ""], "always", (1, 2)),
        ([WHOLE, GARBLED, GARBLED[:120]], "auto", (2,)),
        (["Решение принято WWF BBC NGO. " * 30], "auto", ()),  # another alphabet
        (["Szkoła zaprasza wszystkich rodziców na zebranie, które odbędzie się w czwartek w sali gimnastycznej. " * 5], "auto", ()),
        (["KF KS RS RF BUN KFN SBN MSN GVN " * 30], "auto", ()),
    ],
)
def test_which_pages_want_it(texts: list[str], mode: Mode, pages: tuple[int, ...]) -> None:
    assert wanted(page_of(""), texts, mode) == pages


@pytest.mark.parametrize(
    "words",
    [
        "kommun@granby.example\nkommun@myrvik.example\nkommun@kumla.example\n",
        "Szkoła zaprasza rodziców na zebranie. ",
        "Кворум Собрание klmnp rstvx ",
        "STRN DNRL LSTD RNTS TLND ",
    ],
)
def test_other_languages_and_lists_are_no_lies(words: str) -> None:
    assert garbled(GARBLED) and garbled(MIXED) and not garbled(words * 30)


def test_a_scan_is_told_from_an_empty_page() -> None:
    assert wanted(scan_of("Protokoll"), [""], "auto") == (1,)
    assert wanted(page_of(""), [""], "auto") == ()


def test_a_stamp_makes_no_text_of_a_scan() -> None:
    assert wanted(scan_of("Protokoll"), ["Signerat av"], "auto") == (1,)
    assert wanted(page_of("Försättsblad"), ["Försättsblad"], "auto") == ()


@reads
def test_a_scan_keeps_every_paragraph_sign_and_diary_number(tmp_path: Path) -> None:
    db, summary = run(tmp_path, scan_of(printed()))
    assert [event.action for event in summary.events] == ["added"]
    [[text]] = stored(db, "SELECT text FROM sources")
    signs = [" ".join(sign.split()).replace("§ ", "§") for sign in SIGNS.findall(printed())]
    assert len(signs) > 5
    assert [" ".join(sign.split()).replace("§ ", "§") for sign in SIGNS.findall(str(text))] == signs
    assert "läst med OCR" in {kind for kind, _ in stored(db, "SELECT kind, message FROM problems")}
    assert stored(db, "SELECT count(*) FROM documents WHERE damaged") == [(0,)]


def lying(page: bytes) -> bytes:
    """The page with fonts that tell other letters than they show."""
    import pikepdf

    codes = "".join(f"<{code:02x}> <{ord(chr(code).translate(CIPHER)):04x}>\n" for code in range(97, 123))
    head = "/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <00> <ff> endcodespacerange\n26 beginbfchar\n"
    cmap = f"{head}{codes}endbfchar endcmap end"
    with pikepdf.open(io.BytesIO(page)) as pdf:
        for font in pdf.pages[0].Resources.Font.values():
            font.ToUnicode = pdf.make_stream(cmap.encode())
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_a_page_whose_font_lies_is_told_of_and_kept(tmp_path: Path) -> None:
    db, _ = run(tmp_path, lying(page_of(printed())), "never")
    assert stored(db, "SELECT text <> '' FROM sources") == [(1,)], "it may be a list of codes after all"
    assert stored(db, "SELECT kind, message FROM problems WHERE kind = 'kräver OCR'") == [
        ("kräver OCR", "Sida 1: typsnittet säger andra bokstäver än det visar – läs in den igen med --ocr auto")
    ]


@reads
def test_a_page_whose_font_lies_is_read_as_it_looks(tmp_path: Path) -> None:
    db, _ = run(tmp_path, lying(page_of(printed())))
    [[text]] = stored(db, "SELECT text FROM sources")
    assert "Regionstyrelsen" in str(text) and len(SIGNS.findall(str(text))) == len(SIGNS.findall(printed()))


@reads
@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_on_its_side_or_its_head_is_read_and_put_right(tmp_path: Path, turned: int) -> None:
    import pypdfium2

    db, _ = run(tmp_path, scan_of(printed(), turned=turned))
    [[text, sha256]] = stored(db, "SELECT text, sha256 FROM sources")
    signs = [" ".join(sign.split()).replace("§ ", "§") for sign in SIGNS.findall(printed())]
    assert [" ".join(sign.split()).replace("§ ", "§") for sign in SIGNS.findall(str(text))] == signs
    width, height = pypdfium2.PdfDocument(ocr.Ocr("auto", Archive(db).folder).pdf(str(sha256)))[0].get_size()
    assert width < height


@reads
@pytest.mark.parametrize("askew", [-2.5, 1.5])
def test_of_a_page_that_lies_askew_all_words_are_read(tmp_path: Path, askew: float) -> None:
    db, _ = run(tmp_path, scan_of(printed(), turned=askew))
    [[text]] = stored(db, "SELECT text FROM sources")
    signs = [" ".join(sign.split()).replace("§ ", "§") for sign in SIGNS.findall(printed())]
    assert [" ".join(sign.split()).replace("§ ", "§") for sign in SIGNS.findall(str(text))] == signs
    assert len(str(text).split()) > 0.95 * len(printed().split())


@reads
def test_what_was_read_is_kept_and_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db, _ = run(tmp_path, scan_of("Protokoll\nRegionstyrelsen, § 11"))
    [before] = stored(db, "SELECT text, sha256 FROM sources")
    found = ocr.Ocr("auto", Archive(db).folder).found(str(before[1]))
    assert found and set(found.pages) == {1} and found.pages[1].confidence > 0.8
    assert not list(Archive(db).folder.glob(".ocr-*"))
    monkeypatch.setattr(scanning, "_done", lambda *_: pytest.fail("OCR again"))
    assert rebuild(db, load_rules()).exit_code == 0
    assert stored(db, "SELECT text, sha256 FROM sources") == [before]
    forget(db, "skannad.pdf", load_rules())
    assert [path for path in Archive(db).folder.rglob("*") if path.is_file()] == []


@reads
def test_a_long_scan_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read a few at a time by all workers, and those that a run had read before it was killed are not read again."""
    monkeypatch.setattr(scanning, "PIECE", 1)
    monkeypatch.setattr("kb.commands.parsing.PIECE", 1)
    data = scan_of("Protokoll sida ett, § 11", "Protokoll sida två, § 12")
    (tmp_path / "skannad.pdf").write_bytes(data)
    archive = Archive(tmp_path / "kb.db")
    scan = scanning.Scan(tmp_path / "skannad.pdf", _hash(data), ocr.Ocr("auto", archive.folder))
    scanning.read_piece(scan, (1,))
    note = scan.ocr.work(scan.sha256) / "1-1.json"
    note.write_text(json.dumps({"1": [5, 4, 0.25]}))  # so that it can be told from what is read now
    db, summary = run(tmp_path, data, jobs=2)
    assert summary.exit_code == 0
    [[text]] = stored(db, "SELECT text FROM sources")
    assert re.findall(r"§ ?(\d+)", str(text)) == ["11", "12"]
    found = scan.ocr.found(scan.sha256)
    assert found and found.pages[1].words == 5 and found.pages[2].words > 0


def _hash(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


@reads
def test_text_without_swedish_letters_is_read_from_its_picture(tmp_path: Path) -> None:
    """The text layer of an engine that does not know å, ä and ö gives way to what stands on the page."""
    import pikepdf

    scan = pikepdf.open(io.BytesIO(scan_of("\n".join(re.findall(r".{1,80}(?: |$)", WHOLE)))))
    with pikepdf.open(io.BytesIO(page_of("\n".join(re.findall(r".{1,80}(?: |$)", LOST))))) as layer:
        scan.pages[0].add_underlay(layer.pages[0], None)
        out = io.BytesIO()
        scan.save(out)
    db, _ = run(tmp_path, out.getvalue())
    [[text]] = stored(db, "SELECT text FROM sources")
    assert str(text).count("införa") == 3 and "infora" not in str(text)


@reads
def test_a_page_that_cannot_be_read_is_noted_and_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "SECONDS", 0.01)
    db, summary = run(tmp_path, scan_of("Protokoll § 11"))
    assert [event.action for event in summary.events] == ["added"]
    assert "OCR misslyckades" in {kind for [kind] in stored(db, "SELECT kind FROM problems")}


@reads
def test_a_page_that_failed_is_tried_again_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = scan_of("Protokoll § 11", "Protokoll § 12")
    with monkeypatch.context() as short:
        short.setattr(scanning, "SECONDS", 0.01)
        db, _ = run(tmp_path, data)
    assert [event.action for event in run(tmp_path, data)[1].events] == ["unchanged"]
    assert [event.action for event in run(tmp_path, data, "always")[1].events] == ["replaced"]
    [[text]] = stored(db, "SELECT text FROM sources")
    assert re.findall(r"§ ?(\d+)", str(text)) == ["11", "12"]
    assert {kind for [kind] in stored(db, "SELECT kind FROM problems")} == {"läst med OCR"}
    assert [event.action for event in run(tmp_path, data, "always")[1].events] == ["unchanged"]


@reads
def test_a_scan_is_read_when_the_programs_have_come(tmp_path: Path) -> None:
    data = scan_of("Protokoll § 11")
    db, _ = run(tmp_path, data, "never")
    assert [event.action for event in run(tmp_path, data)[1].events] == ["replaced"]
    assert [kind for [kind] in stored(db, "SELECT kind FROM problems")] == ["läst med OCR"]
    assert [event.action for event in run(tmp_path, data)[1].events] == ["unchanged"]


def test_blank_pages_are_not_tried_again_for_ever(tmp_path: Path) -> None:
    run(tmp_path, page_of(""))
    assert [event.action for event in run(tmp_path, page_of(""))[1].events] == ["unchanged"]


def test_never_leaves_scans_as_they_are(tmp_path: Path) -> None:
    db, _ = run(tmp_path, scan_of("Protokoll § 11"), "never")
    assert [kind for [kind] in stored(db, "SELECT kind FROM problems")] == ["kräver OCR"]
    assert not list(Archive(db).folder.rglob("*.ocr*"))


def test_never_says_which_pages_of_a_mixed_file_are_left(tmp_path: Path) -> None:
    import pikepdf

    mixed = pikepdf.open(io.BytesIO(page_of("\n".join(re.findall(r".{1,80}(?: |$)", WHOLE)))))
    with pikepdf.open(io.BytesIO(scan_of("Protokoll § 11"))) as scan:
        mixed.pages.extend(scan.pages)
        out = io.BytesIO()
        mixed.save(out)
    db, _ = run(tmp_path, out.getvalue(), "never")
    wanting = [message for [message] in stored(db, "SELECT message FROM problems WHERE kind = 'kräver OCR'")]
    assert wanting == ["Sida 2: inskannad, eller utan å, ä och ö – läs in den igen med --ocr auto"]


def test_without_the_programs_the_line_that_installs_them_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    ocr.programs.cache_clear()
    try:
        db, summary = run(tmp_path, scan_of("Protokoll § 11"))
    finally:
        ocr.programs.cache_clear()
    assert summary.exit_code == 0
    [[kind, message]] = stored(db, "SELECT kind, message FROM problems")
    assert kind == "kräver OCR" and ocr.INSTALL in str(message)


@pytest.mark.parametrize(("listed", "model"), [("eng osd", ""), ("eng swe", "swe"), ("Latin eng swe", "Latin"), ("script/Latin swe", "script/Latin")])
def test_the_model_is_never_one_without_swedish_letters(listed: str, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = subprocess.CompletedProcess([], 0, stdout="\n".join(listed.split()))
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/tesseract")
    monkeypatch.setattr(ocr, "find_spec", lambda _: object())
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    found = ocr.programs.__wrapped__()
    assert (found.model, bool(found.missing)) == (model, not model)


def test_another_mode_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kb", "ingest", str(EXAMPLE), "--ocr", "ibland", "--db", str(tmp_path / "kb.db")]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "KB_OCR": ""}, check=False)
    assert (done.returncode, done.stderr) == (2, "kb: --ocr ibland finns inte – välj auto, always eller never\n")


@pytest.mark.parametrize(("pages", "count"), [(1, "Sida 1"), (2, "Sida 1, 2")])
def test_a_scan_that_was_not_read_says_what_to_do(tmp_path: Path, pages: int, count: str) -> None:
    (tmp_path / "a.pdf").write_bytes(scan_of(*("Protokoll",) * pages))
    [problem] = parse(tmp_path / "a.pdf", load_rules()).problems
    assert (problem.kind, problem.message) == ("kräver OCR", f"{count}: inskannad, eller utan å, ä och ö – läs in den igen med --ocr auto")
