"""`kb correct` on the command line: parse arguments, call the command, print."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb import terminal
from kb.options import DEFAULT, Database, Jobs, Json, Metadata, print_json
from kb.output import Out

if TYPE_CHECKING:
    from kb.commands.correct import Asked, Corrected, Listed


def register(app: typer.Typer) -> None:
    """Make the command one of the program's."""
    app.command(cls=terminal.Command)(correct)


def correct(
    word: Annotated[str, typer.Argument(metavar="ORD", help="Ordet som det lästes.", show_default=False)] = "",
    printed: Annotated[str, typer.Argument(metavar="TRYCKT", help="Ordet som det trycktes.", show_default=False)] = "",
    reason: Annotated[str, typer.Option(help="Varför; behövs utom med --leave.", show_default=False)] = "",
    leave: Annotated[bool, typer.Option("--leave", help="Ordet är rätt, låt det vara.")] = False,
    source: Annotated[str, typer.Option(help="Bara i den källan: namn, sökväg eller början av sha256.", show_default=False)] = "",
    page: Annotated[int | None, typer.Option(min=1, help="Bara på den sidan.")] = None,
    line: Annotated[int | None, typer.Option(min=1, help="Bara på den raden.")] = None,
    repair: Annotated[bool | None, typer.Option("--repair/--no-repair", help="Laga hela källan, eller laga den aldrig.", show_default=False)] = None,
    by: Annotated[str, typer.Option(help="Vem som rättar.", show_default=False)] = "",
    show: Annotated[bool, typer.Option("--list", help="Visa alla rättelser.")] = False,
    remove: Annotated[int | None, typer.Option(min=1, help="Ta bort rättelsen med det numret i --list.")] = None,
    db: Database = DEFAULT,
    jobs: Jobs = 1,
    metadata: Metadata = None,
    as_json: Json = False,
) -> int:
    """Rätta ett ord som lästes fel, eller säg om en källa ska lagas. Rättelsen gäller också efter kb rebuild.

    Exempel: kb correct samverkansrfldet samverkansrådet --reason "fel i inläsningen"
    """
    from kb.commands.correct import Asked

    if show:
        return _list(db, metadata, as_json)
    asked = Asked(word, printed, leave, repair, source, page, line, reason, by)
    return _change(asked, remove, db, jobs, metadata, as_json)


def _change(asked: Asked, remove: int | None, db: Path, jobs: int, metadata: Path | None, as_json: bool) -> int:
    from ingest import load_rules
    from kb import errors, printing_runs
    from kb.commands import correct

    if remove and asked != correct.Asked():
        raise errors.Usage("--remove står ensamt", "se kb correct --help")
    with printing_runs.progress(True) as progress:
        if remove:
            done = correct.remove(db, remove, load_rules(metadata), metadata, jobs, progress)
        else:
            done = correct.add(db, asked, load_rules(metadata), metadata, jobs, progress)
    if as_json:
        print_json(asdict(done))
    else:
        Out().print(_told(done, bool(remove)))
    return done.exit_code


def _list(db: Path, metadata: Path | None, as_json: bool) -> int:
    from kb.commands.correct import listed

    found = listed(db, metadata)
    if as_json:
        print_json([asdict(item) for item in found])
    else:
        Out().print("\n".join(map(_line, found)) or "Inga rättelser.")
    return 0


def _line(item: Listed) -> str:
    number = f"{item.number}." if item.number else "–"
    more = ", ".join(str(item.entry[key]) for key in ("by", "date") if key in item.entry)
    where = "" if item.number else f"  [{item.file}]"
    return f"{number:4} {_said(item.entry)}: {item.entry['reason']}{f' ({more})' if more else ''}{where}"


def _said(entry: dict[str, str | int | bool]) -> str:
    """An entry in words."""
    if "repair" in entry:
        return f"{entry['source']} {'lagas i sin helhet' if entry['repair'] else 'lagas aldrig'}"
    what = f"”{entry['read']}” är rätt" if entry["read"] == entry["printed"] else f"”{entry['read']}” läses ”{entry['printed']}”"
    place = [f"i {entry['source']}"] if "source" in entry else []
    return " ".join([what, *place, *(f"{name} {entry[key]}" for key, name in (("page", "sida"), ("line", "rad")) if key in entry)])


def _told(done: Corrected, removed: bool) -> str:
    """What came of it: the entry, where it stands, how many words are read otherwise now."""
    happened = "Borttagen ur" if removed else "Skriven i" if done.changed else "Står redan i"
    lines = [*done.notes, f"{_said(done.entry)}. {happened} {done.file}."]
    if not done.found and not removed:
        lines.append(
            f"Obs: ingen inläst källa har ordet ”{done.entry['read']}”. Rättelsen står ändå, för det som läses in senare. "
            "Var det felskrivet: kb correct --remove, med numret i kb correct --list."
        )
    elif not done.sources:
        lines.append("Ingen inläst källa har det ordet.")
    else:
        lines.append(f"{done.words or 'Inga'} ord läses annorlunda nu, omlästa källor: {done.sources - len(done.refused)}.")
        lines += [f"{message[:1].upper()}{message[1:]}." for message in done.unfit]
    return "\n".join(lines)
