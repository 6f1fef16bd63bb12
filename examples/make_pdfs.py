"""Write the two PDFs of the example corpus (invented text): `python examples/make_pdfs.py [FOLDER]`.

Needs reportlab. The bytes are reproducible with one version of reportlab. In the texts below a line is printed as it stands;
`# ` opens a heading and `= ` the title, where `|` breaks the line; both become bookmarks. `---` stands alone at a page break.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

MARGIN = 62
LEADING = 13.4
WIDTH, HEIGHT = A4
SIZES = {"=": (14.0, 0), "#": (11.0, 1)}  # what opens a heading: its size, its level among the bookmarks


@dataclass(frozen=True, slots=True)
class Pdf:
    """One PDF: its name, what the top and the foot of every page say, and its text."""

    name: str
    title: str
    header: tuple[str, ...]
    footer: str
    text: str


PROTOKOLLSUTDRAG = Pdf(
    name="run-2022-06-08-protokollsutdrag.pdf",
    title="Regionala utvecklingsnämnden 2022-06-08, § 58",
    header=("REGION FJÄLLHAV|Utdrag sammanträdesprotokoll {page}({pages})", "Regionala utvecklingsnämnden", "2022-06-08"),
    footer="Justerandes sign|Utdragsbestyrkande",
    text="""
= § 58 Uppföljning och genomlysning av överenskommelsen om|regional samverkan (RUN/41/2022)
# Ärendebeskrivning
Regionen och länets åtta kommuner har en överenskommelse om regional samverkan för åren
2019–2022 (RUN/22/2018). Den fastställdes av regionfullmäktige i juni 2018, § 74. Den 8 december
2021, § 131, beslutade regionfullmäktige att överenskommelsen skulle genomlysas innan en ny
tecknas.

Genomlysningen är nu klar och redovisas i en uppföljningsrapport den 20 maj 2022. Regionens
samverkansråd informerades den 22 mars 2022, § 13, och Primärkommunala samverkansrådet har
behandlat resultatet den 16 maj 2022, § 21.

Rapporten föreslår att uppdraget Kurs och mötesplats tas bort och att uppdragen Samordning
bredband och Nätverk för näringslivschefer läggs till. Kostnaden för kommunerna blir oförändrad.

Petter Lindhede föredrar ärendet. Nämnden diskuterar om kommunerna får tillräcklig tid för sina
ställningstaganden när det är val i september. Flera kommuner har sitt första sammanträde med
kommunfullmäktige efter sommaren först i slutet av augusti.
# Beslutsunderlag
Tjänsteskrivelse 2022-05-25
Uppföljningsrapport Regional samverkan med kommunerna, 2022-05-20
Förslag till överenskommelse om regional samverkan 2023–2026
---
# Regiondirektörens förslag
1. Uppföljningen av överenskommelsen om regional samverkan godkänns.
2. Förslaget till reviderad överenskommelse för åren 2023–2026 sänds till länets kommuner för
ställningstagande senast den 30 september 2022.
# Yrkanden
Nils-Erik Hedkvist (S) yrkar att kommunerna får tid till den 14 oktober 2022 och att regionala
utvecklingsdirektören får i uppdrag att återkomma till nämnden med ett slutligt förslag.
Louise Vinterqvist (M) och Cecilia Lundåker (L) yrkar bifall till Nils-Erik Hedkvists yrkande.
# Proposition
Ordföranden ställer proposition på regiondirektörens förslag i punkt 1 och finner det antaget.
Ordföranden ställer proposition på regiondirektörens förslag i punkt 2 och Nils-Erik Hedkvists
yrkande och finner Nils-Erik Hedkvists yrkande antaget.
# REGIONALA UTVECKLINGSNÄMNDENS BESLUT
1. Uppföljningen av överenskommelsen om regional samverkan godkänns.
2. Förslaget till reviderad överenskommelse för åren 2023–2026 sänds till länets kommuner för
ställningstagande senast den 14 oktober 2022.
3. Regionala utvecklingsdirektören får i uppdrag att återkomma till nämnden med ett slutligt
förslag senast den 26 oktober 2022.
# Utdrag till
Länets kommuner, Primärkommunala samverkansrådet, Regionens samverkansråd
""",
)

OVERENSKOMMELSE = Pdf(
    name="run-2022-11-23-overenskommelse.pdf",
    title="Överenskommelse om regional samverkan 2023–2026",
    header=("Region Fjällhav|RUN/41/2022", "Fastställd av regionfullmäktige den 23 november 2022, § 104"),
    footer="|{page} ({pages})",
    text="""
= Överenskommelse om samverkan mellan Region Fjällhav och|länets kommuner om regional samverkan 2023–2026
# Bakgrund
Region Fjällhav och kommunerna i Fjällhavs län samverkar om frågor som ingen av dem löser bäst
på egen hand. Överenskommelsen anger vilka stående uppdrag regionen utför åt kommunerna. Den
knyts till varje kommun genom ett samverkansavtal. Regionala utvecklingsnämnden ansvarar för
överenskommelsen, som ersätter överenskommelsen för åren 2019–2022 (RUN/22/2018).
# Giltighetstid
Överenskommelsen gäller från och med 2023-01-01 till och med 2026-12-31.
# Övergripande regional utveckling
Inom området ingår följande stående uppdrag:

- Bevakning och påverkan. Följa nationella och europeiska frågor som berör länets kommuner,
  föra fram gemensamma ståndpunkter samt kalla samman Kommunchefsgruppen och
  Primärkommunala samverkansrådet.
# Social välfärd
Inom området ingår följande stående uppdrag:

- Samordning social välfärd. Hålla samman SocSam och nätverken för kommunernas socialchefer
  samt företräda kommunerna i Gemensamma nämndens beredning.
- FoU Fjällhav. Driva ett kunskapscentrum för socialtjänst och kommunal hälso- och sjukvård med
  FoU-rådet som styrgrupp.
---
# Klimat och samhällsplanering
Inom området ingår följande stående uppdrag:

- Energirådgivning Fjällhav. Ge opartiska råd om energi och klimat till hushåll, företag och
  kommunala förvaltningar i alla åtta kommuner.
- Samordning bredband. Hålla en samlad bild av var fiber saknas och samordna ansökningar om
  stöd. Uppdraget är nytt från 2023.
# Skola och arbetsmarknad
Inom området ingår följande stående uppdrag:

- Samordning barn och utbildning. Leda nätverket för skolchefer och stödja gemensamma insatser
  för fjärrundervisning.
- Samordning lärcentrum. Utveckla kommunernas lärcentrum och deras gemensamma utbud av
  utbildningar.
- Nätverk för näringslivschefer. Samla kommunernas näringslivschefer minst fyra gånger per år.
  Uppdraget är nytt från 2023.
# Uppdrag som upphör
Uppdraget Kurs och mötesplats upphör den 31 december 2022.
# Uppföljning
Regionen redovisar varje år i april hur uppdragen har utförts i en verksamhetsberättelse.
Verksamhetsberättelsen behandlas i Kommunchefsgruppen och Regionens samverkansråd.
""",
)


def _draw_frame(canvas: Canvas, pdf: Pdf, page: int, pages: int) -> None:
    """Draw the lines that every page repeats; `|` parts what stands to the left and to the right."""
    canvas.setFont("Helvetica", 9)
    rows = [(HEIGHT - 45 - 12 * row, line) for row, line in enumerate(pdf.header)] + [(40.0, pdf.footer)]
    for height, line in rows:
        left, _, right = line.format(page=page, pages=pages).partition("|")
        canvas.drawString(MARGIN, height, left)
        canvas.drawRightString(WIDTH - MARGIN, height, right)


def _draw_heading(canvas: Canvas, line: str, height: float) -> float:
    """Draw a heading or title (`|` breaks it), bookmark it, and return the height below it."""
    size, level = SIZES[line[0]]
    height -= 8
    text = line[2:].replace("|", " ")
    canvas.bookmarkHorizontal(text, 0, height + size)
    canvas.addOutlineEntry(text, text, level)
    canvas.setFont("Helvetica-Bold", size)
    for part in line[2:].split("|"):
        canvas.drawString(MARGIN, height, part)
        height -= size * 1.3
    return height


def _draw_page(canvas: Canvas, text: str) -> None:
    """Draw the lines of one page from the top down."""
    height = HEIGHT - 100
    for line in text.strip("\n").split("\n"):
        if line.startswith(tuple(SIZES)):
            height = _draw_heading(canvas, line, height)
            continue
        canvas.setFont("Helvetica", 10)
        canvas.drawString(MARGIN + (6 if line.startswith("  ") else 0), height, line.strip())
        height -= LEADING


def write(pdf: Pdf, folder: Path) -> Path:
    """Write `pdf` into `folder` and return its path."""
    path = folder / pdf.name
    canvas = Canvas(str(path), pagesize=A4, invariant=1, lang="sv-SE")
    canvas.setTitle(pdf.title)
    canvas.setAuthor("Region Fjällhav (påhittad)")
    pages = pdf.text.split("\n---\n")
    for number, text in enumerate(pages, start=1):
        _draw_frame(canvas, pdf, number, len(pages))
        _draw_page(canvas, text)
        canvas.showPage()
    canvas.save()
    return path


def main() -> None:
    """Write both PDFs beside this script, or into the folder given."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for pdf in (PROTOKOLLSUTDRAG, OVERENSKOMMELSE):
        print(write(pdf, folder))


if __name__ == "__main__":
    main()
