"""Words for people: Swedish names of what the database calls by English ones, dates, places and links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from markupsafe import Markup, escape

from ingest.text import MONTHS

_NUMBERED = re.compile(r"(?<![\w&#;-])(?:[A-ZÅÄÖ]{1,6}-)?[0-9]{1,6}(?:-[0-9]{1,8})+(?::[0-9]{1,4})?(?![\w-])")
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

EVENTS = {
    "document": "Handling",
    "paragraph": "Paragraf",
    "proposal": "Förslag",
    "decision": "Beslut",
    "narrated": "Omtalat beslut",
    "reference": "Hänvisning",
    "task": "Uppdrag",
}
STATUS = {
    "adopted": "Antaget", "upward": "Beslutat förslag", "tabled": "Bordlagt", "returned": "Återremitterat",
    "proposed": "Föreslaget", "narrated": "Omtalat",
}  # fmt: skip
STATUS_MEANS = {
    "upward": "Organet har beslutat att föreslå detta för ett annat organ, som avgör. Vad det beslutade står i dess eget protokoll.",
    "tabled": "Organet har skjutit upp ärendet till ett senare sammanträde. I sak är inget beslutat.",
    "returned": "Organet har skickat tillbaka ärendet för mer beredning. I sak är inget beslutat.",
    "adopted": "Organet har fattat beslutet; så står det under dess egen beslutsrubrik i protokollet.",
    "proposed": "Ett förslag. Vad som sedan beslutades står i ett senare protokoll, om det finns här.",
    "narrated": "Handlingen berättar om ett beslut som har fattats någon annanstans. Protokollet med beslutet är källan.",
}
PLACES = {"paragraph": "Paragraf", "adopted": "Beslut", "proposed": "Förslag", "narrated": "Omtalat beslut", "agreement": "Avtal"}
FORUM_KINDS = {"political": "Politiska organ", "officials": "Tjänstepersoners forum", "joint": "Gemensamma forum", "": "Övriga"}
FORUM_KIND = {"political": "Politiskt organ", "officials": "Tjänstepersoners forum", "joint": "Gemensamt forum", "": "Slag okänt"}
LEVELS = {"region": "region", "municipality": "kommun", "county": "länets kommuner", "joint": "region och kommuner"}
RELATIONS = {"parent": "hör under", "predecessor": "efterträdde", "prepares_for": "bereder ärenden åt"}
INVERSE_RELATIONS = {"parent": "har under sig", "predecessor": "efterträddes av", "prepares_for": "får ärenden beredda av"}
MATCHED = {
    "inflected": "böjning",
    "repaired": "läst som",
    "compound": "del av",
    "synonym": "synonym",
    "folded": "utan prickar",
    "fuzzy": "liknande ord",
}
GROUPS = {
    "decision": "Beslut",
    "paragraph": "Paragrafer",
    "case": "Ärenden",
    "forum": "Forum",
    "assignment": "Uppdrag",
    "agreement": "Avtal",
    "document": "Handlingar",
    "passage": "Text",
}
"""Kinds of hits, in the order of a page."""
SEVERAL = {kind: title.lower() for kind, title in GROUPS.items()} | {"passage": "textstycken"}
GROUP_OF = {
    "beslut": "decision", "paragrafer": "paragraph", "arenden": "case", "forum": "forum", "uppdrag": "assignment", "avtal": "agreement",
    "handlingar": "document", "text": "passage",
}  # fmt: skip
"""What an address calls them."""


def capital(text: str) -> str:
    """`text` with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def cited(organisation: str | None, body: str, date: str | None, paragraph: str | None, dnr: str | None) -> str:
    """How to refer to what a body did: whose it is, since every municipality has an executive committee, then body, day, § and diary number."""
    parts = (organisation, " ".join(filter(None, [capital(body), date])), f"§ {paragraph}" if paragraph else "", f"dnr {dnr}" if dnr else "")
    return ", ".join(filter(None, parts))


def of_another(body: str | None, record: str | None) -> bool:
    """True where what a body does stands in the record of another: the day and the § there are not its own."""
    return bool(body and record) and body != record


def recorded(body: str | None, date: str | None, paragraph: str | None) -> str:
    """Which record tells something."""
    record = " ".join(filter(None, ["enligt protokoll", body, day(date)]))
    return f"{record}, § {paragraph}" if paragraph else record


def whole(text: str) -> Markup:
    """A text whose dates and numbers, as 2026-03-25 and SLK-2024-00009:20, are not broken at their hyphens where a line ends."""
    return Markup(_NUMBERED.sub(r'<span class="nowrap">\g<0></span>', str(escape(text))))


def day(iso: str | None) -> str:
    """An ISO date as precise as it is: `16 juni 2015`, `juni 2018`, `2019`; what is no date is left as it stands."""
    parts = (iso or "").split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3 or (len(parts) > 1 and not 1 <= int(parts[1]) <= 12):
        return iso or ""
    words = [parts[0]]
    if len(parts) > 1:
        words.insert(0, MONTHS[int(parts[1]) - 1])
    if len(parts) > 2:
        words.insert(0, str(int(parts[2])))
    return " ".join(words)


def period(first: str | None, last: str | None) -> str:
    """A day, or the days of a meeting: `16–17 juni 2015`, `30 juni – 1 juli 2015`."""
    if not first or not last or first == last:
        return day(first or last)
    begin, end = day(first).split(), day(last).split()
    if len(begin) != 3 or len(end) != 3:
        return f"{day(first)} – {day(last)}"
    if begin[1:] == end[1:]:
        return f"{begin[0]}–{day(last)}"
    kept = begin[:2] if begin[2] == end[2] else begin
    return f"{' '.join(kept)} – {day(last)}"


def span(first: str | None, last: str | None) -> str:
    """The years from one date to another: `2014–2021`."""
    years = [date[:4] for date in (first, last) if date]
    return "–".join(sorted(set(years)))


def place(page: int | None, line: int | None = None) -> str:
    """Where something stands: `s. 2, rad 14`."""
    return ", ".join(part for part in (f"s. {page}" if page else "", f"rad {line}" if line else "") if part)


def number(count: int) -> str:
    """A count with thin spaces between the thousands."""
    return f"{count:,}".replace(",", "\u202f")


def percent(share: float) -> str:
    """A share with at most one decimal, never rounded to nothing or to all: `99,2 %`, `över 99,9 %`."""
    value = 100 * share
    if 99.9 < value < 100:
        return "över 99,9\u00a0%"
    if 0 < value < 0.1:
        return "under 0,1\u00a0%"
    return f"{value:.1f}".removesuffix(".0").replace(".", ",") + "\u00a0%"


NOT_KNOWN = "okand"
"""Whose a case is, in an address, where the papers do not say."""


def listed(names: Sequence[str]) -> str:
    """Names in a sentence; with semicolons where one has a comma of its own."""
    mark = "; " if any("," in name for name in names) else ", "
    return " och ".join(filter(None, (mark.join(names[:-1]), *names[-1:])))


def dnr_path(dnr: str, of: str | None = None, ending: str = "") -> str:
    """The address of a case; where several have the number, `of` says whose it is, "" where that is not known. `ending`: ".atom" or ".ics"."""
    return "/dnr/" + quote(dnr, safe="/") + ending + (f"?kommun={quote(of or NOT_KNOWN)}" if of is not None else "")


def case_of(of: str | None) -> str:
    """Whose a case is in words, where several have its number; "" where one has."""
    return of or ("framgår inte vems" if of is not None else "")


def forum_path(slug: str, whose: str | None = None) -> str:
    """The address of a forum, of one municipality's where `whose` says which."""
    return f"/forum/{quote(slug)}" + (f"?kommun={quote(whose)}" if whose else "")


def passage_path(document_id: str, page: int | None, passage_id: int | None = None) -> str:
    """The address of a place in a document: the passage where it is known, else the page."""
    anchor = f"#p{passage_id}" if passage_id else f"#sida-{page}" if page else ""
    return f"/handling/{quote(document_id)}{anchor}"


def short_day(iso: str | None) -> str:
    """A date in few letters and without its year, for pictures: `16 juni`, `30 sep`, `juni`; a year alone stands as it is."""
    parts = day(iso).split()
    if len(parts) < 2:
        return " ".join(parts)
    month = next((m for m in MONTHS if m in parts), "")
    short = month if len(month) <= 4 else month[:3]
    return f"{parts[0]} {short}" if len(parts) == 3 else short


ROLES = {
    "chair": "ordförande",
    "deputy chair": "vice ordförande",
    "member": "ledamot",
    "serving substitute": "tjänstgörande ersättare",
    "substitute": "ersättare",
    "official": "tjänsteperson",
    "secretary": "sekreterare",
    "adjuster": "justerare",
}
TASK_STATES = {"öppet": "Öppet", "försenat": "Sista dagen har passerat", "fullgjort": "Klart", "föreslaget": "Bara föreslaget"}


def inert(value: object) -> object:
    """A value for a page without the characters that turn the direction of the text around them: a document could hide words with them."""
    return type(value)(_TURNS.sub("", value)) if isinstance(value, str) and _TURNS.search(value) else value


def local(url: str) -> str:
    """An address of our own without its server, whose name a proxy may know better than we."""
    return re.sub(r"^https?://[^/]*", "", str(url))


# how a column is compared, as Datasette's table pages offer it
LOOKUPS = {
    "exact": "är", "not": "är inte", "contains": "innehåller", "notcontains": "innehåller inte", "endswith": "slutar på", "startswith": "börjar på",
    "gt": "är större än", "gte": "är minst", "lt": "är mindre än", "lte": "är högst", "like": "liknar (LIKE)", "notlike": "liknar inte (LIKE)",
    "glob": "liknar (GLOB)", "in": "är någon av", "notin": "är ingen av", "arraycontains": "har i listan", "arraynotcontains": "har inte i listan",
    "date": "är dagen", "isnull": "saknas", "notnull": "finns", "isblank": "är tom", "notblank": "är inte tom",
}  # fmt: skip
PARAMETERS = {"fran": "från och med", "till": "till och med", "omrade": "område", "dnr": "diarienummer"}
