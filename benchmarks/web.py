"""CPU time of every page over a large base, p50, p95 and of the first time after a change: `python -m benchmarks.web [PASSAGES] [--keep FOLDER]`."""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import yaml

from ingest import load_rules
from kb import indexing, settling
from kb.commands import ingest as command
from kb.labels import settings
from kb.search.index import Known

ROOT = Path(__file__).parent.parent
BAR = 50  # milliseconds, p95
TIMES = 30
FIRST = 3  # times that the base is changed and a page asked for again
SHARED = {
    "meta",
    "vocabulary",
    "forums",
    "forum_aliases",
    "forum_relations",
    "forum_areas",
    "glossary",
    "ingests",
}  # one of each, however many papers
FILTERS = " ".join(f"typ:beslut forum:RS år:{year} område:vård person:lund uppdrag:plan" for year in range(2000, 2026))
"""Some 1,400 characters of filters."""
DATASETTES = ("/kb/decision_list", "/kb/decision_list?decided_by=Regionstyrelsen", "/kb/document_list", "/kb/passage_list?_search=plattform",
              "/kb/case_timeline", "/kb/case_timeline?dnr=RS/118/2022", "/kb/forum_year_list", "/kb/reference_list", "/kb/coverage")  # fmt: skip
EXPORTS = ("/export/sok.csv?q=plattform", "/export/sok.xlsx?q=plattform", "/export/sok.csv?q=gemensam plattform")
DERIVED = {
    "records",
    "terms",
    "passages_indexed",
    "records_indexed",
    "forum_papers",
    "forum_years",
    "document_readings",
    "assignment_changes",
    "chains",
    "guests",
    "copies",
}
FAR = 1000  # numbers of cases between one copy and the next


def enlarged(database: Path, passages: int) -> int:
    """Copies of everything in a base, each with papers, cases and days of its own and its sentences recombined; how many passages there are then."""
    db = sqlite3.connect(database)
    db.execute("PRAGMA foreign_keys = OFF")
    named = [row[1] for row in db.execute("PRAGMA table_list") if row[0] == "main" and row[2] == "table"]
    tables = [name for name in named if name not in SHARED | DERIVED and not name.startswith("sqlite")]
    rows = {table: list(_rows(db, table)) for table in tables}
    sentences = [row["text"] for row in rows["passages"]]
    chance = random.Random(1)
    for number in range(1, passages // len(sentences) + 1):
        for table, found in rows.items():
            for row in found:
                copy = {name: _moved(table, name, value, number) for name, value in row.items()}
                if table == "passages":
                    copy |= {"text": " ".join(chance.sample(sentences, 2))[:600], "id": row["id"] + number * len(sentences)}
                names = ", ".join(f'"{name}"' for name in copy)
                db.execute(f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({", ".join("?" * len(copy))})', tuple(copy.values()))
    _settled(db)
    count: int = db.execute("SELECT count(*) FROM passages").fetchone()[0]
    db.close()
    return count


def _settled(db: sqlite3.Connection) -> None:
    """What the program works out from the rows: the index, and what is counted."""
    analyse = indexing.analyser(load_rules())
    for (source,) in db.execute("SELECT id FROM sources WHERE id >= 1000").fetchall():
        indexing.add(db, source, Known(db, analyse))
    indexing.settle_records(db, analyse)
    for statement in settling.COUNTED:
        db.execute(statement)
    indexing.gather(db)
    db.commit()
    db.execute("ANALYZE")
    db.commit()


def _rows(db: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    """Rows of a table without the number that SQLite gives them itself, but for those that say something."""
    names = [(row[1], row[5], row[2].upper()) for row in db.execute(f'PRAGMA table_info("{table}")')]
    kept = [name for name, key, kind in names if not (key and kind == "INTEGER") or table in ("sources", "passages")]
    for row in db.execute(f'SELECT {", ".join(chr(34) + name + chr(34) for name in kept)} FROM "{table}"'):
        yield dict(zip(kept, row, strict=True))


def _moved(table: str, column: str, value: Any, number: int) -> Any:
    """A value as copy `number` has it: papers and cases of its own, other years, the same forums and words."""
    if value is None:
        return None
    if (table == "sources" and column == "id") or column == "source_id":
        return value + 1000 * number
    if column in ("path", "origin", "sha256", "copy"):
        return f"{number}-{value}"
    if column == "serial":
        return value + FAR * number
    if isinstance(value, str):
        if column == "key" or column.endswith("dnr_key"):
            return f"{value.rpartition('-')[0]}-{_plus(value.rpartition('-')[2], number)}"
        if column in ("dnr", "canonical", "spelling"):
            return f"{value} {number}"
        if len(value) > 11 and value[10:11] == "-" and value[:10].isalnum() and " " not in value:
            return f"{number:04x}{value[4:]}"  # an id, which begins with the sum of its file
        if column in ("date", "date_end", "due") and value[:4].isdigit():
            return f"{int(value[:4]) - number % 25}{value[4:]}"
    return value


def _plus(serial: str, number: int) -> str:
    return str(int(serial) + FAR * number) if serial.isdigit() else f"{serial}x{number}"


async def timed(app: Any, path: str, times: int) -> tuple[float, float, int]:
    """p50 and p95 in milliseconds of a page, and its status; twice before, unmeasured.

    CPU time of the server alone, for others use this machine too: the application is made once and asked without a client between.
    """
    taken = []
    status = 0
    for round_ in range(times + 2):
        started = time.process_time()
        status = await asked(app, path)
        if round_ > 1:
            taken.append(1000 * (time.process_time() - started))
    cuts = statistics.quantiles(taken, n=20)
    return statistics.median(taken), cuts[-1], status


async def first(app: Any, database: Path, path: str) -> float:
    """The median in milliseconds of a page that is the first to be asked for after the base has changed: then nothing of it is remembered."""
    taken = []
    for _ in range(FIRST):
        changed(database)
        started = time.process_time()
        await asked(app, path)
        taken.append(1000 * (time.process_time() - started))
    await asked(app, path)
    return statistics.median(taken)


def changed(database: Path) -> None:
    """A change that no page shows, as every run makes one."""
    db = sqlite3.connect(database)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('touched', ?)", (str(time.monotonic_ns()),))  # SQLite does not write what stays as it is
    db.commit()
    db.close()


async def asked(app: Any, path: str) -> int:
    """The status of a page, of which every byte has been sent."""
    raw, _, query = path.partition("?")
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "client": ("127.0.0.1", 1),
             "server": ("127.0.0.1", 80), "root_path": "", "path": unquote(raw), "raw_path": quote(raw, safe="/%").encode(),
             "query_string": quote(query, safe="=&%").encode(), "headers": [(b"host", b"localhost")]}  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return int(sent[0]["status"])


def pages(db: sqlite3.Connection) -> list[str]:
    """One page of each kind, the fullest where they differ."""

    def one(sql: str) -> str:
        return str(db.execute(sql).fetchone()[0])

    case = one("SELECT d.dnr FROM dnr_mentions m JOIN diary_numbers d USING (key) GROUP BY key ORDER BY count(*) DESC LIMIT 1")
    forum = one("SELECT f.slug FROM forums f JOIN forum_mentions m ON m.forum = f.name GROUP BY f.name ORDER BY count(*) DESC LIMIT 1")
    document = one("SELECT document_id FROM passages GROUP BY document_id ORDER BY count(*) DESC LIMIT 1")
    decision, section = one("SELECT decision_id FROM points GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"), one("SELECT id FROM paragraphs LIMIT 1")
    return ["/", "/sok?q=plattform", "/sok?q=samverkan", "/sok?q=xyzzyq", "/sok?q=gemensam plattform", "/sok?q=samverkan&forum=Regionstyrelsen",
            "/sok?q=samverkan&ar=2010", "/sok?q=samverkan&ordning=datum", "/sok?q=samverkan&visa=text&sida=3", "/sok?q=samvrkan",
            "/sok?q=region*", "/sok?q=region* plattform", "/sok?q=typ:beslut", "/sok?q=forum:RS", f"/sok?q={FILTERS}", "/sok.atom?q=samverkan",
            f"/dnr/{case}", f"/dnr/{case}.atom", f"/forum/{forum}", "/forum",
            f"/handling/{document}", f"/beslut/{decision}", f"/paragraf/{section}", "/uppdrag", "/avtal", "/ny", f"/ny?roll=ny&forum={forum}",
            "/tackning", "/tabeller", "/kb", "/tillganglighet"]  # fmt: skip


async def measure(database: Path) -> bool:
    """Print a line a page; True where every page of ours, and of Datasette's in our templates, is within the bar when nothing has changed."""
    from datasette.app import Datasette

    config = yaml.safe_load(settings().read_text("utf-8"))
    datasettes = Datasette([str(database)], config=config), Datasette([str(database)], config=config)
    await datasettes[1].invoke_startup()
    plain(datasettes[1])
    ours, stock = (datasette.app() for datasette in datasettes)
    gc.freeze()  # as kb serve does
    db = sqlite3.connect(database)
    within = True
    for path in (*pages(db), *DATASETTES):
        middle, late, status = await timed(ours, path, TIMES)
        within &= late <= BAR
        print(_line(path, status, middle, late, await first(ours, database, path)), "" if late <= BAR else "  over the bar", flush=True)
    db.close()
    for path in EXPORTS:
        print(_line(f"{path}, every hit", *await _few(ours, path)), flush=True)
    for path in DATASETTES[:4:3]:
        print(_line(f"{path}, Datasette's own template", *await _few(stock, path)), flush=True)
    for datasette in datasettes:
        datasette.close()
    return within


async def _few(app: Any, path: str) -> tuple[int, float, float]:
    """Status, p50 and p95 of a page that is asked for a few times."""
    middle, late, status = await timed(app, path, 5)
    return status, middle, late


def _line(path: str, status: int, middle: float, late: float, cold: float | None = None) -> str:
    return f"{path if len(path) < 60 else path[:58] + ' …':60} {status} {middle:8.1f} {late:8.1f} {'' if cold is None else f'{cold:8.1f}'} ms"


def plain(datasette: Any) -> None:
    """Datasette with its own templates."""
    import datasette as package
    from jinja2 import FileSystemLoader

    stock = FileSystemLoader(str(Path(package.__file__).parent / "templates"))
    datasette._jinja_env.loader.loaders.insert(0, stock)


def main() -> None:
    """Make the base, or take the one that was kept, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("passages", type=int, nargs="?", default=100_000)
    parser.add_argument("--keep", type=Path, help="folder where the base is kept for the next time")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = made(args.keep or Path(folder), args.passages)
        sys.exit(0 if asyncio.run(measure(database)) else 1)


def made(folder: Path, wanted: int) -> Path:
    """A base of about so many passages; built beside, so that one that was broken off is not taken for whole."""
    ready, fresh = folder / f"web-{wanted}", folder / f".web-{wanted}"
    if not ready.exists():
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        command.ingest(fresh / "kb.db", [ROOT / "examples"], load_rules())
        print(f"{enlarged(fresh / 'kb.db', wanted)} passages", flush=True)
        fresh.rename(ready)
    print(f"p50 and p95 of {TIMES} requests, and the first one after a change; the bar is {BAR} ms of p95", flush=True)
    return ready / "kb.db"


if __name__ == "__main__":
    main()
