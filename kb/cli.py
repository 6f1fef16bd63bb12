"""The command line: parse arguments, call commands, print. What is slow to import is imported by the command that needs it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb import cli_backup, cli_correct, cli_files, cli_measure, cli_serve, cli_text, passwords, terminal
from kb.options import DEFAULT, Cluster, Database, Jobs, Json, Manifest, Metadata, Ocr, Passwords, print_json
from kb.output import Out

if TYPE_CHECKING:
    from ingest.rules import Rules
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
    password_file: Passwords = None,
    ocr: Ocr = None,
    listing: Manifest = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Bevaka mapparna: läs in det som kommer dit eller ändras, tills du avslutar med Ctrl+C.")
    ] = False,
    cluster: Cluster = None,
    as_json: Json = False,
) -> int:
    """Läs in filer och mappar. Det som redan är inläst och oförändrat hoppas över.

    Exempel: kb ingest protokoll/ --jobs 2
    """
    from kb import errors, manifest, printing_runs
    from kb import ocr as scans
    from kb.commands import cluster as far
    from kb.commands.ingest import ingest as run

    passwords.use(password_file)
    scans.use(ocr)
    far.use(cluster)
    rules = _rules(metadata)
    stated = manifest.read(listing, rules) if listing else manifest.NONE
    if watch:
        from kb.cli_watch import follow

        if as_json:
            raise errors.Usage("--watch och --json går inte ihop", "välj en av dem")
        return follow(db, paths, rules, metadata, jobs, stated)
    with printing_runs.progress(as_json) as progress:
        summary = run(db, paths, rules, metadata, jobs, progress, manifest=stated)
    return printing_runs.told(summary, as_json)


def _teach(wanted: bool) -> None:
    if wanted:
        from kb import printing_search
        from kb.output import Out

        printing_search.guide(Out())
        raise typer.Exit


@app.command(cls=terminal.Command)
def search(
    query: Annotated[
        list[str] | None, typer.Argument(metavar="ORD", help="Ord, ”fraser”, OCH ELLER INTE, början*, forum: typ: datum: dnr: …")
    ] = None,
    db: Database = DEFAULT,
    limit: Annotated[int, typer.Option(min=0, help="Så många träffar, 0 för alla.")] = 20,
    forum: Annotated[str | None, typer.Option(help="Namn eller förkortning på ett forum.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Tidigaste datum: 2015, 2015-06 eller 2015-06-16.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Senaste datum.")] = None,
    newest: Annotated[bool, typer.Option("--newest", help="Nyast först, i stället för bäst först.")] = False,
    like: Annotated[str | None, typer.Option(metavar="ID", help="Visa det som mest liknar en handling eller ett stycke.")] = None,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Skriv träffarna som CSV.")] = False,
    _help: Annotated[bool, typer.Option("--help-query", is_eager=True, callback=_teach, help="Visa hur man söker, med exempel.")] = False,
) -> int:
    """Sök i beslut, ärenden, handlingar och text, bästa träffen först.

    Exempel: kb search 'samverkan OCH avtal*' --forum RS --from 2015
    """
    from kb import errors, printing_search
    from kb.commands.find import as_json as value_of
    from kb.commands.find import find, find_like, write_hits
    from kb.connect import reading

    words = " ".join(query or ())
    if not (words or like):
        raise errors.Usage("ORD saknas", "skriv det du söker, eller kb search --help-query för att se hur")
    with reading(db) as connection:
        found = find_like(connection, words, like, limit) if like else find(connection, words, forum, since, until, newest, limit)
    if as_json:
        return print_json(value_of(found))
    if as_csv:
        write_hits(found, sys.stdout.buffer)
    else:
        printing_search.results(found, Out())
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
    excel: Annotated[bool, typer.Option("--excel", help="CSV för svenskt Excel: semikolon, BOM, svenska rubriker och ord, som xlsx.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Fil att skriva till, i stället för skärmen.")] = None,
    forum: Annotated[str | None, typer.Option("--forum", help="Bara ett forum: namn, förkortning eller annat namn.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Från och med: 2015, 2015-06 eller 2015-06-16.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Till och med.")] = None,
    organisation: Annotated[str | None, typer.Option("--kommun", help="Bara en kommun eller region.")] = None,
) -> int:
    """Skriv ut en tabell.

    Exempel: kb export decision_list --forum RS --from 2022 --excel -o beslut.csv
    """
    from kb.commands.export import export as run
    from kb.connect import reading
    from kb.export import Wanted

    with reading(db) as connection:
        run(connection, Wanted(table, forum, since, until, organisation), kind, excel, output)
    return 0


cli_text.register(app)
cli_correct.register(app)
cli_measure.register(app)
cli_files.register(app)
cli_backup.register(app)


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
        printing.report(report, Out())
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
    Out().print(f"{gone.source} är borttagen, också ur arkivet (filer där: {gone.archived}). Filen där den lästes in ligger kvar.")
    return 0


@app.command(cls=terminal.Command)
def rebuild(
    db: Database = DEFAULT, jobs: Jobs = 1, metadata: Metadata = None, password_file: Passwords = None, ocr: Ocr = None, as_json: Json = False
) -> int:
    """Gör om databasen från originalen i arkivet. Behövs efter nya regler eller en ny version.

    Exempel: kb rebuild --jobs 2
    """
    from kb import ocr as scans
    from kb import printing_runs
    from kb.commands.rebuild import rebuild as run

    passwords.use(password_file)
    scans.use(ocr)
    with printing_runs.progress(as_json) as progress:
        summary = run(db, _rules(metadata), metadata, jobs, progress)
    return printing_runs.told(summary, as_json)


cli_serve.register(app)


def _rules(metadata: Path | None) -> Rules:
    from ingest import load_rules

    return load_rules(metadata)


def _shown(found: Shown, what: str, as_json: bool) -> int:
    from kb import printing

    if as_json:
        print_json(found.value)
    elif found.kind == "nothing":
        Out(sys.stderr).print(f"kb: hittar inget för ”{what}” – prova kb search")
    else:
        printing.shown(found, Out())
    return found.exit_code


def main() -> None:
    """Run kb and leave with its exit code."""
    sys.exit(terminal.run(app, sys.argv[1:]))


if __name__ == "__main__":
    main()
