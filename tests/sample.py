"""Parsed values made by hand, for tests of what comes after the parser: a made-up meeting whose spans are looked up in its text."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ingest.models import (
    Activity,
    Agreement,
    AgreementNote,
    Assignment,
    Attendance,
    Ballot,
    Clause,
    Completion,
    Contact,
    Correction,
    Day,
    Decision,
    DiaryNumber,
    DnrMention,
    Document,
    ForumFact,
    ForumMention,
    Head,
    Meeting,
    Page,
    Paragraph,
    Parsed,
    Passage,
    Point,
    Problem,
    Question,
    Reference,
    Role,
    Source,
    Span,
    Statement,
    Vote,
)
from ingest.rules import Forum, Rules, load_rules, slugify

TEXT = """Region Norrskog
Regionstyrelsen 2021-06-16
§ 73 Avtal om fjällbussen Dnr RS/29/2021
Anna Gran (X) yrkar bifall.
Regionstyrelsen beslutar
1. Avtalet om fjällbussen godkänns.
2. Direktören får i uppdrag att redovisa resandet.
Reservation: Bo Tall (Y).
\f§ 74 Skidspår i länet, se RUN 2021-00031 och rs 29/2021
Fjällrådet hörs. samverkansrfldet
"""

REGIONAL = DiaryNumber("RS", 2021, 29, "RS/29/2021")
OTHER = DiaryNumber("RUN", 2021, 31, "RUN/31/2021")


def forum(name: str, **more: Any) -> Forum:
    """A forum of the registry with nothing but a name, unless said."""
    empty: dict[str, Any] = dict.fromkeys(Forum.__dataclass_fields__)
    empty |= dict.fromkeys(("aliases", "contextual", "prepares_for", "registers", "matches", "rejects", "beside"), ())
    known = {key: value for key, value in empty.items() if key in Forum.__dataclass_fields__}
    return Forum(**{**known, "name": name, "slug": slugify(name), **more})


def rules(version: str = "v1", extra: tuple[Forum, ...] = ()) -> Rules:
    """A registry of two forums."""
    forums = (
        forum("Regionfullmäktige", abbreviation="RF"),
        forum(
            "Regionstyrelsen", abbreviation="RS", aliases=("Styrelsen i regionen",), parent="Regionfullmäktige", prepares_for=("Regionfullmäktige",)
        ),
        *extra,
    )
    empty: dict[str, Any] = dict.fromkeys(Rules.__dataclass_fields__, MappingProxyType({}))
    kept: dict[str, Any] = {"left_alone": frozenset(), "units": frozenset(), "linking": frozenset("s"), "turned": frozenset()}
    lists: dict[str, Any] = {**kept, "letters": (), "names": (), "prose": (), "search_words": load_rules().search_words}
    return Rules(**{**empty, **lists, "version": version, "forums": forums})


def span(words: str, text: str = TEXT) -> Span:
    """Where the words stand."""
    start = text.index(words)
    return Span(start, start + len(words))


def plain(text: str, name: str = "a.txt", title: str = "Anteckning", **head: Any) -> Parsed:
    """A source with one document that is one passage and holds no facts."""
    source = Source(name, hashlib.sha256(text.encode()).hexdigest(), len(text.encode()), "txt", "utf-8", text)
    whole = Span(0, len(text))
    empty: dict[str, Any] = dict.fromkeys(("title_span", "day", "forum", "addressed_to", "dnr", "author", "unit"))
    top = Head(**{**empty, "kind": "anteckning", "title": title, **head})
    return Parsed(source, (Page(1, 0, len(text)),), documents=(Document(1, whole, top, False, (Passage(whole, text, "text"),)),))


def mention(words: str, number: DiaryNumber, role: Role) -> tuple[DnrMention, Role, Span]:
    """A diary number where it stands."""
    place = span(words)
    return DnrMention(place.start, place.end, words, number, "test"), role, place


def standing(name: str, version: str, area: str = "Fritid", benefits: tuple[Point, ...] = ()) -> Assignment:
    """A standing assignment of the version of that day."""
    return Assignment("standing", name, area, version, None, None, None, None, None, name, span("Skidspår i länet"), benefits)


DAY = Day("2021-06-16")
FIRST, SECOND = Span(TEXT.index("§ 73"), TEXT.index("\f")), Span(TEXT.index("§ 74"), len(TEXT))
WHOLE = Span(0, len(TEXT))
FJALLRADET = span("Fjällrådet")


def meeting(name: str = "protokoll.txt", file_format: str = "txt") -> Parsed:
    """The whole meeting, with a row of every kind."""
    source = Source(name, hashlib.sha256(TEXT.encode()).hexdigest(), len(TEXT.encode()), file_format, "utf-8", TEXT)
    pages = (Page(1, 0, FIRST.end), Page(2, FIRST.end + 1, len(TEXT)))
    word = span("samverkansrfldet")
    fixed = (Correction(word.start, word.end, "samverkansrfldet", "samverkansrådet", 0.9, "ocr"),)
    return Parsed(source, pages, fixed, (_minutes(),), (Problem("hela källan", "ingen plats"),))


def _minutes() -> Document:
    decision = _decision()
    return Document(
        1, WHOLE, Head("protokoll", "Protokoll Regionstyrelsen", None, DAY, "Regionstyrelsen", None, None, None, None), False, _passages(),
        Meeting("Regionstyrelsen", DAY, "Granby", (73, 76), (Attendance("Anna Gran", "X", "chair", span("Anna Gran (X)")),), WHOLE),
        (
            Paragraph("73", "Regionstyrelsen", DAY, "Avtal om fjällbussen", REGIONAL, True, FIRST),
            Paragraph("74", "Regionstyrelsen", DAY, "Skidspår i länet", None, True, SECOND),
        ),
        (decision,), _said(),
        (Vote("73", "ja till avtalet", 5, 3, None, "ja", span("yrkar bifall"), ballots=(Ballot("Anna Ek", "S", "ja", span("yrkar bifall")),)),),
        (
            Assignment("task", "Redovisa resandet", None, None, None, "Regionstyrelsen", "Direktören", None, REGIONAL, "x", span("Direktören får")),
            standing("Skidspår", version="2021-06-16", benefits=(Point("Bättre hälsa", span("Skidspår i länet")),)),
        ),
        (_agreement(),), (Question("1", "Vad?", ("ja", "nej, å"), SECOND, (Point("ja", SECOND),)),),
        (mention("RS/29/2021", REGIONAL, "own"), mention("RUN 2021-00031", OTHER, "reference"), mention("rs 29/2021", REGIONAL, "reference")),
        ((ForumMention(FJALLRADET.start, FJALLRADET.end, "Fjällrådet", ("Fjällrådet",), False, "Fjällrådet"), FJALLRADET),),
        (Problem("oklart", "vem hörs?", FJALLRADET),),
        activities=(Activity("moved", "Spår", "2021", "Loppet flyttas.", "flyttas", "stormen", FJALLRADET),),
        organisation="Region Norrskog",
        notes=(AgreementNote("agreed", "Avtalet om fjällbussen", ("A",), None, None, None, True, "x", decision.points[0].span, decision.span),),
        references=(Reference("paragraf", "§ 74", "74", "Regionstyrelsen", True, None, DAY, "bordlagd", "", "73", span("Fjällrådet hörs.")),),
        told=(ForumFact("mandat", "Fjällrådet", None, "§ 3 Råd", "Fjällrådet hörs.", FJALLRADET),),
        completions=(Completion("Regionstyrelsen", DAY, "12", None, "x", decision.points[1].span),),
    )  # fmt: skip


def _passages() -> tuple[Passage, ...]:
    return (
        Passage(Span(0, FIRST.start), "Region Norrskog Regionstyrelsen 2021-06-16", "text"),
        Passage(FIRST, " ".join(TEXT[FIRST.start : FIRST.end].split()), "text"),
        Passage(SECOND, " ".join(TEXT[SECOND.start :].split()).replace("samverkansrfldet", "samverkansrådet"), "text"),
    )


def _decision() -> Decision:
    approved = "Avtalet om fjällbussen godkänns."
    points = (Point(approved, span(approved)), Point("Redovisa.", span("Direktören får i uppdrag")))
    whole = Span(TEXT.index("Regionstyrelsen beslutar"), TEXT.index("Reservation"))
    return Decision("adopted", "Regionstyrelsen", None, DAY, "73", REGIONAL, "approved", points, whole)


def _said() -> tuple[Statement, ...]:
    return (
        Statement("yrkande", "Anna Gran", "X", "73", "yrkar bifall", span("Anna Gran (X) yrkar bifall.")),
        Statement("reservation", "Bo Tall", "Y", "73", "", span("Reservation: Bo Tall (Y).")),
        Statement("yttrande", "Cia Fors", None, "74", "", FJALLRADET),
    )


def _agreement() -> Agreement:
    contact = Contact("Anna Gran", "chef", "A", "000-00 00 00", "anna@norrskog.example", FJALLRADET)
    terms = (OTHER, "2021-01-01", "2022-12-31", None, 1, 6, None, None, None)
    return Agreement("Avtal", ("A", "B"), *terms, (Clause("1", "Syfte", "x", FIRST),), FIRST, contacts=(contact,))


def write(folder: Path, name: str, text: str) -> Path:
    """A file with that text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
