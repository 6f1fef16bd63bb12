"""Parsing against reading alone, search against a scan, a look-up of a case against a scan: each as a ratio, never asserted in a test."""

import contextlib
import io
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ingest import load_rules, parse
from ingest.read import read
from kb.commands import ingest as command
from kb.connect import reading
from kb.search import search
from kb.search.dnr import resolve

EXAMPLES = Path(__file__).parent.parent / "examples"
TIMES = 5


def seconds(work: Callable[[], object], times: int = TIMES) -> float:
    """The median of some runs, CPU seconds; once before, unmeasured."""
    work()
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def row(what: str, ours: float, other: float, than: str) -> None:
    """One line of the report."""
    print(f"{what:44} {ours * 1000:9.2f} ms   {other * 1000:9.2f} ms   {ours / other:7.2f} × {than}")


def parsing() -> None:
    """The pipeline over the examples, against what only reads the files."""
    rules = load_rules()
    for suffix in (".txt", ".pdf"):
        paths = sorted(EXAMPLES.glob(f"*{suffix}"))
        pages = sum(len(read(p)[1]) for p in paths)
        ours = seconds(lambda paths=paths: [parse(p, rules) for p in paths])  # type: ignore[misc]
        other = seconds(lambda paths=paths: [read(p) for p in paths])  # type: ignore[misc]
        row(f"parse {len(paths)} {suffix} files ({pages / ours:.0f} pages/s)", ours, other, "reading alone")


def searching(db_path: Path) -> None:
    """A ranked search with highlights and a look-up, against the same question asked with LIKE and a regular expression."""
    with reading(db_path) as db:

        def scan(word: str) -> list[str]:
            found = db.execute("SELECT text FROM passages WHERE text LIKE ?", (f"%{word}%",)).fetchall()
            return [re.sub(re.escape(word), lambda m: f"[{m.group()}]", text, flags=re.I) for (text,) in found]

        for query in ("plattform", "samverkan"):
            row(f"search {query!r}, 20 hits highlighted", seconds(lambda q=query: search(db, q, limit=20)), seconds(lambda q=query: scan(q)), "LIKE")  # type: ignore[misc]
        row("case RS-118-22", seconds(lambda: resolve(db, "RS-118-22")), seconds(lambda: scan("RS/118/2022")), "LIKE")


def main() -> None:
    """Print the report."""
    print(f"{'what':44} {'kb':>12}   {'other':>12}   ratio")
    parsing()
    with tempfile.TemporaryDirectory() as folder:
        db_path = Path(folder) / "bench.db"
        with contextlib.redirect_stdout(io.StringIO()):
            command.ingest(db_path, [EXAMPLES], load_rules())
        searching(db_path)


if __name__ == "__main__":
    main()
