"""Imports point one way: metadata ◀ ingest ◀ {kb.search, kb.database} ◀ {kb.web, kb.commands} ◀ kb.cli; stages do not know each other."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("ingest/**/*.py"), *ROOT.glob("kb/**/*.py")])

# who may not import what; the longest prefix that fits a module decides
FORBIDDEN = {
    "ingest": {
        "kb",
        "sqlite3",
        "sqlite_utils",
        "datasette",
        "typer",
        "whoosh",
        "rich",
        "socket",
        "urllib",
        "httpx",
        "requests",
        "subprocess",
        "time",
    },
    "kb": {"kb.web", "kb.commands", "kb.cli", "datasette", "typer"},  # any module that has no rule of its own
    "kb.__main__": {"kb.web", "kb.commands"},
    "kb.cli": {"kb.web"},
    "kb.cli_correct": {"kb.web", "kb.cli", "datasette"},
    "kb.cli_text": {"kb.web", "kb.cli", "datasette"},
    "kb.cli_serve": {"kb.web", "kb.cli", "datasette"},
    "kb.cli_measure": {"kb.web", "kb.cli", "datasette"},
    "kb.cli_watch": {"kb.web", "kb.cli", "datasette"},
    "kb.cli_files": {"kb.web", "kb.cli", "datasette"},
    "kb.cli_backup": {"kb.web", "kb.cli", "datasette"},
    "kb.printing_runs": {"kb.web", "kb.cli", "datasette", "typer"},
    "kb.evaluation": {"kb.web", "kb.commands", "kb.cli", "kb.database", "datasette", "typer"},
    "kb.printing_measures": {"kb.web", "kb.cli", "kb.commands", "datasette", "typer"},
    "kb.options": {"kb.web", "kb.commands", "kb.cli", "datasette"},
    "kb.terminal": {"kb.web", "kb.commands", "kb.cli", "datasette"},
    "kb.output": {"kb.web", "kb.commands", "kb.cli", "datasette"},  # styles as typer writes them
    "kb.printing": {"kb.web", "kb.cli", "datasette", "typer"},  # shows what commands return
    "kb.search": {"kb.web", "kb.commands", "kb.cli", "kb.database", "datasette", "typer"},
    "kb.database": {"kb.web", "kb.commands", "kb.cli", "datasette", "typer"},
    "kb.archive": {"kb.web", "kb.commands", "kb.cli", "datasette", "typer"},
    "kb.commands": {"kb.web", "kb.cli", "typer"},
    "kb.web": {"kb.commands", "kb.cli", "typer"},
}
# a stage may know the values, the rules and plain text; `document` also the helpers of `find`, and only pipeline and explain know the order
STAGE = {
    "ingest.models",
    "ingest.search_words",
    "ingest.places",
    "ingest.rules",
    "ingest.errors",
    "ingest.text",
    "ingest.overlay",
    "ingest.uncollected",
}
ALSO = {
    "ingest.blocks": {"ingest.rows", "ingest.sections"},
    "ingest.clean": {"ingest.running", "ingest.sheets"},
    "ingest.running": {"ingest.sheets"},
    "ingest.find": {"ingest.find"},
    "ingest.document": {"ingest.document", "ingest.find"},
    "ingest.read": {"ingest.read"},
    "ingest.models": {"ingest.models"},
    "ingest.repair": {"ingest.repair", "ingest.lemma_maker"},
    "ingest.lemma_maker": {"ingest.lemmas"},
    "ingest.rules": {"ingest.rules"},
    "ingest.pipeline": {"ingest"},
    "ingest.stages": {"ingest"},
}


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    return imported(path.read_text(encoding="utf-8"), module(path), path.name == "__init__.py")


def imported(text: str, name: str, package: bool = False) -> set[str]:
    """What a module imports, by its whole name; a relative import counts from the module."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = name.split(".") if node.level else []
            base = ".".join([*parts[: len(parts) - node.level + package], *filter(None, [node.module])])
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names if base.split(".")[0] in ("ingest", "kb")}
    return found


def clocks(text: str) -> set[str]:
    """Calls that ask what time it is, or that print."""
    calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)} & {"print"}
    return names | {call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in ("now", "utcnow", "today")}


def within(name: str, parents: set[str]) -> bool:
    return any(name == p or name.startswith(p + ".") for p in parents)


@pytest.mark.parametrize("path", FILES, ids=module)
def test_one_way(path: Path) -> None:
    name = module(path)
    rules = [FORBIDDEN[p] for p in sorted(FORBIDDEN, key=len) if within(name, {p})]
    bad = {i for i in imports(path) if rules and within(i, rules[-1])}
    assert not bad, f"{name} may not import {sorted(bad)}"


@pytest.mark.parametrize(
    ("text", "name", "package", "found"),
    [
        ("from . import web", "kb.archive", False, "kb.web"),
        ("from .web import views", "kb.archive", False, "kb.web.views"),
        ("from ..commands import show", "kb.search.dnr", False, "kb.commands.show"),
        ("from . import cli", "kb", True, "kb.cli"),
        ("from ..cli import app", "kb.web", True, "kb.cli"),
        ("def f():\n    import kb.web", "kb.archive", False, "kb.web"),
    ],
)
def test_every_way_to_import_is_seen(text: str, name: str, package: bool, found: str) -> None:
    assert found in imported(text, name, package)


@pytest.mark.parametrize("path", [p for p in FILES if module(p).startswith("ingest")], ids=module)
def test_the_parser_asks_no_clock_and_prints_nothing(path: Path) -> None:
    assert not clocks(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", ["datetime.date.today()", "datetime.now(UTC)", "datetime.datetime.utcnow()", "print('x')"])
def test_a_clock_is_seen(text: str) -> None:
    assert clocks(text)
    assert not clocks("datetime.date(2015, 6, 16) + datetime.timedelta(days=1)")


@pytest.mark.parametrize("path", [p for p in FILES if module(p).startswith("ingest.")], ids=module)
def test_stages_do_not_know_each_other(path: Path) -> None:
    name = module(path)
    allowed = STAGE | set().union(*(more for p, more in ALSO.items() if within(name, {p})))
    bad = {i for i in imports(path) if i.startswith("ingest.") and not within(i, allowed) and "ingest" not in allowed}
    assert not bad, f"{name} may not import {sorted(bad)}"


def test_only_rules_reads_the_metadata_folder() -> None:
    readers = {module(p) for p in FILES if "yaml" in {i.split(".")[0] for i in imports(p)} and module(p).startswith("ingest")}
    assert readers <= {"ingest.rules.files", "ingest.repair.overrides"}, "corrections by people are a file of their own, also beside the database"


def test_only_the_search_parser_imports_whoosh() -> None:
    assert {module(p) for p in FILES if within("whoosh", {i.split(".")[0] for i in imports(p)})} <= {"kb.search.parse", "kb.search.snippets"}


@pytest.mark.parametrize("path", FILES, ids=module)
def test_every_module_says_what_it_is_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert text.count("\n") <= 300, "over 300 lines"
