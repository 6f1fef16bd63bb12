"""What follows a case or an agreement elsewhere: Atom for feed readers (RFC 4287) and calendar files (RFC 5545). Values in, bytes out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

from icalendar import Calendar, Event

from kb.days import whole_day

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
CALENDAR_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Kunskapsbasen//kb//SV"
EPOCH = "1970-01-01T00:00:00Z"

# what XML 1.0 and a calendar have no way to say
_UNSAYABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened on a day (ISO, as precise as is known; None where it is not). `path` is its full address, `id` never changes."""

    id: str
    day: str | None
    title: str
    text: str
    path: str


def sayable(text: str) -> str:
    """`text` without the characters that no XML can hold."""
    return _UNSAYABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """`text` on one line."""
    return " ".join(sayable(text).split())


def moment(day: str | None) -> str:
    """The first moment of a day, month or year, as Atom wants it; the epoch for what has no date."""
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", day or ""):
        return EPOCH
    return f"{day}{'-01-01T00:00:00Z'[3 * ((day or '').count('-')) :]}"


def atom(title: str, page: str, itself: str, updated: str | None, entries: Iterable[Entry]) -> bytes:
    """A feed, the newest first. `page` is the page it follows, `itself` its own address, `updated` when the base last changed (ISO)."""
    newest = sorted(entries, key=lambda e: (e.day or "", e.id), reverse=True)
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "sv"})
    _child(feed, "title", line(title))
    _child(feed, "id", page)
    _child(feed, "updated", updated or moment(newest[0].day if newest else None))
    ElementTree.SubElement(feed, "link", {"rel": "self", "href": sayable(itself)})
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "href": sayable(page)})
    _child(ElementTree.SubElement(feed, "author"), "name", "Kunskapsbasen")
    for entry in newest:
        item = ElementTree.SubElement(feed, "entry")
        _child(item, "title", line(entry.title))
        _child(item, "id", entry.id)
        _child(item, "updated", moment(entry.day))
        ElementTree.SubElement(item, "link", {"rel": "alternate", "href": sayable(entry.path)})
        _child(item, "summary", entry.text)
    body: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _child(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = sayable(text)


def calendar(name: str, updated: str | None, entries: Iterable[Entry]) -> bytes:
    """A calendar of whole days; what is not known to the day is left out. `updated` stamps it, so that the same base gives the same file."""
    stamp = datetime.datetime.fromisoformat(updated or EPOCH).astimezone(datetime.UTC).replace(microsecond=0)
    found = Calendar()
    for key, value in (("prodid", PRODUCT), ("version", "2.0"), ("method", "PUBLISH"), ("x-wr-calname", name)):
        found.add(key, line(value))
    for entry in entries:
        day = whole_day(entry.day)
        if day is None:
            continue
        event = Event()
        for key, said in (("uid", f"{entry.id}@kunskapsbas"), ("summary", line(entry.title)), ("description", entry.text), ("url", entry.path)):
            event.add(key, sayable(said))
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("dtend", day + datetime.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        found.add_component(event)
    return bytes(found.to_ical())
