"""What a search found, and how to search, as words on a terminal or in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.printing import clean, count, facts
from kb.search import snippets
from kb.search.guide import LESSONS

if TYPE_CHECKING:
    from rich.console import Console

    from kb.search import Results


def results(found: Results, out: Console) -> None:
    """Hits as a list: title, facts, place, and the words around what was found."""
    from rich.text import Text

    for note in found.notes:
        out.print(clean(note), style="yellow")
    for number, hit in enumerate(found.hits, 1):
        place = f"{hit.source}:{hit.line}" if hit.line else f"{hit.source} s. {hit.page}"
        out.print(Text(f"{number}. {clean(hit.title)}", style="bold"))
        out.print(f"   {facts(hit.kind, hit.date, hit.forum, hit.dnr, place)}", style="dim")
        out.print(Text("   ").append_text(Text.assemble(*((clean(t), "bold magenta" if m else "") for t, m in snippets.segments(hit.excerpt)))))
    if not found.total:
        out.print(f"Inga träffar för ”{clean(found.query)}”.")
        return
    more = f", {len(found.hits)} visas – fler med --limit" if len(found.hits) < found.total else ""
    out.print(f"{count(found.total, 'träff', 'träffar')} för ”{clean(found.query)}”{more}")


def guide(out: Console) -> None:
    """How to search, with examples."""
    width = max(len(example.query) for lesson in LESSONS for example in lesson.examples) + 2
    for lesson in LESSONS:
        out.print(f"\n{lesson.title}", style="bold")
        out.print(lesson.text)
        for example in lesson.examples:
            out.print(f"  {example.query:{width}}{example.says}")
    out.print("\nI terminalen ska sökningen stå inom apostrofer: kb search '\"gemensam plattform\" OCH remiss*'")
