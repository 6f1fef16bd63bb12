"""What can go wrong between records and people: one exception per cause, and the causes behind errors of SQLite and the file system."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from ingest.errors import IngestError, reason


class KbError(IngestError):
    """A failure outside the parser. Shown to staff like an IngestError: what, where, what to do."""

    exit_code = 20


class Usage(KbError):
    """The command was given something that cannot be meant."""

    exit_code = 2
    advice = "se kb --help"


class MissingDatabase(KbError):
    """The database file does not exist."""

    exit_code = 2
    advice = "läs in handlingar först: kb ingest MAPP"


class NotADatabase(KbError):
    """The file is no database of this program."""

    exit_code = 21
    advice = "ange en annan fil med --db"


class OtherVersion(KbError):
    """The database was made by a version of the program with another schema."""

    exit_code = 22
    advice = "kör kb rebuild"


class Busy(KbError):
    """Another process holds the database."""

    exit_code = 23
    advice = "vänta tills den är klar och kör igen"


class ReadOnly(KbError):
    """The file system or its permissions refuse to write."""

    exit_code = 24
    advice = "kontrollera rättigheterna eller ange en annan plats med --db"


class DiskFull(KbError):
    """There is no room left. The database is as it was before."""

    exit_code = 25
    advice = "frigör utrymme och kör igen, det som redan är inläst är kvar"


class Broken(KbError):
    """The database or the archive is damaged."""

    exit_code = 26
    advice = "kör kb check, sedan kb rebuild"


class ArchiveGap(KbError):
    """The archive lacks an original that the database has, or holds other bytes under its name."""

    exit_code = 27
    advice = "läs in filen igen med kb ingest, eller ta bort den med kb forget"


class UnstableFile(KbError):
    """A file that changed while it was read."""

    exit_code = 29
    advice = "kör igen"


class PortBusy(KbError):
    """The web server's port is taken."""

    exit_code = 28
    advice = "välj en annan med --port"


class DiskFault(KbError):
    """The disk, or the network folder, did not do what it was told."""

    exit_code = 30
    advice = "se efter att disken eller nätverksmappen är ansluten och kör igen"


class BadGold(KbError):
    """A file of the gold that `kb evaluate` measures with is not as it should be."""

    exit_code = 31
    advice = "rätta filen, docs/matning.md visar hur den skrivs"


class BadStaff(KbError):
    """The file of a staff site cannot be used."""

    exit_code = 32
    advice = "rätta filen, docs/handbok.md visar hur den skrivs"


class BadManifest(KbError):
    """The list of files that `kb ingest` was given is not as it should be."""

    exit_code = 33
    advice = "rätta förteckningen, docs/handbok.md visar hur den skrivs"


class NoCluster(KbError):
    """The cluster that was to read files does not answer, has no workers, or runs another version."""

    exit_code = 34
    advice = "kontrollera adressen, eller läs in utan --cluster"


class BadBackup(KbError):
    """The file of a backup is not whole, or is none."""

    exit_code = 40
    advice = "ta en annan säkerhetskopia, inget är ändrat"


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM}
_SQLITE: tuple[tuple[str, type[KbError], str], ...] = (
    ("disk is full", DiskFull, "disken är full"),
    ("disk I/O error", DiskFault, "disken svarar inte som den ska"),
    ("readonly", ReadOnly, "databasen går inte att skriva till"),
    ("unable to open", ReadOnly, "databasen går inte att öppna"),
    ("locked", Busy, "databasen används av ett annat program"),
    ("not a database", NotADatabase, "filen är ingen databas"),
    ("malformed", Broken, "databasen är skadad"),
    ("corrupt", Broken, "databasen är skadad"),
)


def from_os(error: OSError, where: Path | str = "") -> KbError:
    """The cause behind an error of the file system; `where` is named if the error names no file."""
    name = str(error.filename or where)
    if error.errno in _FULL:
        return DiskFull(f"{name}: disken är full".removeprefix(": "))
    if error.errno in _REFUSED:
        return ReadOnly(f"{name}: får inte läsas eller skrivas")
    return KbError(f"{name}: {reason(error)}".removeprefix(": "), "kontrollera sökvägen")


def from_sqlite(error: sqlite3.Error, where: Path | str = "databasen") -> KbError:
    """The cause behind an error of SQLite, found by its message (the only thing Python 3.11 and SQLite agree on)."""
    for words, cause, message in _SQLITE:
        if words in str(error):
            return cause(f"{where}: {message}")
    return KbError(f"{where}: {error}", "kör kb check")
