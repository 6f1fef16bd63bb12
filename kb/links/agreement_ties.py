"""Which agreement a paper speaks of: surely by its diary number, or by its name and parties; perhaps where less than that fits."""

from __future__ import annotations

import calendar
import datetime
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.rules import Pattern
from ingest.text import fold, plain
from kb.links import organisations
from kb.links.base import indexed

FULL = len("2015-06-16")
MOST = 50
"""So many extensions of an agreement by its own clause are reckoned at most."""
_BETWEEN = "; "


@dataclass(frozen=True)
class Kept:
    """An agreement of the base: the paper itself (`own`), or one that a paper tells of."""

    id: str
    document: str
    title: str
    named: str
    key: str | None
    begins: str | None
    valid_to: str | None
    extended_to: str | None
    renewal: int
    own: int
    alike: str | None
    since: str | None
    page: int
    line: int | None
    start: int
    end: int

    @property
    def place(self) -> tuple[int, int | None, int, int]:
        """Where it stands."""
        return self.page, self.line, self.start, self.end

    @property
    def ends(self) -> str | None:
        """Its last day as written."""
        return self.extended_to or self.valid_to

    def last_days(self, until: str) -> Iterator[str]:
        """The days that it can end on by its own words, up to one."""
        for end in filter(None, (self.valid_to, self.extended_to)):
            yield end
            if len(end) < FULL:
                yield _last_of(end)
            for n in range(1, MOST if self.renewal and len(end) == FULL else 1):
                day = _later(end, self.renewal * n)
                if day > until:
                    break
                yield day


@dataclass(frozen=True)
class Said:
    """What a paper says of an agreement: `when` is the day of the paper or decision, `case` its diary number, `organisation` whose paper it is."""

    id: str
    document: str
    kind: str
    name: str
    named: str
    key: str | None
    begins: str | None
    day: str | None
    settled: int
    when: str
    case: str | None
    organisation: str
    decided: int
    page: int
    line: int | None
    start: int
    end: int

    @property
    def place(self) -> tuple[int, int | None, int, int]:
        """Where it stands."""
        return self.page, self.line, self.start, self.end


class Ties:
    """Ties notes to agreements, with what the metadata knows of words in their names."""

    def __init__(self, kept: Sequence[Kept], words: Sequence[Pattern], collective: Sequence[Pattern]) -> None:
        self.nouns = [p for p in words if p.name == "noun"]
        self.small = [p for p in words if p.name == "small"]
        self.collective = collective
        self._matters: dict[tuple[str, str], frozenset[str]] = {}
        self._by_number = indexed((a for a in kept if a.key), lambda a: a.key)
        self._by_matter: dict[tuple[str, str], list[Kept]] = {}
        for agreement in kept:
            for pair in itertools.product(keys_of(agreement.named), self._matter(agreement.title, agreement.named)):
                self._by_matter.setdefault(pair, []).append(agreement)

    def of(self, note: Said) -> list[tuple[Kept, bool]]:
        """The agreements that a note is of, or may be of; sure only of one, and of papers that tell of the same."""
        tied = [(a, sure) for a in self._near(note) if (sure := self._fits(note, a)) is not None]
        own = [a for a, sure in tied if sure and a.own]
        if len(own) > 1 and not _alike(own):
            return [(a, sure and not a.own) for a, sure in tied]
        return tied

    def _near(self, note: Said) -> list[Kept]:
        """Those that can be meant at all: of its number or case, or of its matter with a party that it names or whose paper it is."""
        near = [*self._by_number.get(note.key, ()), *self._by_number.get(note.case, ())]
        parties, matter = keys_of(f"{note.named}{_BETWEEN}{note.organisation}"), self._matter(note.name, note.named)
        near += [a for pair in itertools.product(parties, matter) for a in self._by_matter.get(pair, ())]
        return sorted({a.id: a for a in near}.values(), key=lambda a: a.id)

    def _fits(self, note: Said, agreement: Kept) -> bool | None:
        """True where the note is surely of the agreement, False where it may be, None where it is not."""
        if not _at_one_time(note, agreement):
            return None
        if note.key and agreement.key:
            return True if note.key == agreement.key else None
        matter, theirs = self._matter(note.name, note.named), self._matter(agreement.title, agreement.named)
        shared = matter & theirs
        of_case = bool(note.case and note.case == agreement.key and note.decided and (shared or not matter))
        if of_case and note.kind == "agreed":
            return True
        if _of_its_paper(note, agreement) and matter and (matter <= theirs or theirs <= matter):
            return True
        if not shared or not agreement.named:
            return False if of_case else None
        same = matter <= theirs or theirs <= matter
        found = self._by_names(note, agreement, same)
        return False if found is None and of_case else found  # the case of a new agreement may give notice of the old one

    def _by_names(self, note: Said, agreement: Kept, same: bool) -> bool | None:
        return self._with_all(note, agreement, same) if self._is_collective(note.named) else _by_parties(note, agreement, same)

    def _with_all(self, note: Said, agreement: Kept, same: bool) -> bool | None:
        """Of an agreement with several taken together ("länets kommuner"): that with one of them is meant where it says that all sign the same, and
        begins on that day.
        """
        one = _BETWEEN.join(p for p in note.named.split(_BETWEEN) if not self._is_collective(p))
        if not keys_of(one) or not keys_of(one) <= keys_of(agreement.named) or not (note.begins and agreement.begins):
            return None
        one_day = note.begins == agreement.begins and len(note.begins) == FULL
        theirs = same and self._is_collective(agreement.named)
        return bool((one_day and agreement.alike) or theirs)

    def _is_collective(self, named: str) -> bool:
        return any(p.regex.regex.search(fold(named)) for p in self.collective)

    def _matter(self, name: str, named: str) -> frozenset[str]:
        """What an agreement is about: the words of its name that say neither that it is an agreement nor who signs it."""
        if (name, named) not in self._matters:
            parties = {word.removesuffix("s") for word in plain(named).split()}
            words = {self._about(word) for word in plain(name).split() if not any(p.regex.regex.search(word) for p in self.small)}
            self._matters[name, named] = frozenset(word for word in words - parties if word and not word.isdigit())
        return self._matters[name, named]

    def _about(self, word: str) -> str:
        noun = next((m for p in self.nouns if (m := p.regex.regex.search(word))), None)
        return (noun["about"] if noun else word).removesuffix("s")


def _at_one_time(note: Said, agreement: Kept) -> bool:
    """False where the days tell that another is meant: one that begins on another day, or was not yet signed."""
    if note.begins and agreement.begins and not _same_time(note.begins, agreement.begins):
        return False
    if note.day and agreement.begins and note.day < agreement.begins and not agreement.begins.startswith(note.day[: len(agreement.begins)]):
        return False
    later = agreement.own and agreement.since and note.when and note.when < agreement.since[: len(note.when)]
    return not later or note.kind == "agreed"


def _of_its_paper(note: Said, agreement: Kept) -> bool:
    """A paper whose own number is the agreement's tells of it: that it goes on, or ends on a day of its time; not what ended without a day."""
    told = bool(note.case and note.case == agreement.key and not note.decided and agreement.own)
    return told and (note.kind == "extended" or bool(note.day and agreement.begins and note.day > agreement.begins))


def _alike(own: Sequence[Kept]) -> bool:
    """Several that are one with each party: they say so themselves, and begin on one day."""
    return all(a.alike for a in own) and len({a.begins for a in own}) == 1


def _by_parties(note: Said, agreement: Kept, same: bool) -> bool | None:
    """By the parties that the words name, and whose paper says them, where they name but one."""
    told, theirs = keys_of(note.named), keys_of(agreement.named)
    named = told | (keys_of(note.organisation) if len(told) < 2 else set())
    if named == theirs and len(named) > 1:
        return same
    return False if same and named and named <= theirs else None


def _same_time(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


@lru_cache(maxsize=4096)
def keys_of(named: str) -> frozenset[str]:
    """Keys of organisations that are joined by "; "."""
    return frozenset(_key(name) for name in named.split(_BETWEEN) if name)


def _key(name: str) -> str:
    """Equal for the spellings of one organisation, also where a name of two words has an s too many."""
    kind, _, place = organisations.key_of(name).partition(":")
    return f"{kind}:{' '.join(word.removesuffix('s') for word in place.split())}"


def _later(day: str, months: int) -> str:
    date = datetime.date.fromisoformat(day)
    year, month = divmod(date.month - 1 + months, 12)
    year = min(date.year + year, datetime.MAXYEAR)
    last = calendar.monthrange(year, month + 1)[1]
    ends = date.day == calendar.monthrange(date.year, date.month)[1]
    return datetime.date(year, month + 1, last if ends else min(date.day, last)).isoformat()


def _last_of(day: str) -> str:
    """The last day of a month or year."""
    return f"{day}-12-31" if len(day) == 4 else f"{day}-{calendar.monthrange(int(day[:4]), int(day[5:]))[1]:02}"
