"""What joins papers: the small bases of tests/cases/links, each read in several orders, with papers replaced, forgotten and read again."""

from __future__ import annotations

import functools
import random
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest import load_rules, parse
from ingest.models import Parsed
from kb.database import Store, open_database
from tests.test_cases import FACT

CASES = Path(__file__).parent / "cases" / "links"
CASE = re.compile(r"^## (?P<name>[^\n]+)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
PAPER = re.compile(r"^~~~ (?P<path>\S+)\n(?P<text>.*?)^~~~\n", re.MULTILINE | re.DOTALL)

# kind of fact → the rows that a case may claim; fields are joined by " | ", a gap is "-"
FACTS = {
    "organisation": "SELECT source, organisation FROM document_list",
    "link": """SELECT r.written, r.state, p.source || ' § ' || p.number FROM reference_list r LEFT JOIN paragraph_list p ON p.id = r.target_paragraph
        WHERE r.kind = 'paragraf'""",
    "paper": """SELECT r.written, r.state, d.source FROM reference_list r LEFT JOIN document_list d ON d.id = r.target_document
        WHERE r.kind = 'handling'""",
    "numbered": "SELECT source, title, paper_number FROM document_list",
    "relation": "SELECT '§ ' || number, relation FROM reference_list WHERE kind = 'paragraf'",
    "section": "SELECT forum, '§ ' || number, source, records FROM paragraph_list WHERE own = 1 AND same_as IS NULL",
    "forum": "SELECT forum, aliases, documents FROM forum_list WHERE documents > 0",
    "decided": "SELECT forum, decisions FROM forum_list WHERE decisions > 0",
    "timeline": "SELECT dnr, event, source, also FROM case_timeline WHERE other_dnr IS NULL",
    "guest": """SELECT t.dnr, t.source || ' § ' || b.paragraph, t.other_dnr FROM case_timeline t JOIN decisions b ON b.id = t.ref
        WHERE t.other_dnr IS NOT NULL""",
    "case": "SELECT dnr, case_of, title, own_documents FROM case_list",
    "step": "SELECT dnr, case_of, event, source FROM case_timeline",
    "placed": "SELECT dnr, event, forum, date, placed, retold FROM case_timeline WHERE event IN ('decision', 'proposal')",
    "shared": "SELECT DISTINCT forum, dnr FROM forum_case_list",
    "told": "SELECT f.forum, f.kind, f.date, d.source FROM forum_fact_list f LEFT JOIN document_list d ON d.id = f.minutes",
    "perhaps": "SELECT dnr, case_of, source FROM case_timeline WHERE unsure = 1",
    "mentions": "SELECT dnr, spelling, source, count(*) FROM dnr_list GROUP BY 1, 2, 3",
    "problem": "SELECT kind, source, message FROM problem_list",
    "chain": """SELECT c.how, p.source, a.source FROM decision_chain c JOIN decision_list p ON p.id = c.proposal
        JOIN decision_list a ON a.id = c.adopted""",
    "pair": """SELECT replace(p.text, char(10), ' '), replace(a.text, char(10), ' '), a.source FROM decision_chain c
        JOIN decision_list p ON p.id = c.proposal JOIN decision_list a ON a.id = c.adopted""",
    "followed": "SELECT dnr, proposed_by, followed FROM decision_chain",
    "unanswered": "SELECT n.dnr, g.forum FROM case_gap_list g JOIN diary_numbers n ON n.key = g.key WHERE g.what = 'answer'",
    "task": "SELECT text, status, done_date FROM assignment_list WHERE kind = 'task' AND same_as IS NULL",
    "change": "SELECT change, earlier_name, name FROM assignment_change_list",
    "version": """SELECT DISTINCT e.source, l.source FROM assignment_change_list c JOIN document_list e ON e.id = c.earlier_id
        JOIN document_list l ON l.id = c.later_id""",
    "standing": "SELECT source, state, state_day, state_source FROM agreement_list",
    "note": """SELECT e.kind, e.name, a.source, e.sure FROM agreement_note_list e LEFT JOIN agreement_list a ON a.id = e.agreement_id""",
    "documents": "SELECT dnr, count(*) FROM case_timeline WHERE event = 'document' GROUP BY dnr",
}
PART = {"problem": 2, "task": 0}  # the field of which a case needs to give only a part


def cases() -> Iterator[tuple[str, dict[str, str], str]]:
    for path in sorted(CASES.glob("*.md")):
        for case in CASE.finditer(path.read_text(encoding="utf-8")):
            papers = {m["path"]: m["text"] for m in PAPER.finditer(case["body"])}
            yield case["name"], papers, PAPER.sub("", case["body"])


ALL = list(cases())
IDS = [name for name, _, _ in ALL]


@functools.cache
def read(path: str, text: str) -> Parsed:
    """A paper as the parser reads it."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "paper.txt"
        file.write_text(text, encoding="utf-8")
        return parse(file, load_rules(), path)


class Base:
    """A base that papers come to and leave."""

    def __init__(self, folder: Path) -> None:
        self.context = open_database(folder / "kb.db", load_rules())

    def __enter__(self) -> Base:
        self.store: Store = self.context.__enter__()
        return self

    def __exit__(self, *what: Any) -> None:
        self.context.__exit__(*what)

    def put(self, path: str, text: str) -> None:
        self.store.save(read(path, text), f"/in/{path}")

    def drop(self, path: str) -> None:
        source = self.store.find(origin=f"/in/{path}")
        assert source
        self.store.forget(source)

    def finished(self) -> sqlite3.Connection:
        self.store.finish()
        return self.store.connection


def show(row: Sequence[object]) -> list[str]:
    return ["-" if field in (None, "") else str(field) for field in row]


def found(db: sqlite3.Connection, kind: str, fields: Sequence[str]) -> bool:
    """True where a row says so."""
    part = PART.get(kind)

    def fits(row: Sequence[str]) -> bool:
        return all(field in have if n == part else field == have for n, (field, have) in enumerate(zip(fields, row, strict=True)))

    rows = [show(row) for row in db.execute(FACTS[kind])]
    return any(fits(row) for row in rows) if len(fields) == (len(rows[0]) if rows else len(fields)) else any(fields[0] in " | ".join(r) for r in rows)


@pytest.mark.parametrize(("name", "papers", "claims"), ALL, ids=IDS)
def test_case(name: str, papers: Mapping[str, str], claims: str, tmp_path: Path) -> None:
    with Base(tmp_path) as base:
        for path, text in papers.items():
            base.put(path, text)
        db = base.finished()
        asked = list(FACT.finditer(claims))
        assert asked, "a case without a fact"
        for claim in asked:
            have = [" | ".join(show(row)) for row in db.execute(FACTS[claim["kind"]])]
            assert found(db, claim["kind"], claim["fields"].split(" | ")) is not bool(claim["no"]), "\n".join([claim.group(), "found:", *have])
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


LOOSE = {"meta", "ingests", "vocabulary"}


def rows(db: sqlite3.Connection) -> dict[str, list[str]]:
    """Every row of every table, without what only says in which order it was written."""
    names = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%' AND name NOT LIKE 'sqlite%'")]
    paths = dict(tuple(r) for r in db.execute("SELECT id, path FROM sources"))
    out = {}
    for name in sorted(set(names) - LOOSE):
        columns = [(r[1], r[2], r[5]) for r in db.execute(f"PRAGMA table_xinfo({name})")]
        running = {c for c, kind, key in columns if c == "id" and kind == "INTEGER" and key}
        seen = []
        for row in db.execute(f"SELECT * FROM {name}"):
            pairs = {c: v for (c, _, _), v in zip(columns, row, strict=True) if c not in running}
            seen.append(repr({c: paths.get(v, v) if c == "source_id" else v for c, v in pairs.items()}))
        out[name] = sorted(seen)
    return out


def shuffled(base: Base, papers: Mapping[str, str], chance: random.Random) -> None:
    """The same papers by detours: other orders, earlier versions that are replaced, papers that are forgotten and come again."""
    order = chance.sample(sorted(papers), len(papers))
    for path in order:
        if chance.random() < 0.5:
            base.put(path, papers[path].replace("2022", "2021") + "\nEn tidigare version.\n")
            if chance.random() < 0.5:
                base.finished()
        base.put(path, papers[path])
        if chance.random() < 0.4:
            base.finished()
    for path in chance.sample(order, len(order) // 2):
        base.finished()
        base.drop(path)
        if chance.random() < 0.5:
            base.finished()
        base.put(path, papers[path])


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("name", "papers"), [case[:2] for case in ALL], ids=IDS)
def test_any_way_to_a_base_gives_the_same_base(name: str, papers: Mapping[str, str], seed: int, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with Base(tmp_path / "a") as straight, Base(tmp_path / "b") as detours:
        for path, text in papers.items():
            straight.put(path, text)
        shuffled(detours, papers, random.Random(f"{name} {seed}"))
        assert rows(detours.finished()) == rows(straight.finished())


def papers_of(name: str) -> Mapping[str, str]:
    """The papers of the case whose name begins so."""
    return next(papers for title, papers, _ in ALL if title.startswith(name))


def without(base: Base, papers: Mapping[str, str], gone: str) -> sqlite3.Connection:
    """A base of papers, from which one went when all was settled."""
    for path, text in papers.items():
        base.put(path, text)
    base.finished()
    base.drop(gone)
    return base.finished()


def test_what_is_forgotten_opens_its_references(tmp_path: Path) -> None:
    """A reference resolved once is open again when its § goes, and the doubts about the two go with it."""
    with Base(tmp_path) as base:
        db = without(base, papers_of("A reference finds"), "norrvik/ks.txt")
        assert not found(db, "link", ["Kommunstyrelsen har den 30 maj 2022, § 45", "funnen", "norrvik/ks.txt § 45"])
        assert found(db, "link", ["Kommunstyrelsen har den 30 maj 2022, § 45", "öppen", "-"])


def test_cases_are_one_again_where_the_other_organisations_paper_goes(tmp_path: Path) -> None:
    with Base(tmp_path) as base:
        db = without(base, papers_of("A third's papers"), "sjoberga/ks.txt")
        assert db.execute("SELECT key, organisation FROM diary_numbers WHERE number = 'ks-2021-12'").fetchall() == [("ks-2021-12", None)]
        assert db.execute("SELECT count(*) FROM dnr_mentions WHERE copied OR unsure").fetchone() == (0,)
        assert not found_doubts(db)
        assert found(db, "step", ["KS 2021/12", "-", "reference", "region/none.txt"])


def test_nothing_is_worked_out_where_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = ALL[0][1]
    with Base(tmp_path) as base:
        for path, text in papers.items():
            base.put(path, text)
        base.finished()
        monkeypatch.setattr("kb.links.derive", lambda *_: pytest.fail("worked out again"))
        base.finished()


def test_a_copy_is_known_until_its_source_goes(tmp_path: Path) -> None:
    with Base(tmp_path) as base:
        base.put("a.txt", "Ett underlag om bryggor.\n")
        source = base.store.find(origin="/in/a.txt")
        assert source
        base.store.copied(source, "mote-2/a.txt", "/in/mote-2/a.txt")
        base.put("a.txt", "Ett underlag om bryggor.\n")
        assert base.store.connection.execute("SELECT source, copy FROM copy_list").fetchall() == [("a.txt", "mote-2/a.txt")]
        base.store.save(replace(read("a.txt", "Ett annat underlag.\n")), "/in/a.txt")
        assert base.store.connection.execute("SELECT * FROM copies").fetchall() == []


WHOSE = ("NORRVIKS KOMMUN", "SJÖBERGA KOMMUN", "REGION FJÄLLHAV", "")
MATTERS = (
    "Ny badplats vid sjön", "Upphandling av skolskjuts", "Sammanträdestider 2022", "Svar på remiss om skolskjuts", "Köp av en snöslunga",
    "Detaljplan för hamnen", "Belysning av elljusspåret", "Öppettider på biblioteket",
)  # fmt: skip
SAID = (
    "Ärendet {0} bereds.", "Se även {0}.", "Norrviks kommun har i ärendet {0} yttrat sig.", "Sjöberga kommun (dnr {0}) har svarat.", "Inget nytt.",
    "Norrviks kommun och Sjöberga kommun har svarat i {0}.", "Kommunstyrelsen har den 12 januari 2022, § 4, behandlat saken.",
)  # fmt: skip


def made_up(chance: random.Random) -> dict[str, str]:
    """Papers of several organisations that have the same few numbers, for matters alike and not, and speak of one another or do not."""
    papers = {}
    for n in range(12):
        whose, number = chance.choice(WHOSE), chance.choice(("KS 2021/12", "KS 2021/12", "2021/88", "RS/12/2021", f"KS 2022/{n}"))
        body = "Regionstyrelsen" if whose.startswith("REGION") else "Kommunstyrelsen"
        said = chance.choice(SAID).format(chance.choice(("KS 2021/12", "2021/88")))
        own = (
            f"§ {n + 4} Dnr {number}\n{chance.choice(MATTERS)}\n\nÄrendebeskrivning\n{said}\n\nBeslut\nÄrendet läggs till handlingarna, punkt {n}.\n"
        )
        papers[f"{chance.choice('abc')}/{n}.txt"] = f"{whose}\n{body}\nProtokoll\n2022-{n + 1:02}-12\n\nParagrafer §§{n + 4}-{n + 4}\n\n{own}"
    return papers


@pytest.mark.parametrize("seed", range(6))
def test_whatever_papers_share_a_number_nothing_is_lost_and_no_order_matters(seed: int, tmp_path: Path) -> None:
    papers = made_up(random.Random(seed))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with Base(tmp_path / "a") as straight, Base(tmp_path / "b") as detours:
        for path, text in papers.items():
            straight.put(path, text)
        read_as = numbers(straight.store.connection)
        db = straight.finished()
        assert numbers(db) == read_as
        found = (
            "SELECT count(*) FROM dnr_mentions m WHERE copied = 0 AND NOT EXISTS (SELECT 1 FROM case_timeline t WHERE t.document_id = m.document_id)"
        )
        assert db.execute(found).fetchone()[0] == 0
        unsure = "SELECT count(DISTINCT document_id || start) FROM dnr_mentions WHERE unsure = 1"
        assert bool(db.execute(unsure).fetchone()[0]) is bool(found_doubts(db))
        shuffled(detours, papers, random.Random(seed))
        assert rows(detours.finished()) == rows(db)


def numbers(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """The number of each row that has one, whosever case it is."""
    tables = {"documents": "id", "paragraphs": "id", "decisions": "id", "assignments": "id", "agreements": "id", "agreement_notes": "id"}
    asked = [f"SELECT x.{id}, n.number, '' FROM {table} x JOIN diary_numbers n ON n.key = x.dnr_key" for table, id in tables.items()]
    asked += ["SELECT m.document_id || m.start, n.number, m.role FROM dnr_mentions m JOIN diary_numbers n ON n.key = m.key WHERE m.copied = 0"]
    return sorted(row for sql in asked for row in db.execute(sql))


def found_doubts(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    return db.execute("SELECT * FROM problem_list WHERE kind = 'oklart vilket ärende'").fetchall()
