"""Calendars of the agenda: what contract.md promises, with any text, on any day, judged by libical and ical.js."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from eventapp.agenda import calendar
from eventapp.agenda.snapshot import Snapshot, ThemeEntry, succeed
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.core.translated import Translated
from eventapp.core.wall_time import problem_of, to_instant, zone_names
from tests.support.calendars import faults, lines, parsed, seen_by_ical_js
from tests.unit.agenda.entries import HALL, NOW, agenda, entry, person, wall

ODD = (
    "\r\nBEGIN:VEVENT\r\n",
    "END:VCALENDAR",
    "\\n;,:\"'",
    "\x00\x07\x1b\x7f\x85",
    "مرحبا بالعالم",
    "👩‍👩‍👧‍👦 🇸🇳",
    "\u2028\u2029\ufeff",
)
texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=20)), max_size=8).map("".join),
    st.sampled_from(["x" * 5000, "é" * 5000, "👋" * 1300, "مرحبا " * 800, "\n" * 200, ","]),
)
named = st.builds(lambda text: Translated(fr=text or "x"), texts)


@pytest.fixture(scope="module", autouse=True)
def _words(app_on: Callable[[str], Flask]) -> Iterator[None]:
    with app_on("sqlite").app_context(), force_locale("fr"):
        yield


def feed(snapshot: Snapshot, language: str = "fr") -> bytes:
    return calendar.agenda_calendar(
        snapshot,
        language,
        url=f"https://example.org/{language}/x/agenda",
        address_of=lambda session: f"https://example.org/{language}/x/sessions/{session.id}",
    )


def participation(**fields: Any) -> calendar.Participation:
    values: dict[str, Any] = {
        "uid": "a1",
        "sequence": 0,
        "stamp": NOW,
        "name": "Awa Ndiaye",
        "email": "awa@example.org",
        "title": Translated(en="Local solutions", fr="Solutions locales"),
        "place": Translated(en="Barcelona", fr="Barcelone"),
        "venue": Translated(),
        "hosts": (Translated(en="Province of Barcelona"),),
        "contact_email": "team@example.org",
        "starts_on": date(2024, 11, 7),
        "ends_on": date(2024, 11, 8),
        "url": "https://example.org/fr/x/",
        **fields,
    }
    return calendar.Participation(**values)


def sound(content: bytes) -> None:
    for line in lines(content):
        assert len(line) <= 75, line
        line.decode()  # a letter is never cut in two
        assert not any(byte < 0x20 and byte != 0x09 for byte in line), line
    assert faults(content) == []


def test_a_feed_says_all_that_the_contract_promises() -> None:
    snapshot = succeed(
        agenda(
            entry(1, theme=1, streamed=True, people=(person(), person(state=PersonState.TO_BE_CONFIRMED, name=""))),
            entry(2, kind=SessionKind.BREAK, people=()),
        ),
        None,
        NOW,
    )
    content = feed(snapshot)
    sound(content)
    read = parsed(content)
    assert read["METHOD"] == "PUBLISH"
    assert read["NAME"] == read["X-WR-CALNAME"] == "Solutions locales : programme"
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT2H\r\n" in content
    assert b"\r\nX-PUBLISHED-TTL:PT2H\r\n" in content
    first, pause = read.walk("VEVENT")
    assert first["SUMMARY"] == "Séance 1"
    assert first["SUMMARY"].params["LANGUAGE"] == "fr"
    assert first["UID"] == "uid-1"
    assert first["SEQUENCE"] == 0
    assert first["DTSTAMP"].dt == first["LAST-MODIFIED"].dt == NOW
    assert first["DTSTART"].params["TZID"] == "Europe/Madrid"
    assert first["DTSTART"].dt.replace(tzinfo=None) == wall("2024-11-07T09:00")
    assert first["CATEGORIES"].cats[-1] == "Politiques publiques"
    assert str(first["ORGANIZER"]) == "mailto:team@example.org"
    assert "ATTENDEE" not in first
    assert first["STATUS"] == "CONFIRMED"
    assert (first["TRANSP"], pause["TRANSP"]) == ("OPAQUE", "TRANSPARENT")
    assert first["URL"] == "https://example.org/fr/x/sessions/1"
    assert first["LOCATION"] == "Grande salle, Barcelone"
    assert "Awa Ndiaye" in first["DESCRIPTION"]


def test_a_text_that_is_missing_says_the_language_it_is_in() -> None:
    snapshot = agenda(entry(1, title=Translated(en="Only English")))
    (event,) = parsed(feed(snapshot)).walk("VEVENT")
    assert event["SUMMARY"].params["LANGUAGE"] == "en"


def test_a_cancelled_session_stays() -> None:
    released = succeed(agenda(entry(1), entry(2)), None, NOW)
    later = succeed(agenda(entry(2)), released, NOW + timedelta(days=1))
    content = feed(later)
    sound(content)
    cancelled, kept = parsed(content).walk("VEVENT")
    assert (cancelled["STATUS"], cancelled["SEQUENCE"], cancelled["UID"]) == ("CANCELLED", 1, "uid-1")
    assert (kept["STATUS"], kept["SEQUENCE"]) == ("CONFIRMED", 0)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=named, text=named, place=named, name=texts, host=named, theme=named)
def test_no_text_can_change_the_shape_of_a_feed(
    title: Translated, text: Translated, place: Translated, name: str, host: Translated, theme: Translated
) -> None:
    content = feed(
        agenda(
            entry(1, title=title, text=text, place=place, theme=1, people=(person(name=name, role=PersonRole.CHAIR),)),
            title=title,
            hosts=(host,),
            themes=(ThemeEntry(1, theme),),
        )
    )
    sound(content)
    read = parsed(content)
    assert [component.name for component in read.subcomponents] == ["VTIMEZONE", "VEVENT"]
    assert len(read.walk()) == len(parsed(feed(agenda(entry(1)))).walk())
    assert seen_by_ical_js(content)["components"] == ["VTIMEZONE", "VEVENT"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=texts, title=named, host=named)
def test_no_name_can_change_the_shape_of_a_mailed_entry(name: str, title: Translated, host: Translated) -> None:
    content = calendar.confirmation(participation(name=name, title=title, hosts=(host,)), "fr")
    sound(content)
    (event,) = parsed(content).subcomponents
    assert str(event["ATTENDEE"]) == "mailto:awa@example.org"


@pytest.mark.parametrize("day", [date(2024, 3, 30), date(2024, 3, 31), date(2024, 10, 26), date(2024, 10, 27)])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.integers(4 * 60, 23 * 60))
def test_wall_times_hold_on_the_days_when_clocks_change(day: date, minutes: int) -> None:
    starts = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
    snapshot = agenda(
        entry(1, starts_local=starts, ends_local=starts + timedelta(minutes=50)), starts_on=day, ends_on=day
    )
    content = feed(snapshot)
    sound(content)
    read = parsed(content)
    (event,) = read.walk("VEVENT")
    (zone,) = read.walk("VTIMEZONE")
    assert event["DTSTART"].dt.replace(tzinfo=None) == starts
    by_their_rules = starts.replace(tzinfo=zone.to_tz(lookup_tzid=False))
    assert by_their_rules.astimezone(UTC) == snapshot.instants(snapshot.sessions[0])[0]


ODD_ZONES = (
    "Europe/Madrid",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Antarctica/Troll",  # two hours of it
    "Africa/Casablanca",  # an hour less in Ramadan
    "Europe/Dublin",  # winter time is the exception
    "Asia/Kathmandu",  # 5 hours 45, never changed
    "Pacific/Chatham",  # 12 hours 45, and 13 hours 45 in summer
    "America/Havana",  # changes at midnight
    "Asia/Gaza",  # no rule for the days
    "Africa/Cairo",  # changes at the end of a day
    "America/Nuuk",  # a new zone and the change in one year
)


def spans_around_changes(zone: str, first: date, days: int) -> list[tuple[datetime, datetime]]:
    """Return spans of 20 minutes every half hour near each change of the clocks, those that clocks show once."""
    hours = [datetime.combine(first, datetime.min.time(), UTC) + timedelta(hours=hour) for hour in range(24 * days)]
    offsets = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
    changes = [hours[number] for number in range(1, len(hours)) if offsets[number] != offsets[number - 1]]
    walls = [
        (change + timedelta(minutes=30 * step)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        for change in changes or [hours[0], hours[len(hours) // 2]]
        for step in range(-8, 9)
    ]
    spans = [(wall, wall + timedelta(minutes=20)) for wall in dict.fromkeys(walls)]
    return [span for span in spans if not any(problem_of(each, zone) for each in span)]


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_each_hour_beside_a_change_of_the_clocks_is_the_right_instant_for_other_programs(zone: str) -> None:
    spans = spans_around_changes(zone, date(2023, 1, 1), 365 * 3)
    sessions = [
        entry(number, starts_local=starts, ends_local=ends) for number, (starts, ends) in enumerate(spans, start=1)
    ]
    content = feed(agenda(*sessions, zone=zone, starts_on=spans[0][0].date(), ends_on=spans[-1][0].date()))
    sound(content)
    (rules,) = parsed(content).walk("VTIMEZONE")
    by_rules = rules.to_tz(lookup_tzid=False)
    meant = [tuple(to_instant(each, zone) for each in span) for span in spans]
    assert [tuple(each.replace(tzinfo=by_rules).astimezone(UTC) for each in span) for span in spans] == meant
    seen = seen_by_ical_js(content)["events"]
    assert [(each["starts"], each["ends"]) for each in seen] == [
        (starts.timestamp(), ends.timestamp()) for starts, ends in meant
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(zone_names()),
    starts=st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31)).map(
        lambda at: at.replace(second=0, microsecond=0)
    ),
)
def test_any_time_in_any_zone_that_can_be_chosen_is_the_right_instant(zone: str, starts: datetime) -> None:
    ends = starts + timedelta(minutes=50)
    assume(not problem_of(starts, zone) and not problem_of(ends, zone))
    content = feed(
        agenda(
            entry(1, starts_local=starts, ends_local=ends), zone=zone, starts_on=starts.date(), ends_on=starts.date()
        )
    )
    sound(content)
    (seen,) = seen_by_ical_js(content)["events"]
    assert (seen["starts"], seen["ends"]) == (to_instant(starts, zone).timestamp(), to_instant(ends, zone).timestamp())


def test_the_zone_covers_the_year_of_every_date() -> None:
    (zone,) = parsed(feed(agenda(entry(1)))).walk("VTIMEZONE")
    starts = sorted(part["DTSTART"].dt for part in zone.subcomponents)
    assert starts[0] <= wall("2024-01-01T00:00")
    assert wall("2024-10-27T03:00") in starts


def test_a_confirmation_covers_the_days_and_blocks_none() -> None:
    content = calendar.confirmation(participation(), "fr")
    sound(content)
    read = parsed(content)
    (event,) = read.subcomponents
    assert read["METHOD"] == "REQUEST"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2024, 11, 7), date(2024, 11, 9))
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert str(event["ORGANIZER"]) == "mailto:team@example.org"


def test_a_cancellation_takes_the_same_entry_back() -> None:
    content = calendar.cancellation(participation(sequence=1), "fr")
    sound(content)
    read = parsed(content)
    (event,) = read.subcomponents
    assert (read["METHOD"], event["UID"], event["SEQUENCE"], event["STATUS"]) == ("CANCEL", "a1", 1, "CANCELLED")


def test_the_same_agenda_gives_the_same_bytes() -> None:
    snapshot = succeed(agenda(entry(1), entry(2)), None, NOW)
    assert feed(snapshot) == feed(succeed(agenda(entry(1), entry(2)), snapshot, NOW + timedelta(days=3)))


def test_a_thousand_sessions_take_less_than_a_second() -> None:
    start = wall("2024-11-07T08:00")
    many = [
        replace(
            entry(1),
            id=n,
            uid=f"u{n}",
            starts_local=start + timedelta(minutes=n),
            ends_local=start + timedelta(minutes=n + 30),
        )
        for n in range(1000)
    ]
    snapshot = agenda(*many)
    began = process_time()
    content = feed(snapshot)
    assert process_time() - began < 1
    assert len(parsed(content).walk("VEVENT")) == 1000


def test_libical_is_a_judge_that_can_say_no() -> None:
    good = feed(succeed(agenda(entry(1, place=HALL)), None, NOW))
    assert faults(good) == []
    assert faults(good.replace(b"UID:uid-1\r\n", b""))
    assert faults(good.replace(b"20241107T090000", b"20241107T0900xx"))


def test_ical_js_is_a_judge_that_can_say_no() -> None:
    good = feed(succeed(agenda(entry(1, place=HALL)), None, NOW))
    assert "fault" not in seen_by_ical_js(good)
    assert "end" in seen_by_ical_js(good.replace(b"END:VEVENT\r\n", b""))["fault"]
    assert seen_by_ical_js(good)["events"][0]["uid"] == "uid-1", "the judge goes on after a bad calendar"
