"""Records → rows: everything `database.save` writes for one source, as dicts by table. Pure: it touches no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.models import Day, Decision, DiaryNumber, Document, Paragraph, Parsed, Source, Span, Statement
from ingest.places import Stretches
from ingest.text import plain, squeeze
from kb.agreement_rows import agreement_rows
from kb.links.base import indexed
from kb.locator import Locator
from kb.rereading import Rereading
from kb.search import index
from kb.search.analyze import normalise

SAYING = 200
"""So many letters of text are enough to tell a paper from another."""

Row = dict[str, Any]
Rows = dict[str, list[Row]]

# The order rows are written in: what a row refers to comes before it.
TABLES = (
    "diary_numbers", "pages", "documents", "passages", "meetings", "attendance", "paragraphs", "decisions", "points", "statements",
    "votes", "ballots", "assignments", "benefits", "activities", "agreements", "clauses", "contacts", "agreement_notes", "survey_questions",
    "survey_answers", "citations", "completions", "corrections", "dnr_mentions", "forum_mentions", "forum_facts", "problems",
)  # fmt: skip


def source_row(source: Source, origin: str, language: str | None, container: str | None = None, listed: str | None = None) -> Row:
    """The row of `sources`: the absolute path it was read from and of what it lies in, with what damaged text was read, what a manifest stated."""
    return {
        "path": source.name, "origin": origin, "sha256": source.sha256, "size": source.size, "format": source.format, "encoding": source.encoding,
        "properties": "; ".join(map(": ".join, source.properties)) or None, "container": container, "listed": listed or None,
        "language": language, "text": source.text,
    }  # fmt: skip


def document_id(source: Source, position: int) -> str:
    """The id of a document: the same after a rebuild, because it is made from the bytes and the place."""
    return f"{source.sha256[:10]}-{position}"


def rows_of(parsed: Parsed, source_id: int) -> Rows:
    """All rows of a source by table, but its own and those of `forums`."""
    source = parsed.source
    where = Locator(source.text, parsed.pages, source.format)
    again = Rereading(source.text, parsed.corrections, parsed.alternatives)
    rows: Rows = {table: [] for table in TABLES}
    read = {q.page: {"words": q.words, "damaged": q.damaged, "unsure": q.unsure} for q in parsed.quality}
    nothing = {"words": 0, "damaged": 0.0, "unsure": 0.0}
    rows["pages"] = [
        {"source_id": source_id, "number": p.number, "start": p.start, "end": p.end, "label": p.label or None, **read.get(p.number, nothing)}
        for p in parsed.pages
    ]
    rows["problems"] = [_problem(source_id, None, p.kind, p.message, p.span, where) for p in parsed.problems]
    for document in parsed.documents:
        _DocumentRows(source, source_id, document, where, again, rows).build()
    rows["corrections"] = [
        {"source_id": source_id, "document_id": _holder(parsed, c.start), **where.place(Span(c.start, c.end)), "original": c.original,
         "corrected": c.corrected, "confidence": c.confidence, "kind": c.kind, "reason": c.reason or None}
        for c in parsed.corrections
    ]  # fmt: skip
    rows["diary_numbers"] = [_number(n) for n in {n.key: n for n in numbers_of(parsed)}.values()]
    return rows


def numbers_of(parsed: Parsed) -> Iterator[DiaryNumber]:
    """Every diary number that a row of the source will refer to."""
    for d in parsed.documents:
        holders: Iterable[Any] = (d.head, *d.paragraphs, *d.decisions, *d.assignments, *d.agreements, *d.notes)
        yield from (h.dnr for h in holders if h.dnr)
        yield from (mention.number for mention, _, _ in d.numbers)


def forums_of(parsed: Parsed) -> Iterator[str]:
    """Every forum that a row of the source will refer to by key."""
    for d in parsed.documents:
        names = [d.head.forum, d.meeting.forum if d.meeting else None, *(p.forum for p in d.paragraphs), *(m.forum for m, _ in d.forums)]
        yield from (name for name in names if name)


def _number(n: DiaryNumber) -> Row:
    return {"key": n.key, "dnr": n.canonical, "register": n.register, "year": n.year, "serial": n.serial}


def _holder(parsed: Parsed, offset: int) -> str | None:
    """The document that a place in the source belongs to."""
    return next((document_id(parsed.source, d.position) for d in parsed.documents if d.span.start <= offset < d.span.end), None)


def _problem(source_id: int, document: str | None, kind: str, message: str, span: Span | None, where: Locator) -> Row:
    place = where.place(span) if span else dict.fromkeys(("page", "line", "start", "end"))
    return {"source_id": source_id, "document_id": document, "kind": kind, "message": message, **place}


def _day(day: Day | None) -> Row:
    return {"date": day.iso if day else None, "date_end": day.end if day else None}


def _key(number: DiaryNumber | None) -> str | None:
    return number.key if number else None


def _elsewhere(b: Decision, p: Paragraph) -> bool:
    """Whether a decision was taken on another day, or by another body, than what a § records: a number alone says neither."""
    meets = not (b.day and p.day) or p.day.iso.startswith(b.day.iso) or p.day.iso <= b.day.iso <= (p.day.end or p.day.iso)
    return not meets or bool(b.decided_by and p.forum and b.decided_by != p.forum)


class _DocumentRows:
    """The rows of one document; ids are the document's, a letter and a running number, so that they survive a rebuild."""

    def __init__(self, source: Source, source_id: int, document: Document, where: Locator, again: Rereading, rows: Rows) -> None:
        self.source, self.source_id, self.document, self.where, self.again, self.rows = source, source_id, document, where, again, rows
        self.id = document_id(source, document.position)
        self.paragraphs = [(f"{self.id}.p{n}", p) for n, p in enumerate(document.paragraphs, 1)]
        self.numbered = dict(self.paragraphs)
        self.decisions = [(f"{self.id}.b{n}", b) for n, b in enumerate(document.decisions, 1)]
        self.adopted = [(k, b) for k, b in self.decisions if b.status == "adopted"]
        self.own = indexed((pair for pair in self.paragraphs if pair[1].own), lambda pair: pair[1].number)
        self.adopted_in = indexed(self.adopted, lambda pair: pair[1].paragraph)
        self.decided = Stretches(b.span for _, b in self.decisions if b.status != "narrated")
        self.recorded = Stretches(p.span for _, p in self.paragraphs if p.own)

    def build(self) -> None:
        """Append the document's rows to each table."""
        self._document()
        self._passages()
        self._meeting()
        self._paragraphs()
        self._decisions()
        self._voices()
        self._assignments()
        self._activities()
        for table, span, values in agreement_rows(self.id, self.document, self.decisions, self.where):
            self._add(table, span, **values)
        self._questions()
        self._links()
        self._mentions()

    def _add(self, table: str, span: Span, last_line: bool = False, **values: Any) -> None:
        last = {"last_line": self.where.last_line(span)} if last_line else {}
        self.rows[table].append({**values, **self.where.place(span), **last})

    def _document(self) -> None:
        d, head = self.document, self.document.head
        self.rows["documents"].append({
            "id": self.id, "source_id": self.source_id, "position": d.position, "kind": head.kind, "title": head.title, **_day(head.day),
            "forum": head.forum, "addressed_to": head.addressed_to, "dnr_key": _key(head.dnr), "author": head.author, "unit": head.unit,
            "listed": d.listed or None,
            "damaged": int(d.damaged), "stated": d.organisation, "organisation": d.organisation, "paper_number": d.paper_number,
            "digest": self._digest(), "start": d.span.start, "end": d.span.end, "first_line": self.where.line(d.span.start),
            "last_line": self.where.last_line(d.span), "first_page": self.where.page(d.span.start), "last_page": self.where.last_page(d.span),
        })  # fmt: skip

    def _passages(self) -> None:
        for position, p in enumerate(self.document.passages, 1):
            text, stood = normalise(p.text), self.source.text[p.span.start : p.span.end]
            original = None if squeeze(stood) == squeeze(text) else stood
            self._add(
                "passages", p.span, True, id=self._class(p.span), document_id=self.id, position=position, kind=p.kind, text=text,
                text_original=original, read_again=self.again.column(p.span, text),
            )  # fmt: skip

    def _class(self, span: Span) -> int:
        """The class of a passage, from which `database.save` makes its id: within a decision, within a § of its own, or neither."""
        if self.decided.meet(span.start, span.end):
            return index.DECISION
        return index.PARAGRAPH if self.recorded.meet(span.start, span.start + 1) else index.TEXT

    def _meeting(self) -> None:
        if not (m := self.document.meeting):
            return
        first, last = m.declared or (None, None)
        self._add(
            "meetings", m.span, id=f"{self.id}.m", document_id=self.id, forum=m.forum, **_day(m.day), place=m.place,
            chair=m.chair, secretary=m.secretary, first_paragraph=first, last_paragraph=last,
        )  # fmt: skip
        for a in m.attendance:
            self._add(
                "attendance", a.span, meeting_id=f"{self.id}.m", person=a.person, party=a.party, role=a.role, numbers=a.numbers,
                replaces=a.replaces, title=a.title,
            )  # fmt: skip

    def _paragraphs(self) -> None:
        for key, p in self.paragraphs:
            self._add(
                "paragraphs", p.span, True, id=key, document_id=self.id, number=p.number, forum=p.forum, **_day(p.day), heading=p.heading,
                dnr_key=_key(p.dnr), branch=(p.dnr.branch if p.dnr else "") or None, own=int(p.own),
            )  # fmt: skip

    def _own_paragraph(self, number: str | None, span: Span) -> str | None:
        """The § recorded in this document under which a row stands: of that number, the one around the span before any other."""
        own = self.own.get(number or "", [])
        return next((k for k, p in own if p.span.contains(span)), own[0][0] if own else None)

    def _recorded_under(self, b: Decision) -> str | None:
        """The § recorded here that a decision is of; none for one that is only told of and was taken on another day or by another body."""
        key = self._own_paragraph(b.paragraph, b.span)
        return None if key and b.status == "narrated" and _elsewhere(b, self.numbered[key]) else key

    def _decisions(self) -> None:
        for key, b in self.decisions:
            self._add(
                "decisions", b.span, True, id=key, document_id=self.id, paragraph_id=self._recorded_under(b), status=b.status,
                decided_by=b.decided_by, addressed_to=b.addressed_to, **_day(b.day), paragraph=b.paragraph, dnr_key=_key(b.dnr), outcome=b.outcome,
            )  # fmt: skip
            for position, point in enumerate(b.points, 1):
                self._add("points", point.span, decision_id=key, position=position, text=point.text)

    def _voices(self) -> None:
        for s in self.document.statements:
            self._add(
                "statements", s.span, document_id=self.id, decision_id=self._decision_of(s), kind=s.kind, person=s.person, party=s.party,
                paragraph=s.paragraph, text=s.text,
            )  # fmt: skip
        for v in self.document.votes:
            self._add(
                "votes", v.span, document_id=self.id, paragraph_id=self._own_paragraph(v.paragraph, v.span), proposition=v.proposition, yes=v.yes,
                no=v.no, abstain=v.abstain, outcome=v.outcome, yes_means=v.yes_means, no_means=v.no_means, overturned=int(v.overturned),
            )  # fmt: skip
            for b in v.ballots:
                self._add("ballots", b.span, document_id=self.id, vote_start=v.span.start, person=b.person, party=b.party, choice=b.choice)

    def _decision_of(self, s: Statement) -> str | None:
        """The adopted decision a voice was raised on, None where that is not clear.

        A reservation follows its decision; a yrkande and the rest belong to the decision of their §, most often the next one.
        """
        here = self.adopted_in.get(s.paragraph, []) if s.paragraph is not None else []
        before = [k for k, b in here if b.span.start <= s.span.start]
        after = [k for k, b in here if b.span.start > s.span.start]
        if s.kind == "reservation":
            before = before or [k for k, b in self.adopted if b.span.start <= s.span.start]
            return before[-1] if before else None
        alone = [self.adopted[0][0]] if len(self.adopted) == 1 and s.paragraph is None else []
        return next(iter(after[:1] or before[-1:] or alone), None)

    def _assignments(self) -> None:
        for n, a in enumerate(self.document.assignments, 1):
            around = [(b.span.end - b.span.start, k) for k, b in self.decisions if b.span.contains(a.span)]
            self._add(
                "assignments", a.span, True, id=f"{self.id}.u{n}", document_id=self.id, decision_id=min(around)[1] if around else None, kind=a.kind,
                name=a.name, key=plain(a.name), area=a.area, version=a.version, change=a.change, given_by=a.given_by, given_to=a.given_to,
                report_to=a.report_to, due=a.due, dnr_key=_key(a.dnr), text=a.text,
            )  # fmt: skip
            for position, benefit in enumerate(a.benefits, 1):
                self._add("benefits", benefit.span, assignment_id=f"{self.id}.u{n}", position=position, text=benefit.text)

    def _activities(self) -> None:
        for n, a in enumerate(self.document.activities, 1):
            self._add(
                "activities", a.span, id=f"{self.id}.v{n}", document_id=self.id, kind=a.kind, area=a.area, year=a.year, text=a.text,
                effect=a.effect, cause=a.cause,
            )  # fmt: skip

    def _questions(self) -> None:
        for position, q in enumerate(self.document.questions, 1):
            options = json.dumps(q.options, ensure_ascii=False)
            self._add("survey_questions", q.span, document_id=self.id, position=position, number=q.number, question=q.question, options=options)
            for n, answer in enumerate(q.answers, 1):
                self._add("survey_answers", answer.span, document_id=self.id, question=position, position=n, answer=answer.text)

    def _digest(self) -> str:
        """Equal for two papers of the same words; "" for one of so few that they say nothing."""
        words = plain(self.source.text[self.document.span.start : self.document.span.end])
        return hashlib.sha256(words.encode()).hexdigest()[:16] if len(words) >= SAYING else ""

    def _links(self) -> None:
        for n, r in enumerate(self.document.references, 1):
            self._add(
                "citations", r.span, id=f"{self.id}.r{n}", document_id=self.id, paragraph_id=self._own_paragraph(r.paragraph, r.span), kind=r.kind,
                written=r.written, number=r.number, forum=r.forum, implied=int(r.implied), organisation=r.organisation,
                date=r.day.iso if r.day else None, relation=r.relation, heading=r.heading,
            )  # fmt: skip
        for n, c in enumerate(self.document.completions, 1):
            decision = next((k for k, b in self.decisions if b.span.contains(c.span)), None)
            if decision:
                self._add(
                    "completions", c.span, id=f"{self.id}.f{n}", document_id=self.id, decision_id=decision, forum=c.forum,
                    date=c.day.iso if c.day else None, number=c.number, point=c.point, text=c.text,
                )  # fmt: skip

    def _mentions(self) -> None:
        for m, role, span in self.document.numbers:
            spelt: Row = {"key": m.number.key, "canonical": m.number.canonical, "spelling": m.written, "sub": m.number.sub or None}
            self._add("dnr_mentions", span, **spelt, role=role, document_id=self.id)
        for forum, span in ((m, s) for m, s in self.document.forums if m.forum):
            self._add("forum_mentions", span, forum=forum.forum, written=forum.written, document_id=self.id)
        for told in self.document.told:
            said: Row = {"forum": told.forum, "kind": told.kind, "clause": told.clause, "text": told.text, **_day(told.day)}
            self._add("forum_facts", told.span, document_id=self.id, **said)
        for p in self.document.problems:
            self.rows["problems"].append(_problem(self.source_id, self.id, p.kind, p.message, p.span, self.where))
