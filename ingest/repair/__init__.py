"""OCR repair: text → text with corrections laid over it; the stored text never changes.

Where å, ä and ö are missing from a stretch of lines, its words are read again: what the engine is known to misread, which words there are and
which follow each other decide. Doubt leaves a word as it is.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.models import Alternative, CleanText, Correction, Problem, Quality, Source, Span
from ingest.overlay import Edit
from ingest.places import Taken
from ingest.repair import accents
from ingest.repair.brackets import SURE as SURE_OF_BRACKET
from ingest.repair.brackets import closing
from ingest.repair.damage import Stretch, damaged_spans
from ingest.repair.foreign import native
from ingest.repair.language import Language
from ingest.repair.outline import KIND, SURE, Heading, headings
from ingest.repair.overrides import Chosen
from ingest.repair.settle import Settled, override, settle
from ingest.repair.signs import count_words, signs
from ingest.repair.tokens import tokens
from ingest.repair.turns import joined
from ingest.repair.words import Verdict, judge, read_again, spelled
from ingest.text import looks_swedish, outline_start
from ingest.uncollected import uncollected

Open = Callable[[], Language]
"""Opens the language when it is needed: most papers are whole."""

_MARKED = frozenset("åäö")


@dataclass(frozen=True, slots=True)
class Repair:
    """What was found out about a text: the corrections one is sure enough of (offsets in the stored text), and how well each page was read."""

    corrections: tuple[Correction, ...]
    quality: tuple[Quality, ...]
    problems: tuple[Problem, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


def find(source: Source, text: CleanText, language: Open | None, chosen: Chosen) -> Repair:
    """Read the damaged stretches of a text again. Without a language they stay as they are, and a Problem says so.

    What people have chosen stands above what the program thinks, also where nothing is damaged.
    """
    settled, unfit = settle(source, text, chosen)
    with uncollected():
        thought = _think(source, text, language, chosen, settled)
        if language and wants_language(text, chosen):
            thought = replace(thought, corrections=_with_accents(source, text, language(), thought.corrections))
    sure = Taken((place.start, place.end) for place in settled)
    alternatives = tuple(a for a in thought.alternatives if sure.free(a.start, a.end))
    return Repair(override(source, thought.corrections, settled), thought.quality, (*thought.problems, *unfit), alternatives)


def _think(source: Source, text: CleanText, language: Open | None, chosen: Chosen, settled: Sequence[Settled]) -> Repair:
    """What the program makes of a text; what is settled is not unsure."""
    stretches = stretches_of(text, chosen)
    if stretches and language is None:
        first = text.span(stretches[0].start, stretches[0].end)
        message = "texten är läst utan å, ä och ö men lästes inte om: ordlistan saknas (kör kb learn, sedan kb rebuild)"
        told = chosen.repair or any(s.end - s.start > 200 and looks_swedish(text.text[s.start : s.end]) for s in stretches)
        return Repair((), tuple(_quality(text, [])), (Problem("inte lagad", message, first),) if told else ())
    if not stretches or language is None:
        return Repair((), tuple(_quality(text, [])))
    opened = language()
    swedish = stretches if chosen.repair else native(text.text, stretches, opened.foreign)
    found = joined((token for s in swedish for token in tokens(text.text, s.start, s.end)), text.text, _pages(text))
    verdicts = judge(read_again(found, opened, _own_words(text, stretches)))
    given = [h for s in swedish for h in headings(text.text, s.start, s.end, text.outline, opened.channel)]
    taken = Taken((h.start, h.end) for h in given)
    corrections = [_heading(source, text, heading) for heading in given]
    corrections += [c for v in verdicts if v.taken for c in _corrections(source, text, v, taken)]
    placed = Taken((c.start, c.end) for c in corrections)
    marks = ((text.span(start, end), ending) for start, end, ending in closing(text.text, swedish, opened.endings))
    corrections += [Correction(m.start, m.end, e.read, e.printed, SURE_OF_BRACKET, "bokstav") for m, e in marks if placed.free(m.start, m.end)]
    corrections = [c for c in corrections if c.original != c.corrected]
    return Repair(
        tuple(sorted(corrections, key=lambda c: c.start)), tuple(_quality(text, verdicts, settled)), (), tuple(_alternatives(text, verdicts))
    )


def _with_accents(source: Source, text: CleanText, language: Language, given: Sequence[Correction]) -> tuple[Correction, ...]:
    """The corrections, and those of letters that Swedish does not have, which stand in whole text too."""
    taken = Taken((c.start, c.end) for c in given)
    found = ((text.span(start, end), word) for start, end, word in language.accents.found(text.text, language.candidates))
    more = [
        Correction(span.start, span.end, source.text[span.start : span.end], word, accents.SURE, accents.KIND)
        for span, word in found
        if taken.free(span.start, span.end)
    ]
    return tuple(sorted((*given, *more), key=lambda c: c.start))


def _alternatives(text: CleanText, verdicts: Sequence[Verdict]) -> Iterator[Alternative]:
    """What each word may have been that is damaged, or in the midst of damage, besides what it is shown as."""
    for verdict in verdicts:
        shown = verdict.read.best if verdict.taken else verdict.read.token.letters.lower()
        words = tuple(word for word in verdict.read.others if word != shown)
        if words and verdict.damaged:
            yield Alternative(*_place(text, verdict), words)


_damaged = functools.lru_cache(maxsize=2)(damaged_spans)
"""`damaged_spans` of a text, which is asked before it is decided whether to read it, and while it is."""


def wants_language(text: CleanText, chosen: Chosen) -> bool:
    """True where words may have to be read again."""
    return bool(stretches_of(text, chosen)) or (chosen.repair is not False and accents.may_have(text.text))


def stretches_of(text: CleanText, chosen: Chosen) -> list[Stretch]:
    """Where å, ä and ö are missing: damaged, or in another language. All or nothing where people have chosen so."""
    end = outline_start(text.text)
    return _damaged(text.text, end) if chosen.repair is None else [Stretch(0, end)] * (chosen.repair and end > 0)


def clean_text(text: str) -> str:
    """The Swedish lines of a text that are whole, in composed letters: what others can learn from."""
    text = unicodedata.normalize("NFC", text)
    at, kept = 0, []
    for stretch in damaged_spans(text):
        kept.append(text[at : stretch.start])
        at = stretch.end
    return "\n".join(piece for piece in [*kept, text[at:]] if looks_swedish(piece))


def _own_words(text: CleanText, stretches: Sequence[Stretch]) -> Iterator[str]:
    """The words that stand in the paper as they were printed: in its whole lines and in its outline. "" between what does not follow."""
    starts = [0, *(s.end for s in stretches)]
    ends = [*(s.start for s in stretches), outline_start(text.text)]
    whole = [text.text[start:end] for start, end in zip(starts, ends, strict=True)]
    for piece in (*(p for p in whole if looks_swedish(p)), *text.outline):
        yield from (token.word.lower() for token in tokens(piece))
        yield ""


def _heading(source: Source, text: CleanText, heading: Heading) -> Correction:
    span = text.span(heading.start, heading.end)
    return Correction(span.start, span.end, source.text[span.start : span.end], heading.word, SURE, KIND)


def _corrections(source: Source, text: CleanText, verdict: Verdict, taken: Taken) -> Iterator[Correction]:
    """A correction, or one for each half of a word that goes on over the turn of a page; none where something else is taken."""
    read, token = verdict.read, verdict.read.token
    places, words = [(token.start, token.end)], [spelled(read)]
    if token.skip:
        places, words = [(token.start, token.skip[0]), (token.skip[1], token.end)], words[0].split("-\n")
    kind = "bokstav" if _MARKED.isdisjoint(read.best) else "å, ä, ö"
    for (start, end), word in zip(places, words, strict=True):
        span = text.span(start, end)
        if taken.free(start, end):
            yield Correction(span.start, span.end, source.text[span.start : span.end], word, round(verdict.trust, 4), kind)


def _pages(text: CleanText) -> list[tuple[int, int]]:
    return [(text.overlay.from_base(page.start), text.overlay.from_base(page.end)) for page in text.pages]


def _quality(text: CleanText, verdicts: Sequence[Verdict], settled: Sequence[Settled] = ()) -> Iterator[Quality]:
    sure = Taken((place.start, place.end) for place in settled)
    starts = [text.overlay.from_base(page.start) for page in text.pages]
    damaged, unsure = [0.0] * len(starts), [0.0] * len(starts)
    for verdict in verdicts:
        if verdict.damaged:
            n = max(0, bisect_right(starts, verdict.read.token.start) - 1)
            damaged[n] += verdict.damaged
            unsure[n] += verdict.unsure if not settled or sure.free(*_place(text, verdict)) else 0.0
    signed = signs(text.text)
    for n, page in enumerate(text.pages):
        yield Quality(page.number, count_words(signed[starts[n] : text.overlay.from_base(page.end)]), round(damaged[n], 2), round(unsure[n], 2))


def _place(text: CleanText, verdict: Verdict) -> tuple[int, int]:
    span = text.span(verdict.read.token.start, verdict.read.token.end)
    return span.start, span.end


def apply(text: CleanText, corrections: Iterable[Correction]) -> CleanText:
    """The text with the corrections in it. A correction that no longer fits what stands there raises ValueError."""
    edits = []
    for correction in corrections:
        start, end = text.overlay.from_base(correction.start), text.overlay.from_base(correction.end)
        if text.span(start, end) != Span(correction.start, correction.end) or _bare(text.text[start:end]) != _bare(correction.original):
            raise ValueError(f"the correction does not fit the text: {correction}")
        edits.append(Edit(start, end, correction.corrected, "repair"))
    return CleanText(text.overlay.edit(edits), text.pages, text.outline)


def _bare(text: str) -> str:
    """A word without what cleaning makes plain: composed accents, ligatures, soft hyphens, marks without width."""
    return re.sub("[\u00ad\u200b-\u200d\u2060\ufeff\x02]", "", unicodedata.normalize("NFKC", text))
