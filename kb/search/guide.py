"""What teaches the query language, in the terminal and on the web: lessons with examples, which a test runs on the examples of the project."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A query, and what it does."""

    query: str
    says: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing that one can say."""

    title: str
    text: str
    examples: tuple[Example, ...]


LESSONS = (
    Lesson(
        "Ord",
        "Skriv orden som de faller dig in. Flera ord ska alla finnas i samma stycke. Böjningar, delar av sammansatta ord och ord som en skanner "
        "läst fel hittas också, efter dem som stämmer ordagrant. Små ord som ”och” och ”om” räknas inte.",
        (
            Example("plattform", "stycken med plattform, plattformen, plattformens …"),
            Example("plattform och remiss", "stycken med båda orden"),
        ),
    ),
    Lesson(
        "Fraser",
        "Sätt citattecken om ord som ska stå intill varandra i den ordningen.",
        (Example('"gemensam digital plattform"', "bara de tre orden i följd"),),
    ),
    Lesson(
        "OCH, ELLER, INTE",
        "Operatorer skrivs med stora bokstäver (AND, OR och NOT går också). OCH behöver inte skrivas ut. INTE gäller ordet efter; "
        "parenteser håller ihop.",
        (
            Example("bredband ELLER lärcentrum", "stycken med minst ett av orden"),
            Example("plattform INTE remiss", "stycken med plattform men inte remiss"),
            Example("samordning OCH (bredband ELLER lärcentrum)", "samordning tillsammans med något av de två"),
        ),
    ),
    Lesson(
        "Början av ord, och ord man inte vet hur de stavas",
        "En stjärna sist i ett ord står för vilken fortsättning som helst, ett ~ för att en bokstav får skilja (~2: två bokstäver).",
        (
            Example("samverkan*", "samverkan, samverkansråd, samverkansstrateg …"),
            Example("bredbannd~", "ord som nästan är bredbannd"),
        ),
    ),
    Lesson(
        "Diarienummer",
        "Ett diarienummer leder till ärendet hur det än är skrivet: med eller utan register, nollor, streck, årtal med två siffror och "
        "vanliga läsfel. Passar det flera ärenden visas alla.",
        (
            Example("RS/118/2022", "ärendet"),
            Example("rs 118/22", "samma ärende"),
            Example("RS 2022-00118", "samma ärende"),
            Example("RS/ll8/2O22", "samma ärende, så som en skanner kan ha läst det"),
            Example("118/2022 remiss", "stycken i ärendet med ordet remiss"),
            Example("dnr:RS/118/2022", "bara ärendet, aldrig som vanliga ord"),
        ),
    ),
    Lesson(
        "Fält",
        "Ett fält begränsar sökningen. Flera ord i ett värde hålls ihop av citattecken.",
        (
            Example("forum:RSR", "handlingar från eller till Regionens samverkansråd, med namn, förkortning eller annat namn"),
            Example("typ:protokoll plattform", "bara i protokoll; också typ:beslut, typ:förslag, typ:paragraf, typ:uppdrag"),
            Example("typ:beslut plattform", "bara i beslut"),
            Example("kommun:Sjöberga", "kommunens egna handlingar"),
            Example('person:"Karin Tegelmo"', "där personen deltar, yrkar, röstar eller nämns"),
            Example("uppdrag:bredband", "stående uppdrag och uppdrag i beslut"),
            Example('område:"Social välfärd"', "uppdrag och aktiviteter inom området"),
            Example("§:14", "det som står i en paragraf 14; § 14 utan kolon hittar också hänvisningar dit"),
            Example("diarium:RUN", "ärenden i ett diarium"),
        ),
    ),
    Lesson(
        "Datum",
        "datum: och år: begränsar till handlingens datum. Perioder skrivs som man säger dem, spann med två punkter. Ord som ”i fjol” och "
        "”förra veckan” är datum också utan fältet.",
        (
            Example("år:2022 plattform", "året 2022"),
            Example("datum:mars 2022", "månaden"),
            Example("datum:2022-03..2022-06", "från och med mars till och med juni"),
            Example("datum:[okt 2022 TO mars 2023]", "samma sak med ord"),
            Example("datum:>2022", "efter 2022; >= tar med året"),
            Example("plattform i fjol", "förra året, räknat från i dag"),
        ),
    ),
    Lesson(
        "Förkortningar och andra ord för samma sak",
        "Forumens förkortningar och vissa ord söks tillsammans; sådana träffar kommer sist och märks ”synonym”. Inom citattecken söks "
        "bara det du skrev.",
        (
            Example("RSR", "också Regionens samverkansråd"),
            Example("lärcenter", "också lärcentra och lärcentrum"),
        ),
    ),
)
