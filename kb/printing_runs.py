"""What a run tells: a line a file, a bar on a terminal, the sum of it all; and the files in quarantine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from kb.options import print_json
from kb.output import Out, clean, drawing
from kb.printing import count, facts

if TYPE_CHECKING:
    from kb.commands.events import Event, Progress, Summary
    from kb.shelf import Quarantined

_ACTIONS = {
    "added": "tillagd", "replaced": "ersatt", "unchanged": "oförändrad", "moved": "flyttad", "duplicate": "dubblett",
    "gone": "borta", "quarantined": "karantän", "refused": "nekad",
}  # fmt: skip
_NOT_READ = ("refused", "quarantined")


def event_line(event: Event) -> str:
    """One file of a run on one line."""
    if event.action in _NOT_READ:
        return " ".join(clean(event.message if event.source in event.message else f"{event.source}: {event.message}").splitlines())
    size = f"{count(event.pages, 'sida', 'sidor')}, {count(event.documents, 'handling', 'handlingar')}" if event.pages else ""
    return " ".join(f"{_ACTIONS[event.action]:10}  {facts(event.source, size, event.message)}".splitlines())


def summary_line(summary: Summary) -> str:
    """The run in one line."""
    c = summary.counts
    ends = (count(c.added, "tillagd", "tillagda"), count(c.replaced, "ersatt", "ersatta"), count(c.unchanged, "oförändrad", "oförändrade"))
    return ", ".join([*ends, count(c.refused, "nekad", "nekade")])


def _step(what: str) -> str:
    """What takes its time: OCR says so itself, all else is about the lexicon."""
    return clean(what) if what.startswith("OCR ") else f"Bygger ordlistan: {what}"


def told(summary: Summary, as_json: bool) -> int:
    """Print what a run did; its exit code."""
    if as_json:
        print_json({**asdict(summary.counts), "files": [asdict(event) for event in summary.events], "notes": summary.notes})
    else:
        Out().print("\n".join([*summary.notes, summary_line(summary)]))
    return summary.exit_code


def quarantined_line(file: Quarantined) -> str:
    """A file in quarantine on one line: since when, which, why."""
    return clean(f"{file.since[:10]}  {file.path} · {file.reason.removeprefix(f'{file.path}: ')}")


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """Whom a run tells: a bar on a terminal, plain lines in a pipe. Refusals go to standard error in any case, the rest unless `quiet`."""
    from kb.commands.events import Progress

    if sys.stderr.isatty():
        with _bar() as drawn:
            yield drawn
        return
    err, out = Out(sys.stderr), Out()

    def tell(event: Event) -> None:
        if event.action in _NOT_READ:
            err.print(event_line(event))
        elif not quiet:
            out.print(event_line(event))

    yield Progress(event=tell, step=lambda what: err.print(_step(what)) if not quiet else None)


@contextmanager
def _bar() -> Iterator[Progress]:
    """A bar, and above it what was refused."""
    from rich import progress as bars

    from kb.commands.events import Progress

    with bars.Progress(
        "Läser", bars.BarColumn(), bars.MofNCompleteColumn(), "filer", bars.TextColumn("{task.fields[pages]} sidor, kvar"),
        bars.TimeRemainingColumn(), console=drawing(), transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=None, pages=0)
        pages = 0

        def step(event: Event) -> None:
            nonlocal pages
            pages += event.pages
            if event.action in _NOT_READ:
                bar.console.print(event_line(event), style="red")
            bar.update(task, advance=1, pages=pages)

        yield Progress(
            total=lambda count: bar.update(task, total=count),
            event=step,
            step=lambda what: bar.console.print(_step(what), style="dim"),
        )
