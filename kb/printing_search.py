"""What a search found, and how to search, as words on a terminal or in a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kb.output import Out, Piece, clean
from kb.printing import count, facts
from kb.search import snippets

if TYPE_CHECKING:
    from kb.search import Group, Hit, Overview, Record

KINDS = {
    "decision": "Beslut", "paragraph": "Paragrafer", "case": "Ärenden", "forum": "Forum", "assignment": "Uppdrag", "agreement": "Avtal",
    "document": "Handlingar",
}  # fmt: skip
_STATUS = {"proposed": "förslag", "upward": "beslutat förslag", "tabled": "bordlagt", "returned": "återremitterat", "narrated": "återgivet beslut"}
_MATCHED = {
    "inflected": "böjning", "repaired": "läst om", "compound": "del av ord", "synonym": "synonym", "folded": "utan prickar", "fuzzy": "liknande",
}  # fmt: skip


def results(found: Overview, out: Out) -> None:
    """The best of each kind, then passages: title, facts, place, and the words around what was found."""
    hits = found.results
    for note in hits.notes:
        out.print(clean(note), style="yellow")
    if hits.suggestion:
        out.print(f"Menade du: {clean(hits.suggestion)}", style="yellow")
    for other in hits.beyond:
        how = f" – sök {clean(other.query)}" if other.query != hits.query else ""
        out.print(f"Utan {clean(' och '.join(other.left_out))} finns {_total(other.total, other.capped)}{how}", style="yellow")
    for dnr in hits.cases:
        out.print(f"Ärende {clean(dnr)} – kb show {clean(dnr)}", style="bold")
    for group in found.groups:
        _group(group, out)
    if not hits.total:
        if not found.groups:
            out.print(f"Inga träffar för ”{clean(hits.query)}”. Pröva färre ord; kb search --help-query visar hur man söker.")
        return
    if found.groups:
        out.print("\nText", style="bold cyan")
    for number, hit in enumerate(hits.hits, 1):
        _hit(number, hit, out)
    more = f", {len(hits.hits)} visas – fler med --limit" if len(hits.hits) < hits.total else ""
    total = _total(hits.total, hits.capped)
    out.print(f"{total[0].upper()}{total[1:]} i texten för ”{clean(hits.query)}”{more}")


def _total(total: int, capped: bool) -> str:
    return f"fler än {total - 1} träffar" if capped else count(total, "träff", "träffar")


def _group(group: Group, out: Out) -> None:
    total = f"fler än {group.total - 1}" if group.capped else str(group.total)
    out.print(f"\n{KINDS[group.kind]} ({total})", style="bold cyan")
    for record in group.records:
        _record(record, out)


def _record(record: Record, out: Out) -> None:
    title = _marked(record.marked_title) if record.title.strip() else _marked(clean(record.document or record.ref))
    out.print(title, style="bold")
    place = f"{record.source}:{record.line}" if record.line else f"{record.source} s. {record.page}" if record.source else ""
    number = f"§ {record.number}" if record.number else ""
    out.print(
        f"   {facts(_STATUS.get(record.status or ''), record.date, _body(record), number, record.dnr, place, _MATCHED.get(record.matched))}",
        style="dim",
    )
    if record.kind in ("decision", "assignment") and record.text.strip() and record.text.strip() != record.title.strip():
        out.print(_marked(record.excerpt, "   "))


def _hit(number: int, hit: Hit, out: Out) -> None:
    place = f"{hit.source}:{hit.line}" if hit.line else f"{hit.source} s. {hit.page}"
    out.print(f"{number}. {clean(hit.title)}", style="bold")
    out.print(f"   {facts(hit.kind, hit.date, _body(hit), hit.dnr, place, _MATCHED.get(hit.matched))}", style="dim")
    out.print(_marked(hit.excerpt, "   "))


def _body(found: Hit | Record) -> str:
    """The forum, and whose it is where several have one of that name, or whose the case, where several have its number."""
    return ", ".join(filter(None, (found.whose or found.case_of, found.forum)))


def _marked(marked: str, indent: str = "") -> Iterator[Piece]:
    yield indent, ""
    for piece, hit in snippets.segments(marked):
        yield clean(" ".join(piece.split(" "))).replace("\n", " "), "bold magenta" if hit else ""


def guide(out: Out) -> None:
    """How to search, with examples."""
    from kb.search.guide import LESSONS

    width = max(len(example.query) for lesson in LESSONS for example in lesson.examples) + 2
    for lesson in LESSONS:
        out.print(f"\n{lesson.title}", style="bold")
        out.print(lesson.text)
        for example in lesson.examples:
            out.print(f"  {example.query:{width}}{example.says}")
    out.print("\nI terminalen ska sökningen stå inom apostrofer: kb search '\"gemensam plattform\" OCH remiss*'")
