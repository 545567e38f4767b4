"""The agenda as schedule XML, the format of pentabarf and frab that conference apps read, out and in.

Written so that it is valid by the schema of c3voc (github.com/voc/schedule, validator/xsd/schedule.xml.xsd).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from eventapp.agenda import words
from eventapp.agenda.exchange.names import kind_named, name_and_doubt
from eventapp.agenda.exchange.reading import (
    Fault,
    Reading,
    ReadPerson,
    ReadSession,
    is_plausible,
    line_of,
    paragraphs_of,
    uid_of,
)
from eventapp.agenda.queries import Released
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.agenda.states import SessionKind
from eventapp.core import markdown
from eventapp.core.translated import Translated

# What XML 1.0 cannot carry, and what only looks like a line break.
_NOT_XML = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?")
_KINDS = (
    (("lunch", "meal", "dinner"), SessionKind.LUNCH),
    (("break", "pause", "coffee"), SessionKind.BREAK),
    (("workshop", "tutorial", "hands-on"), SessionKind.WORKSHOP),
    (("panel", "podium", "discussion"), SessionKind.PANEL),
    (("keynote", "plenary", "opening", "closing"), SessionKind.PLENARY),
    (("welcome",), SessionKind.WELCOME),
    (("visit", "tour", "excursion"), SessionKind.VISIT),
    (("social", "party", "reception"), SessionKind.SOCIAL),
)


# What we take from an event of the file; `links` are our own way back to the page.
_TAKEN = frozenset({"room", "title", "subtitle", "type", "date", "start", "duration", "abstract", "description",
                    "slug", "track", "language", "persons"})  # fmt: skip
_NOT_TAKEN = {"logo": "pictures", "attachments": "attachments", "recording": "recordings", "links": "links",
              "video_download_url": "recordings", "url": "links"}  # fmt: skip
# Of what a schedule does not say, or not all: only one language, texts without marks, people without affiliation.
_SILENT = ("text", "languages", "interpretation", "streamed", "sign_up", "capacity")


def write(release: Released, language: str, *, slug: str, url: str, address_of: Callable[[SessionEntry], str]) -> bytes:
    """Return the sessions that take place as schedule XML, in one language; the same bytes for the same release."""
    snapshot = release.snapshot
    root = Element("schedule")
    _add(root, "version", str(release.number))
    conference = SubElement(root, "conference")
    _add(conference, "title", snapshot.title.text(language))
    _add(conference, "acronym", slug)
    _add(conference, "start", snapshot.starts_on.isoformat())
    _add(conference, "end", snapshot.ends_on.isoformat())
    _add(conference, "days", str((snapshot.ends_on - snapshot.starts_on).days + 1))
    _add(conference, "timeslot_duration", "00:05")
    _add(conference, "base_url", url)
    _add(conference, "time_zone_name", snapshot.zone)
    for index, (on, sessions) in enumerate(_days(snapshot), start=1):
        day = SubElement(root, "day", index=str(index), date=on.isoformat())
        if not sessions:
            continue
        day.set("start", _date_time(snapshot, min(session.starts_local for session in sessions)))
        day.set("end", _date_time(snapshot, max(session.ends_local for session in sessions)))
        by_room = sorted(sessions, key=lambda session: _room(snapshot, session, language))
        for name, in_room in groupby(by_room, key=lambda session: _room(snapshot, session, language)):
            room = SubElement(day, "room", name=_clean(name))
            for session in in_room:
                room.append(_event(snapshot, session, language, address_of(session)))
    indent(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _days(snapshot: Snapshot) -> list[tuple[date, list[SessionEntry]]]:
    """Return every day of the event, and any other with sessions, with those that take place."""
    length = (snapshot.ends_on - snapshot.starts_on).days
    days: dict[date, list[SessionEntry]] = {snapshot.starts_on + timedelta(days=n): [] for n in range(length + 1)}
    for day in snapshot.days:
        if taking_place := [session for session in day.sessions if not session.cancelled]:
            days[day.date] = taking_place
    return sorted(days.items())


def _room(snapshot: Snapshot, session: SessionEntry, language: str) -> str:
    return session.place.text(language) or snapshot.venue.text(language) or snapshot.place.text(language)


def _event(snapshot: Snapshot, session: SessionEntry, language: str, address: str) -> Element:
    theme = snapshot.theme(session.theme)
    length = session.ends_local - session.starts_local
    event = Element("event", id=str(session.id), guid=_guid(session.uid))
    _add(event, "room", _room(snapshot, session, language))
    _add(event, "title", session.title.text(language))
    _add(event, "subtitle", "")
    _add(event, "type", words.kind(session.kind))
    _add(event, "date", _date_time(snapshot, session.starts_local))
    _add(event, "start", session.starts_local.strftime("%H:%M"))
    _add(event, "duration", f"{length // timedelta(hours=1):02}:{length // timedelta(minutes=1) % 60:02}")
    _add(event, "abstract", markdown.plain(session.text.text(language)))
    _add(event, "slug", f"session-{session.id}")
    _add(event, "track", theme.title.text(language) if theme else "")
    _add(event, "language", session.languages[0] if session.languages else "")
    persons = SubElement(event, "persons")
    for number, person in enumerate((each for each in session.people if each.is_named), start=1):
        _add(persons, "person", words.person_as_sure(person, language)).set("id", str(session.id * 100 + number))
    links = SubElement(event, "links")
    _add(links, "link", session.title.text(language)).set("href", address)
    return event


def _guid(uid: str) -> str:
    """Return the UID, which is a UUID, as the schema wants it; of any other always the same UUID."""
    try:
        return str(UUID(uid))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, uid))


def _date_time(snapshot: Snapshot, wall: datetime) -> str:
    """Return a wall time with its offset and seconds, as xs:dateTime wants them."""
    return wall.replace(tzinfo=ZoneInfo(snapshot.zone)).isoformat(timespec="seconds")


def _add(parent: Element, tag: str, text: str) -> Element:
    child = SubElement(parent, tag)
    child.text = _clean(text)
    return child


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def read(content: bytes, *, zone: str, language: str) -> Reading:
    """Return the sessions of a schedule, their times as walls of the zone and their texts in the language.

    Raises `Fault` for what is no schedule, or carries a document type: entities are never expanded.
    """
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise Fault("xml_with_entities") from None
    except ParseError as error:
        raise Fault("broken_xml", str(error.position[0])) from None
    except (ValueError, LookupError):  # an encoding that does not exist, or that the bytes are not in
        raise Fault("broken_xml", "1") from None
    if root.tag != "schedule":
        raise Fault("not_a_schedule")
    events = [(day.get("date") or "", room, event) for day, room, event in _events(root)]
    if not events:
        raise Fault("no_session")
    losses: dict[str, int] = {}
    sessions = [
        _read_event(row, day, room, event, zone, language, losses)
        for row, (day, room, event) in enumerate(events, start=1)
    ]
    return Reading(sessions=sessions, losses=losses)


def _events(root: Element) -> Iterator[tuple[Element, Element, Element]]:
    for day in root.iterfind("day"):
        for room in day.iterfind("room"):
            for event in room.iterfind("event"):
                yield day, room, event


def _read_event(
    row: int, day: str, room: Element, event: Element, zone: str, language: str, losses: dict[str, int]
) -> ReadSession:
    faults: list[str] = []
    starts = _starts(event, day, zone, faults)
    length = _clock(event.findtext("duration"))
    if length is None or not length:
        faults.append("duration")
    spoken = line_of(event.findtext("language")).lower()[:2]
    subtitle = line_of(event.findtext("subtitle"))
    text = "\n\n".join(
        part
        for part in (subtitle, *(paragraphs_of(event.findtext(tag)) for tag in ("abstract", "description")))
        if part
    )
    for lost in _losses(event):
        losses[lost] = losses.get(lost, 0) + 1
    return ReadSession(
        row=row,
        key=line_of(event.get("guid") or event.get("id"), longest=200),
        uid=uid_of(event.get("guid")),
        kind=_kind(line_of(event.findtext("type"))),
        title=Translated({language: line_of(event.findtext("title"))}),
        text=Translated({language: paragraphs_of(text)}),
        starts_local=starts,
        ends_local=starts + length if starts is not None and length else None,
        place=Translated({language: line_of(event.findtext("room") or room.get("name"), longest=200)}),
        theme_title=Translated({language: line_of(event.findtext("track"))}),
        languages=(spoken,) if re.fullmatch("[a-z]{2}", spoken) else (),
        people=tuple(
            ReadPerson(None, None, name[:200], in_doubt=in_doubt)
            for person in event.iterfind("persons/person")
            for name, in_doubt in (name_and_doubt(line_of(person.text)),)
            if name
        ),
        silent=_SILENT,
        faults=faults,
    )


def _losses(event: Element) -> set[str]:
    """Return what the event says that we do not take, once each however often it says so."""
    found = set()
    for child in event:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _TAKEN or not ((child.text or "").strip() or len(child)):
            continue
        if tag == "recording" and not (child.findtext("license") or "").strip():
            continue
        found.add(_NOT_TAKEN.get(tag, f"element {tag[:60]}"))
    return found


def _starts(event: Element, day: str, zone: str, faults: list[str]) -> datetime | None:
    """Return the start as a wall of the zone: from the full date, else from the day's date and the start's clock."""
    written = (event.findtext("date") or "").strip()
    wall = _wall(written, zone) if "T" in written else None
    clock, on = _clock(event.findtext("start")), _wall(day, zone)
    if wall is None and clock is not None and on is not None:
        wall = on + clock
    if wall is None:
        faults.append("starts")
        return None
    return wall.replace(second=0, microsecond=0)


def _wall(written: str, zone: str) -> datetime | None:
    """Return a date or moment in ISO 8601 as a wall of the zone."""
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    if not is_plausible(read):
        return None
    return read.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if read.tzinfo is not None else read


def _clock(written: str | None) -> timedelta | None:
    found = _CLOCK.fullmatch((written or "").strip())
    return timedelta(hours=int(found[1]), minutes=int(found[2])) if found else None


def _kind(written: str) -> SessionKind | None:
    """Return the kind that the type's own word or a usual name of it means, or None for a talk among others."""
    lower = written.casefold()
    named = kind_named(written)
    return named or next((kind for names, kind in _KINDS if any(name in lower for name in names)), None)
