"""`kb quarantine` on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from kb import passwords, terminal
from kb.options import DEFAULT, Database, Jobs, Json, Metadata, Passwords, print_json
from kb.output import Out


def register(app: typer.Typer) -> None:
    """Make the command one of the program's."""
    app.command(cls=terminal.Command)(quarantine)


def quarantine(
    files: Annotated[list[str] | None, typer.Argument(metavar="FIL", show_default=False, help="Bara dessa filer.")] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Försök läsa dem igen, nu.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Stryk dem ur listan.")] = False,
    db: Database = DEFAULT,
    jobs: Jobs = 1,
    metadata: Metadata = None,
    password_file: Passwords = None,
    as_json: Json = False,
) -> int:
    """Visa filer som var för tunga att läsa, försök igen eller stryk dem. kb ingest lämnar dem tills de ändras.

    Exempel: kb quarantine · kb quarantine --retry · kb quarantine akt.zip --drop
    """
    from ingest import load_rules
    from kb import errors, printing_runs
    from kb.commands import quarantine as run

    passwords.use(password_file)
    names = files or []
    if retry and drop:
        raise errors.Usage("välj --retry eller --drop, inte båda", "se kb quarantine --help")
    if retry:
        with printing_runs.progress(as_json) as progress:
            summary = run.retried(db, names, load_rules(metadata), metadata, jobs, progress)
        return printing_runs.told(summary, as_json)
    found = run.dropped(db, names, load_rules(metadata)) if drop else run.listed(db, names)
    if as_json:
        return print_json([asdict(file) for file in found])
    for file in found:
        Out().print(printing_runs.quarantined_line(file))
    print(("Strukna ur karantän: " if drop else "I karantän: ") + str(len(found)))
    return 0
