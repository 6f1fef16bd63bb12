"""`kb backup` and `kb restore` on the command line."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kb import terminal
from kb.options import DEFAULT, Database, Json, print_json
from kb.output import Out


def register(app: typer.Typer) -> None:
    """Make the commands some of the program's."""
    app.command(cls=terminal.Command)(backup)
    app.command(cls=terminal.Command)(restore)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FIL", help="Filen som ska skrivas, till exempel kb-2026-11-28.zip.")],
    db: Database = DEFAULT,
    as_json: Json = False,
) -> int:
    """Säkerhetskopiera databas, original och rättelser till en fil, också medan något läses in.

    Exempel: kb backup /backup/kb.zip
    """
    from kb.commands.backup import backup as run

    done = run(db, file)
    if as_json:
        return print_json(asdict(done))
    Out().print(f"{file}: källor {done.sources}, original {done.originals}")
    return 0


def restore(
    file: Annotated[Path, typer.Argument(metavar="FIL", help="En fil som kb backup har skrivit.")],
    db: Database = DEFAULT,
    force: Annotated[bool, typer.Option("--force", help="Ersätt databas och original som redan finns.")] = False,
    as_json: Json = False,
) -> int:
    """Lägg tillbaka en säkerhetskopia. Allt kontrolleras först; går något fel är allt som det var.

    Exempel: kb restore /backup/kb.zip --db kb.db
    """
    from kb.commands.backup import restore as run

    done = run(db, file, force)
    if as_json:
        return print_json(asdict(done))
    Out().print("\n".join(filter(None, (done.note, f"{db} är återställd: källor {done.sources}, original {done.originals}"))))
    return 0
