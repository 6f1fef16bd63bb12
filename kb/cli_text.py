"""`kb explain`, `kb repair` and `kb learn` on the command line: what the parser makes of a text, and what it knows of Swedish."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kb import terminal
from kb.options import DEFAULT, Database, Json, Metadata, print_json
from kb.output import Out


def register(app: typer.Typer) -> None:
    """Make the commands those of the program."""
    for command in (explain, repair, learn):
        app.command(cls=terminal.Command)(command)


def explain(
    file: Annotated[Path, typer.Argument(metavar="FIL")],
    stage: Annotated[str, typer.Option(help="pages, clean, repair, blocks, mentions eller document.")] = "document",
    db: Database = DEFAULT,
    metadata: Metadata = None,
) -> int:
    """Visa vad varje steg gör av en fil. Ändrar ingen databas; finns den hjälper dess ord till att läsa skadad text.

    Exempel: kb explain protokoll.pdf --stage blocks
    """
    from ingest import load_rules
    from kb import printing
    from kb.commands.look import explain as run
    from kb.commands.look import reading_with

    rules = load_rules(metadata)
    with printing.steps() as step, reading_with(db, rules, step, metadata) as known:
        Out().print(run(file, rules, stage, known))
    return 0


def repair(file: Annotated[Path, typer.Argument(metavar="FIL")], db: Database = DEFAULT, metadata: Metadata = None, as_json: Json = False) -> int:
    """Visa vilka ord i en skadad text som läses om, och som vad. Ändrar ingen databas; finns den hjälper dess ord till.

    Platserna räknas i tecken från filens början. En radbrytning är ett tecken hur den än är skriven, ett BOM i början också.

    Exempel: kb repair inskannat.txt --json
    """
    from ingest import load_rules
    from kb import printing
    from kb.commands.look import reading_with
    from kb.commands.look import repair as run

    rules = load_rules(metadata)
    with printing.steps() as step, reading_with(db, rules, step, metadata) as known:
        corrections = run(file, rules, known)
    if as_json:
        return print_json([{key: value for key, value in c.items() if key != "reason"} for c in corrections])
    out = Out()
    for c in corrections:
        why = f"{c['kind']}: {c['reason']}" if c["reason"] else c["kind"]
        out.print(f"{c['start']}–{c['end']}  {c['original']!r} → {c['corrected']!r}  {c['confidence']:.0%}  {why}")
    print("1 rättelse" if len(corrections) == 1 else f"{len(corrections)} rättelser")
    return 0


def learn(db: Database = DEFAULT, metadata: Metadata = None, as_json: Json = False) -> int:
    """Bygg ordlistan för skadad text, och lär av basens egna handlingar. Görs annars av sig självt när det behövs.

    Exempel: kb learn
    """
    from ingest import load_rules
    from kb import printing
    from kb.commands.learn import learn as run

    with printing.steps() as step:
        learned = run(db, load_rules(metadata), step, metadata)
    if as_json:
        return print_json(asdict(learned))
    Out().print(printing.learned_lines(learned))
    return 0
