"""What a list beside a file says of it, taken where the file does not say so itself; where the two differ that is a doubt, and the file holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.models import Completion, Day, Decision, DiaryNumber, Document, Head, Paragraph, Parsed, Problem, Reference
from ingest.rules import Rules

DIFFERS = "motsäger förteckningen"


@dataclass(frozen=True, slots=True)
class Stated:
    """A line of the list called `by`; None where it does not say."""

    by: str
    forum: str | None = None
    day: Day | None = None
    dnr: DiaryNumber | None = None
    kind: str | None = None
    title: str | None = None


def with_stated(parsed: Parsed, stated: Stated, rules: Rules) -> Parsed:
    """A source of which so much was stated. It holds for the first document: others in the same file (enclosures) are papers of their own."""
    if not parsed.documents:
        return parsed
    first, *others = parsed.documents
    return replace(parsed, documents=(_completed(first, stated, rules), *others))


def _completed(document: Document, stated: Stated, rules: Rules) -> Document:
    old = document.head
    head = _head(old, stated, rules)
    listed = ((head.forum, old.forum, "forum"), (head.day, old.day, "datum"), (head.dnr, old.dnr, "diarienummer"), (head.kind, old.kind, "typ"))
    words = [word for now, before, word in listed if now != before]
    words += ["titel"] if stated.title and head.title == stated.title != old.title else []
    meeting = document.meeting
    return replace(
        document,
        head=head,
        meeting=replace(meeting, forum=meeting.forum or head.forum, day=meeting.day or head.day) if meeting else None,
        paragraphs=tuple(_paragraph(p, old, head) for p in document.paragraphs),
        decisions=tuple(_decision(d, old, head) for d in document.decisions),
        references=tuple(_reference(r, old, head, rules) for r in document.references),
        completions=tuple(_completion(c, old, head, rules) for c in document.completions),
        problems=(*document.problems, *_differences(old, stated, rules)),
        listed=", ".join(words),
    )


def _head(old: Head, stated: Stated, rules: Rules) -> Head:
    """The head with what it does not say."""
    kind = stated.kind if stated.kind and old.kind == _plain(rules) else old.kind
    forum, day = old.forum or stated.forum, _finer(old.day, stated.day)
    title = stated.title if stated.title and old.title_span is None else old.title
    if title == old.title and title == _called(old.kind, old.forum, old.day):
        title = _called(kind, forum, day)
    return replace(old, kind=kind, forum=forum, day=day, dnr=old.dnr or stated.dnr, title=title)


def _plain(rules: Rules) -> str:
    """The kind of a paper that is of no kind that is known: the last of the metadata."""
    return rules.types[-1].name


def _called(kind: str, forum: str | None, day: Day | None) -> str:
    """What minutes are called that have no title of their own."""
    return " ".join([kind.capitalize(), *([forum] if forum else []), *([day.iso] if day else [])])


def _finer(day: Day | None, stated: Day | None) -> Day | None:
    """The day that was read; the stated one where none was, or only its year or month."""
    if day is None or (stated and stated.iso != day.iso and stated.iso.startswith(day.iso)):
        return stated
    return day


def _paragraph(paragraph: Paragraph, old: Head, head: Head) -> Paragraph:
    """A § recorded here is of the body and day of the whole, where it says nothing else."""
    if not paragraph.own:
        return paragraph
    forum = head.forum if paragraph.forum is None and old.forum is None else paragraph.forum
    return replace(paragraph, forum=forum, day=head.day if paragraph.day == old.day else paragraph.day)


def _decision(decision: Decision, old: Head, head: Head) -> Decision:
    if decision.status == "narrated":
        return decision
    by = head.forum if decision.status == "adopted" and decision.decided_by is None and old.forum is None else decision.decided_by
    number = head.dnr if decision.dnr is None and decision.paragraph is None else decision.dnr
    return replace(decision, decided_by=by, day=head.day if decision.day == old.day else decision.day, dnr=number)


def _reference(reference: Reference, old: Head, head: Head, rules: Rules) -> Reference:
    """Words that leave out the body mean the one whose record they stand in, where they are such ("Bordlagt 2022-05-08, § 3")."""
    own = {p.data.get("relation") for p in rules.of("reference_leads") if p.data.get("own")}
    said = reference.forum or old.forum or reference.kind != "paragraf" or reference.relation not in own
    return reference if said or not _is_record(old, rules) or not head.forum else replace(reference, forum=head.forum, implied=True)


def _completion(completion: Completion, old: Head, head: Head, rules: Rules) -> Completion:
    said = completion.forum or old.forum or not completion.number
    return completion if said or not _is_record(old, rules) else replace(completion, forum=head.forum)


def _is_record(head: Head, rules: Rules) -> bool:
    """True for minutes and extracts, whose §§ are those of a meeting."""
    return any(kind.name == head.kind and kind.records == "paragraphs" for kind in rules.types)


def _differences(head: Head, stated: Stated, rules: Rules) -> Iterator[Problem]:
    """A doubt for each thing of which list and paper say different things."""
    pairs = (
        ("forum", stated.forum, head.forum, stated.forum != head.forum),
        ("datum", _words(stated.day), _words(head.day), stated.day and head.day and not _agree(stated.day, head.day)),
        ("diarienummer", stated.dnr and stated.dnr.full, head.dnr and head.dnr.full, stated.dnr and head.dnr and stated.dnr.key != head.dnr.key),
        ("typ", stated.kind, head.kind if head.kind != _plain(rules) else None, stated.kind != head.kind),
    )
    for what, listed, read, differ in pairs:
        if listed and read and differ:
            yield Problem(DIFFERS, f"Förteckningen ({stated.by}) anger {what} {listed}, handlingen säger {read}")


def _words(day: Day | None) -> str | None:
    return (day.iso + (f"–{day.end}" if day.end else "")) if day else None


def _agree(one: Day, other: Day) -> bool:
    """True where both may be meant: the same, one less exact than the other, or a day of a meeting of several."""
    if one.iso.startswith(other.iso) or other.iso.startswith(one.iso):
        return True
    return any(a.iso <= b.iso <= (a.end or a.iso) for a, b in ((one, other), (other, one)))
