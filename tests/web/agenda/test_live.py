"""The day itself: what is on, announcements, delays, and the way in that nobody else may find."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.accounts.models import Account
from eventapp.agenda import queries, service
from eventapp.agenda.editing import service as editing
from eventapp.agenda.live import service as live
from eventapp.agenda.live.models import Announcement
from eventapp.agenda.live.values import AnnouncementValues
from eventapp.agenda.models import AgendaRelease
from eventapp.agenda.states import SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.errors import DomainError
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_member, make_place, make_registration, tr
from tests.support.fixtures import Work

LINK = "https://meet.example.org/room-of-the-plenary?pwd=Zauberwort"
WHOLE = "https://meet.example.org/room-of-all"
PASSCODE = "918273"


def local(text: str) -> datetime:
    """An instant in Barcelona, in November."""
    return datetime.fromisoformat(f"2024-11-{text}+01:00")


@dataclass
class Day:
    slug: str
    event_id: int
    opening: int
    panel: int
    organiser: int
    desk: int
    coordinator: int
    remote: int
    in_person: int


@pytest.fixture
def day(work: Work) -> Day:
    with work() as ctx:
        event = make_event(ctx)
        hall = make_place(ctx, event, name=tr("Great hall", "Grande salle", "Sala grande"))
        ctx.session.expire(event)
        opening, panel = (
            service.add_session(
                ctx,
                event,
                SessionValues(
                    kind=kind,
                    title=title,
                    starts_local=datetime.fromisoformat(f"2024-11-07T{starts}"),
                    ends_local=datetime.fromisoformat(f"2024-11-07T{ends}"),
                    place_id=hall.id,
                    streamed=True,
                ),
            )
            for kind, title, starts, ends in (
                (SessionKind.PLENARY, tr("Opening", "Ouverture", "Apertura"), "09:00", "10:00"),
                (SessionKind.PANEL, tr("Panel", "Table ronde", "Mesa redonda"), "10:00", "11:00"),
            )
        )
        service.release(ctx, event)
        people = [
            make_registration(ctx, event, state=State.APPROVED, mode=mode).id for mode in (Mode.REMOTE, Mode.IN_PERSON)
        ]
        staff = [make_member(ctx, event, role).id for role in (Role.ORGANISER, Role.DESK, Role.COORDINATOR)]
        return Day(event.slug, event.id, opening.id, panel.id, *staff, *people)


@pytest.fixture
def participant(day: Day, work: Work, visitor: Callable[[], Visitor]) -> Callable[[int], Visitor]:
    """Make a visitor whose browser opened the personal link of a registration."""

    def make(registration_id: int) -> Visitor:
        with work() as ctx:
            invitation = ctx.session.get_one(Registration, registration_id).invitation
            opened = {str(day.event_id): [invitation.id, invitation.link_version]}
        person = visitor()
        with person.client.session_transaction() as cookie:
            cookie["opened"] = opened
            cookie["language"] = "en"
        return person

    return make


def give_links(work: Work, day: Day) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, day.event_id)
        opening = queries.get_draft_session(ctx, event, day.opening)
        live.set_access(ctx, event, opening, url=LINK, passcode=PASSCODE)
        live.set_access(ctx, event, None, url=WHOLE, passcode="")


def test_what_is_on_follows_the_clock_to_the_minute(
    day: Day, visitor: Callable[[], Visitor], clock: StoppedClock
) -> None:
    address = f"/en/{day.slug}/now"
    nav = {"Now": address}
    clock.set(local("06T18:00"))
    page = visitor().get(address)
    assert "It has not begun yet." in page.text
    assert "It begins on Thursday 7 November" in page.text
    assert not nav.items() <= visitor().get(f"/en/{day.slug}/agenda").links().items()

    clock.set(local("07T09:59:58"))
    page = visitor().get(address)
    assert nav.items() <= page.links().items()
    (on,) = page.tree.xpath("//ul[contains(@class, 'on-list')]/li")
    assert "Great hall" in on.text_content()
    assert "until 10:00" in on.text_content()
    assert "Panel" in page.tree.xpath("string(//section[@class='next'])")
    assert "They find the connection on their own page" in page.text
    clock.advance(seconds=2)  # made two seconds ago, and yet no longer true
    page = visitor().get(f"/fr/{day.slug}/now")
    assert "Table ronde" in visitor().get(f"/fr/{day.slug}/lobby").heading or "Table ronde" in page.text
    (on,) = visitor().get(address).tree.xpath("//ul[contains(@class, 'on-list')]/li")
    assert "Panel" in on.text_content()

    clock.set(local("07T11:00"))
    assert "The event is over" in visitor().get(address).text
    lobby = visitor().get(f"/en/{day.slug}/lobby")
    assert lobby.tree.xpath("//noscript/meta[@http-equiv='refresh']")
    assert "Set-Cookie" not in lobby.response.headers


def test_before_a_release_and_after_a_cancellation(work: Work, day: Day, visitor: Callable[[], Visitor]) -> None:
    with work() as ctx:
        bare = make_event(ctx).slug
        make_event(ctx, slug="called-off", state="cancelled")
    for page in ("now", "lobby"):
        assert "The agenda is not public yet" in visitor().get(f"/en/{bare}/{page}").text
        assert "This event is cancelled." in visitor().get(f"/en/called-off/{page}").text


def test_a_delay_is_seen_at_once_and_ends_with_its_session(
    day: Day,
    app: Flask,
    staff: Callable[[Account | int], Visitor],
    visitor: Callable[[], Visitor],
    work: Work,
    clock: StoppedClock,
) -> None:
    clock.set(local("07T09:30"))
    public = [f"/en/{day.slug}/{page}" for page in ("now", "lobby", "agenda", f"sessions/{day.opening}")]
    feeds = [f"/en/{day.slug}/agenda.ics", f"/en/{day.slug}/sessions/{day.opening}.ics"]
    before = [visitor().client.get(address).data for address in feeds]
    assert not any("late" in visitor().get(address).text for address in public)

    organiser = staff(day.organiser)
    overview = organiser.get(f"/desk/{day.slug}/agenda/live")
    form = f"/sessions/{day.opening}/delay"
    after = organiser.submit(overview, action=form, press=("minutes", "10"))
    assert after.status == 200
    for address in public:
        assert "Running 10 minutes late" in visitor().get(address).text, address
    assert "until about 10:10" in visitor().get(public[0]).text
    assert [visitor().client.get(address).data for address in feeds] == before  # no calendar learns of it
    for minutes in ("7", "-5", "x", ""):
        assert organiser.submit(overview, action=form, press=("minutes", minutes)).status == 422

    clock.set(local("07T10:09"))
    page = visitor().get(public[0])
    assert "Opening" in page.text
    assert "What follows in the same room may begin later too." in page.text
    clock.set(local("07T10:10"))
    assert not any("late" in visitor().get(address).text for address in public)

    clock.set(local("07T09:40"))
    with work() as ctx:  # taken out of the draft it is still public, and can still be later
        event = ctx.session.get_one(Event, day.event_id)
        editing.remove(ctx, event, queries.get_draft_session(ctx, event, day.opening))
    assert "Running 10 minutes late" in visitor().get(public[0]).text
    overview = organiser.get(f"/desk/{day.slug}/agenda/live")
    assert organiser.submit(overview, action=form, press=("minutes", "15")).status == 200
    assert "Running 15 minutes late" in visitor().get(public[0]).text
    with work() as ctx:
        event = ctx.session.get_one(Event, day.event_id)
        editing.undo(ctx, event, editing.queries.list_steps(ctx, event)[0].id)
        queries.get_draft_session(ctx, event, day.opening).text = tr("New words")
        assert service.release(ctx, event).delays == {str(day.opening): 15}
    with work() as ctx:  # moved to another time by a release, it is no longer late
        event = ctx.session.get_one(Event, day.event_id)
        session = queries.get_draft_session(ctx, event, day.opening)
        session.starts_local, session.ends_local = (
            each.replace(hour=each.hour + 5) for each in (session.starts_local, session.ends_local)
        )
        assert service.release(ctx, event).delays == {}
        assert "late" not in json.dumps(ctx.session.scalars(select(AgendaRelease.snapshot)).all())


def test_an_announcement_comes_and_goes_on_every_page(
    day: Day,
    staff: Callable[[Account | int], Visitor],
    visitor: Callable[[], Visitor],
    participant: Callable[[int], Visitor],
    clock: StoppedClock,
) -> None:
    clock.set(local("07T09:00"))
    organiser, person = staff(day.organiser), participant(day.in_person)
    pages = [
        *(
            (visitor(), f"/{language}/{day.slug}/{page}")
            for language in ("en", "fr")
            for page in ("", "agenda", "now", "lobby")
        ),
        (person, f"/en/{day.slug}/my"),
        (organiser, f"/desk/{day.slug}"),
    ]

    def shown() -> list[str]:
        found = (who.get(address).tree.xpath("//*[@class='announcements']/p") for who, address in pages)
        return [each[0].text_content() if each else "" for each in found]

    assert shown() == [""] * len(pages)
    form = organiser.get(f"/desk/{day.slug}/agenda/announcements/new")
    values = {
        "text-en": "The bus leaves at 18:00.",
        "text-fr": "Le car part à 18 h.",
        "starts_at": "2024-11-07T09:30",
        "ends_at": "2024-11-07T10:00",
    }
    assert organiser.submit(form, values, action="/announcements").status == 200
    assert shown() == [""] * len(pages)
    clock.set(local("07T09:30"))
    english, french = "The bus leaves at 18:00.", "Le car part à 18 h."
    assert shown() == [english] * 4 + [french] * 4 + [english] * 2
    clock.set(local("07T09:59:59"))
    assert shown()[0] == english
    clock.set(local("07T10:00"))
    assert shown() == [""] * len(pages)

    organiser.submit(
        form,
        {**values, "starts_at": "", "ends_at": "2024-11-07T12:00", "text-en": "<b>& now</b>"},
        action="/announcements",
    )
    assert shown()[0] == "<b>& now</b>"
    overview = organiser.get(f"/desk/{day.slug}/agenda/live")
    assert "<b>& now</b>" in overview.text
    assert "Missing: Spanish" in overview.text
    changed = organiser.submit(
        organiser.get(f"/desk/{day.slug}/agenda/announcements/2"),
        {"text-en": "Lunch is served."},
        action="/announcements",
    )
    assert changed.status == 200
    assert shown()[0] == "Lunch is served."
    organiser.submit(overview, action="/announcements/2/end")
    organiser.submit(overview, action="/announcements/2/end")
    assert shown() == [""] * len(pages)


def test_announcements_that_cannot_be(
    day: Day, staff: Callable[[Account | int], Visitor], work: Work, clock: StoppedClock
) -> None:
    clock.set(local("07T09:00"))
    organiser = staff(day.organiser)
    form = organiser.get(f"/desk/{day.slug}/agenda/announcements/new")
    for values, fault in (
        ({"text-en": "", "ends_at": "2024-11-07T12:00"}, "Fill in this field in English"),
        ({"text-en": "Too late", "ends_at": "2024-11-07T08:59"}, "It must end later than it starts"),
        ({"text-en": "x", "starts_at": "2024-11-07T13:00", "ends_at": "2024-11-07T12:00"}, "It must end later"),
        ({"text-en": "x", "ends_at": ""}, "Say until when it is shown."),
        ({"text-en": "x", "ends_at": "soon"}, "Write day and time like"),
        ({"text-en": "x" * 201, "ends_at": "2024-11-07T12:00"}, "Use at most 200 characters."),
        ({"text-en": "Spring", "ends_at": "2025-03-30T02:30"}, "this time does not exist"),
    ):
        page = organiser.submit(form, values, action="/announcements")
        assert page.status == 422
        assert any(fault in error for error in page.errors), page.errors
    with work() as ctx:
        event = ctx.session.get_one(Event, day.event_id)
        for start, end in (("09:00", "11:00"), ("10:00", "12:00"), ("10:30", "11:30")):
            values = AnnouncementValues(tr("Line"), starts_at=local(f"07T{start}"), ends_at=local(f"07T{end}"))
            live.announce(ctx, event, values)
        with pytest.raises(DomainError, match="At most 3"):
            live.announce(ctx, event, AnnouncementValues(tr("One more"), local("07T11:00"), local("07T10:45")))
        live.announce(ctx, event, AnnouncementValues(tr("After"), local("07T12:30"), local("07T11:30")))
        ahead = ctx.session.scalars(select(Announcement).order_by(Announcement.id.desc())).first()
        assert ahead is not None
        live.end_announcement(ctx, event, ahead)  # was never shown: forgotten
        ctx.session.flush()
        assert ctx.session.get(Announcement, ahead.id) is None


def test_the_way_in_opens_half_an_hour_before_and_records_attendance_once(
    day: Day, work: Work, read: Work, participant: Callable[[int], Visitor], clock: StoppedClock
) -> None:
    give_links(work, day)
    person = participant(day.remote)
    my, connection = f"/en/{day.slug}/my", f"/en/{day.slug}/my/connection"
    clock.set(local("07T08:29"))
    assert "You can join “Opening” from Thursday 7 November 2024, 08:30" in person.get(my).text
    early = person.get(connection)
    assert PASSCODE not in early.body
    assert "You can join from Thursday 7 November 2024, 08:30." in early.text

    clock.set(local("07T08:30"))
    assert person.get(my).links()["To the connection"] == connection
    page = person.get(connection)
    assert PASSCODE in page.body
    assert "meet.example.org" not in page.body + person.get(my).body
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "form-action 'self' https: http:" in page.response.headers["Content-Security-Policy"]
    assert "form-action 'self';" in person.get(my).response.headers["Content-Security-Policy"]
    for _again in range(2):
        sent = person.submit(page, action=f"/connection/{day.opening}", follow=False).response
        assert (sent.status_code, sent.headers["Location"]) == (303, LINK)
        assert sent.headers["Cache-Control"] == "no-store"
    clock.set(local("07T09:35"))  # both are open: one's own link, and that of all
    page = person.get(connection)
    sent = person.submit(page, action=f"/connection/{day.panel}", follow=False).response
    assert sent.headers["Location"] == WHOLE
    with read() as ctx:
        (seen,) = ctx.session.scalars(select(CheckIn)).all()
        assert (seen.registration_id, seen.way, str(seen.day)) == (day.remote, Way.REMOTE, "2024-11-07")
        assert seen.key == f"remote-{day.remote}-2024-11-07"

    clock.set(local("07T11:00"))
    assert "There is nothing more to join." in person.get(connection).text
    assert person.submit(page, action=f"/connection/{day.panel}").status == 404
    assert "Your connection" not in person.get(my).text


def test_the_way_in_is_for_confirmed_remote_participants_alone(
    day: Day,
    work: Work,
    read: Work,
    participant: Callable[[int], Visitor],
    visitor: Callable[[], Visitor],
    staff: Callable[[Account | int], Visitor],
    clock: StoppedClock,
) -> None:
    give_links(work, day)
    clock.set(local("07T09:00"))
    connection = f"/en/{day.slug}/my/connection"
    remote, in_person, stranger = participant(day.remote), participant(day.in_person), visitor()
    page = remote.get(connection)
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    for person in (in_person, stranger):
        assert person.get(connection).status == 404
        assert "meet.example" not in person.get(f"/en/{day.slug}/my").body
    with work() as ctx:
        ctx.session.get_one(Registration, day.remote).mode = Mode.IN_PERSON
    for person in (remote, in_person):
        answer = person.client.post(f"{connection}/{day.opening}", data={"csrf_token": token})
        assert answer.status_code in {400, 404}
        assert "Location" not in answer.headers
    with read() as ctx:
        assert ctx.session.scalars(select(CheckIn)).first() is None
    desk = f"/desk/{day.slug}/agenda/remote"
    assert LINK.replace("&", "&amp;") in staff(day.organiser).get(desk).body
    assert PASSCODE in staff(day.desk).get(desk).body
    assert "meet.example" not in staff(day.coordinator).get(desk).body


def test_links_are_kept_changed_and_taken_away_on_the_desk(
    day: Day, staff: Callable[[Account | int], Visitor], participant: Callable[[int], Visitor], clock: StoppedClock
) -> None:
    clock.set(local("07T09:00"))
    organiser, person = staff(day.organiser), participant(day.remote)
    connection = f"/en/{day.slug}/my/connection"
    assert "The organisers have not given the connection yet." in person.get(connection).text
    whole, own = (f"/desk/{day.slug}/agenda/remote/{page}" for page in ("event", day.opening))
    for url in ("javascript:alert(1)", "ftp://example.org", "https://u:p@example.org", "meet.example.org"):
        page = organiser.submit(organiser.get(own), {"url": url}, action="/remote")
        assert page.status == 422
        assert any("begins with https://" in error for error in page.errors)
    assert organiser.submit(organiser.get(whole), {"url": "", "passcode": PASSCODE}, action="/remote").status == 422
    assert organiser.submit(organiser.get(whole), {"url": WHOLE}, action="/remote").status == 200
    organiser.submit(organiser.get(whole), {"url": WHOLE + "?2"}, action="/remote")
    target = person.submit(person.get(connection), action=str(day.opening), follow=False).response
    assert target.headers["Location"] == WHOLE + "?2"
    page = person.get(connection)
    organiser.submit(organiser.get(whole), {"url": ""}, action="/remote")
    refused = person.submit(page, action=str(day.opening), follow=False).response
    assert refused.headers["Location"] == connection  # nothing to go to: back, with a word


def test_link_and_passcode_are_nowhere_else(
    day: Day,
    app: Flask,
    work: Work,
    read: Work,
    visitor: Callable[[], Visitor],
    staff: Callable[[Account | int], Visitor],
    participant: Callable[[int], Visitor],
    clock: StoppedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    clock.set(local("07T08:40"))
    organiser = staff(day.organiser)
    own = f"/desk/{day.slug}/agenda/remote/{day.opening}"
    organiser.submit(
        organiser.get(own), {"url": "https://old.example.org/x", "passcode": "former-word"}, action="/remote"
    )
    organiser.submit(organiser.get(own), {"url": LINK, "passcode": PASSCODE}, action="/remote")
    person = participant(day.remote)
    person.submit(person.get(f"/en/{day.slug}/my/connection"), action=str(day.opening), follow=False)
    with work() as ctx:
        event = ctx.session.get_one(Event, day.event_id)
        panel = queries.get_draft_session(ctx, event, day.panel)
        panel.title = tr("Panel, changed")
        service.release(ctx, event)

    secrets = (b"meet.example.org", b"old.example.org", b"Zauberwort", PASSCODE.encode(), b"former-word")
    found = []
    for language in ("en", "fr", "es"):
        for page in (
            "",
            "agenda",
            "now",
            "lobby",
            f"sessions/{day.opening}",
            "agenda.ics",
            f"sessions/{day.opening}.ics",
        ):
            address = f"/{language}/{day.slug}/{page}"
            found.append((address, visitor().client.get(address, headers={"Accept-Encoding": "identity"}).data))
    for rule in app.url_map.iter_rules():
        exported = rule.rule.startswith(("/desk/<event>/agenda", "/desk/<event>/participants", "/desk/<event>/audit"))
        if "GET" in (rule.methods or ()) and exported and rule.arguments == {"event"} and "/remote" not in rule.rule:
            address = rule.rule.replace("<event>", day.slug)
            found.append((address, organiser.client.get(address, headers={"Accept-Encoding": "identity"}).data))
    with read() as ctx:
        found.append(("tables", dumped(ctx.session).encode()))
    found.append(("logs", caplog.text.encode()))
    found += [(str(address), page.plain.body) for address, page in app.extensions["page_cache"]._pages.items()]
    leaks = [(where, secret) for where, content in found for secret in secrets if secret in content]
    assert leaks == []
    assert len(found) > 25


def dumped(session: Session) -> str:
    """Everything that mails, the audit and releases keep."""
    kept = {}
    for model in (AuditEntry, OutboxMessage, AgendaRelease, CheckIn):
        table = model.__table__
        kept[table.name] = [dict(row._mapping) for row in session.execute(select(table))]
    assert kept["audit_entry"] and kept["agenda_release"] and kept["check_in"]
    return json.dumps(kept, default=str)
