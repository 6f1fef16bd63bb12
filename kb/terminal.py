"""Typer in Swedish, and every failure as one line on standard error: what, where, what to do."""

from __future__ import annotations

import copy
import os
import re
import sqlite3
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from ingest.errors import IngestError
from kb.output import Out

INTERRUPTED = 130
BROKEN_PIPE = 141

_HELP = (
    ("Usage:", "Så här:"), ("Options:", "Val:"), ("Commands:", "Kommandon:"), ("Arguments:", "Argument:"), ("[OPTIONS]", "[VAL]"),
    ("COMMAND [ARGS]...", "KOMMANDO …"), ("Show this message and exit.", "Visa den här hjälpen."), ("default:", "förval:"),
    ("[required]", "[krävs]"), ("; required]", "; krävs]"), ("env var: ", "miljövariabel: "),
    # of the same length, because they stand in columns
    ("<path>", "<fil> "), ("<list[Path]>", ""), ("<list[str]>", ""), ("<str>", "<ord>"), ("<int>", "<tal>"), ("<int range>", "<tal>      "),
    ("<bool>", ""), ("{", ""), ("}...", " …"), ("}", ""), ("]...", "]"),
)  # fmt: skip
_USAGE = (
    (r"Missing argument '?(?P<what>[^']+?)'?\.?$", "{what} saknas"),
    (r"Missing option '?(?P<what>[^']+?)'?\.?$", "valet {what} saknas"),
    (r"No such option:? '?(?P<what>[^' ]+).*", "valet {what} finns inte"),
    (r"No such command '(?P<what>[^']+)'.*", "kommandot {what} finns inte"),
    (r"Invalid value for .*?: \S+ ['\"](?P<what>.+)['\"] is not readable\.", "{what} får inte läsas, kontrollera rättigheterna"),
    (r"Invalid value for '?(?P<what>[^':]+)'?: .*", "fel värde för {what}"),
    (r"Option '?(?P<what>[^' ]+)'? requires an? argument\.?", "valet {what} behöver ett värde"),
    (r"Got unexpected extra argument\S* \((?P<what>.*)\)", "för mycket på raden: {what}"),
    (r"Missing command\.?", "ett kommando saknas"),
)


def swedish_help(text: str) -> str:
    """A help page with typer's own words in Swedish."""
    for english, swedish in _HELP:
        text = text.replace(english, swedish)
    return text


class Command(TyperCommand):
    """A command whose help is in Swedish."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return swedish_help(super().get_help(ctx))


class Group(TyperGroup):
    """The program, whose help is in Swedish."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return swedish_help(super().get_help(ctx))


def _alone(app: typer.Typer, name: str) -> typer.Typer:
    """The program with the one command of that name, for typer reads the options of all that it has: 40 ms. All of it where none is called so."""
    found = [c for c in app.registered_commands if c.callback and name == (c.name or c.callback.__name__)]
    alone = copy.copy(app)
    alone.registered_commands = found or app.registered_commands
    return alone


def run(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code. Prints each failure; with KB_DEBUG set the unexpected ones are raised as they are."""
    try:
        code = _alone(app, arguments[0] if arguments else "")(list(arguments) or ["--help"], prog_name="kb", standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        return _unread()
    except SystemExit as leaving:  # how typer takes a broken pipe
        if isinstance(leaving.__context__, BrokenPipeError):
            return _unread()
        raise
    except typer.TyperException as error:
        return _say(f"{usage(error.format_message())} – se {_path(error)} --help", 2)
    except Exception as error:
        failure = explained(error)
        if failure:
            return _say(str(failure), failure.exit_code)
        if os.environ.get("KB_DEBUG"):
            raise
        what = " ".join(str(error).split())[:300]
        return _say(f"oväntat fel ({type(error).__name__}: {what}) – sätt KB_DEBUG=1 för att se var, och anmäl felet", 70)
    if code == INTERRUPTED:  # typer's answer to Ctrl+C
        return _say("avbrutet – kör samma kommando igen för att fortsätta", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _unread() -> int:
    """Whoever read our output has left: nobody is there to be told, and Python must not try to write the rest when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def explained(error: Exception) -> IngestError | None:
    """An error with a known cause as that cause, None for the others."""
    from kb import errors

    if isinstance(error, IngestError):
        return error
    if isinstance(error, sqlite3.Error):
        return errors.from_sqlite(error)
    return errors.from_os(error) if isinstance(error, OSError) else None


def usage(message: str) -> str:
    """One of typer's messages about a command line, in Swedish where it is one we know."""
    for pattern, swedish in _USAGE:
        found = re.fullmatch(pattern, message.strip(), re.S)
        if found:
            return swedish.format(**found.groupdict())
    return message


def _path(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context else "kb"


def _say(message: str, code: int) -> int:
    Out(sys.stderr).print(f"kb: {message}")
    return code
