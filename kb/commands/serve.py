"""`kb serve`: Datasette with this project's pages, on this computer only."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

from kb import errors
from kb.connect import has_log, reading

HOST = "127.0.0.1"


def settings() -> Path:
    """The datasette.yaml that comes with the program: within the wheel, or at the top of a checkout."""
    inside = Path(__file__).parent.parent / "datasette.yaml"
    return inside if inside.is_file() else Path(__file__).parent.parent.parent / "datasette.yaml"


def prepare(database: Path, port: int) -> str:
    """The address to visit. Raises KbError where the database cannot be used, PortBusy where something listens already."""
    with reading(database):
        pass
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise errors.PortBusy(f"port {port} på {HOST} är upptagen eller går inte att använda") from error
    return f"http://{HOST}:{port}/"


def serve(database: Path, port: int) -> None:
    """Run the server until it is stopped."""
    import click
    import uvicorn.config
    from datasette.cli import cli

    # the address has been said in Swedish; a line for every page that is read helps nobody
    for handler in uvicorn.config.LOGGING_CONFIG["handlers"].values():
        handler["level"] = "WARNING"

    # where nobody can write, SQLite cannot make the files that a database in use needs
    how = [] if os.access(database.absolute().parent, os.W_OK) or has_log(database) else ["--immutable"]
    with suppress(click.Abort):  # Ctrl+C, as the line above it says
        cli.main(["serve", *how, str(database), "--config", str(settings()), "--host", HOST, "--port", str(port)], standalone_mode=False)
