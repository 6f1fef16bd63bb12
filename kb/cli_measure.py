"""`kb evaluate` on the command line: how well the base reads, in figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kb import terminal
from kb.options import DEFAULT, Database, Json, print_json
from kb.output import Out


def register(app: typer.Typer) -> None:
    """Make the command one of the program's."""
    app.command(cls=terminal.Command)(evaluate)


def evaluate(
    gold: Annotated[Path, typer.Option("--gold", help="Fil eller mapp med facit (YAML eller JSON).", show_default=False)],
    db: Database = DEFAULT,
    at_least: Annotated[float, typer.Option("--at-least", min=0.0, max=1.0, help="Slutkod 1 om medeltalet av F1 är lägre.")] = 0.0,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Visa det som saknas och det som är för mycket, med plats.")] = False,
    as_json: Json = False,
) -> int:
    """Mät hur väl kunskapsbasen läser, mot ett facit som någon har skrivit för hand.

    Exempel: kb evaluate --gold examples/gold.yaml -v
    """
    from kb.commands.evaluate import evaluate as run
    from kb.printing_measures import as_value, lines

    report = run(db, gold)
    if as_json:
        print_json(as_value(report))
    else:
        Out().print("\n".join(lines(report, verbose)))
    return int(report.mean < at_least)
