"""`kb ingest --watch` on the command line: each batch told as a run of its own, nothing said twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb.manifest import Manifest

if TYPE_CHECKING:
    from ingest.rules import Rules
    from kb.commands.events import Summary


def follow(db: Path, paths: Sequence[Path], rules: Rules, metadata: Path | None, jobs: int, manifest: Manifest) -> int:
    """Watch folders until somebody stops it; the exit code 0."""
    from kb import printing_runs
    from kb.commands.ingest import ingest
    from kb.commands.watch import follow as watching
    from kb.output import Out

    out, said, manifest = Out(), set[str](), replace(manifest, waiting=True)

    def say(line: str) -> None:
        out.print(line)

    def run(files: Sequence[Path], names: Mapping[str, str]) -> Summary:
        with printing_runs.progress(False) as progress:
            summary = ingest(db, files, rules, metadata, jobs, progress, names, manifest)
        for note in summary.notes:
            if note not in said:
                say(note)
        said.update(summary.notes)
        say(printing_runs.summary_line(summary))
        return summary

    watching(paths, run, say)
    return 0
