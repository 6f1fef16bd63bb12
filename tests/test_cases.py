"""The cases of tests/cases: a text and the facts that must (or must not) be read from it. A new case is a paragraph there, no code here."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import load_rules, parse
from ingest.models import Day, DiaryNumber, Document, Parsed

FOLDER = Path(__file__).parent / "cases"
CASE = re.compile(r"^## (?P<name>[^\n]+)\n+~~~\n(?P<text>.*?)\n~~~\n(?P<facts>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FACT = re.compile(r"^- (?P<no>no )?(?P<kind>[a-z]+)(?:: (?P<fields>.+))?$", re.MULTILINE)


def cases(folder: Path = FOLDER) -> Iterator[tuple[str, str, str]]:
    for path in sorted(folder.glob("*.md")):
        for case in CASE.finditer(path.read_text(encoding="utf-8")):
            yield f"{path.stem}: {case['name']}", case["text"].replace("␌", "\f"), case["facts"]


def show(*fields: object) -> str:
    """Fields as they are written in a case: joined by " | ", a gap is "-"."""
    return " | ".join(_one(f) for f in fields)


def _one(field: object) -> str:
    if isinstance(field, Day):
        return field.iso + (f"..{field.end}" if field.end else "")
    if isinstance(field, DiaryNumber):
        return field.full
    if isinstance(field, tuple):
        return "; ".join(map(_one, field)) or "-"
    return "-" if field in (None, "") else str(field)


def facts(parsed: Parsed) -> dict[str, list[str]]:
    """Every fact of a source by kind, as the cases write it."""
    out: dict[str, list[str]] = {"problem": [p.kind for p in parsed.problems], "document": [], "page": [str(p.number) for p in parsed.pages]}
    for document in parsed.documents:
        for kind, line in _of(document):
            out.setdefault(kind, []).append(line)
    return out


def _of(d: Document) -> Iterator[tuple[str, str]]:
    h = d.head
    yield "document", show(h.kind, h.title, h.day, h.dnr)
    yield "forum", show(h.forum)
    yield "author", show(h.author, h.unit)
    yield "addressed", show(h.addressed_to)
    yield from (("problem", p.kind) for p in d.problems)
    yield from (("doubt", p.message) for p in d.problems)
    yield from (("paragraph", show(p.number, p.forum, p.day, p.heading, p.dnr)) for p in d.paragraphs if p.own)
    yield from (("reference", show(p.number, p.forum, p.day)) for p in d.paragraphs if not p.own)
    yield from (("decision", show(b.status, b.decided_by, b.day, b.paragraph, b.outcome, tuple(p.text for p in b.points))) for b in d.decisions)
    yield from (("to", show(b.addressed_to)) for b in d.decisions)
    yield from (("dnr", show(m.number.canonical, role)) for m, role, _ in d.numbers)
    yield from (("mention", show(m.forum)) for m, _ in d.forums)
    yield from (("statement", show(s.kind, s.person, s.party)) for s in d.statements)
    yield from (("said", show(s.person, s.text)) for s in d.statements)
    yield from (("vote", show(v.paragraph, v.yes, v.no, v.abstain)) for v in d.votes)
    yield from (("won", show(v.outcome)) for v in d.votes)
    yield from (("meaning", show(v.yes_means, v.no_means, "upphävt" if v.overturned else "")) for v in d.votes)
    yield from (("ballot", show(b.person, b.party, b.choice)) for v in d.votes for b in v.ballots)
    yield from (("task", show(a.given_by, a.given_to, a.due)) for a in d.assignments if a.kind == "task")
    yield from (("undertaking", show(a.given_by, a.given_to, a.due)) for a in d.assignments if a.kind == "undertaking")
    yield from (("report", show(a.given_to, a.report_to)) for a in d.assignments if a.kind != "standing")
    yield from (("assignment", show(a.area, a.name, a.change)) for a in d.assignments if a.kind == "standing")
    yield from (("benefit", show(a.name, p.text)) for a in d.assignments for p in a.benefits)
    yield from (("agreement", show(a.parties, a.valid_from, a.valid_to, a.renewal_years, a.notice_months, a.compensation_sek)) for a in d.agreements)
    yield from (
        ("terms", show(a.renewal_months, a.notice_by, a.price_index, a.indexed_from, a.payment, a.signed))
        for a in d.agreements
        if a.clauses or a.signed
    )
    yield from (("option", show(a.extension_option)) for a in d.agreements)
    yield from (("contact", show(c.person, c.role, c.party, c.phone, c.email)) for a in d.agreements for c in a.contacts)
    yield from (("extension", show(a.dnr, a.extended_to)) for a in d.agreements)
    yield from (("words", show(a.notice_words, a.alike)) for a in d.agreements)
    yield from (("note", show(n.kind, n.name, n.parties, n.dnr, n.begins, n.day, int(n.settled))) for n in d.notes)
    yield from (("clause", show(c.number, c.heading)) for a in d.agreements for c in a.clauses)
    yield from (("question", show(q.number, q.question, q.options)) for q in d.questions)
    yield from (("answer", show(q.number, q.question, a.text)) for q in d.questions for a in q.answers)
    yield from (("activity", show(a.kind, a.area, a.year, a.text, a.effect, a.cause)) for a in d.activities)
    yield "organisation", show(d.organisation)
    yield "paper", show(d.paper_number)
    yield from (("link", show(r.kind, r.number, r.forum, r.organisation, r.day, r.relation, r.written)) for r in d.references)
    yield from (("told", show(t.kind, t.forum, t.day, t.clause, t.text)) for t in d.told)
    yield from (("done", show(c.forum, c.day, c.number, c.point)) for c in d.completions)
    yield from (("passage", p.text.replace("\n", " / ")) for p in d.passages)
    if d.meeting:
        declared = "-".join(map(str, d.meeting.declared)) if d.meeting.declared else None
        yield "meeting", show(d.meeting.forum, d.meeting.day, d.meeting.place, declared)
        yield "signers", show(d.meeting.chair, d.meeting.secretary)
        yield from (("attendance", show(a.person, a.party, a.role)) for a in d.meeting.attendance)
        yield from (("served", show(a.person, a.numbers, a.replaces, a.title)) for a in d.meeting.attendance)


ALL = list(cases())


def test_there_are_cases() -> None:
    assert len(ALL) > 30
    assert len({name for name, _, _ in ALL}) == len(ALL), "two cases have one name"


@pytest.mark.parametrize(("name", "text", "wanted"), ALL, ids=[name for name, _, _ in ALL])
def test_case(name: str, text: str, wanted: str, tmp_path: Path) -> None:
    path = tmp_path / "fall.txt"
    path.write_text(text, encoding="utf-8")
    check(facts(parse(path, load_rules())), wanted)


def check(have: dict[str, list[str]], wanted: str) -> None:
    """Every claim of a case holds of the facts."""
    claims = list(FACT.finditer(wanted))
    assert claims, "a case without a fact"
    for claim in claims:
        lines = have.get(claim["kind"], [])
        if claim["no"]:
            assert not lines if claim["fields"] is None else claim["fields"] not in lines, f"{claim.group()}\nfound: {lines}"
        else:
            assert claim["fields"] in lines, f"{claim.group()}\nfound: {lines}"
