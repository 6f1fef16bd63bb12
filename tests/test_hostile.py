"""Files that are broken, or that somebody has made to do harm: one clear line, the others are in, the database as it was."""

import io
import json
import os
import re
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ingest.errors import IngestError
from ingest.read import limits
from kb import isolation, terminal
from kb.cli import app
from kb.connect import reading
from tests import files, sample

GOOD = "Nämnden beslutar att bryggan i Sjöberga ska byggas om."
ZEROS = bytes(1 << 20)


class Ran(NamedTuple):
    code: int
    out: str
    err: list[str]


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("KB_DB", "KB_METADATA", "KB_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    sample.write(tmp_path / "docs", "bra.txt", GOOD)
    return tmp_path / "docs"


@pytest.fixture
def kb(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        code = terminal.run(app, list(map(str, arguments)))
        out, err = capsys.readouterr()
        return Ran(code, out, err.splitlines())

    return run


def paths() -> list[str]:
    with reading(Path("kb.db")) as db:
        return [row[0] for row in db.execute("SELECT path FROM sources ORDER BY path")]


def bomb(name: str = "a.txt", times: int = 300, inside: bytes = ZEROS) -> bytes:
    """A zip file of some hundred kB that holds `times` MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open(name, "w") as member:
            for _ in range(times):
                member.write(inside)
        if name == "word/document.xml":
            archive.writestr("[Content_Types].xml", "")
    return out.getvalue()


def word_bomb() -> bytes:
    """A Word file whose text is 300 MB of blanks."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(files.docx())) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for info in whole.infolist():
            if info.filename != "word/document.xml":
                archive.writestr(info, whole.read(info))
        with archive.open("word/document.xml", "w") as member:
            for _ in range(300):
                member.write(b" " * (1 << 20))
    return out.getvalue()


def lying() -> bytes:
    """A zip file whose directory says that a bomb is small."""
    data = bytearray(bomb())
    for sign, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(sign) + place
        data[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


def locked_zip() -> bytes:
    data = bytearray(files.packed({"a.txt": GOOD.encode()}))
    for sign, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.find(sign) + place] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("bomb.zip", bomb(), "zipbomb"),
        ("bomb.docx", word_bomb(), "zipbomb"),
        ("bomb.odt", files.packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": bytes(100_000_000)}), "zipbomb"),
        ("nästlad.zip", files.packed({"bomb.zip": bomb()}), "zipbomb"),
        ("ljuger.zip", lying(), "trasig"),
        ("många.zip", files.packed({f"{n}.txt": b"" for n in range(limits.MOST_MEMBERS + 1)}), "fler än 5000 filer"),
        ("avbruten.zip", files.packed({"a.txt": GOOD.encode() * 50})[:-30], "trasig"),
        ("låst.zip", locked_zip(), "låst med lösenord"),
        ("tom.pdf", b"", "är tom"),
        ("nollor.txt", ZEROS, "är inte text"),
    ],
)
def test_one_line_and_the_rest_goes_on(kb: Callable[..., Ran], docs: Path, name: str, data: bytes, why: str) -> None:
    (docs / name).write_bytes(data)
    ran = kb("ingest", docs)
    assert (ran.code, paths()) == (1, ["bra.txt"])
    [line] = ran.err
    assert name in line and why in line and " – " in line
    assert kb("check").code == 0


@pytest.mark.parametrize("command", ["explain", "repair"])
def test_looking_at_a_file_has_the_same_limits(kb: Callable[..., Ran], docs: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    from kb.commands import look

    def forever(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(isolation, "LIMITS", isolation.Limits(cpu=1))
    monkeypatch.setattr(look, "explain_stage", forever)
    monkeypatch.setattr(look, "parse", forever)
    ran = kb(command, docs / "bra.txt")
    assert ran.code == 13 and "bra.txt: tog mer än 1 sekunder processortid" in ran.err[0]


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".odt", ".zip", ".html", ".md"])
def test_what_is_not_what_its_name_says_is_not_passed_over(kb: Callable[..., Ran], docs: Path, ending: str) -> None:
    """A locked Word file, or one that a disk has spoilt, is what somebody will look for."""
    (docs / f"låst{ending}").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000))
    (docs / "~$brev.docx").write_bytes(b"\x05Alva" + bytes(150))
    ran = kb("ingest", docs)
    [line] = ran.err
    assert f"låst{ending}: " in line and " – " in line and "hoppades över" not in ran.out and paths() == ["bra.txt"]


def test_a_folder_of_other_things_says_so(kb: Callable[..., Ran], docs: Path) -> None:
    (docs / "bra.txt").rename(docs / "bild.png")
    ran = kb("ingest", docs)
    assert "Filer av andra slag hoppades över: 1 .png." in ran.out and not Path("kb.db").exists()


def test_a_closed_file_or_folder_is_not_the_databases_fault(kb: Callable[..., Ran], docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kb.commands import ingest

    walk = os.walk

    def closed(folder: Path, onerror: Callable[[OSError], None]) -> Iterator[object]:
        onerror(PermissionError(13, "Permission denied", str(folder / "stängd")))
        yield from walk(folder)

    def hash_of(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "walk", closed)
    monkeypatch.setattr(ingest, "hash_of", hash_of)
    lines = kb("ingest", docs).err
    assert [line.rpartition("/")[2] for line in lines] == [f"{name}: får inte läsas – kontrollera rättigheterna" for name in ("stängd", "bra.txt")]


def test_a_file_of_ten_gigabytes(kb: Callable[..., Ran], docs: Path) -> None:
    """One with a hole, which no disk holds."""
    with (docs / "stor.pdf").open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(10_700_000_000)
    [line] = kb("ingest", docs).err
    assert "stor.pdf: är 10,7 GB, och en fil får vara 400 MB" in line
    assert paths() == ["bra.txt"]


def test_links_that_lead_in_rings(kb: Callable[..., Ran], docs: Path) -> None:
    (docs / "ring").symlink_to(docs, target_is_directory=True)
    (docs / "sig.txt").symlink_to(docs / "sig.txt")
    (docs / "borta.pdf").symlink_to(docs / "ingenstans.pdf")
    ran = kb("ingest", docs)
    assert (ran.code, paths()) == (1, ["bra.txt"])
    assert sorted(line.split(" – ")[0].rpartition("/")[2] for line in ran.err) == ["borta.pdf: finns inte", "sig.txt: är en länk som leder i ring"]
    assert kb("ingest", docs / "sig.txt").code == 2


def _bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (os.mkfifo, "är ingen vanlig fil utan ett rör (FIFO)"),
        (_bound, "är ingen vanlig fil utan en socket"),
        (lambda path: path.symlink_to("/dev/zero"), "är ingen vanlig fil utan en länk till en enhet"),
    ],
)
@pytest.mark.parametrize("name", ["rör", "rör.txt"])
def test_what_is_no_plain_file_is_told_of(kb: Callable[..., Ran], docs: Path, make: Callable[[Path], None], what: str, name: str) -> None:
    make(docs / name)
    ran = kb("ingest", docs)
    assert (ran.code, paths()) == (1, ["bra.txt"]) and "hoppades över" not in ran.out
    assert [line.rpartition("/docs/")[2] for line in ran.err] == [f"{name}: {what} – ta bort den ur mappen, eller ange en vanlig fil"]
    assert kb("ingest", docs / name).err == ran.err


def test_hundreds_of_pipes_are_told_of_in_a_few_lines(kb: Callable[..., Ran], docs: Path) -> None:
    for number in range(300):
        os.mkfifo(docs / f"{number:03}")
    ran = kb("ingest", docs)
    assert (ran.code, len(ran.err), paths()) == (1, 10, ["bra.txt"]) and "Filer av andra slag hoppades över: 290 rör (FIFO)." in ran.out


def test_names_that_would_break_a_line_or_a_terminal(kb: Callable[..., Ran], docs: Path) -> None:
    sample.write(docs, "två\nrader.txt", GOOD + " Ja.")
    sample.write(docs, "röd\x1b[31m.txt", GOOD + " Nej.")
    Path(os.fsdecode(os.fsencode(docs) + b"/br\xe5d.txt")).write_text(GOOD + " Kanske.", encoding="utf-8")
    Path(os.fsdecode(os.fsencode(docs) + b"/trasig\xff\n.pdf")).write_bytes(b"%PDF-1.4")
    ran = kb("ingest", docs)
    assert paths() == ["bra.txt", "bråd.txt", "röd [31m.txt", "två rader.txt"]
    [line] = ran.err
    assert "trasigÿ .pdf" in line and "\x1b" not in ran.out


def test_a_name_that_turns_the_direction_of_the_text(kb: Callable[..., Ran], docs: Path) -> None:
    """Such a name looks as if it ended otherwise; wherever it is printed it shows what it is called."""
    turned = "faktura\u202etxt.\u2066exe"
    sample.write(docs, f"{turned}.txt", GOOD + " Ja.")
    sample.write(docs, f"{turned}.pdf", "inte pdf\x00")
    shown = r"faktura\u202etxt.\u2066exe"
    ran = kb("ingest", docs)
    assert f"tillagd     {shown}.txt" in ran.out and f"{shown}.pdf: " in ran.err[0]
    [value] = [
        file for file in json.loads(kb("ingest", docs, "--json").out)["files"] if file["source"].endswith(".txt") and file["source"] != "bra.txt"
    ]
    assert value["source"] == f"{turned}.txt"
    printed = [
        kb("ingest", docs, "--json"), kb("search", "bryggan"), kb("search", "bryggan", "--json"), kb("ingest", docs / f"{turned}.pdf"),
        kb("ingest", docs / f"{turned}.saknas"), kb("show", turned),
        kb("forget", "saknas" + turned), kb("export", turned), kb("explain", docs / f"{turned}.txt"),
        kb("backup", f"{turned}.zip"), kb("search", "bryggan", "--db", f"{turned}.db"), kb(turned), kb("forget", f"{turned}.txt"),
    ]  # fmt: skip
    for ran in printed:
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", "".join([ran.out, *ran.err])) and ran.out + "".join(ran.err), ran


def test_a_file_that_vanishes_while_it_is_read(kb: Callable[..., Ran], docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kb.commands import parsing

    monkeypatch.setattr(parsing, "warm", lambda path: path.unlink())
    [line] = kb("ingest", docs).err
    assert "bra.txt: finns inte – kontrollera sökvägen" in line
    assert kb("check").code == 0 and paths() == []


def test_a_file_that_changes_while_it_is_read(kb: Callable[..., Ran], docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kb.commands import ingest

    keep = ingest.keep_and_save

    def change(*arguments: Any) -> object:
        (docs / "bra.txt").write_text("Något helt annat.", encoding="utf-8")
        return keep(*arguments)

    monkeypatch.setattr(ingest, "keep_and_save", change)
    [line] = kb("ingest", docs).err
    assert "bra.txt: filen ändrades medan den lästes – kör igen" in line
    assert kb("check").code == 0 and paths() == []


# quarantine


@pytest.fixture
def heavy(docs: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder where reading what lies in tung takes too long."""
    from kb.commands import parsing

    whole = parsing.parse_one

    def slow(task: parsing.Task, *rest: object) -> object:
        if "tung" in task.name and os.environ.get("KB_SLOW"):
            while True:
                pass
        return whole(task, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(parsing, "parse_one", slow)
    monkeypatch.setattr(isolation, "LIMITS", isolation.Limits(cpu=1))
    monkeypatch.setenv("KB_SLOW", "1")
    sample.write(docs, "bra.txt", GOOD)
    yield docs


def test_what_is_too_heavy_is_put_aside_and_left_until_it_changes(kb: Callable[..., Ran], heavy: Path) -> None:
    sample.write(heavy, "tung/a.txt", GOOD + " Tungt.")
    first = kb("ingest", heavy)
    assert first.code == 1 and "processortid" in first.err[0] and paths() == ["bra.txt"]
    again = kb("ingest", heavy)
    assert (again.code, again.err) == (0, []) and "Filer i karantän hoppades över: 1 – se kb quarantine." in again.out
    assert "tung/a.txt · tog mer än 1 sekunder processortid" in kb("quarantine").out
    os.environ.pop("KB_SLOW")
    sample.write(heavy, "tung/a.txt", GOOD + " Lättare.")
    assert "tillagd     tung/a.txt" in kb("ingest", heavy).out
    assert "I karantän: 0" in kb("quarantine").out


def test_trying_again(kb: Callable[..., Ran], heavy: Path) -> None:
    sample.write(heavy, "tung/a.txt", GOOD + " Tungt.")
    (heavy / "akt.zip").write_bytes(files.packed({"tung.txt": (GOOD + " I zip.").encode(), "b.txt": b"Protokoll om annat."}))
    kb("ingest", heavy)
    assert kb("quarantine", "--retry", "tung/a.txt").code == 1
    assert kb("rebuild").code == 0
    assert "I karantän: 2" in kb("quarantine").out
    os.environ.pop("KB_SLOW")
    assert kb("quarantine", "--retry").code == 0
    assert paths() == ["akt.zip/b.txt", "akt.zip/tung.txt", "bra.txt", "tung/a.txt"]
    assert "I karantän: 0" in kb("quarantine").out


def test_dropping(kb: Callable[..., Ran], heavy: Path) -> None:
    sample.write(heavy, "tung/a.txt", GOOD + " Tungt.")
    kb("ingest", heavy)
    assert kb("quarantine", "nej.txt", "--drop").code == 2
    assert "Strukna ur karantän: 1" in kb("quarantine", "a.txt", "--drop").out
    assert "processortid" in kb("ingest", heavy).err[0], "it is tried again"
    assert kb("quarantine", "--drop", "--retry").code == 2


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [c.exit_code for c in IngestError.__subclasses__() if c.__module__ == "ingest.errors"]
    assert len(set(codes)) == len(codes)


def test_passwords_from_a_file(kb: Callable[..., Ran], docs: Path) -> None:
    from tests.test_read import pdf

    (docs / "låst.pdf").write_bytes(pdf(["Beslut"], encrypt="hemligt"))
    [line] = kb("ingest", docs).err
    assert "låst.pdf: är låst med lösenord" in line and "--password-file" in line
    Path("ord.txt").write_text("fel\nhemligt\n", encoding="utf-8")
    assert kb("ingest", docs, "--password-file", "ord.txt").code == 0
    assert paths() == ["bra.txt", "låst.pdf"]
    os.environ.pop("KB_PASSWORD_FILE", None)
    assert (kb("rebuild").code, paths()) == (1, ["bra.txt", "låst.pdf"]), "they are kept nowhere: the base stays as it was"
    assert kb("rebuild", "--password-file", "ord.txt").code == 0
    assert "saknas.txt: finns inte" in kb("ingest", docs, "--password-file", "saknas.txt").err[0]
    os.environ.pop("KB_PASSWORD_FILE", None)
