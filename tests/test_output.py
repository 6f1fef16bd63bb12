"""Lines for people and for pipes: styles on a terminal alone, and not where somebody has asked for none."""

from __future__ import annotations

import io
import json
import sys

import pytest

from kb.output import Out, clean, drawing, escaped


def printed(text: str | list[tuple[str, str]], style: str = "", terminal: bool | None = True) -> str:
    stream = io.StringIO()
    Out(stream, terminal).print(text, style)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_style_turns_on_what_it_says_and_nothing_else() -> None:
    assert printed("x") == "x\n"
    assert printed("x", "bold") == "\x1b[1mx\x1b[0m\n"
    assert printed("x", "dim") == "\x1b[2mx\x1b[0m\n"
    assert printed("x", "green") == "\x1b[32mx\x1b[0m\n", "no word of bold and dim: some terminals take the end of bold for a line below"
    assert printed("x", "green bold") == "\x1b[32m\x1b[1mx\x1b[0m\n"
    assert printed([("a", ""), ("", "red"), ("b", "red")], "bold") == "\x1b[1ma\x1b[0m\x1b[31m\x1b[1mb\x1b[0m\n"


def test_nothing_that_is_printed_steers_a_terminal_or_turns_its_text() -> None:
    assert printed("a\x1b[2Jb\x9b0m\tc\nd\u200f \u202ee", "bold") == "\x1b[1ma[2Jb0m\tc\nd \\u202ee\x1b[0m\n"
    assert clean("§ 1 – åäö\u2067") == "§ 1 – åäö\\u2067"
    assert json.loads(escaped(json.dumps("\x9b\u202eå", ensure_ascii=False))) == "\x9b\u202eå"
    assert escaped('"\x9b\u202eå"\n') == '"\\u009b\\u202eå"\n'


def test_whoever_reads_has_a_line_at_once() -> None:
    buffered = io.TextIOWrapper(io.BufferedWriter(raw := io.BytesIO()))
    Out(buffered).print("x")
    assert raw.getvalue() == b"x\n"


def test_bars_are_no_part_of_what_is_printed() -> None:
    console = drawing()
    assert console.stderr and console.file is sys.stderr and not console.render_str(":tada: [red]1[/red]").spans


def test_styles_are_for_terminals_that_know_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed("x", "red", terminal=False) == printed("x", "red", terminal=None) == "x\n"
    for name, value, plain in (("NO_COLOR", "1", True), ("NO_COLOR", "", False), ("TERM", "dumb", True), ("TERM", "unknown", True)):
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            assert (printed("x", "red") == "x\n") is plain, (name, value)
