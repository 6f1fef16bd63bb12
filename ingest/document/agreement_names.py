"""Where a document names an agreement, and which one it means where it says no more than "avtalet"."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.document.context import Context
from ingest.models import DiaryNumber
from ingest.text import plain, squeeze

LONGEST = 220
"""So many characters at most are the name of an agreement."""
BEHIND = 60
"""A diary number stands so close behind the name of what it is the number of."""


@dataclass(frozen=True, slots=True)
class Named:
    """An agreement where a text names it; `bare` where the noun stands alone. `sort` is the noun in its ground form."""

    start: int
    end: int
    name: str
    sort: str
    bare: bool
    parties: tuple[str, ...] = ()
    dnr: DiaryNumber | None = None


class Names:
    """The agreements that a document names, in order of place."""

    def __init__(self, context: Context, title: str) -> None:
        self.context = context
        self.all = tuple(_outer(sorted(_named(context), key=lambda n: n.start)))
        self._starts = [n.start for n in self.all]
        called = plain(title)
        self._titled = next((n for n in self.all if not n.bare and plain(n.name) in called), None) if not context.openings else None

    def before(self, place: int) -> Named | None:
        """The last that begins before a place."""
        k = bisect_right(self._starts, place - 1)
        return self.all[k - 1] if k else None

    def after(self, place: int) -> Named | None:
        """The first that begins there or later; of two nouns beside one another ("underavtalet Överenskommelse …") the second."""
        k = bisect_right(self._starts, place - 1)
        found = self.all[k : k + 2]
        if len(found) == 2 and found[0].bare and not self.context.words(found[0].end, found[1].start).strip():
            return found[1]
        return found[0] if found else None

    def within(self, start: int, end: int) -> Sequence[Named]:
        """Those between two places."""
        return [n for n in self.all if start <= n.start < end]

    def meant(self, named: Named) -> Named | None:
        """What a bare name means: what the heading of its § names, else the last of that sort that was named above in the same block, else what the
        title of a paper without §§ names; None where nothing tells.
        """
        if not named.bare:
            return named
        opening = next((b for b in reversed(self.context.openings) if b.start <= named.start), None)
        heading = [n for n in self.within(opening.start, opening.end) if not n.bare] if opening else []
        if len(heading) == 1 and _sorted(named, heading[0]):
            return heading[0]
        block = self.context.places.at(named.start)
        above = self.within(block.start, named.start) if block else ()
        near = next((n for n in reversed(above) if not n.bare and _sorted(named, n)), None)
        return near or (self._titled if self._titled and _sorted(named, self._titled) else None)


def _sorted(bare: Named, full: Named) -> bool:
    """True where the short name can be of the full one's sort: the same noun, or one that says no more than that it is an agreement."""
    return bare.sort == full.sort or (bare.sort in ("avtal", "overenskommelse", "kontrakt") and full.sort.endswith(bare.sort))


def _outer(names: Sequence[Named]) -> Iterator[Named]:
    """Without those that stand in the name of another ("avtal om mat med tilläggsavtal")."""
    end = 0
    for named in names:
        if named.start >= end:
            end = named.end
            yield named


def _named(context: Context) -> Iterator[Named]:
    for _, match in context.rules.found("agreement_nouns", context.folded, context.part.start, context.part.end):
        start, end = match.span("name")
        if context.rules.fullmatch("agreement_not", match["name"].lower()) is None:
            yield _with_tail(context, start, end)


def _with_tail(context: Context, start: int, end: int) -> Named:
    """The noun with what follows it, as far as that belongs to its name."""
    limit = _limit(context, start, end)
    heading = context.opening_at(start) is not None
    tails = (p for p in context.rules.of("agreement_tails") if heading or p.get("only") != "heading")
    if any(p.regex.match(context.folded, end, limit) for p in tails):
        ends = (m.start() for p in context.rules.of("agreement_name_ends") if (m := p.regex.regex.search(context.folded, end + 1, limit)))
        last = min(ends, default=limit)
    else:
        last = end
    words = squeeze(context.words(start, last)).rstrip(' -–,"”')
    block = context.places.at(start)
    number = next((m for m in context.numbers_in(start, min(last + BEHIND, block.end if block else last)) if _straight(context, last, m.start)), None)
    sort = context.rules.without(("agreement_endings",), plain(context.words(start, end)))
    bare = len(words) <= end - start
    return Named(start, last, words, sort, bare, () if bare else tuple(parties_in(context, end, last)), number.number if number else None)


def _limit(context: Context, start: int, end: int) -> int:
    """Where its name ends at the latest: its block does, as a heading is a name of its own."""
    block = context.places.at(start)
    return min(max(end, block.end if block else end), start + LONGEST)


def _straight(context: Context, end: int, number: int) -> bool:
    """True where nothing but a bracket, a comma, years or the word for it stands between a name and a diary number."""
    between = context.folded[end:number]
    return number >= end and not any(c.isalpha() for c in between.lower().replace("dnr", "").replace("diarienummer", "").replace("arende", ""))


def parties_in(context: Context, start: int, end: int) -> Iterator[str]:
    """The parties that a name of an agreement names, in order: organisations, and municipalities taken together."""
    sections = ("party_names", "collective_parties")
    spans = [m.span("party") for section in sections for _, m in context.rules.found(section, context.folded, start, end)]
    names = {plain(context.words(*span)): squeeze(context.words(*span)) for span in sorted(spans)}
    yield from names.values()
