"""A file of the metadata folder → plain values; anything wrong with it in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingest.errors import BadMetadata, reason


def read_bytes(path: Path) -> bytes:
    """The bytes of a metadata file. Raises BadMetadata."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadMetadata(f"{path}: kan inte läsas ({reason(error)})", "ange en mapp med kb:s metadata, --metadata MAPP") from error


def parsed(path: Path, data: bytes) -> Any:
    """What the YAML says. Raises BadMetadata with the line that is wrong."""
    import yaml  # 20 ms, not needed for --help

    try:
        return yaml.load(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadMetadata(f"{path}: är inte YAML{f' (rad {mark.line + 1})' if mark else ''}") from error


def listed(path: Path, data: Any, section: str) -> list[Any]:
    """A list that must be there. Raises BadMetadata."""
    found = data.get(section) if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise BadMetadata(f"{path}: listan ”{section}” saknas")
    return found
