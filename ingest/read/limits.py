"""What a file may cost: bounds that every reader keeps, so that a bomb is told from a document before it goes off."""

from __future__ import annotations

import stat
from pathlib import Path

from ingest.errors import TooLarge, UnreadableFile

MOST_BYTES = 400_000_000
"""Of one file. Scanned bundles of a year reach some 300 MB."""
MOST_PAGES = 20_000
MOST_TEXT = 50_000_000
"""Characters of one source: some 20,000 pages."""
MOST_UNPACKED = 1_000_000_000
"""Bytes of all that a container holds, unpacked."""
MOST_MEMBERS = 5_000
MOST_RATIO = 200
"""Text and XML pack some 20 times, blank images 100; only bombs pack more."""
SMALL = 20_000_000
"""Bytes unpacked under which the ratio says nothing: an empty form packs well."""


def size_of(number: float) -> str:
    """A number of bytes for people: "400 MB", "10,7 GB"."""
    for unit in ("byte", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000
    return f"{number:.1f} GB".replace(".", ",")


def check_size(name: object, size: int) -> None:
    """Raises TooLarge for a file of more bytes than is read."""
    if size > MOST_BYTES:
        raise TooLarge(f"{name}: är {size_of(size)}, och en fil får vara {size_of(MOST_BYTES)}")


_ODD = {stat.S_IFIFO: ("ett", "rör (FIFO)"), stat.S_IFSOCK: ("en", "socket"), stat.S_IFCHR: ("en", "enhet"), stat.S_IFBLK: ("en", "enhet")}


def oddity(mode: int) -> str:
    """What an `st_mode` says that a thing is, for people, where it is neither file nor folder: "enhet"; "" where it is."""
    return _ODD.get(stat.S_IFMT(mode), ("", ""))[1]


def check_plain(path: Path) -> None:
    """Raises UnreadableFile for what is no plain file (to open a pipe is to wait for ever), TooLarge as `check_size`, OSError."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        odd = " ".join(_ODD.get(stat.S_IFMT(found.st_mode), ()))
        what = f" utan {'en länk till ' if path.is_symlink() else ''}{odd}" if odd else ""
        raise UnreadableFile(f"{path}: är ingen vanlig fil{what}", "ta bort den ur mappen, eller ange en vanlig fil")
    check_size(path, found.st_size)


def check_pages(name: object, pages: int) -> None:
    """Raises TooLarge for more pages than is read."""
    if pages > MOST_PAGES:
        raise TooLarge(f"{name}: har fler än {MOST_PAGES} sidor ({pages})")


def check_text(name: object, characters: int) -> None:
    """Raises TooLarge for more text than is read."""
    if characters > MOST_TEXT:
        raise TooLarge(f"{name}: har mer än {MOST_TEXT // 1_000_000} miljoner tecken text")
