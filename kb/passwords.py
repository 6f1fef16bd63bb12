"""Passwords of locked PDFs: a file that the user names, one a line. They are kept nowhere else, neither in the database nor in the archive."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.errors import reason
from kb import errors

VARIABLE = "KB_PASSWORD_FILE"
"""Where the name of the file is, for all that a run does; the option sets it."""


def use(file: Path | None) -> None:
    """Read passwords from this file in what follows. Raises Usage where it cannot be read."""
    if file is not None:
        os.environ[VARIABLE] = str(file)
        known()


def known() -> tuple[str, ...]:
    """The passwords to try, in the order of the file. Raises Usage where the file cannot be read."""
    name = os.environ.get(VARIABLE)
    if not name:
        return ()
    try:
        lines = Path(name).read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise errors.Usage(f"{name}: {reason(error)}", "ange en fil med ett lösenord per rad") from error
    except UnicodeDecodeError as error:
        raise errors.Usage(f"{name}: är inte text i UTF-8", "ange en fil med ett lösenord per rad") from error
    return tuple(dict.fromkeys(line for line in lines if line.strip()))
