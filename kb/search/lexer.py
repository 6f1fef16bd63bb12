"""What is typed → tokens of the query language: words, phrases, fields, diary numbers, periods, operators. No text raises; what is odd is noted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.text import plain
from kb.search import fields, when
from kb.search.known import Known
from kb.search.nodes import When

_NAMED = re.compile(rf"(?<![\w§])(?P<name>{fields.pattern()}):[^\S\n]?(?=\S)", re.I)
_UNKNOWN = re.compile(r"[^\W\d_]{3,14}:(?=[^\s/:])")
_OPERATOR = re.compile(r"(AND|OCH|OR|ELLER|NOT|INTE)(?=[\s()\"]|$)")
_SIGN = re.compile(r"§+\s?|(?P<word>[^\W\d_]+)\s(?=\d)")
_NUMBER = re.compile(r"\d{1,4}(?:\s?[a-h](?!\w))?(?![\w/.-]*\d)", re.I)
_DIGIT = re.compile("[0-9]")
_CHUNK = re.compile(r"[^\s()\"]+")
_VALUE_END = re.compile(r"[()\"]")
_HELD = re.compile(r'[\[{]((?:"[^"]*"|[^"\]}])*)[\]}]')
_CAPITAL = re.compile(r"\s+(?!(?:AND|OCH|OR|ELLER|NOT|INTE)\b)[A-ZÅÄÖÉ][\w-]*")
_WORDS_OF_VALUE = 9
_OPERATORS = {"AND": "and", "OCH": "and", "OR": "or", "ELLER": "or", "NOT": "not", "INTE": "not"}


class Token(NamedTuple):
    """A piece of a query: `kind` is word, phrase, field, number, section, when, open, close, and, or, not; `name` that of a field."""

    kind: str
    text: str
    name: str = ""
    when: When | None = None
    filters: bool = False
    start: int = 0
    end: int = 0


def lex(text: str, known: Known, notes: list[str]) -> Iterator[Token]:
    """The tokens in order, with their places. `text` has its double quotes in pairs."""
    free = _free(text, known)
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        start = at
        token, at = _next(text, at, free, known, notes)
        if token:
            yield token._replace(start=start, end=at)


def _next(text: str, at: int, free: dict[int, tuple[Token, int]], known: Known, notes: list[str]) -> tuple[Token | None, int]:
    if text[at] in "()":
        return Token("open" if text[at] == "(" else "close", text[at]), at + 1
    if text[at] == '"':
        end = text.index('"', at + 1)
        return Token("phrase", text[at + 1 : end]), end + 1
    named = _NAMED.match(text, at)
    if named:
        return _field(text, named.end(), named["name"], known)
    if at in free:
        return free[at]
    operator = _OPERATOR.match(text, at)
    if operator:
        return Token(_OPERATORS[operator[0]], operator[0]), operator.end()
    section = _section(text, at, known)
    if section:
        return Token("section", section[0]), section.end()
    chunk = _CHUNK.match(text, at)
    assert chunk
    if ".." in chunk[0] and (period := when.read(chunk[0], known.today, known.words)):
        return Token("when", chunk[0], when=period, filters=True), chunk.end()
    _odd(chunk[0], notes)
    return Token("word", chunk[0]), chunk.end()


def _section(text: str, at: int, known: Known) -> re.Match[str] | None:
    """The number of a § whose sign, or a word for it, stands there."""
    sign = _SIGN.match(text, at)
    meant = sign and (not sign["word"] or sign["word"].lower() in known.words.sections)
    return _NUMBER.match(text, sign.end()) if sign and meant else None


def _odd(chunk: str, notes: list[str]) -> None:
    """Say what someone may have meant otherwise."""
    if _UNKNOWN.match(chunk):
        notes.append(f"”{chunk.partition(':')[0]}:” är inget fält och söks som ord. Fälten är {', '.join(f'{f}:' for f in fields.SHOWN)}.")
    if re.match(r"-\w", chunk):
        notes.append(f"Skriv INTE {chunk[1:]} för att utesluta ett ord; strecket räknas inte.")


def _free(text: str, known: Known) -> dict[int, tuple[Token, int]]:
    """Diary numbers and periods outside quotes and fields, by where they begin."""
    blank = _without_values(text)
    found: dict[int, tuple[Token, int]] = {}
    for period in when.find(blank, known.today, known.words):
        written = text[period.start : period.end]
        found[period.start] = Token("when", written, when=period.when, filters=period.filters), period.end
    if not _DIGIT.search(blank):
        return found
    from kb.search import dnr  # its patterns are made in as much time as a search takes, and most queries have no number

    for number in dnr.find(blank, known.registers):
        both = found.get(number.start)
        month = both[0].when if both and both[1] == number.end else None  # 2019-06
        found[number.start] = Token("number", number.spelling, when=month), number.end
    return found


def _without_values(text: str) -> str:
    """The text with quoted words and values of fields blanked out, place for place."""
    if '"' not in text and ":" not in text:
        return text
    pieces = re.split(rf'((?<![\w§])(?:{fields.pattern()}):\s?"[^"]*"|"[^"]*"|(?<![\w§])(?:{fields.pattern()}):\s?\S+)', text, flags=re.I)
    return "".join(" " * len(piece) if n % 2 else piece for n, piece in enumerate(pieces))


def _field(text: str, at: int, typed: str, known: Known) -> tuple[Token | None, int]:
    """A field and its value, which may be several words where they are known to belong together."""
    name = fields.name_of(typed)
    if text[at] == '"':
        end = text.index('"', at + 1)
        value = text[at + 1 : end].strip()
        return (Token("field", value, name) if value else None), end + 1
    if held := _HELD.match(text, at):
        return Token("field", held[1].strip(' "'), name), held.end()
    end = _end_of_value(text, at, name, known)
    value = text[at:end].strip("[]{} ")
    return (Token("field", value, name) if value else None), max(end, at + 1)


def _end_of_value(text: str, at: int, name: str, known: Known) -> int:
    chunk = _CHUNK.match(text, at)
    if not chunk:
        return at
    end = chunk.end()
    if name == "when":
        return _longest(text, at, lambda value: when.read(value, known.today, known.words) is not None) or end
    if name in ("forum", "municipality"):
        return _longest(text, at, lambda value: plain(value) in known.names) or end
    if name == "case":
        from kb.search import dnr

        number = next(dnr.find(text[at : at + 60], known.registers), None)
        return at + number.end if number and number.start == 0 else end
    while name == "person" and (more := _CAPITAL.match(text, end)):
        end = more.end()
    return end


def _longest(text: str, at: int, fits: object) -> int:
    """Where the longest value ends that fits, 0 where none does."""
    assert callable(fits)
    stops = [stop.start() for pattern in (_VALUE_END, _NAMED) if (stop := pattern.search(text, at))]
    value = text[at : min(stops, default=len(text))]
    ends = [m.end() for m in re.finditer(r"\S+", value)][:_WORDS_OF_VALUE]
    return next((at + end for end in reversed(ends) if fits(value[:end])), 0)
