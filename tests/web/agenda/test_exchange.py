"""Out and in again: JSON whole, schedule XML and CSV up to what they cannot say; a second time nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask_babel import force_locale

from eventapp.agenda import queries as agenda
from eventapp.agenda import service as sessions
from eventapp.agenda.exchange import schedule_csv, schedule_json, schedule_xml, service
from eventapp.agenda.exchange.reading import Fault, Reading
from eventapp.agenda.exchange.resolving import Outcome
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from tests.support.factories import make_account, make_event, make_place, make_theme, tr
from tests.support.fixtures import Work

ODD = "Ciudad; “l’État”, مدينة 🌍 <b>&amp;</b>"


def furnish(ctx: Context, event: Event) -> None:
    place = make_place(ctx, event, name=tr("Great Hall", "Grande salle", "Sala grande"))
    theme = make_theme(ctx, event, number=1)
    people = (
        PersonValues(PersonRole.CHAIR, PersonState.CONFIRMED, "Ana García"),
        PersonValues(PersonRole.SPEAKER, PersonState.TO_BE_CONFIRMED, affiliation=tr("City of Example")),
    )
    for number, title in enumerate((ODD, "Second", "Third")):
        starts = datetime(2024, 11, 7 + number % 2, 9 + number)
        sessions.add_session(
            ctx,
            event,
            SessionValues(
                kind=SessionKind.WORKSHOP,
                title=tr(title),
                text=tr(f"**{title}**\n\nTwo paragraphs."),
                starts_local=starts,
                ends_local=starts + timedelta(minutes=75),
                place_id=place.id,
                theme_id=theme.id if number else None,
                languages=("en", "es"),
                streamed=number == 1,
                sign_up=True,
                capacity=12,
                people=people,
            ),
        )


def released_of(ctx: Context, event: Event) -> Any:
    release = agenda.latest_release(ctx, event)
    assert release is not None
    return release


def take_in(ctx: Context, event: Event, reading: Reading) -> service.Written | None:
    account = make_account(ctx)
    return service.confirm(ctx, event, service.keep_preview(ctx, event, "file", reading, account_id=account.id).id)


def as_json(ctx: Context, event: Event) -> dict[str, Any]:
    content = schedule_json.write(released_of(ctx, event), "fr", slug="x", url="https://example.org")
    loaded: dict[str, Any] = json.loads(content)
    return loaded


def without_uid(session: dict[str, Any]) -> dict[str, Any]:
    """Without what names one session for ever, so that its copy in another event has another."""
    return {name: value for name, value in session.items() if name != "uid"}


def test_json_goes_out_and_in_without_a_loss(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        furnish(ctx, event)
        sessions.release(ctx, event)
        out = as_json(ctx, event)
        for session in agenda.list_draft_sessions(ctx, event):
            ctx.session.delete(session)
        written = take_in(ctx, event, schedule_json.read(json.dumps(out).encode()))
        assert written == service.Written(added=3, changed=0, same=0, refused=0)
        with pytest.raises(Conflict, match="Nothing has changed"):  # the very same sessions are back
            sessions.release(ctx, event)
        other = make_event(ctx)
        assert take_in(ctx, other, schedule_json.read(json.dumps(out).encode())) == service.Written(3, 0, 0, 0)
        sessions.release(ctx, other)
        assert [without_uid(each) for each in as_json(ctx, other)["sessions"]] == [
            without_uid(each) for each in out["sessions"]
        ]
        assert take_in(ctx, other, schedule_json.read(json.dumps(out).encode())) == service.Written(0, 0, 3, 0)


def test_the_spaces_of_french_typography_stay_as_they_are(work: Work) -> None:
    title = Translated({"en": "Opening", "fr": "Ouverture\u202f: «\u00a0Villes\u00a0»"})
    with work() as ctx:
        event = make_event(ctx)
        furnish(ctx, event)
        session = agenda.list_draft_sessions(ctx, event)[0]
        sessions.set_values(ctx, session, replace(sessions.values_of(session), title=title))
        sessions.release(ctx, event)
        release = released_of(ctx, event)
        for reading in (
            schedule_json.read(schedule_json.write(release, "fr", slug="x", url="https://example.org")),
            schedule_csv.read("a.csv", schedule_csv.write(release, "fr"), language="fr", languages=event.languages),
            schedule_xml.read(
                schedule_xml.write(release, "fr", slug="x", url="https://example.org", address_of=lambda each: "/"),
                zone=event.timezone,
                language="fr",
            ),
        ):
            assert take_in(ctx, event, reading) == service.Written(added=0, changed=0, same=3, refused=0)
        assert session.title == title


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_who_is_not_sure_is_said_so_and_comes_back_so(work: Work, language: str) -> None:
    speakers = (
        PersonValues(PersonRole.SPEAKER, PersonState.INVITED, "Awa Ndiaye", affiliation=tr("Dakar")),
        PersonValues(PersonRole.SPEAKER, PersonState.CONFIRMED, "Ana (Anita) García"),
        PersonValues(PersonRole.SPEAKER, PersonState.TO_BE_CONFIRMED, "Léo Roy"),
    )
    marks = {"en": " (to be confirmed)", "fr": " (à confirmer)", "es": " (por confirmar)"}
    with work() as ctx:
        event = make_event(ctx)
        furnish(ctx, event)
        session = agenda.list_draft_sessions(ctx, event)[0]
        sessions.set_values(ctx, session, replace(sessions.values_of(session), people=speakers))
        sessions.release(ctx, event)
        release = released_of(ctx, event)
        with force_locale(language):
            as_xml = schedule_xml.write(release, language, slug="x", url="https://x", address_of=lambda each: "/")
            as_csv = schedule_csv.write(release, language)
            as_json = schedule_json.write(release, language, slug="x", url="https://x")
        for content in (as_xml, as_csv):
            assert f"Léo Roy{marks[language]}" in content.decode()
            assert content.decode().count(marks[language].strip()) >= 2
            assert f"García{marks[language]}" not in content.decode()
        assert b"invited" not in as_json
        readings = (
            schedule_xml.read(as_xml, zone=event.timezone, language=language),
            schedule_csv.read("a.csv", as_csv, language=language, languages=event.languages),
            schedule_json.read(as_json),
        )
        for reading in readings:
            assert take_in(ctx, event, reading) == service.Written(added=0, changed=0, same=3, refused=0)
            other = make_event(ctx)
            take_in(ctx, other, reading)
            people = agenda.list_draft_sessions(ctx, other)[0].people
            assert [person.state for person in people] == [
                PersonState.TO_BE_CONFIRMED,
                PersonState.CONFIRMED,
                PersonState.TO_BE_CONFIRMED,
            ]
            assert [person.name.partition(",")[0] for person in people] == [each.name for each in speakers]


def test_schedule_xml_goes_out_and_in_up_to_what_it_cannot_say(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        furnish(ctx, event)
        sessions.release(ctx, event)
        written = schedule_xml.write(
            released_of(ctx, event), "en", slug="x", url="https://example.org", address_of=lambda each: f"/{each.id}"
        )
        other = make_event(ctx)
        assert take_in(ctx, other, schedule_xml.read(written, zone=other.timezone, language="en")) == service.Written(
            3, 0, 0, 0
        )
        before = {row.title["en"]: sessions.values_of(row) for row in agenda.list_draft_sessions(ctx, event)}
        after = {row.title["en"]: sessions.values_of(row) for row in agenda.list_draft_sessions(ctx, other)}
        assert after.keys() == before.keys()
        for title, values in after.items():
            there = before[title]
            assert (values.starts_local, values.ends_local, values.kind) == (
                there.starts_local,
                there.ends_local,
                there.kind,
            )
            assert values.text["en"].startswith(title.replace("&amp;", "&")[:10])
        assert [theme.title["en"] for theme in other.themes] == [theme.title["en"] for theme in event.themes]
        again = take_in(ctx, other, schedule_xml.read(written, zone=other.timezone, language="en"))
        assert again == service.Written(0, 0, 3, 0)


def test_a_table_goes_out_and_in(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        furnish(ctx, event)
        sessions.release(ctx, event)
        written = schedule_csv.write(released_of(ctx, event), "es")
        other = make_event(ctx)
        reading = schedule_csv.read("agenda.csv", written, language="es", languages=other.languages)
        assert take_in(ctx, other, reading) == service.Written(3, 0, 0, 0)
        titles = [row.title for row in agenda.list_draft_sessions(ctx, other)]
        assert titles == [row.title for row in agenda.list_draft_sessions(ctx, event)]


def test_a_changed_file_changes_its_sessions_and_keeps_our_translations(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        first = conference(5)
        assert take_in(ctx, event, schedule_xml.read(first, zone=event.timezone, language="en")) is not None
        row = agenda.list_draft_sessions(ctx, event)[0]
        sessions.set_values(
            ctx, row, replace(sessions.values_of(row), title=Translated(en=row.title["en"], fr="Conférence"))
        )
        later = first.replace(b"T09:00:00", b"T09:30:00", 1)
        assert take_in(ctx, event, schedule_xml.read(later, zone=event.timezone, language="en")) == service.Written(
            0, 1, 4, 0
        )
        (row,) = [row for row in agenda.list_draft_sessions(ctx, event) if row.title["en"] == "Talk 0"]
        assert (row.title["fr"], row.starts_local.strftime("%H:%M")) == ("Conférence", "09:30")


def test_a_conference_of_six_hundred_sessions_in_several_rooms(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx, ends_on=date(2024, 11, 12))
        content = conference(600)
        assert take_in(ctx, event, schedule_xml.read(content, zone=event.timezone, language="en")) == service.Written(
            600, 0, 0, 0
        )
        assert len(event.places) == 6
        assert take_in(ctx, event, schedule_xml.read(content, zone=event.timezone, language="en")) == service.Written(
            0, 0, 600, 0
        )


def test_what_is_wrong_is_said_row_by_row(work: Work) -> None:
    rows = (
        "date,start,end,title,kind",
        "2024-11-07,09:00,10:00,Good,",
        "2024-11-07,11:00,10:00,Back,",
        "soon,9,10,?,ball",
    )
    with work() as ctx:
        event = make_event(ctx)
        reading = schedule_csv.read("a.csv", "\n".join(rows).encode(), language="en", languages=event.languages)
        preview = service.keep_preview(ctx, event, "a.csv", reading, account_id=make_account(ctx).id)
        resolved = service.look(ctx, event, preview)
        assert [(each.read.row, each.outcome, list(each.faults)) for each in resolved] == [
            (2, Outcome.NEW, []),
            (3, Outcome.REFUSED, ["ends_before"]),
            (4, Outcome.REFUSED, ["starts", "ends", "kind"]),
        ]


BILLION = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;&b;&b;">]><schedule>&c;</schedule>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><schedule>&b;</schedule>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BILLION, "xml_with_entities"),
        (OUTSIDE, "xml_with_entities"),
        (b"<schedule><day>", "broken_xml"),
        (b"\xff\xfe\x00", "broken_xml"),
        (b"<feed/>", "not_a_schedule"),
        (b"<schedule/>", "no_session"),
        (b'<?xml version="1.0" encoding="no-such"?><schedule/>', "broken_xml"),
    ],
)
def test_xml_that_is_no_schedule_is_refused(app: object, content: bytes, code: str) -> None:
    with pytest.raises(Fault) as refused:
        schedule_xml.read(content, zone="Europe/Madrid", language="en")
    assert refused.value.code == code


def test_times_with_another_offset_become_walls_of_the_event(app: object) -> None:
    content = conference(1).replace(b"T09:00:00+01:00", b"T09:00:00+09:00")
    (session,) = schedule_xml.read(content, zone="Europe/Madrid", language="en").sessions
    assert session.starts_local == datetime(2024, 11, 7, 1)


def conference(count: int) -> bytes:
    """A schedule as pretalx writes it, of that many talks in six rooms on several days."""
    days: dict[int, dict[int, list[str]]] = {}
    for number in range(count):
        day, rest = divmod(number, 120)
        slot, room = divmod(rest, 6)
        starts = datetime(2024, 11, 7, 9) + timedelta(days=day, minutes=30 * slot)
        days.setdefault(day, {}).setdefault(room, []).append(
            f"""<event guid="00000000-0000-4000-8000-{number:012}" id="{number + 1}">
            <room>Room {room + 1}</room><title>Talk {number}</title><subtitle>Sub</subtitle><type>Talk</type>
            <date>{starts.isoformat()}+01:00</date><start>{starts:%H:%M}</start><duration>00:25</duration>
            <abstract>About {number}.</abstract><slug>talk-{number}</slug><track>Track {room % 3}</track>
            <logo>/media/{number}.png</logo><language>en</language><description>More.</description>
            <recording><license></license><optout>false</optout></recording>
            <persons><person id="{number + 1}">Speaker {number % 40}</person></persons>
            <links></links><attachments></attachments></event>"""
        )
    inner = "".join(
        f'<day index="{day + 1}" date="{date(2024, 11, 7 + day).isoformat()}">'
        + "".join(f'<room name="Room {room + 1}">{"".join(talks)}</room>' for room, talks in rooms.items())
        + "</day>"
        for day, rooms in days.items()
    )
    return f"<?xml version='1.0' encoding='utf-8' ?><schedule><version>1</version>{inner}</schedule>".encode()
