"""What became of a proposal's points in the decision on it: the same words, changed, new, or not taken up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from ingest.text import fold

LIKE = 70
"""Of 100; points that are more alike are one point whose words were changed."""
LEAD = 6
"""Words that may stand before a point ("Kommunfullmäktige beslutar för egen del att") and say who decides, not what."""
LONGEST, MOST = 600, 900
"""Points are held against one another so far (characters), and so many pairs of those that are not the same; of more nothing is said."""
KEPT = 256
"""So many answers are remembered: a page of a long case asks for many, and is asked for often."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Change:
    """Numbers of points, 1-based: of the decision those that were `changed` and that are `new`, of the proposal those `left` out."""

    points: int
    changed: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    left: tuple[int, ...] = ()

    @property
    def verbatim(self) -> bool:
        """True where each point of both is in the other, word for word."""
        return not (self.changed or self.new or self.left)

    @property
    def says(self) -> str:
        """What was changed, in words; where points came and others went it is not known which became which, only what the words are not."""
        if self.verbatim:
            return "ordagrant som förslaget"
        if self.points == 1 and self.changed:
            return "med andra ord än förslaget"
        told = [_told(self.changed, "har andra ord än i förslaget", "har andra ord än i förslaget")]
        if self.new and self.left:
            told.append(_told(self.new, "står inte ordagrant i förslaget", "står inte ordagrant i förslaget"))
        else:
            told += [_told(self.new, "är ny", "är nya"), _told(self.left, "i förslaget är inte med", "i förslaget är inte med")]
        return ", ".join(filter(None, told))


def compare(proposed: Sequence[str], decided: Sequence[str], leads: re.Pattern[str]) -> Change | None:
    """What the decision did with the points of the proposal. None where they have so little in common that nothing can be said of it.

    `leads` finds the end of words before a point that only say who decides (`point_leads` of the metadata).
    """
    before, after = [_words(point) for point in proposed], [_words(point) for point in decided]
    free = {n for n, point in enumerate(before) if point}
    found: dict[int, bool] = {}  # by point of the decision: whether its words are the same
    for same in (True, False):
        if not same and len(free) * (len(after) - len(found)) > MOST:
            return None
        for n, point in enumerate(after):
            if n not in found and (old := _found(point, before, free, leads if same else None)) is not None:
                found[n] = same
                free.discard(old)
    if not found:
        return None
    rest = [n for n, point in enumerate(after, 1) if point and n - 1 not in found]
    changed = [n + 1 for n in sorted(found) if not found[n]]
    return Change(len(after), tuple(changed), tuple(rest), tuple(n + 1 for n in sorted(free)))


@lru_cache(KEPT)
def told(proposed: str | None, decided: str | None, leads: re.Pattern[str]) -> str:
    """What was changed, in words, of texts with a point a line; "" where nothing can be said."""
    change = compare((proposed or "").splitlines(), (decided or "").splitlines(), leads)
    return change.says if change else ""


def _found(point: str, before: Sequence[str], free: set[int], leads: re.Pattern[str] | None) -> int | None:
    """Which of the points that are left it is; without `leads` its words may have been changed, and the likest is taken."""
    if leads:
        return next((n for n in sorted(free) if _same(point, before[n], leads)), None)
    alike, at = max(((_alike(point, before[n]), -n) for n in free), default=(0.0, 0))
    return -at if alike >= LIKE else None


def _alike(one: str, other: str) -> float:
    """0 to 100; all words of the shorter in the longer, as where something was added to a point, count fully."""
    return max(fuzz.ratio(one[:LONGEST], other[:LONGEST]), fuzz.token_set_ratio(one[:LONGEST], other[:LONGEST]))


def _same(one: str, other: str, leads: re.Pattern[str]) -> bool:
    """True where they are the same but for words before them that say who decides."""
    short, long = sorted((one, other), key=len)
    lead = long.removesuffix(short).strip()
    return short == long or (long.endswith(f" {short}") and len(lead.split()) <= LEAD and leads.search(fold(lead)) is not None)


def _words(point: str) -> str:
    return " ".join(_WORD.findall(point.casefold()))


def _told(numbers: Sequence[int], one: str, several: str) -> str:
    if not numbers:
        return ""
    listed = ", ".join(map(str, numbers[:-1])) + (" och " if numbers[1:] else "") + str(numbers[-1])
    return f"punkterna {listed} {several}" if numbers[1:] else f"punkt {listed} {one}"
