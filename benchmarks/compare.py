"""`make compare`: what the working tree reads out of the corpus that main does not, and what it no longer does: facts gained, lost and changed.

A fact is a row of a view that others build on, without ids and place. Both versions read the same files, side by side, each into a database of its
own; main stands in a worktree of git meanwhile. BASE=rev compares with another version, CORPUS=folder:folder reads other files, ALL=1 shows all.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORPUS = (ROOT / "examples", ROOT.parent / "shared" / "documents")
VIEWS = (
    "document_list", "meeting_list", "attendance_list", "paragraph_list", "dnr_list", "decision_list", "statement_list", "vote_list",
    "assignment_list", "agreement_list", "clause_list", "survey_list", "forum_mention_list", "problem_list", "correction_list", "passage_list",
)  # fmt: skip
PLACES = frozenset({"page", "line", "last_line", "first_line", "first_page", "last_page", "start", "end"})
ABOUT = ("person", "number", "dnr", "name", "question", "forum", "decided_by", "title")
"""What tells a person which fact has changed: the first of these that it has."""
SHOWN = 25
"""So many of a kind are shown, unless ALL is set."""
WIDTH = 160

Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A row: its source and values (of the columns that both versions have), and where it stands."""

    source: str
    values: Values
    place: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a kind: pairs of facts at one place are changed."""

    columns: tuple[str, ...]
    kept: int
    gained: list[Fact]
    lost: list[Fact]
    changed: list[tuple[Fact, Fact]]


def compare(old: sqlite3.Connection, new: sqlite3.Connection, view: str) -> Difference:
    """The facts of a view in two databases."""
    columns = tuple(c for c in _columns(new, view) if c in _columns(old, view) and c not in PLACES and c != "id" and not c.endswith("_id"))
    before, after = _facts(old, view, columns), _facts(new, view, columns)
    counts = Counter((f.source, f.values) for f in before), Counter((f.source, f.values) for f in after)
    lost, gained = _only(before, counts[0] - counts[1]), _only(after, counts[1] - counts[0])
    changed = list(_pairs(lost, gained))
    for one, other in changed:
        lost.remove(one)
        gained.remove(other)
    return Difference(columns, (counts[0] & counts[1]).total(), gained, lost, changed)


def _columns(db: sqlite3.Connection, view: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({view})")]


def _facts(db: sqlite3.Connection, view: str, columns: Sequence[str]) -> list[Fact]:
    have = _columns(db, view)
    places = [next((c for c in wanted if c in have), "NULL") for wanted in (("line", "first_line"), ("page", "first_page"))]
    found = []
    for line, page, *values in db.execute(f"SELECT {', '.join([*places, *columns])} FROM {view}") if have else ():
        named = dict(zip(columns, values, strict=True))
        place = f":{line}" if line is not None else f", sida {page}" if page is not None else ""
        found.append(Fact(str(named.get("source")), tuple("" if v is None else " ".join(str(v).split()) for v in values), place))
    return found


def _only(facts: list[Fact], surplus: Counter[tuple[str, Values]]) -> list[Fact]:
    """The facts that one side has more of."""
    left, found = Counter(surplus), []
    for fact in facts:
        if left[fact.source, fact.values] > 0:
            left[fact.source, fact.values] -= 1
            found.append(fact)
    return found


def _pairs(lost: list[Fact], gained: list[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """Facts that stand at one place and share something else than that."""
    at = defaultdict(list)
    for fact in gained:
        at[fact.source, fact.place].append(fact)
    for fact in lost:
        here = at[fact.source, fact.place]
        alike = max(here, key=lambda f: _alike(f, fact), default=None)
        if alike and _alike(alike, fact):
            here.remove(alike)
            yield fact, alike


def _alike(one: Fact, other: Fact) -> int:
    return sum(a == b != "" for a, b in zip(one.values, other.values, strict=True)) - 1


def report(view: str, found: Difference, limit: int) -> Iterator[str]:
    """The lines of a kind; none where nothing changed."""
    if not (found.gained or found.lost or found.changed):
        return
    yield f"{view}: {len(found.gained)} gained, {len(found.lost)} lost, {len(found.changed)} changed, {found.kept} kept"
    shown = [(f.source, _line(f), f"  + {_told(f, found.columns)}") for f in found.gained]
    shown += [(f.source, _line(f), f"  - {_told(f, found.columns)}") for f in found.lost]
    shown += [(a.source, _line(a), f"  ~ {_change(a, b, found.columns)}") for a, b in found.changed]
    yield from (line for _, _, line in sorted(shown)[:limit])
    if len(shown) > limit:
        yield f"    … and {len(shown) - limit} more (ALL=1 shows them)"


def _line(fact: Fact) -> int:
    digits = "".join(c for c in fact.place if c.isdigit())
    return int(digits) if digits else 0


def _told(fact: Fact, columns: Sequence[str]) -> str:
    words = ", ".join(f"{c} {v}" for c, v in zip(columns, fact.values, strict=True) if v and c != "source")
    return _cut(f"{fact.source}{fact.place}  {words}")


def _change(one: Fact, other: Fact, columns: Sequence[str]) -> str:
    """What it is about and what differs; of long values, from where they do."""
    both = {c: a for c, a, b in zip(columns, one.values, other.values, strict=True) if a == b}
    about = next((f"{both[c]}: " for c in ABOUT if both.get(c)), "")
    changes = []
    for column, a, b in zip(columns, one.values, other.values, strict=True):
        if a != b:
            same = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            begin = max(0, same - 20) if same > 40 else 0
            changes.append(f"{column} {'…' * bool(begin)}{a[begin:] or '–'} → {'…' * bool(begin)}{b[begin:] or '–'}")
    return _cut(f"{one.source}{one.place}  {about}{'; '.join(changes)}")


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


@contextmanager
def checkout(base: str) -> Iterator[Path]:
    """The tree of another version, while it is needed."""
    with tempfile.TemporaryDirectory(prefix="kb-compare-") as folder:
        tree = Path(folder, "tree")
        added = subprocess.run(
            ["git", "worktree", "add", "--quiet", "--detach", str(tree), base], cwd=ROOT, check=False, capture_output=True, text=True
        )
        if added.returncode:
            sys.exit(f"compare: no version {base!r}: {added.stderr.strip()}")
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=False)


def ingest(tree: Path, corpus: Sequence[Path], db: Path) -> subprocess.Popen[str]:
    """Begin to read the corpus with the code of a tree."""
    command = [sys.executable, "-m", "kb", "ingest", *map(str, corpus), "--db", str(db)]
    return subprocess.Popen(
        command, cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def ended(process: subprocess.Popen[str], tree: Path, db: Path) -> None:
    """Wait for it; refused files are normal (1), anything else is not."""
    _, errors = process.communicate()
    if process.returncode > 1 or not db.is_file():
        sys.exit(f"compare: {tree} could not read the corpus:\n{errors.strip()[-1000:]}")


def differences(old: Path, new: Path, limit: int) -> Iterator[str]:
    """The report of two databases, the sum last."""
    kept = gained = lost = changed = 0
    with closing(sqlite3.connect(old)) as before, closing(sqlite3.connect(new)) as after:
        sources = [{path for (path,) in db.execute("SELECT path FROM sources")} for db in (before, after)]
        yield from (f"source read now: {path}" for path in sorted(sources[1] - sources[0]))
        yield from (f"source no longer read: {path}" for path in sorted(sources[0] - sources[1]))
        for view in VIEWS:
            found = compare(before, after, view)
            yield from report(view, found, limit)
            kept, gained, lost = kept + found.kept, gained + len(found.gained), lost + len(found.lost)
            changed += len(found.changed)
    yield f"{len(sources[1])} sources: {gained} facts gained, {lost} lost, {changed} changed, {kept} kept"


def main() -> None:
    """Print the report."""
    base = os.environ.get("BASE") or "main"
    named = os.environ.get("CORPUS")
    corpus = [Path(p).resolve() for p in named.split(os.pathsep)] if named else [p.resolve() for p in CORPUS if p.is_dir()]
    limit = sys.maxsize if os.environ.get("ALL") else SHOWN
    with checkout(base) as tree, tempfile.TemporaryDirectory() as folder:
        trees = {tree: Path(folder, "old.db"), ROOT: Path(folder, "new.db")}
        running = [(ingest(t, corpus, db), t, db) for t, db in trees.items()]
        for process, its_tree, db in running:
            ended(process, its_tree, db)
        print("\n".join(differences(trees[tree], trees[ROOT], limit)))


if __name__ == "__main__":
    main()
