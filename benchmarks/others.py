"""What search is measured against: plain FTS5, and tantivy with its Swedish stemmer, on the same passages."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


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
        found = self.searcher.search(parsed, 20)
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
