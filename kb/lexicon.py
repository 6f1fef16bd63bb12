"""The packed lexicon of OCR repair: built once from the dictionary and the frequency list that are installed, kept in the user's cache folder."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import importlib.metadata
import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ingest.errors import NoLexicon, reason
from ingest.rules import Rules

FORM = "12"
"""Goes up with each change of what is packed, so that a lexicon of an older program is not opened."""
KEPT = 2
"""How many older lexicons stay, besides those that were used of late."""
DAY, HOUR = 86_400, 3_600
_SUMS = "sums.json"
_WORK = ".build-"
_MADE_OF = (("hunspell-sv", "sv_SE.aff"), ("hunspell-sv", "sv_SE.dic"), ("wordfreq", "large_sv.msgpack.gz"))
_HELPERS = {"simplemma"}


def folder(rules: Rules) -> Path:
    """Where the lexicon for this program, these packages and this metadata lies, or would."""
    import platformdirs

    return platformdirs.user_cache_path("kb") / f"lexicon-{version(rules)}"


def version(rules: Rules) -> str:
    """Changes with the packages, the texts, the letters and the names that the lexicon is made of."""
    if rules.version not in _versions:
        _versions[rules.version] = _digest(rules)
    return _versions[rules.version]


_versions: dict[str, str] = {}


def _digest(rules: Rules) -> str:
    letters = [[entry.printed, dict(entry.read)] for entry in rules.letters]
    forums = [[forum.name, forum.aliases, forum.contextual] for forum in rules.forums]
    parts = [[compound.word, compound.first] for compound in rules.compounds]
    verbs = [[verb.verb, verb.forms, sorted(verb.other)] for verb in rules.verbs]
    digest = hashlib.sha256(json.dumps([FORM, letters, forums, rules.names, parts, sorted(rules.alone), verbs]).encode())
    for package in sorted({package for package, _ in _MADE_OF} | _HELPERS):
        digest.update(f"{package} {_version(package)}".encode())
    for path in rules.prose:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "-"


def is_built(rules: Rules) -> bool:
    """True where the lexicon is ready to be opened."""
    return _is_whole(folder(rules))


def _is_whole(lexicon: Path) -> bool:
    """True where each file has the content it was made with: a computer that lost its power may have left the right size and nothing in it."""
    try:
        sums = json.loads((lexicon / _SUMS).read_bytes())
        return bool(sums) and all(_sum(lexicon / name) == known for name, known in sums.items())
    except (OSError, ValueError, AttributeError):
        return False


def _sum(path: Path) -> int:
    """Of 8 MB in some milliseconds."""
    return zlib.crc32(path.read_bytes())


def made_of() -> tuple[Path, ...]:
    """The files that the lexicon is made of: the two of a Hunspell dictionary, and a frequency list. Raises NoLexicon."""
    return tuple(_file(package, name) for package, name in _MADE_OF)


def ensure(rules: Rules, step: Callable[[str], None] = lambda _: None) -> Path:
    """The lexicon's folder, built now if it is not there. `step` hears what is being done. Raises NoLexicon.

    Built beside and renamed, so that a killed process leaves nothing half done; a second process waits for the first and takes what it made.
    """
    target = folder(rules)
    if not _is_whole(target):
        sources = made_of()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with _alone(target.parent, step) as alone:
                if not _is_whole(target):
                    _remove_remains(target.parent, alone)
                    _make(target, sources, rules, step)
        except OSError as error:
            where = error.filename or target.parent
            raise NoLexicon(
                f"ordlistan kan inte byggas: {where} {reason(error)}", "ge plats i en annan mapp med miljövariabeln XDG_CACHE_HOME"
            ) from error
        except ValueError as error:
            raise NoLexicon(f"ordlistan kan inte byggas: {error}", _AGAIN) from error
        _clear(target)
    with suppress(OSError):  # a cache that others have made and we may only read
        os.utime(target)
    return target


_AGAIN = "installera om paketen: pip install --force-reinstall hunspell-sv wordfreq"


@contextmanager
def _alone(parent: Path, step: Callable[[str], None]) -> Iterator[bool]:
    """Hold the place where lexicons are built, so that they are built one at a time. False where the file system has no locks."""
    handle = os.open(parent / "lexicon.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield _locked(handle, step)
    finally:
        os.close(handle)


def _locked(handle: int, step: Callable[[str], None]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        step("väntar på en annan kb, som bygger den nu")
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        return False
    return True


def _make(target: Path, sources: tuple[Path, ...], rules: Rules, step: Callable[[str], None]) -> None:
    from ingest.repair.build import Sources, build

    with tempfile.TemporaryDirectory(dir=target.parent, prefix=_WORK) as work:
        fresh = Path(work, "lexicon")
        fresh.mkdir()
        build(fresh, Sources(*sources), rules, step)
        (fresh / _SUMS).write_text(json.dumps({path.name: _sum(path) for path in sorted(fresh.iterdir())}))
        _move(fresh, target)


def _move(fresh: Path, target: Path) -> None:
    """Put the new lexicon in its place, unless another process was faster; a broken one there goes first."""
    if target.exists() and not _is_whole(target):
        shutil.rmtree(target)
    try:
        fresh.rename(target)
    except OSError:
        if not _is_whole(target):
            raise


def _remove_remains(parent: Path, alone: bool) -> None:
    """Remove what killed processes have left: if nobody else can be building all of it, else what is old."""
    for remains in parent.glob(".*"):
        if remains.is_dir() and ((alone and remains.name.startswith(_WORK)) or _age(remains) > HOUR):
            shutil.rmtree(remains, ignore_errors=True)


def _clear(current: Path) -> None:
    """Remove older lexicons but the last few, and those that a run with another metadata folder may be about to open."""
    others = sorted((f for f in current.parent.glob("lexicon-*") if f != current), key=_age)
    for other in others[KEPT:]:
        if _age(other) > DAY:
            shutil.rmtree(other, ignore_errors=True)


def _age(path: Path) -> float:
    """Seconds since a folder was made, or a lexicon used; none where it has just gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _file(package: str, name: str) -> Path:
    """A file of an installed package, as it was installed. Raises NoLexicon."""
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate())).resolve()
        if file.name == name and path.is_file():
            if not _as_installed(file, path):
                raise NoLexicon(f"ordlistan kan inte byggas: {path} är skadad", _AGAIN)
            return path
    raise NoLexicon(f"ordlistan kan inte byggas: {name} ur paketet {package} saknas", "kör pip install hunspell-sv wordfreq, sedan kb learn")


def _as_installed(file: importlib.metadata.PackagePath, path: Path) -> bool:
    """True where a file has the hash that its package was installed with, or the package tells none, or the file cannot be read (told later)."""
    known = file.hash
    if known is None or known.mode != "sha256":
        return True
    with suppress(OSError):
        found = hashlib.sha256(path.read_bytes()).digest()
        return base64.urlsafe_b64encode(found).decode().rstrip("=") == str(known.value)
    return True
