"""The documents tell the truth: links, files, commands with their options, views, errors, words, and the output that README shows."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from ingest import errors as ingest_errors
from ingest.errors import IngestError
from kb import errors as kb_errors
from kb import terminal
from kb.cli import app
from kb.connect import schema
from kb.search import index

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")), ROOT / "examples" / "README.md"]
COMMANDS: Any = typer.main.get_command(app)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
SHARED = {2}  # what the person at the keyboard gave wrongly
NAMES = {page: page.relative_to(ROOT).as_posix() for page in PAGES}


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path) -> Iterator[str]:
    """What stands in blocks of commands."""
    yield from (block for language, block in FENCE.findall(text(page)) if language in ("console", "sh"))


def code(page: Path) -> Iterator[str]:
    """What stands between single backticks in running text and tables."""
    yield from CODE.findall(FENCE.sub("", text(page)).replace(r"\|", "|"))


def table(page: Path, first: str) -> dict[str, list[str]]:
    """The table whose heading begins with `first`: what stands in backticks first in a row → the row's other cells."""
    found: dict[str, list[str]] = {}
    inside = False
    for line in text(page).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not inside:
            inside = bool(cells) and cells[0] == first
        elif not cells:
            break
        elif cells[0].startswith("`"):
            found[cells[0].strip("`")] = cells[1:]
    return found


# links and files


@pytest.mark.parametrize("page", PAGES, ids=NAMES.get)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text(page))):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor in {slug(line) for line in text(file).splitlines() if line.startswith("#")}, f"{page.name} links to {target}"


def slug(heading: str) -> str:
    """The anchor that a heading gets where Markdown is shown."""
    return re.sub(r"[^\w -]", "", heading.lstrip("#").strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", [p for p in PAGES if p.parent.name != "examples"], ids=NAMES.get)
def test_named_files_exist(page: Path) -> None:
    for name in code(page):
        if re.fullmatch(r"(?:ingest|kb|tests|metadata|docs|examples|benchmarks)/[\w./-]*", name):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_pictures_are_small() -> None:
    pictures = list(DOCS.glob("*.png"))
    assert pictures
    assert all(p.stat().st_size < 300_000 for p in pictures)
    named = " ".join(map(text, PAGES))
    assert all(p.name in named for p in pictures)


def test_readme_lists_what_lies_at_the_top() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no checkout of git")
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    names = [name for name in listing.decode().split("\0") if name and (ROOT / name).exists()]
    top = {name.partition("/")[0] + ("/" if "/" in name else "") for name in names}
    assert set(table(ROOT / "README.md", "")) == top


def test_readme_of_the_examples_names_each_document() -> None:
    files = {p.name for p in (ROOT / "examples").iterdir() if p.suffix in (".txt", ".pdf")}
    assert {name for name in files if name not in text(ROOT / "examples" / "README.md")} == set()


# commands


def lines(page: Path) -> Iterator[str]:
    """The lines of blocks that call kb."""
    for block in blocks(page):
        yield from (m[1] for m in re.finditer(r"^(?:\$ )?(?:\S*/)?(kb(?: .*)?)$", block, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=NAMES.get)
def test_commands_of_blocks_are_real(page: Path) -> None:
    for line in lines(page):
        name, *arguments = shlex.split(line, comments=True)[1:]
        assert name in COMMANDS.commands, line
        COMMANDS.commands[name].make_context(name, arguments)  # raises where an option or argument is not right


@pytest.mark.parametrize("page", PAGES, ids=NAMES.get)
def test_commands_in_running_text_are_real(page: Path) -> None:
    for words in code(page):
        if re.match(r"kb(?: |$)", words):
            _, name, *rest = [*words.split(), "--help"]
            assert name in {*COMMANDS.commands, "--help"}, words
            known = {"--help", *(o for c in COMMANDS.commands.values() for p in c.params for o in p.opts)}
            assert {r for r in rest if re.match(r"--?[a-z]", r)} <= known, words


def test_the_handbook_has_every_command_and_option() -> None:
    handbook, everything = text(DOCS / "handbok.md"), " ".join(map(text, PAGES))
    for name, command in COMMANDS.commands.items():
        assert f"`kb {name}`" in handbook
        assert f"\n$ kb {name}" in handbook or f"`kb {name} " in handbook
        missing = [p.opts[0] for p in command.params if p.param_type_name == "option" and p.opts[0] not in everything]
        assert not missing, f"kb {name}"


def test_the_glossary_is_in_order() -> None:
    alphabet = "abcdefghijklmnopqrstuvwxyzåäö"
    words = [line.split("|")[1].strip() for line in text(DOCS / "ordlista.md").splitlines() if line.startswith("| ")][1:]
    assert len(words) > 50
    assert words == sorted(words, key=lambda w: [alphabet.find(c) for c in w.lower() if c.isalpha()])


# views and errors


def test_every_view_is_documented_with_real_columns() -> None:
    with sqlite3.connect(":memory:") as db:
        db.executescript(schema())
        db.create_function("kb_indexed", 3, index.expected(db))
        views = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
        documented = table(DOCS / "architecture.md", "view")
        assert set(documented) == set(views)
        for view in views:
            columns = {row[1] for row in db.execute(f"PRAGMA table_info({view})")}
            assert set(CODE.findall(documented[view][-1])) == columns, view
    db.close()


def causes() -> list[type[IngestError]]:
    """All classes of errors of the two modules."""
    found = {c for module in (ingest_errors, kb_errors) for c in vars(module).values() if isinstance(c, type) and issubclass(c, IngestError)}
    return sorted(found, key=lambda c: c.__name__)


def test_the_table_of_errors_has_every_class_and_code() -> None:
    rows = table(DOCS / "errors.md", "class")
    assert {name: int(row[0]) for name, row in rows.items()} == {c.__name__: c.exit_code for c in causes()}


@pytest.mark.parametrize("cause", causes(), ids=lambda c: c.__name__)
def test_the_table_of_errors_gives_the_advice(cause: type[IngestError]) -> None:
    assert cause.advice in " ".join(table(DOCS / "errors.md", "class")[cause.__name__])
    assert cause.__doc__


def test_exit_codes_are_unique_where_meant() -> None:
    codes = [c.exit_code for c in causes() if c.exit_code not in SHARED]
    assert len(codes) == len(set(codes))
    assert {terminal.INTERRUPTED, terminal.BROKEN_PIPE, 0, 70}.isdisjoint({*codes, *SHARED})


# the output that README shows


def shown() -> list[tuple[str, list[str]]]:
    """Each command of README's blocks with the lines shown under it."""
    found: list[tuple[str, list[str]]] = []
    for language, block in FENCE.findall(text(ROOT / "README.md")):
        for line in block.splitlines() if language == "console" else []:
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line != "…":
                found[-1][1].append(line)
    return found


def test_readme_shows_real_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Runs them in order; a shown line that ends with … is the beginning of a real one, lines may be left out."""
    monkeypatch.chdir(tmp_path)
    for name in ("KB_DB", "KB_METADATA"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "metadata").symlink_to(ROOT / "metadata")
    for command, wanted in shown():
        if command.startswith("kb "):
            assert terminal.run(app, shlex.split(command)[1:]) == 0, command
        else:
            subprocess.run(shlex.split(command), check=True)
        printed = iter(capsys.readouterr().out.splitlines())
        for line in wanted:
            begins = line.removesuffix("…")
            assert any(p == line or (begins != line and p.startswith(begins)) for p in printed), (
                f"{command} does not print {line!r} (any more, or there)"
            )
