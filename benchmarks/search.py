"""Search against plain FTS5 and tantivy on the same passages: ten kinds of query, time to build, size and memory; then the whole page of a search,
with all kinds of hits, counts and facets. `--size`, `--keep FOLDER`, `--only kb`.

The passages are recombined: every sentence of the texts that may be used (examples/, and ../shared/documents where it is there) is kept whole, and
a passage is some of them drawn at random, with a few words of every fiftieth passage read wrongly as an engine without å, ä and ö reads them.
So words are as frequent as in real papers and stand in real sentences, but there are no more different words than in the papers.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import Corpus
from benchmarks.others import Plain, Tantivy
from ingest import load_rules
from kb import indexing, lexicon
from kb.connect import schema
from kb.search import index, overview, search
from kb.search.analyze import Analyser, terms

QUERIES, TIMES = 12, 2


class Ours:
    """The base of kb: its own schema, filled by its own indexer."""

    name = "kb"

    def __init__(self, path: Path, rows: Callable[[], Iterator[tuple[str, str | None]]]) -> None:
        self.path = path
        fresh = not path.exists()
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        if fresh:
            self._fill(rows())
        if not self.db.execute("SELECT 1 FROM records").fetchone():
            self._records()

    def _records(self) -> None:
        """A decision for each passage that is one, and a § for each fourth of a §, so that a page has more to show than text."""
        known = index.Known(self.db, Analyser(lexicon.ensure(load_rules())))
        self.db.execute("BEGIN")
        for number, kind, step in ((0, "decision", 1), (1, "paragraph", 4)):
            found = self.db.execute(
                "SELECT id, document_id, text FROM passages WHERE id BETWEEN ? AND ? AND id % ? = 0",
                (number * index.ROOM, (number + 1) * index.ROOM - 1, step),
            ).fetchall()
            self.db.executemany(
                "INSERT INTO records (id, kind, ref, document_id, page, line, start, end, title, text) VALUES (?, ?, ?, ?, 1, 1, 0, 1, ?, ?)",
                ((n, kind, str(n), document, text[:60], text if kind == "decision" else "") for n, document, text in found),
            )
            index.add(self.db, "records", (index.Entry(n, f"{t[:60]}\n{t if kind == 'decision' else ''}", None, False) for n, _, t in found), known)
        self.db.execute("UPDATE documents SET date = printf('%d-%02d-01', 2010 + rowid % 15, 1 + rowid % 12), forum = 'Forum ' || rowid % 30")
        self.db.execute("COMMIT")

    def _fill(self, rows: Iterator[tuple[str, str | None]]) -> None:
        rules = load_rules()
        analyse = Analyser(lexicon.ensure(rules))
        self.db.executescript(schema())
        self.db.execute("PRAGMA journal_mode = OFF")
        self.db.execute("BEGIN")
        self.db.execute("INSERT INTO meta VALUES ('lexicon', ?)", (indexing.version(rules),))
        columns = "id, path, origin, sha256, size, format, encoding, text"
        self.db.execute(f"INSERT INTO sources ({columns}) VALUES (1, 'b.txt', '/b.txt', 'x', 1, 'txt', 'utf-8', '')")
        for n in range(200):
            number = "INSERT INTO diary_numbers (key, dnr, register, year, serial) VALUES (?, ?, 'RUN', 2021, ?)"
            self.db.execute(number, (f"run-2021-{n}", f"RUN/{n}/2021", n))
        known, free, batch = index.Known(self.db, analyse), [1, index.ROOM + 1, 2 * index.ROOM + 1], []
        for n, (text, again) in enumerate(rows):
            if n % 200 == 0:
                self._document(n // 200)
            kind = 0 if n % 20 == 0 else 1 if n % 5 < 2 else 2
            batch.append((free[kind], f"d{n // 200}", n, text, again))
            free[kind] += 1
            if len(batch) == 5000:
                self._write(batch, known)
                batch = []
        self._write(batch, known)
        self.db.execute("COMMIT")
        self.db.execute("PRAGMA optimize")

    def _document(self, n: int) -> None:
        self.db.execute(
            "INSERT INTO documents (id, source_id, position, kind, title, date, dnr_key, damaged, start, end, first_page, last_page) "
            "VALUES (?, 1, ?, 'protokoll', 'Protokoll', '2021-01-01', ?, 0, 0, 1, 1, 1)",
            (f"d{n}", n, f"run-2021-{n}" if n < 200 else None),
        )

    def _write(self, batch: Sequence[tuple[int, str, int, str, str | None]], known: index.Known) -> None:
        self.db.executemany(
            "INSERT INTO passages (id, document_id, position, kind, page, line, last_line, start, end, text, read_again) "
            "VALUES (?, ?, ?, 'text', 1, 1, 1, 0, 1, ?, ?)", batch,
        )  # fmt: skip
        index.add(self.db, "passages", [index.Entry(n, text, again, again is None) for n, _, _, text, again in batch], known)

    def close(self) -> None:
        """Let go of the files."""
        self.db.close()

    def ask(self, query: str) -> int:
        """The whole of a search, from what is typed to marked hits; how many there are."""
        return search(self.db, query, limit=20).total

    def page(self, query: str) -> int:
        """What the page of a search asks for."""
        return overview(self.db, query, limit=10).results.total


def queries(ours: Ours) -> dict[str, list[str]]:
    """The queries of each kind, drawn from the words of the base."""
    draw = random.Random(7)
    size = ours.db.execute("SELECT count(*) FROM passages").fetchone()[0]
    words = ours.db.execute("SELECT word, passages, parts FROM terms WHERE length(word) > 3 AND passages > 0 ORDER BY word").fetchall()
    words = [row for row in words if row[0].isalpha()]

    def between(low: float, high: float) -> list[str]:
        return [word for word, n, _ in words if low <= n / size <= high]

    some = [terms(t)[:40] for (t,) in ours.db.execute("SELECT text FROM passages WHERE id % 997 = 1 AND read_again IS NULL LIMIT 60")]
    rare, mid, often = between(0, 0.002), between(0.005, 0.03), sorted(between(0.1, 1), key=lambda w: w) or between(0.05, 1)
    parts = Counter(part for _, n, found in words for part in found.split() for _ in range(min(n, 50)))
    common = [word for word, n, _ in words if word in parts and parts[word] > 100]
    read = [
        word
        for (word,) in ours.db.execute("SELECT word FROM terms WHERE readings > 0 AND length(word) > 5 AND passages < ? ORDER BY word", (size // 50,))
    ]
    return {
        "rare word": draw.choices(rare, k=QUERIES), "frequent word": draw.choices(often, k=QUERIES),
        "phrase": [f'"{" ".join(draw.choice(some)[at : at + 2])}"' for at in draw.choices(range(30), k=QUERIES)],
        "three words": [" ".join(sorted(draw.sample(list(dict.fromkeys(draw.choice(some))), 3))) for _ in range(QUERIES)],
        "OR": [" ELLER ".join(draw.sample(mid, 2)) for _ in range(QUERIES)],
        "NOT": [f"{a} INTE {b}" for a, b in zip(draw.choices(often, k=QUERIES), draw.choices(mid, k=QUERIES), strict=True)],
        "prefix": [f"{word[:5]}*" for word in draw.choices([w for w in mid if len(w) > 7], k=QUERIES)],
        "compound part": draw.choices(common, k=QUERIES), "OCR form": draw.choices(read, k=QUERIES),
        "dnr": [draw.choice(("RUN/{}/2021", "run 2021-{:05}", "{}/2021")).format(draw.randrange(200)) for _ in range(QUERIES)],
    }  # fmt: skip


def timed(ask: Callable[[str], int], asked: Sequence[str]) -> tuple[float, float, float]:
    """p50 and p95 in milliseconds of CPU over all queries, the best of some runs of each; and the mean number of hits.

    CPU, not wall: each of the three works on one thread with its files in memory, so on an idle machine the two are the same.
    """
    taken, hits = [], []
    for query in asked:
        hits.append(ask(query))
        runs = []
        for _ in range(TIMES):
            started = time.process_time()
            ask(query)
            runs.append(time.process_time() - started)
        taken.append(min(runs) * 1000)
    taken.sort()
    return statistics.median(taken), taken[min(len(taken) - 1, round(0.95 * (len(taken) - 1)))], statistics.mean(hits)


def _gone(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.unlink(missing_ok=True)


def _size(path: Path) -> float:
    return sum(p.stat().st_size for p in (path.rglob("*") if path.is_dir() else [path]) if p.is_file()) / 1e6


def main() -> None:
    """Build, or take what was kept; then ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", default="kb,fts5,tantivy")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(args.size, args.keep or Path(folder), args.only.split(","))


def run(size: int, folder: Path, only: Sequence[str]) -> None:
    """Print the report for bases in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    corpus: list[Corpus] = []

    def rows() -> Iterator[tuple[str, str | None]]:
        if not corpus:
            corpus.append(Corpus.read())
            print(f"{len(corpus[0].sentences)} sentences")
        return Corpus(corpus[0].sentences).passages(size)

    systems: list[Any] = []
    for kind in (Ours, Plain, Tantivy):
        if kind.name in only:
            path = folder / f"{kind.name}-{size}"
            wall, cpu = time.perf_counter(), time.process_time()
            fresh = path.with_name(f".{path.name}")
            if not path.exists():  # built beside: one that was broken off is not taken for whole
                _gone(fresh)
                kind(fresh, rows).close()
                fresh.rename(path)
            systems.append(kind(path, rows))
            print(
                f"{kind.name:8} built in {time.perf_counter() - wall:6.1f} s ({time.process_time() - cpu:.1f} CPU), {_size(path):.0f} MB", flush=True
            )
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB at most, building included")
    asked = queries(systems[0])
    compare(systems, asked)
    print(f"{'page of':14}{'p50':>10}    p95   hits")
    for what in ("rare word", "frequent word", "three words", "OR", "prefix", "dnr"):
        p50, p95, hits = timed(systems[0].page, asked[what])
        print(f"{what:14}{p50:10.2f} {p95:6.2f} {hits:6.0f}", flush=True)


def compare(systems: Sequence[Any], asked: Mapping[str, Sequence[str]]) -> None:
    """A line for each kind of query: each system, and how many times as long ours takes as the others, at p95."""
    print(f"{'kind':14}" + "".join(f"{s.name:>10} p50    p95   hits" for s in systems) + "   p95 ratio")
    for what, some in asked.items():
        row = [timed(s.ask, some) for s in systems]
        for n, s in enumerate(systems):
            if isinstance(s, Plain):
                row[n] = (*row[n][:2], statistics.mean(s.count(q) for q in some))
        ratios = "".join(f" {row[0][1] / other[1]:7.2f}×" for other in row[1:])
        print(f"{what:14}" + "".join(f"{p50:14.2f} {p95:6.2f} {hits:6.0f}" for p50, p95, hits in row) + ratios, flush=True)


if __name__ == "__main__":
    main()
