"""The packed lexicon of OCR repair: built once from the dictionary and the frequency list that are installed, kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from ingest.errors import NoLexicon, reason
from ingest.rules import Rules

FORM = "2"
"""Goes up with each change of what is packed, so that a lexicon of an older program is not opened."""
KEPT = 2
"""How many older lexicons stay."""
_SIZES = "sizes.json"
_MADE_OF = (("hunspell-sv", "sv_SE.aff"), ("hunspell-sv", "sv_SE.dic"), ("wordfreq", "large_sv.msgpack.gz"))


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
    digest = hashlib.sha256(json.dumps([FORM, letters, forums, rules.names]).encode())
    for package in sorted({package for package, _ in _MADE_OF}):
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
    try:
        sizes = json.loads((lexicon / _SIZES).read_bytes())
        return all((lexicon / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False


def ensure(rules: Rules, step: Callable[[str], None] = lambda _: None) -> Path:
    """The lexicon's folder, built now if it is not there. `step` hears what is being done. Raises NoLexicon.

    Built beside and renamed: two processes may build at once, and a killed one leaves nothing half done.
    """
    from ingest.repair.build import Sources, build

    target = folder(rules)
    if is_built(rules):
        return target
    sources = Sources(*(_file(package, name) for package, name in _MADE_OF))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as work:
            fresh = Path(work, "lexicon")
            fresh.mkdir()
            build(fresh, sources, rules, step)
            (fresh / _SIZES).write_text(json.dumps({path.name: path.stat().st_size for path in fresh.iterdir()}))
            _move(fresh, target)
    except OSError as error:
        where = error.filename or target.parent
        raise NoLexicon(
            f"ordlistan kan inte byggas: {where} {reason(error)}", "ge plats i en annan mapp med miljövariabeln XDG_CACHE_HOME"
        ) from error
    except ValueError as error:
        raise NoLexicon(f"ordlistan kan inte byggas: {error}", "installera om paketen hunspell-sv och wordfreq") from error
    _clear(target)
    return target


def _move(fresh: Path, target: Path) -> None:
    """Put the new lexicon in its place, unless another process was faster; a broken one there goes first."""
    if target.exists() and not _is_whole(target):
        shutil.rmtree(target)
    try:
        fresh.rename(target)
    except OSError:
        if not _is_whole(target):
            raise


def _clear(current: Path) -> None:
    """Remove the lexicons of older versions but the last few, which another metadata folder may be using."""
    others = sorted((f for f in current.parent.glob("lexicon-*") if f != current), key=lambda f: f.stat().st_mtime, reverse=True)
    for other in others[KEPT:]:
        shutil.rmtree(other, ignore_errors=True)


def _file(package: str, name: str) -> Path:
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate())).resolve()
        if file.name == name and path.is_file():
            return path
    raise NoLexicon(f"ordlistan kan inte byggas: {name} ur paketet {package} saknas", "kör pip install hunspell-sv wordfreq, sedan kb learn")
