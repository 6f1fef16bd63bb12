"""One exception per cause, each with an exit code and advice. `docs/errors.md` lists them; a test compares the two."""

from __future__ import annotations

import errno
import re
from typing import ClassVar


def decoded(name: str) -> str:
    """A file name that can be stored and shown on one line.

    Bytes that are not UTF-8 come from an older Windows or a zip file, and are read as such,
    and what would break the line or the terminal becomes a blank.
    """
    name = re.sub(r"[\udc80-\udcff]", lambda m: bytes([ord(m.group()) - 0xDC00]).decode("cp1252", "replace"), name)
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]", " ", name)


class IngestError(Exception):
    """A file or a setting that cannot be used. The message says what and where, `advice` what to do; both are shown to staff, in Swedish."""

    exit_code: ClassVar[int] = 1
    advice: ClassVar[str] = ""

    def __init__(self, what: str, advice: str = "") -> None:
        self.what = decoded(what)
        super().__init__(self.what)
        self.todo = advice or self.advice

    def __str__(self) -> str:
        return f"{self.what} – {self.todo}" if self.todo else self.what


_REASONS = {
    errno.ENOENT: "finns inte", errno.EISDIR: "är en mapp", errno.ENOTDIR: "ligger inte i en mapp", errno.ENAMETOOLONG: "har för långt namn",
    errno.EACCES: "får inte läsas", errno.EPERM: "får inte läsas", errno.ELOOP: "är en länk som leder i ring", errno.EIO: "disken svarar inte",
}  # fmt: skip


def reason(error: OSError) -> str:
    """Why the file system refused, in Swedish; its own words for what seldom happens."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


class MissingFile(IngestError):
    """The path does not exist."""

    exit_code = 2
    advice = "kontrollera sökvägen"


class UnreadableFile(IngestError):
    """The file system refuses to give the bytes."""

    exit_code = 3
    advice = "kontrollera rättigheterna"


class EmptyFile(IngestError):
    """The file holds no byte, or nothing but white space."""

    exit_code = 4
    advice = "hämta filen på nytt"


class UnknownFormat(IngestError):
    """No reader knows the file's ending."""

    exit_code = 5
    advice = "gör om filen till PDF eller text"


class NotText(IngestError):
    """A file named as text that holds binary data, or an unknown encoding."""

    exit_code = 6
    advice = "spara filen som text i UTF-8"


class NotADocument(IngestError):
    """The content is not what the name says, such as an HTML error page named .pdf."""

    exit_code = 7
    advice = "hämta dokumentet på nytt, sidan det kom från fanns inte"


class BrokenPdf(IngestError):
    """The PDF cannot be read."""

    exit_code = 8
    advice = "öppna den i en PDF-läsare och spara den på nytt"


class EncryptedPdf(IngestError):
    """The PDF is locked with a password."""

    exit_code = 9
    advice = "spara den utan lösenord, eller ange lösenordet med --password-file"


class NoLexicon(IngestError):
    """What OCR repair knows of Swedish is missing or broken."""

    exit_code = 11
    advice = "kör kb learn, som bygger ordlistan av paketen hunspell-sv och wordfreq"


class TooLarge(IngestError):
    """The file, or what it would unpack to, passes the bounds of what is read."""

    exit_code = 12
    advice = "dela upp den i mindre filer, om den är vad den ska vara"


class TooHeavy(IngestError):
    """Reading the file took more time or memory than one may take, or ended the reader."""

    exit_code = 13
    advice = "öppna den och spara den på nytt, kör sedan kb quarantine --retry"


class TooDeep(IngestError):
    """Containers in each other, deeper than is unpacked."""

    exit_code = 14
    advice = "packa upp den för hand"


class BrokenFile(IngestError):
    """A Word file, OpenDocument, mail or zip file that is not whole."""

    exit_code = 15
    advice = "hämta filen på nytt, eller öppna den och spara den på nytt"


class EncryptedFile(IngestError):
    """A file other than a PDF that is locked with a password."""

    exit_code = 16
    advice = "spara den utan lösenord"


class BadMetadata(IngestError):
    """A file of the metadata folder is missing or wrong."""

    exit_code = 10
    advice = "rätta filen, jämför med den som följer med kb"
