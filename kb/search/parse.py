"""What staff type → nodes. The only module that knows whoosh, which reads operators and brackets; the words between are ours. No input raises."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from kb.search import synonyms, when
from kb.search.analyze import normalise, terms
from kb.search.known import Known
from kb.search.lexer import Token, lex
from kb.search.nodes import Alike, All, CaseNumber, Either, Field, Node, When, Without, Words
from kb.search.tidy import tidy

if TYPE_CHECKING:
    from whoosh.qparser import QueryParser

MAX_LENGTH = 2000  # characters; a pasted page is cut here
_GRAMMAR = {"open", "close", "and", "or", "not"}
_QUOTES = str.maketrans(dict.fromkeys("”“„‟»«＂", '"'))
_FUZZY = re.compile(r"(.+?)~([0-9]?)", re.S)


class Query(NamedTuple):
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
    asked = _closed(text[:MAX_LENGTH], notes)
    leaf = _Leaves(known, notes)
    meant = [(token, leaf.node(token)) for token in lex(asked, known, notes)]
    tokens = tidy([token for token, node in meant if node or token.kind in _GRAMMAR], notes)
    leaves = {id(token): node for token, node in meant}
    node = _tree(asked, tokens, lambda token: leaves[id(token)], known)
    if node is None:
        notes.append("Skriv minst ett ord att söka efter.")
    return Query(text, node, tuple(dict.fromkeys(notes)))


def filters_of(text: str, known: Known) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A query as it is read, and where the fields, §§ and periods stand that narrow it."""
    asked = _closed(_cleaned(text)[:MAX_LENGTH], [])
    return asked, tuple((token.start, token.end) for token in lex(asked, known, []) if _narrows(token))


def _narrows(token: Token) -> bool:
    return token.kind == "section" or (token.kind == "field" and token.name != "case") or (token.kind == "when" and token.filters)


def without(asked: str, places: Iterable[tuple[int, int]], known: Known) -> str:
    """A query as `filters_of` gives it without what stands at some places, and without operators that join nothing then."""
    gone = set(places)
    kept = [token for token in lex(asked, known, []) if (token.start, token.end) not in gone]
    typed = " ".join(asked[token.start : token.end].strip() for token in tidy(kept, []))
    return typed.replace("( ", "(").replace(" )", ")")


def _cleaned(text: str) -> str:
    """Composed, on one line, without what no one sees: control characters, marks of direction, halves of characters."""
    text = normalise(text[: 10 * MAX_LENGTH].encode("utf-8", "ignore").decode("utf-8"))
    kept = (" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in text if unicodedata.category(c) not in ("Cf", "Co"))
    return " ".join("".join(kept).split())


def _closed(text: str, notes: list[str]) -> str:
    """All kinds of double quotes as one; the last one without a partner goes, and so would all that follows it if it stayed."""
    text = text.translate(_QUOTES)
    if text.count('"') % 2:
        notes.append("Ett citattecken saknar sin partner, det används inte.")
        head, _, tail = text.rpartition('"')
        text = f"{head} {tail}"
    return text


class _Leaves:
    """Tokens → the leaves of the tree; notes what is odd about them."""

    def __init__(self, known: Known, notes: list[str]) -> None:
        self.known, self.notes = known, notes

    def node(self, token: Token) -> Node | None:
        """What a token asks for; None of one that asks for nothing, and of operators and brackets."""
        if token.kind in _GRAMMAR:
            return None
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


# operators and brackets


def _tree(text: str, tokens: list[Token], leaf: Callable[[Token], Node | None], known: Known) -> Node | None:
    """The tree of tokens that make sense together. A query of bare words needs no grammar, so it does not wait for whoosh's."""
    if not any(token.kind in _GRAMMAR for token in tokens):
        return _all((node for token in tokens if (node := leaf(token))), known)
    return _meant(read(text, tokens), leaf, known)


def read(text: str, tokens: list[Token]) -> Any:
    """The tree of whoosh, in which each leaf is a `_leaf_class()` with its token; what is no token is space."""
    shown = list(" " * len(text))
    for token in tokens:
        shown[token.start : token.end] = text[token.start : token.end]
    return _grammar()({token.start: token for token in tokens if token.kind not in _GRAMMAR}).process("".join(shown))


@functools.cache
def _grammar() -> Callable[[dict[int, Token]], QueryParser]:
    """Whoosh's parser without the parts that misread Swedish: its ranges (okTOber), plus and minus (covid-19), its own words, wildcards and dates.

    Before its brackets and operators comes a tagger of ours, which knows where our tokens stand. Importing whoosh takes 0.2 s.
    """
    from whoosh.qparser import QueryParser, plugins, syntax, taggers

    class Leaf(syntax.SyntaxNode):  # type: ignore[misc]
        def __init__(self, token: Token) -> None:
            self.token = token

    class Ours(taggers.Tagger, plugins.Plugin):  # type: ignore[misc]
        def __init__(self, tokens: dict[int, Token]) -> None:
            self.tokens = tokens

        def taggers(self, _parser: QueryParser) -> list[tuple[taggers.Tagger, int]]:
            return [(self, -100)]

        def match(self, _parser: QueryParser, _text: str, at: int) -> Leaf | None:
            token = self.tokens.get(at)
            return Leaf(token).set_range(at, token.end) if token else None

    def parser(tokens: dict[int, Token]) -> QueryParser:
        words = {"And": "AND|OCH", "Or": "OR|ELLER", "Not": "NOT|INTE"}
        operators = plugins.OperatorsPlugin(**words, AndNot=None, AndMaybe=None, Require=None)
        return QueryParser(None, None, plugins=[Ours(tokens), plugins.WhitespacePlugin(), plugins.GroupPlugin(), operators])

    return parser


def _meant(tree: Any, leaf: Callable[[Token], Node | None], known: Known) -> Node | None:
    """Our nodes for a tree of whoosh."""
    token = getattr(tree, "token", None)
    if token:
        return leaf(token)
    parts = [node for part in tree if (node := _meant(part, leaf, known))]
    kind = type(tree).__name__
    if kind == "NotGroup":
        node = _joined(parts)  # who leaves a word out does not mean those like it
        return Without(node) if node else None
    return _either(parts) if kind == "OrGroup" else _all(parts, known)


def _all(parts: Iterable[Node], known: Known) -> Node | None:
    """Parts of which all must hold, with what means the same, without small words where others are left."""
    flat = list(dict.fromkeys(inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,))))
    small = known.words.small
    wide = [_without_small(part, small) for part in synonyms.widened(flat, known.alike)]
    large = [part for part in wide if _single(part) not in small]
    return _joined(large if any(not isinstance(part, Without) for part in large) else wide)


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
        return Alike(_joined([p for p in node.asked.parts if _single(p) not in small]) or node.asked, node.others)
    return node


def _joined(parts: list[Node]) -> Node | None:
    return (All(tuple(parts)) if len(parts) > 1 else parts[0]) if parts else None


def _either(parts: list[Node]) -> Node | None:
    flat = list(dict.fromkeys(inner for part in parts for inner in (part.parts if isinstance(part, Either) else (part,))))
    return (Either(tuple(flat)) if len(flat) > 1 else flat[0]) if flat else None
