"""Words of a text as repair sees them: which may be repaired, which are left alone, and where sentences end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ingest.text import NO_SHARED_PART

STOP, NUMBER, OTHER = SIGNS = ".", "0", "#"
"""Signs that stand for what is not a word in counts of word pairs: the end of a sentence, a number, anything else that is left alone."""

BEGINS = r"(?=[a-zåäöé&6£])"
"""How the second half of a word begins: with a small letter, or a sign that was read for one."""
_GOES_ON_BELOW = rf"\n[ \t]*{BEGINS}{NO_SHARED_PART}"
_BREAK = f"-{_GOES_ON_BELOW}"
LINE = 200
"""How many characters to each side are looked at to tell whether a line is written in capitals."""

SITE = (
    r"://|\bwww\.|[\w-]\.(?:se|com|org|net|nu|eu|fi|no|dk|info|gov|pdf|docx?|xlsx?|pptx?|odt|csv|zip|html?|aspx?|php|txt)\b"
    r"|[\w-]{2}\.[a-z]{2,6}/\w|\\\\\w|\b[a-z]:\\\w"
)
"""A pattern for what is the address of a page or a file, in small letters and capitals."""

_DIGITS = re.compile(r"\d\D*\d\D*\d")
_BROKEN = re.compile(r"-\n[ \t]*")
_CHUNK = re.compile(rf"\S+(?:(?<=\S[^\W\d_]-){_GOES_ON_BELOW}\S+)?")
_IN_ROW = r"[A-ZÅÄÖa-zåäöé][a-zåäöé]++,?(?!\S)"
_PIECE = re.compile(rf"((?<!\S){_IN_ROW}(?: {_IN_ROW})*+)|{_CHUNK.pattern}")
"""Words that a space joins, with or without a comma between them, and nothing else: most of a text. Else a chunk."""
_ADDRESS = re.compile(rf"(?i)\w@\w+\.|\w\.\w+@$|{SITE}")
_GOES_ON = frozenset("/_=?&%@-")
_MORE = re.compile(r"[ \t]*\n[ \t]*(?=[a-z0-9])")
_SIGNS = "&£¢§|\\[\\]{}#@"
_PART = re.compile(rf"(?:[&£¢@|\[{{]|§(?=[a-z]{{3}}))?[^\W_]+(?:(?:[{_SIGNS}]+|{_BREAK})[^\W_]+)*[&¢@]?|(?<!\S)\|(?!\S)")
_CLOSED = re.compile(r"\[[^\[\]\n]{1,80}\]")
_NUMBERED = re.compile(r"\d+(?:[a-h]|(?<!\b1)ans?|or|orna|orn|tal|talet|x\d+)?")
_BEFORE_WORD = re.compile(r" [a-zåäö]{2}")
_ALONE = re.compile(r"(?<=[a-zåäöé,] )1(?= [a-zåäö]{2})|(?<=[a-zåäöé]\n)1(?= [a-zåäö]{2})")
_LEFT_ALONE = re.compile(r"[A-ZÅÄÖ&]{2,5}(?<=[A-ZÅÄÖ])(?<![A-ZÅÄÖ]{5})s?|[^\W\d_]|[A-ZÅÄÖm]\d|[^\W\d_]*[a-zåäö]&[A-ZÅÄÖ][^\W\d_]*")
_NUMBERED_CAPITALS = re.compile(r"[A-ZÅÄÖ]+\d{1,2}[A-ZÅÄÖ]*|\d[A-ZÅÄÖ]")
_VOWEL = re.compile("[AEIOUYÅÄÖ&]")
_MARKS = frozenset(".,:;!?)")
_ENDS = re.compile(r"[.!?:;](?=[\s\"”')]|$)|\n[ \t]*\n|[\t•]")


class Token(NamedTuple):
    """A word at `start..end`. `word` is what to look up, in small letters but for capitals within it; "" where the word is left alone, and
    then `sign` says what it counts as. With both it may be either ("1" for "i"). `skip` is what lies between the halves of a word that
    goes on over the turn of a page; they stand in `text` as if it were the next line.
    """

    start: int
    end: int
    text: str
    word: str
    sign: str = ""
    skip: tuple[int, int] | None = None

    @property
    def letters(self) -> str:
        """The text without a break over two lines."""
        return _BROKEN.sub("", self.text) if "\n" in self.text else self.text

    @property
    def capital(self) -> bool:
        """True where it begins with a capital, or with a sign that may hide one."""
        return not self.text[:1].islower()

    @property
    def capitals(self) -> bool:
        """True where the whole word is in capitals."""
        return len(self.text) > 1 and self.text.upper() == self.text and any(c.isalpha() for c in self.text)


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The words in `start..end`, and a sign for each end of a sentence and for what is left alone: numbers, addresses, abbreviations."""
    for piece in pieces(text, start, end):
        if isinstance(piece, Token):
            yield piece
            continue
        at = piece.start()
        for chunk in piece.group().split(" "):
            word = chunk.rstrip(",")
            yield Token(at, at + len(word), word, word.lower())
            at += len(chunk) + 1


def pieces(text: str, start: int = 0, end: int | None = None) -> Iterator[Token | re.Match[str]]:
    """As `tokens`, but words with nothing but a space or a comma between them are one match: whoever counts them need not look at each."""
    at, address = start, -1
    for piece in _PIECE.finditer(text, start, len(text) if end is None else end):
        if address < 0 and piece.lastindex:
            begin = piece.start()
            between = text[at:begin]
            if between != " " and _stops(between):
                yield Token(begin, begin, "", "", STOP)
            at = piece.end() - piece.group().endswith(",")
            yield piece
            continue
        for chunk in _CHUNK.finditer(text, *piece.span()) if piece.lastindex else (piece,):
            found, at, address = _of_chunk(text, chunk, at, address)
            yield from found


def _of_chunk(text: str, chunk: re.Match[str], at: int, address: int) -> tuple[list[Token], int, int]:
    """The tokens of a piece of text without a space; where the last word ends, and an address that may go on."""
    if address < 0 and (plain := _plain(chunk.group())):
        begin = chunk.start()
        between = text[at:begin]
        stop = [Token(begin, begin, "", "", STOP)] if between != " " and _stops(between) else []
        at = begin + len(plain)
        return [*stop, Token(begin, at, plain, plain)], at, address
    goes_on = address >= 0 and _MORE.match(text, address) is not None
    address = chunk.end() if chunk.group()[-1] in _GOES_ON and (goes_on or _is_address(chunk.group())) else -1
    found = []
    if goes_on or _left_alone(chunk.group()):
        if _stops(text[at : chunk.start()]):
            found.append(Token(chunk.start(), chunk.start(), "", "", STOP))
        found.append(Token(chunk.start(), chunk.end(), chunk.group(), "", NUMBER if chunk.group()[:1].isdigit() else OTHER))
        return found, chunk.end() - 1, address
    for part in _PART.finditer(text, chunk.start(), chunk.end()):
        # a bracket that is closed on its line is one, and no letter
        part = (_PART.match(text, part.start() + 1, chunk.end()) if _CLOSED.match(text, part.start()) else None) or part
        if _stops(text[at : part.start()]):
            found.append(Token(part.start(), part.start(), "", "", STOP))
        found.append(_token(text, part))
        at = part.end()
    return found, at, address


def _plain(chunk: str) -> str:
    """The word of a piece of text that is nothing but a word in small letters, with or without a mark after it; "" for any other."""
    word = chunk[:-1] if chunk[-1] in _MARKS else chunk
    return word if len(word) > 1 and word.islower() and word.isalpha() else ""


@lru_cache(maxsize=10_000)
def _stops(between: str) -> bool:
    """True where a sentence ends between two words."""
    return _ENDS.search(between) is not None


def _left_alone(chunk: str) -> bool:
    """Addresses, diary numbers, dates, sums: an address or more than two digits in one piece. A letter lost to a bad byte can be any."""
    return "\ufffd" in chunk or bool(_DIGITS.search(chunk)) or _is_address(chunk)


def _is_address(chunk: str) -> bool:
    return not chunk.isalnum() and bool(_ADDRESS.search(chunk))


def _token(text: str, part: re.Match[str]) -> Token:
    found = part.group()
    if found.islower() and found.isalpha() and len(found) > 1:
        return Token(part.start(), part.end(), found, found)
    if found == "1" and _ALONE.match(text, part.start()):
        return Token(part.start(), part.end(), found, found, NUMBER)
    if found == "|":
        return Token(part.start(), part.end(), found, found if _BEFORE_WORD.match(text, part.end()) else "", OTHER)
    if found.isdigit() or _NUMBERED.fullmatch(found):
        return Token(part.start(), part.end(), found, "", NUMBER)
    if _LEFT_ALONE.fullmatch(found) and not (_VOWEL.search(found) and _shouted(text, part)):
        return Token(part.start(), part.end(), found, found.lower() if found.lower() in "iåö" else "", "" if found.lower() in "iåö" else OTHER)
    if _NUMBERED_CAPITALS.fullmatch(found) and not _shouted(text, part):
        return Token(part.start(), part.end(), found, "", OTHER)
    joined = _BROKEN.sub("", found)
    return Token(part.start(), part.end(), found, joined.lower() if joined.isupper() else joined[0].lower() + joined[1:])


def _shouted(text: str, part: re.Match[str]) -> bool:
    """True in a line written in capitals, where a short word is a word and no abbreviation."""
    if len(part.group()) < 2:
        return False
    low, high = max(0, part.start() - LINE), part.end() + LINE  # a "line" may be the whole text
    begin, stop = text.rfind("\n", low, part.start()), text.find("\n", part.end(), high)
    line = text[begin + 1 if begin >= 0 else low : stop if stop >= 0 else high]
    letters = sum(map(str.isalpha, line))
    return letters >= 10 and sum(map(str.isupper, line)) > 0.9 * letters
