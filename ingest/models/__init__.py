"""The values that flow through the pipeline: frozen, slotted, in the order the stages make them.

Every position is a character offset. `start`/`end` of pages and documents' sources are offsets into `Source.text` (the stored text);
blocks and mentions are made on the clean text and carry both that span and, through `CleanText.span`, the place in the stored text.
Records (decisions, paragraphs, …) hold spans into the stored text only, because that is what is kept and quoted.
"""

from __future__ import annotations

from ingest.models.agreements import Agreement, AgreementNote, Clause, Contact
from ingest.models.layout import Alternative, Block, CleanText, Correction, Page, Part, Problem, Quality, Source, Span
from ingest.models.links import Completion, ForumFact, Reference
from ingest.models.mentions import DateMention, Day, DecisionMention, DiaryNumber, DnrMention, ForumMention, Mentions, ParagraphMention, PersonMention
from ingest.models.records import (
    Activity,
    Assignment,
    Attendance,
    Ballot,
    Decision,
    Document,
    Head,
    Meeting,
    Paragraph,
    Parsed,
    Passage,
    Point,
    Question,
    Role,
    Statement,
    Status,
    Vote,
)

__all__ = [
    "Activity",
    "Agreement",
    "AgreementNote",
    "Alternative",
    "Assignment",
    "Attendance",
    "Ballot",
    "Block",
    "Clause",
    "CleanText",
    "Completion",
    "Contact",
    "Correction",
    "DateMention",
    "Day",
    "Decision",
    "DecisionMention",
    "DiaryNumber",
    "DnrMention",
    "Document",
    "ForumFact",
    "ForumMention",
    "Head",
    "Meeting",
    "Mentions",
    "Page",
    "Paragraph",
    "ParagraphMention",
    "Parsed",
    "Part",
    "Passage",
    "PersonMention",
    "Point",
    "Problem",
    "Quality",
    "Question",
    "Reference",
    "Role",
    "Source",
    "Span",
    "Statement",
    "Status",
    "Vote",
]
