"""What the pages of a forum tell of it in papers' words: mandates by §, how often it meets, meetings whose minutes are not here."""

import datetime
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kb.web import forum
from kb.web.forum_facts import facts
from tests.web_base import HOSTILE, build
from tests.web_client import prose, serving, text

AGREEMENT, LETTER = "cccccccccc-1", "bbbbbbbbbb-1"
SAID: tuple[tuple[object, ...], ...] = (
    ("mandat", None, "§ 3 Uppföljning", "Isen ska mätas i Fjällrådet.", AGREEMENT, 1),
    ("mandat", None, "§ 3 Uppföljning", f"En karta ska tas fram av Fjällrådet. {HOSTILE}", AGREEMENT, 2),
    ("mandat", None, "§ 9 Tvist", "Oenighet ska tas upp i Fjällrådet.", AGREEMENT, 3),
    ("möte", "2021-05-26", None, f"Planen visades vid Fjällrådets möte den 26 maj 2021. {HOSTILE}", LETTER, 1),
    ("möte", "2021-06-16", None, "Planen visades vid Fjällrådets möte den 16 juni 2021.", LETTER, 2),
    ("möte", "2021-06", None, "Planen visades vid Fjällrådets möte i juni 2021.", LETTER, 3),
)


def write(db: sqlite3.Connection, *rows: tuple[object, ...]) -> None:
    sql = "INSERT INTO forum_facts (forum, kind, date, clause, text, document_id, start, page, end) VALUES ('Fjällrådet', ?, ?, ?, ?, ?, ?, 1, 9)"
    db.executemany(sql, rows)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base with such facts, and minutes of one of the meetings."""
    path = build(tmp_path / "x.db")
    with sqlite3.connect(path) as db:
        write(db, *SAID)
        met = ("aaaaaaaaaa-1.f", "aaaaaaaaaa-1", "Fjällrådet", "2021-06-16")
        db.execute("DELETE FROM meetings")
        db.execute("INSERT INTO meetings (id, document_id, forum, date, page, start, end) VALUES (?, ?, ?, ?, 1, 0, 1)", met)
    db.close()
    return path


def test_sentences_of_a_section_stand_together_and_meetings_with_minutes_are_not_told_of(base: Path) -> None:
    with sqlite3.connect(base) as db:
        found = facts(db, "Fjällrådet")
        assert [(quoted.first.clause, len(quoted.texts)) for quoted in found.mandates] == [("§ 3 Uppföljning", 2), ("§ 9 Tvist", 1)]
        assert [meeting.date for meeting in found.meetings] == ["2021-05-26"], "the minutes of the other day, and of one that month, are here"
        assert [row.says for row in found.minutes] == ["har protokoll från 1 möte 2021"]
        assert facts(db, "Vägnämnden").mandates == ()
    db.close()


def test_tasks_long_past_or_of_a_body_that_is_no_more_are_apart(base: Path) -> None:
    with closing(sqlite3.connect(base)) as conn:
        read = conn.execute("SELECT * FROM assignments WHERE kind = 'task'")
        row = dict(zip([column[0] for column in read.description], read.fetchone(), strict=True))
        conn.execute("DELETE FROM assignments WHERE kind = 'task'")
        conn.execute("UPDATE forums SET last_year = 2014 WHERE name = 'Regionfullmäktige'")
        told = (
            ("a", "2020-05", "Rådet"),
            ("b", "2022-06-17", "Rådet"),
            ("c", None, "Regionfullmäktige"),
            ("d", "2025", "Rådet"),
            ("e", "2022-06-15", "Rådet"),
        )
        for id, due, to in told:
            new = {**row, "id": id, "due": due, "given_to": to, "given_by": "Rådet"}
            conn.execute(f"INSERT INTO assignments ({', '.join(new)}) VALUES ({', '.join('?' * len(new))})", tuple(new.values()))
        found = forum.tasks(conn, "Rådet", datetime.date(2024, 6, 16))
        conn.rollback()
    assert [task.id for task in found.open] == ["d", "b"]
    assert [task.id for task in found.old] == ["e", "c", "a"]


def test_who_was_two_things_stands_on_one_line() -> None:
    def one(person: str, party: str | None, role: str, title: str | None = None) -> forum.Person:
        return forum.Person(person, party, role, title, None, "a-1", 1, None)

    listed = [one("Anna Ek", "A", "chair"), one("Bo Ek", None, "member"), one("Anna Ek", None, "member", "justerare"), one("Bo Ek", "B", "member")]
    found = forum._each_once([*listed, one("Anna Ek", "C", "member", "ersättare")])
    assert [person.says for person in found] == ["Anna Ek (A), ordförande, justerare", "Anna Ek (C), ersättare", "Bo Ek (B), ledamot"]


def test_a_sentence_of_several_papers_stands_once(base: Path) -> None:
    with sqlite3.connect(base) as db:
        write(db, ("mandat", None, "§ 3 Uppföljning", "ISEN ska mätas i Fjällrådet.", LETTER, 4))
        assert [text for quoted in facts(db, "Fjällrådet").mandates for text in quoted.texts if text.startswith(("Isen", "ISEN"))] == [
            "ISEN ska mätas i Fjällrådet."
        ], "of the newest paper"
    db.close()


@pytest.mark.parametrize("page", ["/forum/fjallradet", "/ny?forum=fjallradet"])
async def test_the_pages_quote_them_and_keep_what_is_said_from_what_minutes_show(base: Path, page: str) -> None:
    await with_said(base, page)


async def with_said(base: Path, page: str) -> None:
    with serving(base) as kb:
        raw = await text(kb, page)
    seen = prose(raw)
    assert HOSTILE not in raw
    assert "Mandat enligt avtal och reglementen Isen ska mätas i Fjällrådet." in seen
    assert "§ 9 Tvist, Avtal om vinterväghållning" in seen
    assert "Omtalat möte 26 maj 2021 ”Planen visades vid Fjällrådets möte den 26 maj 2021." in seen
    assert "möte i juni 2021" not in seen
    assert "Möten med protokoll eller utdrag här Har protokoll från 1 möte 2021" in seen
    assert "Hur ofta det möts, enligt handlingarna" not in seen
    with sqlite3.connect(base) as db:
        write(db, ("mötesfrekvens", None, None, "Fjällrådet möts månadsvis.", LETTER, 9))
    db.close()
    with serving(base) as kb:
        seen = prose(await text(kb, page))
    assert "Hur ofta det möts, enligt handlingarna ”Fjällrådet möts månadsvis.”" in seen
    assert "Har protokoll från 1 möte 2021" in seen, "which is another thing"
