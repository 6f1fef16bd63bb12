"""The gold of ../shared in the form of `kb evaluate`: `python -m benchmarks.gold ../shared/gold FOLDER` writes a file for each of its four.

What others have labelled (steps, minutes) is a sample: their files say nothing of what they do not list.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

Facts = dict[str, Any]
OUTCOMES = {"bordläggning": "bordl…", "avslag": "avsl…", "återremiss": "åter…", "bifall": "bifall…"}


def seeds(folder: Path) -> Facts:
    """The five documents read by hand."""
    gold = yaml.safe_load((folder / "seeds.yaml").read_text(encoding="utf-8"))
    names = sorted({d["source"] for d in gold["documents"]})
    full = {name[:3]: name for name in names}
    return {
        "sources": names,
        "documents": [_kept({**d, "dnr": (d["dnr"] or [None])[0]}, "source lines kind title date dnr forum") for d in gold["documents"]],
        "paragraphs": [{**_kept(p, "number forum date own"), "source": full[p["source"]]} for p in gold["paragraphs"]],
        "diary_numbers": [{**d, "source": full[d["source"]]} for d in gold["diary_numbers"]],
        "decisions": [_decision(d, full) for d in gold["decisions"]],
        "statements": list(_voices(gold["motions_and_reservations"], full)),
        "reservations": [
            {"source": full[g["source"]], "party": party}
            for g in gold["motions_and_reservations"] if g["kind"] == "reservation" for party, count in g["parties"].items() for _ in range(count)
        ],
        "agreements": [_agreement(a, full) for a in gold["agreements"]],
        "clauses": [{"source": full["002"], "number": c["number"], "heading": _spellings(c)} for c in gold["clauses"]],
        "assignments": [
            {"version": version, "area": area, "name": name}
            for version, areas in gold["assignments"].items() if isinstance(areas, dict) for area, listed in areas.items() for name in listed
        ],
        "changes": [{"change": c["change"], "name": c["assignment"]} for c in gold["assignments"]["changes_proposed_2021"]],
        "tasks": [
            {"source": full[t["source"]], "by": t["by"], "to": t["to"], "lines": t["lines"]} for t in gold["tasks"] for _ in range(t["count"])
        ],
        "questions": [_kept(q, "question options") for q in gold["survey"]],
        "forums": [{"source": full[s], "forum": f} for s, listed in gold["forums"].items() if s.isdigit() for f in listed]
        + [{"forum": f, "optional": True} for f in gold["forums"]["optional"]],
    }  # fmt: skip


def _kept(fact: Facts, fields: str) -> Facts:
    return {key: fact[key] for key in fields.split() if key in fact}


def _decision(d: Facts, full: dict[str, str]) -> Facts:
    kept = _kept(d, "status by points points_count lines line paragraph date optional")
    if d.get("optional"):
        kept = {key: value for key, value in kept.items() if key not in ("paragraph", "date")}
    return {**kept, "source": full[d["source"]]}


def _voices(groups: list[Facts], full: dict[str, str]) -> Iterator[Facts]:
    for group in groups:
        for person in group.get("people", []):
            party = re.findall(r"\((\w+)\)", person) or [None]
            yield {"source": full[group["source"]], "kind": group["kind"], "person": person.split(" (")[0], "party": party[0]}


def _agreement(a: Facts, full: dict[str, str]) -> Facts:
    kept = _kept(a, "valid_from valid_to extended_to renewal_years notice_months signed")
    if "compensation_sek_per_year" in a:
        kept["compensation_sek"] = a["compensation_sek_per_year"]
    return {"dnr": a.get("dnr"), **kept, **({} if a.get("dnr") else {"source": full[a["source"]]})}


def _spellings(clause: Facts) -> Any:
    """The heading, and how it is printed where the note says so."""
    printed = re.search(r"'(\w+)'", clause.get("note", ""))
    return [clause["heading"], printed[1]] if printed else clause["heading"]


def ranges(folder: Path) -> Facts:
    """The §§ that the first page declares: those, and no other."""
    declared = json.loads((folder / "declared_ranges.json").read_text(encoding="utf-8"))
    return {
        "sources": [Path(source).name for source in declared],
        "paragraphs": [
            {"source": Path(source).name, "number": str(n), "own": True} for source, (first, last) in declared.items() for n in range(first, last + 1)
        ],
    }


def steps(folder: Path) -> Facts:
    """Steps of cases: § with diary number, and the decision's own words."""
    found = [s for s in json.loads((folder / "alingsas_steps.json").read_text(encoding="utf-8")) if s["type"] == "beslut"]
    at = [{"source": Path(s["source"]).name, "number": re.match(r"§+\s*(\d+)", s["protocol_ref"])} for s in found]
    places = [{"source": a["source"], "number": a["number"][1] if a["number"] else ""} for a in at]
    quotes = [[part for part in re.split(r"\s*\d\.\s+", s["quote"]) if part.strip()] for s in found]
    return {
        "complete": False,
        "paragraphs": [{**a, "dnr": s["dnr"]} for a, s in zip(places, found, strict=True)],
        "decisions": [
            {"source": a["source"], "status": "adopted", "words": q, "paragraph": a["number"]} for a, q in zip(places, quotes, strict=True)
        ],
    }


def silver(folder: Path) -> Facts:
    """Minutes that another parser has read."""
    found = json.loads((folder / "goteborg_silver.json").read_text(encoding="utf-8"))
    all_of = [(f"{meeting}.txt", p) for meeting, paragraphs in found.items() for p in paragraphs]
    return {
        "sources": [f"{meeting}.txt" for meeting in found],
        "paragraphs": [
            {"source": s, "number": p["paragrafNr"], "own": True, **({"dnr": p["ärendeNr"]} if p.get("ärendeNr") else {}),
             **({"heading": p["rubrik"][:40] + "…"} if p.get("rubrik") else {})}
            for s, p in all_of
        ],
    }  # fmt: skip


FILES: dict[str, Callable[[Path], Facts]] = {"seeds": seeds, "declared_ranges": ranges, "alingsas_steps": steps, "goteborg_silver": silver}


def convert(folder: Path, out: Path) -> list[Path]:
    """Write the files; their paths."""
    out.mkdir(parents=True, exist_ok=True)
    for name, read in FILES.items():
        (out / f"{name}.yaml").write_text(yaml.safe_dump(read(folder), allow_unicode=True, sort_keys=False, width=150), encoding="utf-8")
    return [out / f"{name}.yaml" for name in FILES]


if __name__ == "__main__":
    print("\n".join(map(str, convert(Path(sys.argv[1]), Path(sys.argv[2])))))
