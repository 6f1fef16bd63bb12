"""Values → words on a terminal or in a pipe. Text of documents is never taken for markup or control codes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kb.output import Out, clean, drawing

if TYPE_CHECKING:
    from kb.commands.check import Report
    from kb.commands.learn import Learned
    from kb.commands.show import Shown

Row = dict[str, Any]

_EVENTS = {
    "document": "handling", "paragraph": "paragraf", "reference": "hänvisning", "proposal": "förslag", "decision": "beslut",
    "narrated": "återgivet beslut", "task": "uppdrag",
}  # fmt: skip
_KINDS = {"political": "politiskt", "officials": "tjänstepersoner", "joint": "gemensamt"}
_LEVELS = {"region": "regionen", "municipality": "kommunen", "county": "länets kommuner", "joint": "region och kommuner"}
_FORUMS = ("Forum", "Förkortning", "Slag", "Nivå", "Beslut", "Handlingar")
_RELATIONS = {"parent": "hör till", "predecessor": "efterträder", "prepares_for": "bereder ärenden till"}


def facts(*values: object) -> str:
    """Values on a line with dots between; the empty ones left out."""
    return " · ".join(clean(value) for value in values if value not in (None, ""))


def _place(row: Row) -> str:
    """Where a row stands: line in a text, else page."""
    return f"{row['source']}:{row['line']}" if row.get("line") else f"{row['source']} s. {row.get('page')}"


def _listed(out: Out, title: str, lines: Iterable[str]) -> None:
    lines = list(lines)
    if lines:
        out.print(f"\n{title}", style="bold")
        for line in lines:
            out.print(clean(line))


def shown(value: Shown, out: Out) -> None:
    """What `kb show` and `kb forum` found, if anything."""
    printers = {
        "case": _case, "paragraphs": _paragraphs, "document": _document, "forum": _forum, "forums": _forums, "choices": _choices,
    }  # fmt: skip
    printers[value.kind](value.value, out)


def _case(value: Row, out: Out) -> None:
    of = value["case_of"]
    out.print(facts(value["dnr"], of if of is None else of or "framgår inte vems"), style="bold")
    for row in value["timeline"]:
        out.print(f"{row['date'] or 'utan datum':10}  {facts(_EVENTS.get(row['event'], row['event']), row['forum'], _place(row))}", style="cyan")
        for line in clean(row["text"] or "").splitlines():
            out.print(f"            {line}")
        also = f"också i {row['also']}" if row["also"] else ""
        unsure = "kan gälla ett annat ärende med samma nummer" if row["unsure"] else ""
        if also or unsure or row["other_dnr"] is not None:
            out.print(f"            {facts(also, _register(row), unsure)}", style="dim")


def _register(row: Row) -> str:
    """Said of a decision that another register keeps under a number of its own."""
    return " ".join(filter(None, ["annat diarium", row["organisation"], row["other_dnr"]])) if row["other_dnr"] is not None else ""


def _paragraphs(value: Row, out: Out) -> None:
    for row in value["paragraphs"]:
        out.print(f"\n§ {clean(row['number'])} {clean(row['heading'])}", style="bold")
        own = "" if row["own"] else "omnämnd"
        out.print(f"   {facts(row['forum'], row['date'], row['dnr'], own, _place(row))}", style="dim")
        _decisions(row["decisions"], out)
        for voice in row["statements"]:
            out.print(f"   {facts(voice['kind'], voice['person'], voice['party'])}")
        for link in row["references"]:
            out.print(f"   → {facts(link['written'], link['relation'], link['target_heading'], link['state'] if link['kind'] != 'länk' else '')}")
        for link in row["cited_by"]:
            citing = f"§ {link['number']} {link['heading']}" if link["number"] else link["title"]
            out.print(f"   ← {facts(link['forum'], link['date'], citing, link['relation'])}")
        for other in row["sources"][1:]:
            out.print(f"   samma paragraf: {facts(other['kind'], _place(other))}", style="dim")
        for problem in row["problems"]:
            out.print(f"   {clean(problem['kind'])}: {clean(problem['message'])}", style="yellow")


def _decisions(decisions: list[Row], out: Out) -> None:
    for decision in decisions:
        status = {"adopted": "Beslut", "proposed": "Förslag", "narrated": "Återgivet beslut"}[decision["status"]]
        if status == "Beslut" and (decision["outcome"] or "").startswith("föreslår"):
            status = f"Beslutat förslag till {decision['addressed_to']}" if decision["addressed_to"] else "Beslutat förslag"
        out.print(f"   {facts(status, decision['decided_by'], decision['date'], decision['outcome'], _place(decision))}", style="cyan")
        for number, point in enumerate(decision["points"], 1):
            out.print(f"     {number}. {clean(point)}")


def _document(value: Row, out: Out) -> None:
    d = value["document"]
    out.print(clean(d["title"]), style="bold")
    pages = f"s. {d['first_page']}–{d['last_page']}" if d["last_page"] != d["first_page"] else f"s. {d['first_page']}"
    out.print(facts(d["kind"], d["date"], d["forum"], d["addressed_to"], d["dnr"], d["author"], d["source"], pages), style="dim")
    if d["listed"]:
        out.print(f"Enligt förteckningen: {clean(d['listed'])}", style="dim")
    _listed(out, "Paragrafer", (f"§ {p['number']} {p['heading']}" for p in value["paragraphs"] if p["own"]))
    if value["decisions"]:
        out.print("\nBeslut", style="bold")
        _decisions(value["decisions"], out)
    _listed(out, "Uppdrag", (facts(a["name"], a["given_to"], a["due"]) for a in value["assignments"]))
    _listed(out, "Avtal", (facts(a["title"], a["valid_from"], a["valid_to"], a["state"]) for a in value["agreements"]))
    _listed(out, "Diarienummer", sorted({f"{n['dnr']} ({'eget' if n['role'] == 'own' else 'hänvisning'})" for n in value["dnrs"]}))
    _listed(out, "Tveksamheter", (facts(p["kind"], p["message"], _place(p)) for p in value["problems"]))


def _forum(value: Row, out: Out) -> None:
    f = value["forum"]
    out.print(f"{clean(f['forum'])}{' (' + clean(f['abbreviation']) + ')' if f['abbreviation'] else ''}", style="bold")
    about = (_KINDS.get(f["kind"], f["kind"]), _LEVELS.get(f["level"], f["level"]))
    out.print(facts(*about, f["aliases"], f"{f['decisions']} beslut", f"{f['documents']} handlingar"), style="dim")
    for key in ("purpose", "members", "meets"):
        if f[key]:
            out.print(clean(f[key]))
    _listed(out, "Samband", (f"{_RELATIONS[r['relation']]} {r['other']}" for r in value["relations"]))
    if value["decisions"]:
        out.print("\nSenaste beslut", style="bold")
        _decisions(value["decisions"], out)


def _forums(value: Row, out: Out) -> None:
    """A table in a terminal, plain lines when piped."""
    if out.is_terminal:
        for number, line in enumerate(_aligned([_FORUMS, *map(_forum_row, value["forums"])], right=4)):
            out.print(line, style="" if number else "bold")
        return
    for f in value["forums"]:
        out.print(facts(f["forum"], f["abbreviation"], f"{f['decisions']} beslut", f"{f['documents']} handlingar"))


def _forum_row(f: Row) -> tuple[str, ...]:
    about = (_KINDS.get(f["kind"], f["kind"]), _LEVELS.get(f["level"], f["level"]))
    return tuple(clean(value or "") for value in (f["forum"], f["abbreviation"], *about, str(f["decisions"]), str(f["documents"])))


def _aligned(rows: Sequence[tuple[str, ...]], right: int) -> Iterator[str]:
    """Rows with their values in columns, those from number `right` on to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{value:{'<' if n < right else '>'}{width}}" for n, (value, width) in enumerate(zip(row, widths, strict=True))).rstrip()


def _choices(value: Row, out: Out) -> None:
    out.print("Det kan vara flera, välj en:")
    for choice in value["choices"]:
        out.print(f"  {clean(choice)}")


def report(value: Report, out: Out) -> None:
    """What `kb check` saw: faults first."""
    for line in value.broken:
        out.print(f"Fel: {clean(line)}", style="bold red")
    for line in value.notes:
        out.print(clean(line))
    for gap in value.gaps:
        numbers = ", ".join(map(str, gap.missing))
        out.print(clean(f"{gap.forum or 'okänt forum'} {gap.year or ''}: § {numbers} saknas av {gap.declared[0]}–{gap.declared[1]} i {gap.source}"))
    for line in value.series:
        out.print(clean(f"Lucka: {line}"))
    for kind, number in value.problems.items():
        out.print(clean(f"Tveksamheter, {kind}: {number}"))
    whole = "allt är helt" if value.index_checked else "allt som kunde kontrolleras är helt"
    out.print(f"{count(value.sources, 'källa', 'källor')}, {'något är trasigt – kör kb rebuild' if value.broken else whole}")


def count(number: int, one: str, several: str) -> str:
    """A number and its noun."""
    return f"{number} {one if number == 1 else several}"


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Whom the making of the lexicon tells what it does: a bar on a terminal, a line each in a pipe, on standard error."""
    from ingest.repair.build import STEPS

    err = Out(sys.stderr)
    if not err.is_terminal:
        yield lambda what: err.print(f"Bygger ordlistan: {what}")
        return
    from rich import progress as bars

    with bars.Progress("Bygger ordlistan", bars.BarColumn(), bars.TextColumn("{task.fields[what]}"), console=drawing(), transient=True) as bar:
        task = bar.add_task("", total=STEPS, what="", visible=False)
        done = -1

        def step(what: str) -> None:
            nonlocal done
            done += 1
            bar.update(task, completed=done, what=what, visible=True)

        yield step


def learned_lines(learned: Learned) -> str:
    """What the base has learned, and what to do about papers that were read before."""
    found = learned.vocabulary
    lines = [f"Ordlistan ligger i {learned.lexicon}."]
    if found is None:
        lines.append(f"{learned.database} finns inte, så det finns inga egna handlingar att lära av.")
    else:
        lines.append(f"Basen har lärt {found.words} ord och {found.pairs} ordpar av {found.papers} hela källor.")
    if learned.stale:
        lines.append(f"{learned.stale} skadade källor lästes med mindre – kör kb rebuild för att läsa om dem.")
    return "\n".join(lines)
