"""Who has written a paper and who sends it, where no name stands alone in its head: behind a label, below the organisation, or signed at its end."""

from __future__ import annotations

import itertools

from ingest.document.context import Context
from ingest.document.letterhead import PERSON, Row
from ingest.rules import DocumentType
from ingest.text import fold, lines, squeeze

SIGNED = 8
"""A paper is signed in so many of its last lines."""


def written_by(context: Context, rows: list[Row], kind: DocumentType) -> str | None:
    """Who the letterhead says has written the paper, behind a label ("Handläggare: Anna Ek"); else who has signed it with an office."""
    found = ((row, m[1]) for row in rows if (m := context.rules.match("handlers", fold(row.text))))
    labelled = next((row.text[slice(*m.span("name"))] for row, m in found), None)
    return labelled or (None if kind.records else _signed(context))


def _signed(context: Context) -> str | None:
    """The name above an office, at the end of the paper."""
    every = (context.clean.text[a:b].strip() for a, b in lines(context.clean.text, context.part.start, context.part.end))
    last = [text for text in every if text][-SIGNED:]
    offices = ((name, context.rules.match("signing_offices", fold(office))) for name, office in itertools.pairwise(last))
    return next((name for name, office in offices if office and PERSON.fullmatch(fold(name))), None)


def sender(context: Context, rows: list[Row], kind: DocumentType) -> str | None:
    """The office of an administration that a line of the head names, of a letter or report."""
    if kind.records:
        return None
    found = ((row, m[1]) for row in rows if (m := context.rules.match("senders", fold(row.text))))
    return next((squeeze(row.text[slice(*m.span("unit"))]) for row, m in found), None)
