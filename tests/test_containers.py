"""Zip files and mails: each file in them is a source of its own, with the same life as one that lies open."""

import base64
import warnings
import zipfile
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

import pytest

from ingest import load_rules
from ingest.errors import TooLarge
from ingest.read import containers, limits
from ingest.read.containers import Member, harmless, members
from kb.archive import Archive
from kb.commands.check import check
from kb.commands.events import Summary
from kb.commands.ingest import ingest
from kb.commands.rebuild import forget, rebuild
from kb.connect import reading
from tests import files, sample

RULES = load_rules()
A, B, C = ("Regionstyrelsen beslutar om bussen till Norrvik.", "Nämnden beslutar om bryggan i Sjöberga.", "Fullmäktige beslutar om färjan.")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def run(docs: Path) -> Summary:
    return ingest(docs.parent / "kb.db", [docs], RULES)


def told(summary: Summary) -> list[tuple[str, str]]:
    return [(event.action, event.source) for event in summary.events]


def sources(docs: Path) -> dict[str, str]:
    with reading(docs.parent / "kb.db") as db:
        return dict(tuple(row) for row in db.execute("SELECT path, text FROM sources ORDER BY path"))


def put(docs: Path, name: str, members: dict[str, bytes]) -> None:
    (docs / name).write_bytes(files.packed(members))


def test_members_are_sources_with_the_path_within(docs: Path) -> None:
    put(
        docs,
        "akt.zip",
        {"möte/a.txt": A.encode(), "b.txt": B.encode(), "__MACOSX/b.txt": b"x", ".dold": b"x", "bild.png": b"\x89PNG", "tom/": b"", "UTAN": b"\0"},
    )
    (docs / "mail.eml").write_bytes(files.mail({"c.txt": C.encode()}))
    (docs / "utan").write_bytes(b"\0")
    first = run(docs)
    assert any("2 utan ändelse" in note and "1 .png" in note for note in first.notes), first.notes
    assert sorted(told(first)) == [("added", f"{name}") for name in ("akt.zip/b.txt", "akt.zip/möte/a.txt", "mail.eml", "mail.eml/c.txt")]
    assert sources(docs)["mail.eml/c.txt"] == C
    assert told(run(docs)) == [("unchanged", "akt.zip"), ("unchanged", "mail.eml")]
    report = check(docs.parent / "kb.db")
    assert (report.broken, report.notes) == ((), ())
    with reading(docs.parent / "kb.db") as db:
        rows = sorted(tuple(row) for row in db.execute("SELECT * FROM container_list"))
    assert rows == [("akt.zip/b.txt", "akt.zip"), ("akt.zip/möte/a.txt", "akt.zip"), ("mail.eml/c.txt", "mail.eml")]


def test_ids_survive_a_rebuild_and_so_does_what_is_known_of_containers(docs: Path) -> None:
    put(docs, "akt.zip", {"a.txt": A.encode(), "m.eml": files.mail({"b.txt": B.encode()})})
    run(docs)
    database = docs.parent / "kb.db"
    with reading(database) as db:
        before = [
            tuple(row) for row in db.execute("SELECT d.id, s.path, s.container FROM documents d JOIN sources s ON s.id = d.source_id ORDER BY d.id")
        ]
    held = held_in(database)
    assert rebuild(database, RULES).exit_code == 0
    assert held_in(database) == held and len(held) == 3
    with reading(database) as db:
        after = [
            tuple(row) for row in db.execute("SELECT d.id, s.path, s.container FROM documents d JOIN sources s ON s.id = d.source_id ORDER BY d.id")
        ]
    assert before == after and len(before) == 3
    assert {event.action for event in run(docs).events} == {"unchanged"}
    database.unlink()
    assert rebuild(database, RULES).exit_code == 0, "a database that was lost: the zip file in the archive is no source"
    assert set(sources(docs)) == {"akt.zip/a.txt", "akt.zip/m.eml", "akt.zip/m.eml/b.txt"}


def test_what_a_changed_container_no_longer_holds_goes(docs: Path) -> None:
    inner = files.packed({"djup.txt": C.encode()})
    put(docs, "akt.zip", {"a.txt": A.encode(), "b.txt": B.encode(), "inre.zip": inner})
    run(docs)
    put(docs, "akt.zip", {"a.txt": (A + " Igen.").encode()})
    found = told(run(docs))
    assert sorted(found) == [("gone", "akt.zip/b.txt"), ("gone", "akt.zip/inre.zip/djup.txt"), ("replaced", "akt.zip/a.txt")]
    assert sources(docs) == {"akt.zip/a.txt": A + " Igen."}


def test_what_went_out_of_a_container_stays_out_of_a_rebuilt_base(docs: Path) -> None:
    put(docs, "akt.zip", {"a.txt": A.encode(), "inre.zip": files.packed({"b.txt": B.encode()})})
    run(docs)
    put(docs, "akt.zip", {"a.txt": C.encode()})
    run(docs)
    assert check(docs.parent / "kb.db").notes == ("tidigare versioner av källor i arkivet: 4",)
    rebuild(docs.parent / "kb.db", RULES)
    assert sources(docs) == {"akt.zip/a.txt": C}


def test_the_same_file_in_a_container_and_outside_is_one(docs: Path) -> None:
    sample.write(docs, "a.txt", A)
    put(docs, "z.zip", {"kopia.txt": A.encode(), "b.txt": B.encode()})
    assert sorted(told(run(docs))) == [("added", "a.txt"), ("added", "z.zip/b.txt"), ("duplicate", "z.zip/kopia.txt")]
    (docs / "z.zip").rename(docs / "y.zip")
    assert ("moved", "y.zip/b.txt") in told(run(docs))
    assert set(sources(docs)) == {"a.txt", "y.zip/b.txt"}


def test_a_refused_member_is_told_of_each_time(docs: Path) -> None:
    put(docs, "akt.zip", {"a.txt": A.encode(), "trasig.pdf": b"%PDF-1.4 trasig"})
    for _ in range(2):
        [refused] = [event for event in run(docs).events if event.action == "refused"]
        assert refused.source == "akt.zip/trasig.pdf"
        assert refused.message.startswith("akt.zip/trasig.pdf: ") and "unpacked" not in refused.message


def refusals(docs: Path) -> list[str]:
    return sorted(event.message for event in run(docs).events if event.action == "refused")


def test_a_member_that_cannot_be_had_is_named_once(docs: Path) -> None:
    put(docs, "akt.zip", {"möte/a.txt": A.encode(), "tom.docx": b"", "tom.dat": b"", "~$a.docx": b"\x05Britt" * 20})
    whole = bytearray((docs / "akt.zip").read_bytes())
    whole[whole.index("möte/a.txt".encode()) + 12] ^= 0xFF  # a bit of what is packed
    (docs / "akt.zip").write_bytes(whole)
    assert refusals(docs) == [
        "akt.zip/möte/a.txt: är trasig eller avbruten (zip) – hämta filen på nytt, eller öppna den och spara den på nytt",
        "akt.zip/tom.docx: är tom – hämta filen på nytt",
    ]


def test_a_link_in_a_zip_file_is_no_file(docs: Path) -> None:
    with zipfile.ZipFile(docs / "akt.zip", "w") as archive:
        link = zipfile.ZipInfo("länk.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refusals(docs) == ["akt.zip/länk.txt: är bara en länk till en fil – packa filen själv och läs in på nytt"]


def test_a_zip_file_without_files_is_told_of(docs: Path) -> None:
    put(docs, "tom.zip", {})
    assert refusals(docs) == ["tom.zip: zip-filen har inga filer i sig – hämta filen på nytt"]


@pytest.mark.parametrize("encoding", ["cp437", "cp850", "cp1252", "utf-8"])
def test_names_of_members_in_the_encodings_of_older_programs(encoding: str) -> None:
    name = "Årsmöte på Ön.txt".encode(encoding)
    packed = files.packed({"x" * len(name): A.encode()}).replace(b"x" * len(name), name)
    assert [member.name for member in members(Path("akt.zip"), "zip", packed)] == ["Årsmöte på Ön.txt"]


@pytest.mark.parametrize("more", [1, 2, 3])
def test_attachments_of_a_mail_that_cannot_be_had(docs: Path, more: int) -> None:
    mail = files.mail({"winmail.dat": b"\x78\x9f\x3e\x22" + bytes(40), "c.txt": C.encode() * 20})
    third_line = mail.index(base64.b64encode(C.encode() * 20)[:60]) + 2 * 77
    (docs / "mail.eml").write_bytes(mail[: third_line + more])
    assert refusals(docs) == [
        "mail.eml/c.txt: är avbruten i e-brevet – hämta filen på nytt, eller öppna den och spara den på nytt",
        "mail.eml/winmail.dat: är bilagor så som bara Outlook packar dem – be avsändaren skicka dem som vanliga bilagor",
    ]


def test_a_mail_that_cannot_be_read_is_told_of_once(docs: Path) -> None:
    (docs / "djup.eml").write_bytes(b"From: a@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n" * 3000)
    assert len(refusals(docs)) == 1


def test_old_kinds_of_documents_do_not_go_unseen(docs: Path) -> None:
    (docs / "a.rtf").write_bytes(rb"{\rtf1\ansi N\'e4mnden beslutar om bryggan i Sj\'f6berga.}")
    (docs / "b.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert [line.partition(": ")[2].partition(" – ")[0] for line in refusals(docs)] == [
        "är i rtf-format",
        "är en gammal Office-fil (.doc, .xls, .msg), eller låst med lösenord",
    ]
    assert all("spara den som .docx eller PDF" in line for line in refusals(docs))


def held_in(database: Path) -> list[tuple[str, ...]]:
    with reading(database) as db:
        return [tuple(row) for row in db.execute("SELECT source, container FROM container_list ORDER BY source")]


def test_forgetting(docs: Path) -> None:
    """A member takes the container's own copy with it, which has the same words; a container takes all it held."""
    database = docs.parent / "kb.db"
    put(docs, "akt.zip", {"a.txt": A.encode(), "b.txt": B.encode()})
    run(docs)
    assert forget(database, "akt.zip/a.txt", RULES).archived == 2
    assert set(sources(docs)) == {"akt.zip/b.txt"} and held_in(database) == []
    run(docs)
    assert set(sources(docs)) == {"akt.zip/a.txt", "akt.zip/b.txt"}
    assert forget(database, "akt.zip", RULES).archived == 3
    assert sources(docs) == {} and Archive(database).hashes() == set()


def test_containers_in_each_other_are_opened_to_a_depth(docs: Path) -> None:
    put(docs, "ett.zip", {"a.txt": A.encode(), "två.zip": files.packed({"b.txt": B.encode(), "tre.zip": files.packed({"c.txt": C.encode()})})})
    found = run(docs)
    assert set(sources(docs)) == {"ett.zip/a.txt", "ett.zip/två.zip/b.txt"}
    [refused] = [event for event in found.events if event.action == "refused"]
    assert "ett.zip/två.zip/tre.zip" in refused.message and "packas inte upp" in refused.message


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/rot/a.txt", "rot/a.txt"),
        (r"C:\mapp\a.txt", "mapp/a.txt"),
        ("a\n\x1b[31mb.txt", "a  [31mb.txt"),
        ("..", ""),
    ],
)
def test_a_name_from_inside_leads_nowhere(name: str, wanted: str) -> None:
    assert harmless(name) == wanted


def test_no_path_from_inside_is_written(docs: Path) -> None:
    put(docs, "slip.zip", {"../../../ute.txt": A.encode(), "/tmp/kb-slip-rot.txt": B.encode()})
    run(docs)
    assert set(sources(docs)) == {"slip.zip/ute.txt", "slip.zip/tmp/kb-slip-rot.txt"}
    assert not Path("/tmp/kb-slip-rot.txt").exists()
    assert {path.name for path in docs.parent.rglob("*") if path.suffix == ".txt"} == set()


def test_two_members_of_one_name(docs: Path) -> None:
    with zipfile.ZipFile(docs / "akt.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a.txt", A)
        archive.writestr("a.txt", B)
    run(docs)
    assert sources(docs) == {"akt.zip/a.txt": A, "akt.zip/a (2).txt": B}


def test_what_a_killed_run_had_unpacked_is_cleared(docs: Path) -> None:
    put(docs, "akt.zip", {"a.txt": A.encode()})
    left = docs.parent / "kb.db.archive" / ".unpacked-x"
    sample.write(left, "1/0.txt", "x")
    run(docs)
    assert not list((docs.parent / "kb.db.archive").glob(".unpacked-*"))


def held(data: bytes) -> list[tuple[str, bytes]]:
    return [(found.name, found.data) for found in containers.members(Path("akt.zip"), "zip", data) if isinstance(found, Member)]


def test_each_member_has_a_name_of_its_own() -> None:
    path = BytesIO()
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name comes twice
        for name in ("a.txt", "a.txt", "m/a.txt", "../a.txt", "ab", "ab", "m/.dold", ".m/b.txt", "__MACOSX/c", "tom.txt", "m/", "//"):
            archive.writestr(name, b" \n" if name == "tom.txt" else name.encode())
    assert [name for name, _ in held(path.getvalue())] == ["a.txt", "a (2).txt", "m/a.txt", "a (3).txt", "ab", "ab (2)"]


@pytest.mark.parametrize(("written", "name"), [("åå.txt".encode(), "åå.txt"), ("ååää.txt".encode("cp437"), "ååää.txt")], ids=["UTF-8", "DOS"])
def test_a_name_without_its_encoding(written: bytes, name: str) -> None:
    assert held(files.packed({"AAAA.txt": b"x"}).replace(b"AAAA.txt", written)) == [(name, b"x")]


def test_no_more_is_taken_out_than_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.packed({"a": b"12345", "b": b"12345"})
    for most, count, whole in ((10, 5, True), (9, 5, False), (10, 2, True), (10, 1, False)):
        monkeypatch.setattr(limits, "MOST_UNPACKED", most)
        monkeypatch.setattr(limits, "MOST_MEMBERS", count)
        with nullcontext() if whole else pytest.raises(TooLarge, match=r"akt\.zip: "):
            assert len(held(data)) == 2


def test_what_a_mail_holds_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.mail({"a.txt": b"12345", "..": b"x", "b.txt": b"12345"})
    for most, count, whole in ((10, 5, True), (9, 5, False), (10, 2, True), (10, 1, False)):
        monkeypatch.setattr(limits, "MOST_UNPACKED", most)
        monkeypatch.setattr(limits, "MOST_MEMBERS", count)
        with nullcontext() if whole else pytest.raises(TooLarge, match=r"brev\.eml: packas upp till mer än"):
            assert [found.name for found in containers.members(Path("brev.eml"), "eml", data)] == ["a.txt", "b.txt"]


def test_names_stay_what_they_are_said_to_be() -> None:
    assert held(files.packed({"├Ñ.txt": b"x"})) == [("├Ñ.txt", b"x")], "it says that it is UTF-8, and is not read as such twice"
    assert harmless("m / a.txt ") == "m/a.txt" and containers._free(".a", {".a"}) == ".a (2)"
