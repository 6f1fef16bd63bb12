"""Search against plain FTS5 and tantivy on the same passages: ten kinds of query, time to build, size and memory. `--size`, `--keep FOLDER`.

The passages are recombined: every sentence of the texts that may be used (examples/, and ../shared/documents where it is there) is kept whole, and
a passage is some of them drawn at random, with a few words of every fiftieth passage read wrongly as an engine without å, ä and ö reads them.
So words are as frequent as in real papers and stand in real sentences, but there are no more different words than in the papers.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import Corpus
from ingest import load_rules
from kb import indexing, lexicon
from kb.connect import schema
from kb.search import index, search
from kb.search.analyze import Analyser, terms

QUERIES, HITS, TIMES = 12, 20, 2


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
            self.db.execute("INSERT INTO diary_numbers VALUES (?, ?, 'RUN', 2021, ?)", (f"run-2021-{n}", f"RUN/{n}/2021", n))
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
        return search(self.db, query, limit=HITS).total


class Plain:
    """What one has without kb: FTS5 with its marks removed, bm25 and highlight()."""

    name = "fts5"

    def __init__(self, path: Path, rows: Callable[[], Iterator[tuple[str, str | None]]]) -> None:
        fresh = not path.exists()
        self.path, self.db = path, sqlite3.connect(path, isolation_level=None)
        if fresh:
            self.db.execute("PRAGMA journal_mode = OFF")
            self.db.execute("BEGIN")
            self.db.execute("CREATE TABLE p (id INTEGER PRIMARY KEY, text TEXT)")
            self.db.execute("CREATE VIRTUAL TABLE f USING fts5 (text, content='p', content_rowid='id', tokenize='unicode61 remove_diacritics 2')")
            self.db.executemany("INSERT INTO p VALUES (?, ?)", ((n, text) for n, (text, _) in enumerate(rows(), 1)))
            self.db.execute("INSERT INTO f (f) VALUES ('rebuild')")
            self.db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the files."""
        self.db.close()

    def ask(self, query: str) -> int:
        """The same, in FTS5's own language. The count is not part of what is measured."""
        self.db.execute("SELECT rowid, highlight(f, 0, '[', ']') FROM f WHERE f MATCH ? ORDER BY bm25(f) LIMIT 20", (_fts5(query),)).fetchall()
        return -1

    def count(self, query: str) -> int:
        """How many there are."""
        return int(self.db.execute("SELECT count(*) FROM (SELECT 1 FROM f WHERE f MATCH ? LIMIT 1001)", (_fts5(query),)).fetchone()[0])


def _fts5(query: str) -> str:
    """A query in FTS5's language: its words quoted."""
    words = {"OCH": "AND", "ELLER": "OR", "INTE": "NOT"}
    pieces = re.findall(r'"[^"]*"|\S+', query)
    return " ".join(words.get(p) or (p if p[0] == '"' else f'"{p[:-1]}" *' if p.endswith("*") else f'"{p}"') for p in pieces)


class Tantivy:
    """The search engine in Rust, with its Swedish stemmer."""

    name = "tantivy"

    def __init__(self, path: Path, rows: Callable[[], Iterator[tuple[str, str | None]]]) -> None:
        import tantivy

        self.path, self.tantivy = path, tantivy
        fresh = not path.exists()
        path.mkdir(exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=True, tokenizer_name="sv")
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, path=str(path))
        filters = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
        self.index.register_tokenizer("sv", filters.filter(tantivy.Filter.stemmer("swedish")).build())
        if fresh:
            writer = self.index.writer(100_000_000, 1)
            for text, _ in rows():
                writer.add_document(tantivy.Document(text=text))
            writer.commit()
            writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def close(self) -> None:
        """Let go of the files."""
        del self.searcher, self.index

    def ask(self, query: str) -> int:
        """The same, with the snippets that tantivy makes."""
        parsed = self._parsed(query)
        found = self.searcher.search(parsed, HITS)
        snippets = self.tantivy.SnippetGenerator.create(self.searcher, parsed, self.schema, "text")
        for _, address in found.hits:
            snippets.snippet_from_doc(self.searcher.doc(address)).to_html()
        return int(getattr(found, "count", 0) or 0)

    def _parsed(self, query: str) -> Any:
        asked = query.replace(" INTE ", " -").replace("ELLER", "OR")
        if asked.endswith("*"):
            return self.tantivy.Query.regex_query(self.schema, "text", f"{asked[:-1]}.*")
        parts = asked if " OR " in asked or asked.startswith('"') else " ".join(p if p[0] == "-" else f"+{p}" for p in asked.split())
        return self.index.parse_query(parts.replace("/", " "), ["text"])


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
    print(f"{'kind':14}" + "".join(f"{s.name:>10} p50    p95   hits" for s in systems) + "   p95 ratio")
    for what, asked in queries(systems[0]).items():
        row = [timed(s.ask, asked) for s in systems]
        for n, s in enumerate(systems):
            if isinstance(s, Plain):
                row[n] = (*row[n][:2], statistics.mean(s.count(q) for q in asked))
        ratios = "".join(f" {row[0][1] / other[1]:7.2f}×" for other in row[1:])
        print(f"{what:14}" + "".join(f"{p50:14.2f} {p95:6.2f} {hits:6.0f}" for p50, p95, hits in row) + ratios, flush=True)


if __name__ == "__main__":
    main()
