"""Blocks and resolved mentions → `Document`, with everything a careful reader would note. One module a kind of fact."""

from __future__ import annotations

from ingest.document import committees
from ingest.document.activities import activities
from ingest.document.agreement_names import Names
from ingest.document.agreement_notes import notes
from ingest.document.agreements import agreements
from ingest.document.assignments import assignments
from ingest.document.context import Context
from ingest.document.decisions import decisions
from ingest.document.doubts import two_days
from ingest.document.forum_facts import forum_facts
from ingest.document.head import head
from ingest.document.meetings import first_page, meeting, undecided, unmet, unread
from ingest.document.organisation import organisation
from ingest.document.paragraphs import paragraphs
from ingest.document.passages import passages
from ingest.document.prose import prose_proposals
from ingest.document.references import completions, paper_number, references
from ingest.document.retold import retold
from ingest.document.statements import statements
from ingest.document.survey import questions
from ingest.document.told import with_told
from ingest.document.unheaded import demands, unheaded
from ingest.document.vote_tables import with_tables
from ingest.document.votes import miscounted, uncounted, votes
from ingest.document.work import work
from ingest.models import Document, Problem


def assemble(context: Context, position: int, damaged: bool, problems: tuple[Problem, ...]) -> Document:
    """The record of one document. `position` is 1-based within its source."""
    top, kind = head(context)
    found = committees.referred(paragraphs(context, top, kind.records), top.forum, context.rules)
    own = tuple(p for p in found if p.own)
    headed = decisions(context, top, own, kind.records)
    unnamed = (*unheaded(context, top, own, headed), *demands(context, top, kind.records, headed))
    told = with_told(context, (*headed, *unnamed, *prose_proposals(context, top, own, (*headed, *unnamed))))
    decided = committees.decided(retold(context, top, told), top.forum, context.rules)
    counted = with_tables(context, votes(context))
    whose = organisation(context, top, kind.records)
    paper = paper_number(context, own)
    cited = references(context, top, own, kind.records, whose, paper)
    page = first_page(context, top, own)
    met = meeting(context, top, page)
    assigned = assignments(context, top, decided, kind.records)
    agreed, doubts = agreements(context, top, kind.records, damaged, names := Names(context, top.title))
    given, unclear = work(context, top, kind.records, decided, agreed, assigned)
    keys = {n.key for n in (top.dnr, *(p.dnr for p in own)) if n}
    numbers = tuple((m, "own" if m.number.key in keys else "reference", context.span(m.start, m.end)) for m in context.mentions.numbers)
    return Document(
        position=position,
        span=context.span(context.part.start, context.part.end),
        head=top,
        damaged=damaged,
        passages=passages(context),
        meeting=met,
        paragraphs=found,
        decisions=decided,
        statements=statements(context, met),
        votes=counted,
        assignments=tuple(sorted([*assigned, *given], key=lambda a: a.span)),
        agreements=agreed,
        questions=questions(context, top),
        activities=activities(context, top, kind.records, assigned),
        numbers=numbers,  # type: ignore[arg-type]  # a conditional of two literals
        forums=tuple((m, context.span(m.start, m.end)) for m in committees.mentioned(context, top.forum)),
        problems=(
            *problems,
            *doubts,
            *unclear,
            *two_days(top.title, found, decided),
            *unmet(met, own),
            *unread(context, top, page),
            *undecided(context, own, decided),
            *miscounted(counted),
            *uncounted(context, counted),
        ),
        organisation=whose,
        references=cited,
        completions=completions(context, top, own, decided, kind.records),
        paper_number=paper,
        told=forum_facts(context, top),
        notes=notes(context, kind.records, decided, names),
    )
