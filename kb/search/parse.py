"""What staff type → nodes. The only module that knows whoosh, which reads the query language; no input raises."""

from __future__ import annotations

import re
from dataclasses import dataclass

from whoosh import query as q
from whoosh.qparser import QueryParser, plugins

from kb.search import dnr
from kb.search.analyze import normalise, terms
from kb.search.nodes import All, CaseNumber, Either, Field, Node, Without, Words

MAX_LENGTH = 2000  # characters; a pasted page is cut here
MAX_LEAVES = 120
_TEXT = "text"
_CASE = "kb_case"  # the field put before diary numbers found in the query; nobody types it
_FIELDS = {
    "forum": "forum", "arena": "forum", "typ": "kind", "kind": "kind", "år": "year", "ar": "year", "year": "year", "dnr": "case",
    "diarienummer": "case", "ärendenummer": "case", _CASE: "found",
}  # fmt: skip
_YEARS = re.compile(r"((?:19|20)\d\d)(?:(?:\.\.|-)((?:19|20)\d\d))?")


@dataclass(frozen=True, slots=True)
class Query:
    """A query as understood: no node where nothing is left to search for; `notes` say in Swedish what was not understood."""

    text: str
    node: Node | None
    notes: tuple[str, ...] = ()


def parse(text: str, registers: frozenset[str] = frozenset()) -> Query:
    """Read a query. `registers` are those of the database in lower case, so that `rs 29/2021` is seen as one number."""
    text = normalise(text.encode("utf-8", "ignore").decode("utf-8")).strip()
    reader = _Reader()
    if len(text) > MAX_LENGTH:
        reader.notes.append(f"Sökningen är lång, bara de första {MAX_LENGTH} tecknen används.")
    asked = _closed(text[:MAX_LENGTH], reader.notes)
    try:
        node = reader.node(_parser().parse(_with_numbers(asked, registers), normalize=False))
    except Exception:  # noqa: BLE001 - whatever whoosh stumbles on, staff get their words searched
        reader.notes.append("Sökningen gick inte att tolka, den söks som vanliga ord.")
        node = _joined([Words((term,)) for term in terms(asked)[:MAX_LEAVES]])
    if node is None:
        reader.notes.append("Skriv minst ett ord att söka efter.")
    return Query(text, node, tuple(dict.fromkeys(reader.notes)))


def _parser() -> QueryParser:
    """Whoosh without the parts that misread Swedish: no ranges (okTOber), no plus and minus (covid-19), no single quotes."""
    names = "|".join(_FIELDS)
    return QueryParser(_TEXT, None, plugins=[
        plugins.FieldsPlugin(expr=rf"(?<!\w)(?P<text>(?i:{names})):(?=\S)", remove_unknown=False),
        plugins.PhrasePlugin(),
        plugins.PrefixPlugin(),
        plugins.GroupPlugin(),
        plugins.OperatorsPlugin(
            And=r"(?:^|(?<=[\s()]))(?:AND|OCH)(?=[\s()]|$)", Or=r"(?:^|(?<=[\s()]))(?:OR|ELLER)(?=[\s()]|$)",
            Not=r"(?:^|(?<=[\s()]))(?:NOT|INTE)(?=[\s()]|$)", AndNot=None, AndMaybe=None, Require=None,
        ),
    ])  # fmt: skip


def _closed(text: str, notes: list[str]) -> str:
    """All kinds of double quotes as one; the last one without a partner goes, and so would all that follows it if it stayed."""
    text = re.sub("[”“„»«]", '"', text)
    if text.count('"') % 2:
        notes.append("Ett citattecken saknar sin partner, det används inte.")
        head, _, tail = text.rpartition('"')
        text = f"{head} {tail}"
    return text


def _with_numbers(text: str, registers: frozenset[str]) -> str:
    """Diary numbers outside quotes as phrases of a field of their own, because whoosh would cut them at spaces."""
    pieces = re.split(r'((?:\w+:)?"[^"]*"|\w+:\S+)', text)
    for at in range(0, len(pieces), 2):
        for found in reversed(list(dnr.find(pieces[at], registers))):
            pieces[at] = f'{pieces[at][: found.start]} {_CASE}:"{found.spelling}" {pieces[at][found.end :]}'
    return "".join(pieces)


class _Reader:
    """Turns whoosh's query tree into nodes and notes what it leaves out."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.leaves = 0

    def node(self, tree: q.Query) -> Node | None:
        """The node of a whoosh query, None where it asks for nothing."""
        if isinstance(tree, q.Not):
            part = self.node(tree.query)
            return Without(part) if part else None
        if isinstance(tree, q.Or):
            return _joined(self._parts(tree.subqueries), either=True)
        if isinstance(tree, q.CompoundQuery):
            return _joined(self._parts(tree.subqueries))
        if not isinstance(tree, q.Term | q.Phrase | q.Prefix):
            return None
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            self.notes.append(f"Sökningen har många ord, bara de första {MAX_LEAVES} används.")
            return None
        written = " ".join(tree.words) if isinstance(tree, q.Phrase) else str(tree.text)
        return self._leaf(_FIELDS.get(tree.fieldname.lower(), ""), written, isinstance(tree, q.Prefix))

    def _parts(self, trees: list[q.Query]) -> list[Node]:
        return [part for part in map(self.node, trees) if part]

    def _leaf(self, field: str, written: str, prefix: bool) -> Node | None:
        if field in ("case", "found"):
            return CaseNumber(written, strict=field == "case")
        if field == "year" and not _YEARS.fullmatch(written):
            self.notes.append(f"”{written}” är inget år, skriv till exempel år:2015 eller år:2015..2018. Det söks som ord.")
        elif field:
            return Field(field, written)
        if "*" in written:
            self.notes.append("Tecknet * går att använda sist i ett ord, inte i det.")
        found = terms(written)
        return Words(found, prefix) if found else None


def _joined(parts: list[Node], either: bool = False) -> Node | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return Either(tuple(parts)) if either else All(tuple(parts))
