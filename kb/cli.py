"""The command line: parse arguments, call commands, print. What is slow to import is imported by the command that needs it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb import cli_correct, cli_measure, cli_serve, cli_text, terminal
from kb.options import DEFAULT, Database, Jobs, Json, Metadata, print_json

if TYPE_CHECKING:
    from ingest.rules import Rules
    from kb.commands.ingest import Summary
    from kb.commands.show import Shown

app = typer.Typer(cls=terminal.Group, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def kb() -> None:
    """Kunskapsbas över handlingar: läs in protokoll och andra filer, sök i dem, följ ärenden och beslut.

    Börja med: kb ingest MAPP, sedan kb search ORD eller kb serve.
    """


@app.command(cls=terminal.Command)
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="SÖKVÄG", help="Filer eller mappar.")],
    db: Database = DEFAULT,
    jobs: Jobs = 1,
    metadata: Metadata = None,
    as_json: Json = False,
) -> int:
    """Läs in filer och mappar. Det som redan är inläst och oförändrat hoppas över.

    Exempel: kb ingest protokoll/ --jobs 2
    """
    from kb import printing
    from kb.commands.ingest import ingest as run

    with printing.progress(as_json) as progress:
        summary = run(db, paths, _rules(metadata), metadata, jobs, progress)
    return _summary(summary, as_json)


@app.command(cls=terminal.Command)
def search(
    query: Annotated[list[str], typer.Argument(metavar="ORD", help="Ord, ”fraser”, OCH ELLER INTE, början*, forum: typ: år: dnr:")],
    db: Database = DEFAULT,
    limit: Annotated[int, typer.Option(min=0, help="Så många träffar, 0 för alla.")] = 20,
    forum: Annotated[str | None, typer.Option(help="Namn eller förkortning på ett forum.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Tidigaste datum: 2015, 2015-06 eller 2015-06-16.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Senaste datum.")] = None,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Skriv träffarna som CSV.")] = False,
) -> int:
    """Sök i texten, bästa träffen först.

    Exempel: kb search 'samverkan OCH avtal*' --forum RS --from 2015
    """
    from kb import printing
    from kb.connect import reading
    from kb.search import search as run

    with reading(db) as connection:
        found = run(connection, " ".join(query), forum=forum, since=since, until=until, limit=limit)
    hits = [{**{k: v for k, v in asdict(hit).items() if k != "marked"}, "highlighted": hit.highlighted} for hit in found.hits]
    if as_json:
        value = {"query": found.query, "total": found.total, "suggestion": found.suggestion, "hits": hits}
        return print_json({**value, "notes": found.notes, "cases": found.cases})
    if as_csv:
        from kb.writers import Table, csv_pieces, write

        columns = ["passage_id", "document_id", "source", "page", "line", "title", "kind", "date", "forum", "dnr", "text"]
        write(csv_pieces(Table("sok", columns, ([hit[c] for c in columns] for hit in hits))), sys.stdout.buffer)
        return 0
    printing.results(found, printing.console())
    return 0


@app.command(cls=terminal.Command)
def show(
    what: Annotated[list[str], typer.Argument(metavar="VAD", help="Diarienummer, § eller handlingens id.")],
    db: Database = DEFAULT,
    as_json: Json = False,
) -> int:
    """Visa ett ärende, en paragraf eller en handling.

    Exempel: kb show RUN/29/2021 · kb show 'RS § 144 2015' · kb show 8baf239d61-1
    """
    from kb.commands.show import show as run
    from kb.connect import reading

    with reading(db) as connection:
        return _shown(run(connection, " ".join(what)), " ".join(what), as_json)


@app.command(cls=terminal.Command)
def forum(
    name: Annotated[list[str] | None, typer.Argument(metavar="NAMN", show_default=False)] = None, db: Database = DEFAULT, as_json: Json = False
) -> int:
    """Visa alla forum, eller ett: namn, förkortning eller annat namn.

    Exempel: kb forum RS
    """
    from kb.commands.show import forum as run
    from kb.connect import reading

    wanted = " ".join(name) if name else None
    with reading(db) as connection:
        return _shown(run(connection, wanted), wanted or "", as_json)


@app.command(cls=terminal.Command)
def export(
    table: Annotated[str, typer.Argument(metavar="TABELL", help="Till exempel decision_list; ett fel namn visar alla.")],
    db: Database = DEFAULT,
    kind: Annotated[str, typer.Option("--format", help="csv, json eller xlsx.")] = "csv",
    excel: Annotated[bool, typer.Option("--excel", help="CSV för svenskt Excel: semikolon och BOM.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Fil att skriva till, i stället för skärmen.")] = None,
    forum: Annotated[str | None, typer.Option("--forum", help="Bara ett forum: namn, förkortning eller annat namn.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Från och med: 2015, 2015-06 eller 2015-06-16.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Till och med.")] = None,
) -> int:
    """Skriv ut en tabell.

    Exempel: kb export decision_list --forum RS --from 2022 --excel -o beslut.csv
    """
    from kb.commands.export import export as run
    from kb.connect import reading
    from kb.export import Wanted

    with reading(db) as connection:
        run(connection, Wanted(table, forum, since, until), kind, excel, output)
    return 0


cli_text.register(app)
cli_correct.register(app)
cli_measure.register(app)


@app.command(cls=terminal.Command)
def check(db: Database = DEFAULT, metadata: Metadata = None, as_json: Json = False) -> int:
    """Kontrollera att allt är helt. Visar också luckor i §-serier och tveksamheter.

    Exempel: kb check
    """
    from kb import printing
    from kb.commands.check import check as run

    report = run(db, metadata)
    if as_json:
        print_json(asdict(report))
    else:
        printing.report(report, printing.console())
    return report.exit_code


@app.command(cls=terminal.Command)
def forget(source: Annotated[str, typer.Argument(metavar="KÄLLA")], db: Database = DEFAULT, metadata: Metadata = None, as_json: Json = False) -> int:
    """Ta bort en källa, också ur arkivet. Allt som lästs ur den går bort med den.

    Exempel: kb forget protokoll/2015-06-16.pdf
    """
    from kb.commands.rebuild import forget as run

    gone = run(db, source, _rules(metadata))
    if as_json:
        return print_json(asdict(gone))
    print(f"{gone.source} är borttagen, också ur arkivet (filer där: {gone.archived}). Filen där den lästes in ligger kvar.")
    return 0


@app.command(cls=terminal.Command)
def rebuild(db: Database = DEFAULT, jobs: Jobs = 1, metadata: Metadata = None, as_json: Json = False) -> int:
    """Gör om databasen från originalen i arkivet. Behövs efter nya regler eller en ny version.

    Exempel: kb rebuild --jobs 2
    """
    from kb import printing
    from kb.commands.rebuild import rebuild as run

    with printing.progress(as_json) as progress:
        summary = run(db, _rules(metadata), metadata, jobs, progress)
    return _summary(summary, as_json)


cli_serve.register(app)


def _rules(metadata: Path | None) -> Rules:
    from ingest import load_rules

    return load_rules(metadata)


def _summary(summary: Summary, as_json: bool) -> int:
    from kb.printing import summary_line

    if as_json:
        print_json({**asdict(summary.counts), "files": [asdict(event) for event in summary.events], "notes": summary.notes})
    else:
        print("\n".join([*summary.notes, summary_line(summary)]))
    return summary.exit_code


def _shown(found: Shown, what: str, as_json: bool) -> int:
    from kb import printing

    if as_json:
        print_json(found.value)
    elif found.kind == "nothing":
        print(f"kb: hittar inget för ”{what}” – prova kb search", file=sys.stderr)
    else:
        printing.shown(found, printing.console())
    return found.exit_code


def main() -> None:
    """Run kb and leave with its exit code."""
    sys.exit(terminal.run(app, sys.argv[1:]))


if __name__ == "__main__":
    main()
