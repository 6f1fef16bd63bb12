"""The rows of a document's agreements, their clauses and contacts, and of what it says of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingest.models import Agreement, AgreementNote, Decision, Document, Span
from kb.locator import Locator

Made = tuple[str, Span, dict[str, Any]]
"""A table, the words that a row of it is read from, and the row without their place."""


def agreement_rows(document_id: str, document: Document, decisions: Sequence[tuple[str, Decision]], where: Locator) -> Iterator[Made]:
    """What a row refers to comes before it; ids are the document's, a letter and a running number."""
    for n, agreement in enumerate(document.agreements, 1):
        yield from _agreement(f"{document_id}.a{n}", document_id, agreement, where)
    for n, note in enumerate(document.notes, 1):
        yield "agreement_notes", note.span, _note(f"{document_id}.e{n}", document_id, note, decisions)


def _agreement(key: str, document_id: str, a: Agreement, where: Locator) -> Iterator[Made]:
    place = where.place(a.notice_span) if a.notice_span else {}
    yield "agreements", a.span, {
        "id": key, "document_id": document_id, "title": a.title, "parties": "; ".join(a.parties) or None, "dnr_key": a.dnr.key if a.dnr else None,
        "valid_from": a.valid_from, "valid_to": a.valid_to, "extended_to": a.extended_to, "renewal_years": a.renewal_years,
        "renewal_months": a.renewal_months, "extension_option": a.extension_option, "notice_months": a.notice_months, "notice_by": a.notice_by,
        "compensation_sek": a.compensation_sek, "price_index": a.price_index, "indexed_from": a.indexed_from, "payment": a.payment,
        "signed": a.signed, "own": int(a.own), "alike": a.alike, "notice_words": a.notice_words,
        **{f"notice_{column}": place.get(column) for column in ("page", "line", "start")},
    }  # fmt: skip
    for position, c in enumerate(a.clauses, 1):
        yield "clauses", c.span, {"agreement_id": key, "position": position, "number": c.number, "heading": c.heading, "text": c.text}
    for position, x in enumerate(a.contacts, 1):
        reached = {"person": x.person, "role": x.role, "party": x.party, "phone": x.phone, "email": x.email}
        yield "contacts", x.span, {"agreement_id": key, "position": position, **reached}


def _note(key: str, document_id: str, e: AgreementNote, decisions: Sequence[tuple[str, Decision]]) -> dict[str, Any]:
    decision = next((id for id, b in decisions if b.span == e.decided), None) if e.decided else None
    return {
        "id": key, "document_id": document_id, "decision_id": decision, "kind": e.kind, "name": e.name, "parties": "; ".join(e.parties) or None,
        "dnr_key": e.dnr.key if e.dnr else None, "begins": e.begins, "day": e.day, "settled": int(e.settled), "text": e.text,
    }  # fmt: skip
