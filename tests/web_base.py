"""A small made-up knowledge base for the tests of the web, written by plain SQL so that they need no parser; the index is made by the program."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.rules import load_rules
from kb import indexing, settling
from kb.registry import page_patterns
from kb.search import known
from kb.search.analyze import Analyser
from kb.search.index import Known

SCHEMA = Path(__file__).parent.parent / "kb" / "schema.sql"

HOSTILE = '<script>alert("kb")</script><img src=x onerror=alert(1)>'

PROTOCOL = f"""REGION NORRSKOG
Protokoll Regionfullmäktige 2021-06-16—17

§ 73 Överenskommelse om fjällbussen (RS/101/2021)
Ärendet gäller turer mellan Granby och Tallnäs under vintern.
Regionfullmäktiges beslut
1. Överenskommelsen om fjällbussen antas.
2. Regionala utvecklingsnämnden får i uppdrag att redovisa resandet senast den 31 mars 2022.
3. Kostnaden delas lika mellan parterna.
Reservation
Alma Gran (X) reserverar sig mot beslutet.
 § 74 Svar på motion om skidspår
Motionären skriver {HOSTILE} och menar att spåren ska prepareras.
Regionfullmäktiges beslut
Motionen avslås.
"""
LETTER = """Tjänsteskrivelse 2021-05-04 Dnr RUN/29/2021
Till Regionala utvecklingsnämnden
Uppföljning av samverkan om fjällbussen
Förslag till beslut
Regiondirektören föreslår att Regionala utvecklingsnämnden godkänner uppföljningen.
Frågan behandlades i samverkansrfldet, se även RS/101/2021.
Ersfittning f6r turerna: <script>vfig</script> och <b>skidsp4r</b>.
"""
AGREEMENT = """Avtal om vinterväghållning
Mellan Granby kommun och Tallnäs kommun. Avtalet gäller till den 30 april 2022.
"""

# original, corrected, confidence, kind; words of the letter that was read by a machine without å, ä and ö
REPAIRS = (
    ("samverkansrfldet", "samverkansrådet", 0.9981, "å, ä, ö"),
    ("Ersfittning", "Ersättning", 0.97, "å, ä, ö"),
    ("f6r", "för", 0.8449, "å, ä, ö"),
    ("<script>vfig</script>", "<script>väg</script>", 0.95, "bokstav"),
    ("<b>skidsp4r</b>", "<b>skidspår</b>", 0.2, "person"),
)

FORUMS = (
    ("Regionfullmäktige", "regionfullmaktige", "RF", "political", "region", "Regionens högsta beslutande församling.", 1),
    ("Regionstyrelsen", "regionstyrelsen", "RS", "political", "region", "Leder och samordnar regionens arbete.", 1),
    ("Regionala utvecklingsnämnden", "regionala-utvecklingsnamnden", "RUN", "political", "region", "Ansvarar för regional utveckling.", 1),
    ("Fjällrådet", "fjallradet", None, "joint", "joint", "Samråd mellan regionen och fjällkommunerna.", 1),
    ("Chefsgruppen för fjällfrågor", "chefsgruppen-for-fjallfragor", None, "officials", "county", None, 0),
    ("Vägnämnden", "vagnamnden", None, "political", "municipality", None, 0),
)
CASES = (
    ("rs-2021-101", "RS/101/2021", "rs", 2021, 101),
    ("run-2021-29", "RUN/29/2021", "run", 2021, 29),
    ("rs-2021-29", "RS/29/2021", "rs", 2021, 29),
    ("run-2021-31", "RUN/31/2021", "run", 2021, 31),
    ("ks-2021-113", "2021.113 KS", "ks", 2021, 113),
)


class Builder:
    """Writes rows with spans that are looked up in the text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = sqlite3.connect(path)
        self.db.executescript("PRAGMA journal_mode = WAL;" + SCHEMA.read_text("utf-8"))
        self.texts: dict[str, str] = {}

    def add(self, table: str, **row: object) -> int:
        """Insert a row."""
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        return self.db.execute(sql, tuple(row.values())).lastrowid or 0

    def source(self, number: int, name: str, text: str, kind: str = "txt", language: str | None = None) -> None:
        """A source with its archived file."""
        content = text.encode()
        sha256 = hashlib.sha256(content).hexdigest()
        archived = self.path.with_name(self.path.name + ".archive") / sha256[:2] / sha256
        archived.parent.mkdir(parents=True, exist_ok=True)
        archived.write_bytes(content)
        self.add("sources", id=number, path=name, origin=f"/in/{name}", sha256=sha256, size=len(content), format=kind, encoding="utf-8",
                 language=language, text=text)  # fmt: skip

    def document(self, id: str, source: int, text: str, **row: object) -> None:
        """A document that fills its source; a line that begins with a space begins a page, each line is a passage."""
        self.texts[id] = text
        lines = text.splitlines(keepends=True)
        pages = 1 + sum(line.startswith(" ") for line in lines)
        facts = {"damaged": 0, "first_line": 1, "last_line": len(lines), "first_page": 1, "last_page": pages} | row
        self.add("documents", id=id, source_id=source, position=1, start=0, end=len(text), **facts)
        page, start = 1, 0
        for number, line in enumerate(lines, 1):
            page += line.startswith(" ")
            end = start + len(line)
            words = line.strip()
            read = words
            for original, corrected, confidence, kind in REPAIRS:
                if original in words:
                    at = start + line.index(original)
                    read = read.replace(original, corrected)
                    self.add("corrections", source_id=source, document_id=id, page=page, line=number, start=at, end=at + len(original),
                             original=original, corrected=corrected, confidence=confidence, kind=kind)  # fmt: skip
            self.add("passages", document_id=id, position=number, kind="text", page=page, line=number if facts["first_line"] else None,
                     last_line=number if facts["first_line"] else None, start=start, end=end, text=read,
                     text_original=words if read != words else None)  # fmt: skip
            start = end
        self.pages(source, text)

    def pages(self, source: int, text: str) -> None:
        """The pages of a source, with how well each was read."""
        starts = [0, *(match.start() + 1 for match in re.finditer("\n ", text)), len(text)]
        for number, (start, end) in enumerate(pairwise(starts), 1):
            damaged = sum(original in text[start:end] for original, *_ in REPAIRS)
            words = len(re.findall(r"[^\W\d_]{2,}", text[start:end]))
            self.add("pages", source_id=source, number=number, start=start, end=end, words=words, damaged=damaged, unsure=damaged / 4)

    def place(self, document: str, first: str, last: str = "") -> dict[str, object]:
        """Where a stretch of text stands."""
        text = self.texts[document]
        start = text.index(first)
        end = text.index(last, start) + len(last) if last else start + len(first)
        page = 1 + text[:start].count("\n ")
        return {"page": page, "line": text.count("\n", 0, start) + 1, "start": start, "end": end}


def build(path: Path) -> Path:
    """The whole base, at `path`."""
    b = Builder(path)
    for key, dnr, register, year, serial in CASES:
        b.add("diary_numbers", key=key, dnr=dnr, register=register, year=year, serial=serial)
    for name, slug, abbreviation, kind, level, purpose, registered in FORUMS:
        b.add("forums", name=name, slug=slug, abbreviation=abbreviation, kind=kind, level=level, purpose=purpose, registered=registered)
    b.add("forum_relations", forum="Regionstyrelsen", relation="prepares_for", other="Regionfullmäktige")
    b.add("forum_relations", forum="Regionstyrelsen", relation="parent", other="Regionfullmäktige")
    b.add("forum_aliases", forum="Regionala utvecklingsnämnden", alias="utvecklingsnämnden")
    _protocol(b)
    _letter(b)
    _agreement(b)
    b.add("chains", proposal="bbbbbbbbbb-1.b1", adopted="aaaaaaaaaa-1.b1", how="reference")
    for section, pattern in page_patterns(load_rules()).items():
        b.add("meta", key=section, value=pattern)
    counted(b.db)
    b.add("guests", key="run-2021-29", decision_id="aaaaaaaaaa-1.b1", how="reference")
    index(b)
    b.db.commit()
    b.db.close()
    return path


def counted(db: sqlite3.Connection) -> None:
    """What the end of a run counts, counted of the rows as they are."""
    for statement in settling.COUNTED:
        db.execute(statement)


def index(b: Builder) -> None:
    """The search index, without a lexicon, and the words of metadata/search.yaml."""
    for (source,) in b.db.execute("SELECT id FROM sources ORDER BY id").fetchall():
        indexing.add(b.db, source, Known(b.db, Analyser(None)))
    indexing.settle_records(b.db, Analyser(None))
    b.add("meta", key=known.META, value=known.as_json(load_rules()))


def _protocol(b: Builder) -> None:
    b.source(1, "rf/protokoll juni.txt", PROTOCOL)
    days = {"date": "2021-06-16", "date_end": "2021-06-17"}
    b.document("aaaaaaaaaa-1", 1, PROTOCOL, kind="protokoll", title="Protokoll Regionfullmäktige 16–17 juni 2021", forum="Regionfullmäktige", **days)

    def at(first: str, last: str = "") -> dict[str, object]:
        return b.place("aaaaaaaaaa-1", first, last)

    first, second = at("§ 73", "mot beslutet."), at("§ 74", "avslås.")
    b.add("paragraphs", id="aaaaaaaaaa-1.p1", document_id="aaaaaaaaaa-1", number="73", forum="Regionfullmäktige", **days,
          heading="Överenskommelse om fjällbussen", dnr_key="rs-2021-101", own=1, **first)  # fmt: skip
    b.add("paragraphs", id="aaaaaaaaaa-1.p2", document_id="aaaaaaaaaa-1", number="74", forum="Regionfullmäktige", **days,
          heading="Svar på motion om skidspår", dnr_key=None, own=1, **second)  # fmt: skip
    b.add("decisions", id="aaaaaaaaaa-1.b1", document_id="aaaaaaaaaa-1", paragraph_id="aaaaaaaaaa-1.p1", status="adopted",
          decided_by="Regionfullmäktige", **days, paragraph="73", dnr_key="rs-2021-101", outcome="bifall",
          **at("1. Överens", "mellan parterna."))  # fmt: skip
    b.add("decisions", id="aaaaaaaaaa-1.b2", document_id="aaaaaaaaaa-1", paragraph_id="aaaaaaaaaa-1.p2", status="adopted",
          decided_by="Regionfullmäktige", **days, paragraph="74", outcome="avslag", **at("Motionen avslås."))  # fmt: skip
    points = ("Överenskommelsen om fjällbussen antas.", "Regionala utvecklingsnämnden får i uppdrag att redovisa resandet senast den 31 mars 2022.",
              "Kostnaden delas lika mellan parterna.")  # fmt: skip
    for position, text in enumerate(points, 1):
        place = at(text)
        b.add("points", decision_id="aaaaaaaaaa-1.b1", position=position, text=text, **place)
    place = at("Motionen avslås.")
    b.add("points", decision_id="aaaaaaaaaa-1.b2", position=1, text="Motionen avslås.", **place)
    b.add("statements", document_id="aaaaaaaaaa-1", decision_id="aaaaaaaaaa-1.b1", kind="reservation", person="Alma Gran", party="X",
          paragraph="73", text="Alma Gran (X) reserverar sig mot beslutet.", **at("Alma Gran (X) reserverar sig mot beslutet."))  # fmt: skip
    vote = at("Kostnaden delas lika")
    b.add("votes", document_id="aaaaaaaaaa-1", paragraph_id="aaaaaaaaaa-1.p1", proposition="", yes=2, no=3, abstain=None, outcome="nej",
          yes_means="avslag på förslaget", no_means=f"bifall {HOSTILE}", overturned=1, **vote)  # fmt: skip
    for person, choice in (("Alma Gran", "ja"), ("Bo Tall", "nej")):
        b.add("ballots", document_id="aaaaaaaaaa-1", vote_start=vote["start"], person=person, party="X", choice=choice, **vote)
    task = at(points[1])
    b.add("assignments", id="aaaaaaaaaa-1.u1", document_id="aaaaaaaaaa-1", decision_id="aaaaaaaaaa-1.b1", kind="task",
          name="redovisa resandet", area="Kollektivtrafik", given_by="Regionfullmäktige", given_to="Regionala utvecklingsnämnden",
          due="2022-03-31", dnr_key="rs-2021-101", text=points[1], **task)  # fmt: skip
    cited = {"document_id": "aaaaaaaaaa-1", "heading": ""}
    meant = {
        "number": "73",
        "forum": "Regionfullmäktige",
        "date": "2021-06-16",
        "relation": "bordlagd",
        "state": "resolved",
        "target": "aaaaaaaaaa-1.p1",
    }
    b.add("citations", id="aaaaaaaaaa-1.r1", paragraph_id="aaaaaaaaaa-1.p2", kind="paragraf", written="16 juni 2021, § 73", implied=1,
          **cited, **meant, **at("§ 74"))  # fmt: skip
    b.add("citations", id="aaaaaaaaaa-1.r2", paragraph_id="aaaaaaaaaa-1.p1", kind="länk", written=f"https://fjallhav.example/{HOSTILE}", implied=0,
          **cited, **at("§ 73"))  # fmt: skip
    _mentions(b, "aaaaaaaaaa-1", (("RS/101/2021", "rs-2021-101", "own"),), ("Regionfullmäktige", "Regionala utvecklingsnämnden"))
    b.add("problems", source_id=1, document_id="aaaaaaaaaa-1", kind="lucka i §§", message=f"§ 72 saknas i serien {HOSTILE}", **at("§ 73"))


def _letter(b: Builder) -> None:
    b.source(2, "run/skrivelse.txt", LETTER, language="sv-1")
    b.document("bbbbbbbbbb-1", 2, LETTER, kind="tjänsteskrivelse", title="Uppföljning av samverkan om fjällbussen", date="2021-05-04",
               addressed_to="Regionala utvecklingsnämnden", dnr_key="run-2021-29", author="Bo Tall", unit="Utvecklingsstaben", damaged=1)  # fmt: skip
    b.add("decisions", id="bbbbbbbbbb-1.b1", document_id="bbbbbbbbbb-1", status="proposed", decided_by="Regiondirektören",
          addressed_to="Regionala utvecklingsnämnden", date="2021-05-04", dnr_key="run-2021-29",
          **b.place("bbbbbbbbbb-1", "Regiondirektören föreslår", "uppföljningen."))  # fmt: skip
    b.add("points", decision_id="bbbbbbbbbb-1.b1", position=1, text="Uppföljningen godkänns.", page=1, line=1, start=0, end=1)
    _mentions(b, "bbbbbbbbbb-1", (("RUN/29/2021", "run-2021-29", "own"), ("RS/101/2021", "rs-2021-101", "reference")),
              ("Regionala utvecklingsnämnden",))  # fmt: skip


def _agreement(b: Builder) -> None:
    b.source(3, "avtal/väg.pdf", AGREEMENT, kind="pdf")
    b.document("cccccccccc-1", 3, AGREEMENT, kind="avtal", title="Avtal om vinterväghållning", date="2020-10", dnr_key="ks-2021-113",
               first_line=None, last_line=None)  # fmt: skip
    place = b.place("cccccccccc-1", "Avtal om vinterväghållning") | {"line": None}
    b.add("agreements", id="cccccccccc-1.a1", document_id="cccccccccc-1", title="Avtal om vinterväghållning",
          parties="Granby kommun; Tallnäs kommun", dnr_key="ks-2021-113", valid_from="2020-11-01", valid_to="2022-04-30",
          notice_months=6, own=1, **place)  # fmt: skip
    b.add("dnr_mentions", key="ks-2021-113", canonical="2021.113 KS", spelling="2021.113 KS", role="own", document_id="cccccccccc-1", **place)
    for key, spelling in (("rs-2021-29", "RS/29/2021"), ("run-2021-31", "RUN/31/2021")):
        b.add("dnr_mentions", key=key, canonical=spelling, spelling=spelling, role="reference", document_id="cccccccccc-1", **place)


def _mentions(b: Builder, document: str, numbers: tuple[tuple[str, str, str], ...], forums: tuple[str, ...]) -> None:
    for spelling, key, role in numbers:
        b.add("dnr_mentions", key=key, canonical=spelling, spelling=spelling, role=role, document_id=document, **b.place(document, spelling))
    for forum in forums:
        b.add("forum_mentions", forum=forum, written=forum, document_id=document, **b.place(document, forum))


def like(db: sqlite3.Connection, table: str, id: str, new: str | None = None, **changes: object) -> str:
    """A row as another one, under a new id (else that of the table itself), with some of it changed."""
    names = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in ({"id"} | changes.keys())]
    values = {**({"id": new} if new else {}), **changes}
    sql = f"INSERT INTO {table} ({', '.join((*values, *names))}) SELECT {', '.join((*('?' * len(values)), *names))} FROM {table} WHERE id = ?"
    db.execute(sql, (*values.values(), id))
    return new or ""


def make(row: type[Any], /, **told: Any) -> Any:
    """A row of a page with nothing in it but what is told."""
    return row(**{**dict.fromkeys(row.__dataclass_fields__), **told})
