"""What several commands have in common: options, and how a value is printed as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kb.output import escaped

Database = Annotated[Path, typer.Option("--db", envvar="KB_DB", show_envvar=False, help="Databasens fil (eller variabeln KB_DB).")]
Metadata = Annotated[
    Path | None,
    typer.Option(
        "--metadata", envvar="KB_METADATA", show_envvar=False, help="Mapp med regler, i stället för den som följer med (eller variabeln KB_METADATA)."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Skriv ett JSON-dokument och inget annat.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Så många filer läses samtidigt.")]
Passwords = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        envvar="KB_PASSWORD_FILE",
        show_envvar=False,
        help="Fil med lösenord till låsta PDF-filer, ett per rad (eller variabeln KB_PASSWORD_FILE).",
    ),
]
Ocr = Annotated[
    str | None,
    typer.Option(
        "--ocr",
        metavar="auto|always|never",
        envvar="KB_OCR",
        show_envvar=False,
        help="Läs skannade sidor med OCR: auto där det behövs, always alla sidor, never inga (eller variabeln KB_OCR).",
    ),
]
Manifest = Annotated[
    Path | None,
    typer.Option(
        "--manifest", metavar="FIL", help="Förteckning (CSV eller YAML) som säger forum, datum, dnr, typ och titel för filer som inte själva gör det."
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="ADRESS", envvar="KB_CLUSTER", show_envvar=False,
        help="Läs på ett kluster av Dask i stället, till exempel tcp://10.0.0.1:8786 (eller variabeln KB_CLUSTER).",
    ),
]  # fmt: skip
DEFAULT = Path("kb.db")


def print_json(value: object) -> int:
    """One JSON document on standard output; the exit code 0."""
    print(escaped(json.dumps(value, ensure_ascii=False, indent=1)))
    return 0
