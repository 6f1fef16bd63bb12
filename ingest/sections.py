"""Which lines that look like the heading of a § are one: not the table of contents, a law, or a sentence that wraps."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence

from ingest.rules import Rules

TOP = 12
"""Within so many lines a paper says that it is minutes."""
FEWEST = 3
"""So many numbered headings in order make minutes without §§."""
LONGEST_ENTRY = 4
"""An entry of a table of contents takes at most so many lines."""


def confirmed(folded: Sequence[str], gaps: Sequence[bool], rules: Rules) -> dict[int, re.Match[str]]:
    """Line number → match of `paragraph_headings`, for the lines that open a §.

    Of all candidates the run in rising order is kept that holds the most text: the §§ of a record follow one another and fill it, while a
    table of contents or a list of points has the same numbers with little text, and references have no order.
    """
    matches = {line: _match(line, rules) for line in set(folded)}  # many lines of a protocol are alike
    found = {n: match for n, line in enumerate(folded) if (match := matches[line]) and _is_whole(folded, gaps, n, match, rules)}
    for n in _contents(folded, found, rules):
        del found[n]
    alone = [n for n, match in found.items() if "alone" in match.re.groupindex]
    if len(alone) == 1 and not any("written" in match.re.groupindex for match in found.values()):  # "Paragraf 12" in the form of a first page
        del found[alone[0]]
    if not found:
        return _numbered(folded, gaps, rules)
    declared = _declared(folded[: min(found, default=0)], rules)
    where = sorted(n for n in found if not declared or declared[0] <= _order(found[n]["number"])[0] <= declared[1])
    where = _one_body(where, found, len(folded))
    room = [b - a for a, b in zip(where, [*where[1:], len(folded)], strict=False)]
    chosen = _rising(where, [_order(found[n]["number"]) for n in where], room)
    kept = {line: found[line] for line in _first_of_each(chosen, where, found)}
    return dict(sorted((kept | dict(_gaps(folded, kept, declared, rules))).items()))


def numbered_above(folded: Sequence[str], gaps: Sequence[bool], opening: dict[int, re.Match[str]], rules: Rules) -> dict[int, re.Match[str]]:
    """The lines that open a §, as `confirmed` gives them; where the diary number of the § stands alone on the line above, that line opens it."""
    above = {n - 1 for n, match in opening.items() if n and n - 1 not in opening and not _number_of(match["rest"], rules)[1]}
    above = {n for n in above if _number_of(folded[n], rules) == ("", True)}
    apart = len(above) == len(opening)  # where all have such a line, alone, an empty one may stand between
    above = {n for n in above if not gaps[n + 1] or (apart and gaps[n])}
    return {n - 1 if n - 1 in above else n: match for n, match in opening.items()}


def _number_of(line: str | None, rules: Rules) -> tuple[str, bool]:
    """The letters and figures of a line beside its diary number, and whether it has one; one that needs a label has it."""
    rest = rules.without(("diary_labels", "diary_numbers"), line or "")
    has = any(not p.data.get("label") for p, _ in rules.searched("diary_numbers", line or "")) or rules.search("diary_labels", line or "") is not None
    return re.sub(r"[\W_]+", "", rest), has and rest != line


def _contents(folded: Sequence[str], found: dict[int, re.Match[str]], rules: Rules) -> list[int]:
    """The entries of a table of contents, which a heading leads in: nothing stands between them but the name of a group or the rest of a title, and
    below the last the numbers begin anew, or no more is told of it.
    """
    lines, entries = sorted(found), list[int]()
    for at, n in enumerate(lines):
        if (entries and n <= entries[-1]) or not any(rules.fullmatch("contents_heads", row) for row in _rows(folded, n - LONGEST_ENTRY, n)):
            continue
        run = [n]
        for before, below in itertools.pairwise(lines[at:]):
            if _order(found[below]["number"]) <= _order(found[before]["number"]):
                entries += run if len(run) >= FEWEST else []
                break
            if not _bare(_rows(folded, before + 1, below), rules):
                break
            run.append(below)
        else:
            entries += run if len(run) >= FEWEST and _bare(_rows(folded, run[-1] + 1, len(folded))[:LONGEST_ENTRY], rules) else []
    return entries


def _rows(folded: Sequence[str], start: int, stop: int) -> list[str]:
    """The lines that are not empty, without the space about them."""
    return [row for n in range(max(0, start), stop) if (row := folded[n].strip())]


def _bare(rows: Sequence[str], rules: Rules) -> bool:
    """The lines are few, no sentence ends with one, and none is a heading."""
    return len(rows) <= LONGEST_ENTRY and not any(row.endswith((".", ":")) or rules.fullmatch("headings", row) for row in rows)


def _one_body(where: Sequence[int], found: dict[int, re.Match[str]], last: int) -> list[int]:
    """The lines that name the body of this record, or none: below "RS § 141" the line "AU § 155" says where the matter has been. The body is the one
    whose lines make the longest rising run, of several the one whose §§ hold most text.
    """
    bodies = {n: body_of(found[n]).lower() for n in where}
    if len(set(bodies.values())) < 2:
        return list(where)
    runs: dict[str, tuple[int, int]] = {}
    by_body: dict[str, list[int]] = {}
    for n in where:
        by_body.setdefault(bodies[n], []).append(n)
    for body, lines in by_body.items():
        room = {a: b - a for a, b in itertools.pairwise([*lines, last])}
        run = _rising(lines, [_order(found[n]["number"]) for n in lines], list(room.values()))
        runs[body] = (len(run), sum(room[n] for n in run))
    own = max(runs, key=lambda body: runs[body])
    return [n for n in where if bodies[n] in ("", own)]


def body_of(match: re.Match[str]) -> str:
    """The body that a § heading names, before its number or behind; "" where it names none."""
    groups = match.groupdict()
    return groups.get("body") or groups.get("body2") or ""


def _numbered(folded: Sequence[str], gaps: Sequence[bool], rules: Rules) -> dict[int, re.Match[str]]:
    """The numbered headings of minutes without any §: from 1 in order, each at the beginning of a paragraph; or from a later number, where a file
    lost the sign, if most of them decide.
    """
    if not any(p.regex.match(line) for line in folded[:TOP] for p in rules.of("minutes_heads")):
        return {}
    matches = ((n, next((m for p in rules.beginning("minutes_headings", line) if (m := p.regex.match(line))), None)) for n, line in enumerate(folded))
    headings = [(n, m) for n, m in matches if m and gaps[n]]
    found = _counting(headings, 1)
    if len(found) >= FEWEST:
        return found
    later = max((_counting(headings, first) for first in {int(m["number"]) for _, m in headings if int(m["number"]) > 1}), key=len, default={})
    decided = sum(_decided(folded[n + 1 : stop], rules) for n, stop in itertools.pairwise([*later, len(folded)]))
    return later if len(later) >= FEWEST and 2 * decided > len(later) else {}


def _counting(headings: Sequence[tuple[int, re.Match[str]]], first: int) -> dict[int, re.Match[str]]:
    """The headings whose numbers go up by one from the first."""
    found: dict[int, re.Match[str]] = {}
    for n, match in headings:
        if int(match["number"]) == first + len(found):
            found[n] = match
    return found


def _decided(folded: Sequence[str], rules: Rules) -> bool:
    """One of the lines is the heading of a decision."""
    return any((m := rules.fullmatch("headings", line.rstrip(":."))) is not None and m[0].get("role") == "decision" for line in folded)


def _gaps(
    folded: Sequence[str], kept: dict[int, re.Match[str]], declared: tuple[int, int] | None, rules: Rules
) -> Iterator[tuple[int, re.Match[str]]]:
    """The headings with a misread sign and no diary number, "8103": believed where just this number is missing between two §§."""
    known = [(n, _order(match["number"])[0]) for n, match in sorted(kept.items())]
    if not known:
        return
    below = (-1, declared[0] - 1) if declared else known[0]
    above = (len(folded), declared[1] + 1) if declared else known[-1]
    for (start, low), (stop, high) in itertools.pairwise([below, *known, above]):
        for n in range(start + 1, stop) if high - low > 1 else ():
            found = rules.match("gap_headings", folded[n])
            if found and low + 1 == int(found[1]["number"]) < high:
                yield n, found[1]
                low += 1


def _first_of_each(chosen: Sequence[int], where: Sequence[int], found: dict[int, re.Match[str]]) -> Iterator[int]:
    """A § that a page break opens again ("§ 17 1317/22" over its reservation) begins where its number stands first after the § before it."""
    last = -1
    for line in chosen:
        if last >= 0:
            number = _order(found[line]["number"])
            for earlier in reversed(where[bisect.bisect_right(where, last) : bisect.bisect_left(where, line)]):
                if _order(found[earlier]["number"]) != number:
                    break  # a list of the §§ to come
                line = earlier
        yield line
        last = line


def _match(line: str, rules: Rules) -> re.Match[str] | None:
    for pattern in rules.beginning("paragraph_headings", line):
        match = pattern.regex.match(line)
        if match and not rules.match("not_paragraph_headings", match["rest"]):
            return match
    return None


def _is_whole(folded: Sequence[str], gaps: Sequence[bool], n: int, match: re.Match[str], rules: Rules) -> bool:
    """The line neither carries on a sentence nor is carried on by the next ("§ 121. / är sedan tidigare avgjord")."""
    following = folded[n + 1] if n + 1 < len(folded) and not gaps[n + 1] else ""
    goes_on = not match["rest"].strip(" .:") and following[:1].islower()
    alone = not match["rest"].strip(" .:") and following[:1].isupper() and folded[n - 1].rstrip()[-1:].isalpha()  # its title is below
    whole = _stands_alone(folded, gaps, n, rules) or (alone and not rules.search("before_references", folded[n - 1]))
    return whole and not goes_on and not _listed(folded, gaps, n, rules)


def _listed(folded: Sequence[str], gaps: Sequence[bool], n: int, rules: Rules) -> bool:
    """The title goes on to a line of a table of contents, which ends with a row of dots and a page."""
    for below in range(n + 1, min(n + LONGEST_ENTRY, len(folded))):
        if gaps[below] or _match(folded[below], rules):
            return False
        if any(p.regex.search(folded[below]) for p in rules.of("contents_lines")):
            return True
    return False


def _stands_alone(folded: Sequence[str], gaps: Sequence[bool], n: int, rules: Rules) -> bool:
    """The line does not carry on the sentence of the line before it."""
    if gaps[n] or n == 0:
        return True
    before = folded[n - 1].rstrip()
    return before[-1:] in ".!?:)" or (len(before) < 60 and not rules.search("before_references", before))


def _declared(folded: Sequence[str], rules: Rules) -> tuple[int, int] | None:
    """The range of §§ that the lines before the first § say the record holds."""
    top = "\n".join(folded[:120])
    for pattern in rules.of("declared_ranges"):
        match = pattern.regex.search(top)
        if match:
            first, last = int(match["first"]), int(match["last"] or match["first"])
            return (first, last) if first <= last < first + 1000 else None
    return None


def _order(number: str) -> tuple[int, str]:
    digits = re.match(r"\d+", number)
    return int(digits.group()) if digits else 0, re.sub(r"[\d\s]", "", number)


def _rising(where: Sequence[int], keys: Sequence[tuple[int, str]], room: Sequence[int]) -> list[int]:
    """The places whose keys rise and whose room sums highest, O(n log n): a Fenwick tree over the keys holds the best run that ends below each."""
    rank = {key: n for n, key in enumerate(sorted(set(keys)), 1)}
    best: list[tuple[int, int]] = [(0, -1)] * (len(rank) + 1)
    total, before = [0] * len(where), [-1] * len(where)
    for n, key in enumerate(keys):
        k, top = rank[key] - 1, (0, -1)
        while k > 0:
            top = max(top, best[k])
            k -= k & -k
        total[n], before[n] = top[0] + room[n], top[1]
        k = rank[key]
        while k < len(best):
            best[k] = max(best[k], (total[n], n))
            k += k & -k
    at = max(range(len(where)), key=lambda n: (total[n], n), default=-1)
    out: list[int] = []
    while at >= 0:
        out.append(where[at])
        at = before[at]
    return out[::-1]
