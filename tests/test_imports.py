"""Imports point one way: metadata ◀ ingest ◀ {kb.search, kb.database} ◀ {kb.web, kb.commands} ◀ kb.cli; stages do not know each other."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("ingest/**/*.py"), *ROOT.glob("kb/**/*.py")])

# who may not import what; the longest prefix that fits a module decides
FORBIDDEN = {
    "ingest": {"kb", "sqlite3", "sqlite_utils", "datasette", "typer", "whoosh", "rich", "socket", "urllib", "httpx", "requests", "subprocess"},
    "kb.search": {"kb.web", "kb.commands", "kb.cli", "kb.database", "datasette", "typer"},
    "kb.database": {"kb.web", "kb.commands", "kb.cli", "datasette", "typer"},
    "kb.archive": {"kb.web", "kb.commands", "kb.cli", "datasette", "typer"},
    "kb.commands": {"kb.web", "kb.cli", "typer"},
    "kb.web": {"kb.commands", "kb.cli", "typer"},
}
# a stage may know the values, the rules and plain text; `document` also the helpers of `find`, and only pipeline and explain know the order
STAGE = {"ingest.models", "ingest.places", "ingest.rules", "ingest.errors", "ingest.text", "ingest.overlay"}
ALSO = {
    "ingest.blocks": {"ingest.sections"},
    "ingest.find": {"ingest.find"},
    "ingest.document": {"ingest.document", "ingest.find"},
    "ingest.read": {"ingest.read"},
    "ingest.models": {"ingest.models"},
    "ingest.pipeline": {"ingest"},
    "ingest.stages": {"ingest"},
}


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names if node.module in ("ingest", "kb")}
    return found


def within(name: str, parents: set[str]) -> bool:
    return any(name == p or name.startswith(p + ".") for p in parents)


@pytest.mark.parametrize("path", FILES, ids=module)
def test_one_way(path: Path) -> None:
    name = module(path)
    rules = [FORBIDDEN[p] for p in sorted(FORBIDDEN, key=len) if within(name, {p})]
    bad = {i for i in imports(path) if rules and within(i, rules[-1])}
    assert not bad, f"{name} may not import {sorted(bad)}"


@pytest.mark.parametrize("path", [p for p in FILES if module(p).startswith("ingest.")], ids=module)
def test_stages_do_not_know_each_other(path: Path) -> None:
    name = module(path)
    allowed = STAGE | set().union(*(more for p, more in ALSO.items() if within(name, {p})))
    bad = {i for i in imports(path) if i.startswith("ingest.") and not within(i, allowed) and "ingest" not in allowed}
    assert not bad, f"{name} may not import {sorted(bad)}"


def test_only_rules_reads_the_metadata_folder() -> None:
    readers = {module(p) for p in FILES if "yaml" in {i.split(".")[0] for i in imports(p)} and module(p).startswith("ingest")}
    assert readers == {"ingest.rules"}


def test_only_the_search_parser_imports_whoosh() -> None:
    assert {module(p) for p in FILES if within("whoosh", {i.split(".")[0] for i in imports(p)})} <= {"kb.search.parse", "kb.search.snippets"}


@pytest.mark.parametrize("path", FILES, ids=module)
def test_every_module_says_what_it_is_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert text.count("\n") <= 300, "over 300 lines"
