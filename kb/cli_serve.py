"""The commands about the web: serve, password."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kb import terminal
from kb.options import DEFAULT, Database
from kb.output import Out


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(cls=terminal.Command)(serve)
    app.command(cls=terminal.Command)(password)


def serve(
    db: Database = DEFAULT,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 8001,
    host: Annotated[str, typer.Option(help="Adress att lyssna på; annat än den här datorn kräver --staff.")] = "127.0.0.1",
    uds: Annotated[Path | None, typer.Option(metavar="SOCKEL", help="Unix-sockel att lyssna på, i stället för en port.")] = None,
    staff: Annotated[Path | None, typer.Option(metavar="FIL", help="Personalens webb: hur man loggar in, och vem som får vad.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Så många processer svarar.")] = 1,
    reload: Annotated[bool, typer.Option("--reload", help="Starta om när program eller inställningar ändras.")] = False,
) -> int:
    """Visa kunskapsbasen i webbläsaren, bara på den här datorn om inget annat sägs.

    Exempel: kb serve --port 8002
    """
    from kb.commands.serve import Site, prepare, reachable_by_all
    from kb.commands.serve import serve as run
    from kb.errors import Usage

    if reload and workers > 1:
        raise Usage("--reload och --workers går inte ihop", "ta bort det ena")
    site = Site(db, port, host, uds, staff, workers, reload)
    address = prepare(site)
    if folder := reachable_by_all(site):
        Out(sys.stderr).print(f"kb: sockeln i {folder} kan alla på datorn nå och säga vilka de är – lägg den i en mapp som bara proxyn når")
    run(site, lambda: Out().print(f"Kunskapsbasen visas på {address} – avsluta med Ctrl+C"))
    return 0


def password(name: Annotated[str, typer.Argument(metavar="NAMN", help="Namnet som personen loggar in med.")]) -> int:
    """Gör raden med en persons lösenord, att klistra in i personalens fil under passwords.

    Exempel: kb password anna
    """
    from getpass import getpass

    from kb.errors import Usage
    from kb.staff import hashed

    typed = getpass("Lösenord: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(typed) < 12:
        raise Usage("lösenordet är för kort", "välj minst 12 tecken, gärna flera ord")
    if sys.stdin.isatty() and getpass("En gång till: ") != typed:
        raise Usage("lösenorden är olika", "börja om")
    print(f"{name}: {hashed(typed)}")
    return 0
