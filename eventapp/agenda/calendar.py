"""The agenda and a participation as iCalendar (RFC 5545, RFC 5546, RFC 7986): pure functions of what they are given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration

from eventapp.agenda import words
from eventapp.agenda.snapshot import Day, SessionEntry, Snapshot
from eventapp.agenda.zone_rules import zone_rules
from eventapp.core import markdown
from eventapp.core.translated import Translated

PRODUCT = "-//eventapp//agenda//EN"
REFRESH = timedelta(hours=2)
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|[\ud800-\udfff]")

Address = Callable[[SessionEntry], str]


@dataclass(frozen=True)
class Participation:
    """What the mailed entry of a participant says; `uid` stays, `sequence` grows with each mail that changes it."""

    uid: str
    sequence: int
    stamp: datetime
    name: str
    email: str
    title: Translated
    place: Translated
    venue: Translated
    hosts: tuple[Translated, ...]
    contact_email: str
    starts_on: date
    ends_on: date
    url: str


@dataclass(frozen=True)
class Attendee:
    """The one person whom a mailed entry names."""

    name: str
    email: str


def agenda_calendar(snapshot: Snapshot, language: str, *, url: str, address_of: Address) -> bytes:
    """Return the whole agenda as a feed in one language: METHOD:PUBLISH, every session, cancelled ones too."""
    return _feed(snapshot, snapshot.sessions, language, url=url, address_of=address_of)


def day_calendar(snapshot: Snapshot, day: Day, language: str, *, url: str, address_of: Address) -> bytes:
    """Return one day of the agenda as a feed in one language."""
    name = _("%(event)s: %(day)s", event=snapshot.title.text(language), day=words.day(day.date, language))
    return _feed(snapshot, day.sessions, language, url=url, address_of=address_of, name=name)


def personal_calendar(
    snapshot: Snapshot, sessions: Iterable[SessionEntry], language: str, *, url: str, address_of: Address
) -> bytes:
    """Return somebody's own sessions as a feed; it names nobody, not even whose it is."""
    name = _("%(event)s: my agenda", event=snapshot.title.text(language))
    return _feed(snapshot, sessions, language, url=url, address_of=address_of, name=name)


def session_calendar(
    snapshot: Snapshot, session: SessionEntry, language: str, *, url: str, address_of: Address
) -> bytes:
    """Return one session as a feed in one language."""
    return _feed(snapshot, (session,), language, url=url, address_of=address_of)


def confirmation(participation: Participation, language: str) -> bytes:
    """Return the entry mailed with a confirmation: METHOD:REQUEST, all the days of the event, nothing blocked."""
    return _invitation(participation, language, cancelled=False)


def cancellation(participation: Participation, language: str) -> bytes:
    """Return what takes the mailed entry out of a calendar again: METHOD:CANCEL with the same UID."""
    return _invitation(participation, language, cancelled=True)


def session_invitation(
    snapshot: Snapshot,
    session: SessionEntry,
    language: str,
    *,
    attendee: Attendee,
    revision: int,
    stamp: datetime,
    url: str,
    cancelled: bool = False,
) -> bytes:
    """Return the entry of a session mailed to somebody who signed up: METHOD:REQUEST, or CANCEL.

    UID is the session's. SEQUENCE is the released one plus `revision`, which grows when the same person leaves and
    comes back, so that it only ever grows.
    """
    calendar = _calendar("CANCEL" if cancelled else "REQUEST")
    calendar.add_component(_timezone(snapshot))
    organiser = _organiser(snapshot.contact_email, snapshot.hosts, language)
    entry = _entry(snapshot, replace(session, cancelled=cancelled), language, organiser, url)
    for name, value in (
        ("sequence", session.sequence + revision),
        ("dtstamp", max(stamp, session.last_modified).astimezone(UTC).replace(microsecond=0)),
    ):
        del entry[name]
        entry.add(name, value)
    entry.add("attendee", _attendee(attendee))
    calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _feed(
    snapshot: Snapshot,
    sessions: Iterable[SessionEntry],
    language: str,
    *,
    url: str,
    address_of: Address,
    name: str = "",
) -> bytes:
    calendar = _calendar("PUBLISH")
    name = _line(name or _("%(event)s: agenda", event=snapshot.title.text(language)))
    calendar.add("name", name, parameters={"LANGUAGE": language})
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add("url", url)
    organiser = _organiser(snapshot.contact_email, snapshot.hosts, language)
    entries = [_entry(snapshot, session, language, organiser, address_of(session)) for session in sessions]
    calendar.add_component(_timezone(snapshot))
    for entry in entries:
        calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _entry(snapshot: Snapshot, session: SessionEntry, language: str, organiser: vCalAddress, url: str) -> Event:
    zone = ZoneInfo(snapshot.zone)
    entry = Event()
    entry.add("uid", session.uid)
    entry.add("sequence", session.sequence)
    entry.add("dtstamp", session.last_modified.astimezone(UTC))
    entry.add("last-modified", session.last_modified.astimezone(UTC))
    entry.add("dtstart", session.starts_local.replace(tzinfo=zone))
    entry.add("dtend", session.ends_local.replace(tzinfo=zone))
    _add_summary(entry, session.title, language, otherwise=words.kind(session.kind))
    where = _line(words.location(snapshot, session, language))
    if where:
        entry.add("location", where, parameters={"LANGUAGE": language})
    description = _description(snapshot, session, language)
    if description:
        entry.add("description", description, parameters={"LANGUAGE": language})
    theme = snapshot.theme(session.theme)
    categories = [words.kind(session.kind), _line(theme.title.text(language)) if theme else ""]
    entry.add("categories", [each for each in categories if each], parameters={"LANGUAGE": language})
    entry.add("organizer", organiser)
    entry.add("status", "CANCELLED" if session.cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if session.is_quiet or session.cancelled else "OPAQUE")
    entry.add("url", url)
    return entry


def _description(snapshot: Snapshot, session: SessionEntry, language: str) -> str:
    theme = snapshot.theme(session.theme)
    people = [
        f"{_('%(role)s:', role=role)} {words.people_line(entries, language)}"
        for role, entries in words.people_by_role(session)
    ]
    spoken = words.session_languages(session, language)
    facts = [
        _("Theme %(number)d: %(title)s", number=theme.number, title=theme.title.text(language)) if theme else "",
        *people,
        _("Languages: %(languages)s", languages=spoken) if spoken else "",
        _("Streamed online") if session.streamed else "",
        words.sign_up(session),
    ]
    paragraphs = (markdown.plain(session.text.text(language)), "\n".join(fact for fact in facts if fact))
    return _text("\n\n".join(paragraph for paragraph in paragraphs if paragraph))


def event_calendar(meeting: Participation, language: str, *, cancelled: bool) -> bytes:
    """Return the days of the event as a feed of one entry that blocks nothing; it names no participant."""
    calendar = _calendar("PUBLISH")
    name = _line(meeting.title.text(language))
    calendar.add("name", name, parameters={"LANGUAGE": language})
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add("url", meeting.url)
    calendar.add_component(_all_days(meeting, language, cancelled=cancelled))
    content: bytes = calendar.to_ical()
    return content


def _invitation(participation: Participation, language: str, *, cancelled: bool) -> bytes:
    calendar = _calendar("CANCEL" if cancelled else "REQUEST")
    calendar.add_component(_all_days(participation, language, cancelled=cancelled))
    content: bytes = calendar.to_ical()
    return content


def _all_days(participation: Participation, language: str, *, cancelled: bool) -> Event:
    entry = Event()
    entry.add("uid", participation.uid)
    entry.add("sequence", participation.sequence)
    stamp = participation.stamp.astimezone(UTC).replace(microsecond=0)
    entry.add("dtstamp", stamp)
    entry.add("last-modified", stamp)
    entry.add("dtstart", participation.starts_on)
    entry.add("dtend", participation.ends_on + timedelta(days=1))  # exclusive (RFC 5545 §3.8.2.2)
    _add_summary(entry, participation.title, language, otherwise=_("Meeting"))
    places = (participation.venue.text(language), participation.place.text(language))
    where = _line(", ".join(dict.fromkeys(place for place in places if place)))
    if where:
        entry.add("location", where, parameters={"LANGUAGE": language})
    entry.add("organizer", _organiser(participation.contact_email, participation.hosts, language))
    if participation.email:
        entry.add("attendee", _attendee(Attendee(participation.name, participation.email)))
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    entry.add("url", participation.url)
    return entry


def _attendee(person: Attendee) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{_line(person.email)}")
    if name := _parameter(person.name):
        attendee.params["CN"] = name
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    return attendee


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _timezone(snapshot: Snapshot) -> Timezone:
    """Return the zone's rules for whole years around the event, so that no date of it is left out."""
    starts = [snapshot.starts_on.year, *(session.starts_local.year for session in snapshot.sessions)]
    ends = [snapshot.ends_on.year, *(session.ends_local.year for session in snapshot.sessions)]
    return zone_rules(snapshot.zone, date(min(starts), 1, 1), date(max(ends), 12, 31))


def _organiser(email: str, hosts: Iterable[Translated], language: str) -> vCalAddress:
    organiser = vCalAddress(f"mailto:{_line(email)}")
    names = [_parameter(host.text(language)) for host in hosts]
    if any(names):
        organiser.params["CN"] = ", ".join(name for name in names if name)
    return organiser


def _add_summary(entry: Event, title: Translated, language: str, *, otherwise: str) -> None:
    """Add the title with the language that it is really in; an entry without one is refused by calendars."""
    text, code = title.best(language)
    line = _line(text)
    entry.add("summary", line or otherwise, parameters={"LANGUAGE": code if line else language})


def _text(value: str) -> str:
    """Return the text without control characters, its line breaks as LF."""
    return _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def _line(value: str) -> str:
    """Return the text as one line without control characters."""
    return " ".join(_CONTROLS.sub(" ", value).split())


def _parameter(value: str) -> str:
    """Return the text as a parameter may hold it: no quotes and no controls (RFC 5545 §3.1)."""
    return _line(value).replace('"', "”")
