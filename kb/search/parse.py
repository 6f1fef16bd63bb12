"""What staff type → nodes. INTE binds before OCH, which stands unsaid between words, OCH before ELLER. No input raises; oddities are noted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from kb.search import synonyms, when
from kb.search.analyze import normalise, terms
from kb.search.known import Known
from kb.search.lexer import Token, lex
from kb.search.nodes import Alike, All, CaseNumber, Either, Field, Node, When, Without, Words

MAX_LENGTH = 2000  # characters; a pasted page is cut here
MAX_LEAVES = 120
MAX_DEPTH = 20  # brackets within brackets
_FUZZY = re.compile(r"(.+?)~([0-9]?)", re.S)


@dataclass(frozen=True, slots=True)
class Query:
    """A query as understood: no node where nothing is left to search for; `notes` say in Swedish what was not understood."""

    text: str
    node: Node | None
    notes: tuple[str, ...] = ()


def parse(text: str, known: Known) -> Query:
    """Read a query with what is known of the base."""
    text = _cleaned(text)
    notes: list[str] = []
    if len(text) > MAX_LENGTH:
        notes.append(f"Sökningen är lång, bara de första {MAX_LENGTH} tecknen används.")
    reader = _Reader(known, notes)
    for token in lex(_closed(text[:MAX_LENGTH], notes), known, notes):
        reader.take(token)
    node = reader.whole()
    if node is None:
        notes.append("Skriv minst ett ord att söka efter.")
    return Query(text, node, tuple(dict.fromkeys(notes)))


def _cleaned(text: str) -> str:
    """Composed, on one line, without what no one sees: control characters, marks of direction, halves of characters."""
    text = normalise(text[: 10 * MAX_LENGTH].encode("utf-8", "ignore").decode("utf-8"))
    kept = (" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in text if unicodedata.category(c) not in ("Cf", "Co"))
    return " ".join("".join(kept).split())


def _closed(text: str, notes: list[str]) -> str:
    """All kinds of double quotes as one; the last one without a partner goes, and so would all that follows it if it stayed."""
    text = re.sub("[”“„‟»«＂]", '"', text)
    if text.count('"') % 2:
        notes.append("Ett citattecken saknar sin partner, det används inte.")
        head, _, tail = text.rpartition('"')
        text = f"{head} {tail}"
    return text


@dataclass(slots=True)
class _Level:
    """What stands between two brackets: parts joined by OCH, in groups joined by ELLER."""

    groups: list[list[Node]] = field(default_factory=lambda: [[]])
    pending: str = ""  # the operator that waits for what comes after it
    negate: bool = False


class _Reader:
    """Takes tokens and builds the tree; no recursion, so that no row of brackets is too long."""

    def __init__(self, known: Known, notes: list[str]) -> None:
        self.known, self.notes = known, notes
        self.levels = [_Level()]
        self.leaves = 0
        self.deeper = 0

    def take(self, token: Token) -> None:
        """The next token."""
        match token.kind:
            case "open":
                self._open()
            case "close":
                self._close()
            case "and" | "or" | "not":
                self._operator(token)
            case _:
                self._leaf(token)

    def whole(self) -> Node | None:
        """The tree of all tokens."""
        if len(self.levels) > 1:
            self.notes.append("En parentes är inte stängd.")
        while len(self.levels) > 1:
            self._close()
        return self._joined(self.levels[0])

    def _open(self) -> None:
        if len(self.levels) > MAX_DEPTH:
            self.deeper += 1
            self.notes.append("Parenteserna är för många i varandra, de innersta räknas inte.")
        else:
            self.levels.append(_Level())

    def _close(self) -> None:
        if self.deeper:
            self.deeper -= 1
        elif len(self.levels) == 1:
            self.notes.append("En parentes stängs utan att ha öppnats.")
        else:
            node = self._joined(self.levels.pop())
            if node:
                self._put(node)

    def _operator(self, token: Token) -> None:
        level = self.levels[-1]
        if token.kind == "not":
            level.negate = not level.negate
        elif not level.groups[-1] or level.pending:
            self._lone(token.text)
            return
        elif token.kind == "or":
            level.groups.append([])
        level.pending = token.text

    def _lone(self, operator: str) -> None:
        self.notes.append(f"{operator} behöver ett ord på båda sidor och räknas inte här." if operator not in ("INTE", "NOT")
                          else f"{operator} behöver ett ord efter sig och räknas inte här.")  # fmt: skip

    def _put(self, node: Node) -> None:
        level = self.levels[-1]
        level.groups[-1].append(Without(node) if level.negate else node)
        level.negate, level.pending = False, ""

    def _joined(self, level: _Level) -> Node | None:
        if level.pending:
            self._lone(level.pending)
        groups = [_all(self._widened(parts)) for parts in level.groups]
        return _either([node for node in groups if node])

    def _widened(self, parts: list[Node]) -> list[Node]:
        """With what means the same, without small words where others are left."""
        small = self.known.words.small
        parts = [_without_small(p, small) for p in synonyms.widened(parts, self.known.alike)]
        large = [p for p in parts if _single(p) not in small]
        return large if any(not isinstance(p, Without) for p in large) else parts

    def _leaf(self, token: Token) -> None:
        node = self._node(token)
        if node is None:
            return
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            self.notes.append(f"Sökningen har många ord, bara de första {MAX_LEAVES} används.")
        else:
            self._put(node)

    def _node(self, token: Token) -> Node | None:
        match token.kind:
            case "number":
                number = CaseNumber(token.text)
                return Either((number, token.when)) if token.when else number
            case "section":
                return Field("section", token.text)
            case "when":
                return self._period(token)
            case "field":
                return self._field(token)
            case "phrase":
                found = terms(token.text)
                return Words(found, quoted=True, written=token.text) if found else None
            case _:
                return self._word(token.text)

    def _period(self, token: Token) -> Node | None:
        """A period that stands free: a filter, or either the words or the date."""
        if not token.when:
            return None
        if token.filters:
            self.notes.append(f"”{token.text}” läses som {said(token.when)}. Sätt citattecken om orden för att söka dem i texten.")
            return token.when
        return Either((Words(terms(token.text), quoted=True, written=token.text), token.when))

    def _field(self, token: Token) -> Node | None:
        if token.name == "case":
            return CaseNumber(token.text, strict=True)
        if token.name != "when":
            return Field(token.name, token.text)
        period = when.read(token.text, self.known.today, self.known.words)
        if period:
            return period
        self.notes.append(f"”{token.text}” är inget datum, skriv till exempel år:2015, datum:2019..2021 eller datum:maj 2021. Det söks som ord.")
        found = terms(token.text)
        return Words(found, written=token.text) if found else None

    def _word(self, chunk: str) -> Node | None:
        fuzzy = _FUZZY.fullmatch(chunk)
        written = fuzzy[1] if fuzzy else chunk
        prefix = False
        if "*" in written:
            written, prefix = self._starred(written)
        found = terms(written)
        if not found:
            return None
        if prefix:
            return Words(found, prefix=True, written=written)
        if fuzzy and len(found) == 1:
            return Words(found, fuzzy=min(int(fuzzy[2] or 1), 2) or 1, written=written)
        return Words(found, written=written)

    def _starred(self, written: str) -> tuple[str, bool]:
        """The beginning that a star asks for, and whether there is one."""
        head, _, tail = written.lstrip("*").partition("*")
        if not head:
            self.notes.append("Ett ensamt * söker inget.")
            return "", False
        if written.startswith("*") or tail.strip("*"):
            shown = f"{head}*" if "*" in written.lstrip("*") else head
            self.notes.append(f"Tecknet * går att använda sist i ett ord: ”{written}” söks som {shown}")
        return head, "*" in written.lstrip("*")


def said(period: When) -> str:
    """A period in words: `2025`, `2019-10 till 2021-03`, `från 2020-01-01`."""
    if period.since and period.until:
        return period.since if period.since == period.until else f"{period.since} till {period.until}"
    return f"från {period.since}" if period.since else f"till och med {period.until}"


def _single(node: Node) -> str:
    """The only term of a plain word, "" of anything else."""
    plain = isinstance(node, Words) and len(node.terms) == 1 and not (node.prefix or node.fuzzy or node.quoted)
    return node.terms[0] if plain and isinstance(node, Words) else ""


def _without_small(node: Node, small: frozenset[str]) -> Node:
    """The words of a name with synonyms without its small ones."""
    if isinstance(node, Alike) and isinstance(node.asked, All):
        return Alike(_all([p for p in node.asked.parts if _single(p) not in small]) or node.asked, node.others)
    return node


def _all(parts: list[Node]) -> Node | None:
    return (All(tuple(parts)) if len(parts) > 1 else parts[0]) if parts else None


def _either(parts: list[Node]) -> Node | None:
    return (Either(tuple(parts)) if len(parts) > 1 else parts[0]) if parts else None
