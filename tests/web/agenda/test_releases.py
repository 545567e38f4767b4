"""Releases on the desk: compared, put back, previewed, and told to the people whose own sessions changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.agenda import queries, service
from eventapp.agenda.editing import restoring
from eventapp.agenda.editing import service as editing
from eventapp.agenda.models import AgendaSession
from eventapp.agenda.notices import service as notices
from eventapp.agenda.notices import stored
from eventapp.agenda.notices.models import ReleaseNotices
from eventapp.agenda.signup.models import SignUp
from eventapp.agenda.signup.states import SignUpState
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.application.jobs import AT_EACH_TURN, run_jobs
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.events import service as events
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import service as registering
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from tests.support.browsing import Page, Visitor
from tests.support.calendars import faults, parsed
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_invitation, make_member, make_place, make_registration, tr
from tests.support.fixtures import Work
from tests.support.mail import KeepingTransport, courier

AWA = PersonValues(PersonRole.SPEAKER, PersonState.CONFIRMED, name="Awa Ndiaye", email="awa@example.org")


@dataclass
class Story:
    event_id: int
    slug: str
    organiser: Visitor
    place_id: int
    ids: list[int]

    @property
    def url(self) -> str:
        return f"/desk/{self.slug}/agenda"


def values(number: int, **fields: object) -> SessionValues:
    return SessionValues(
        **{
            "kind": SessionKind.PANEL,
            "title": tr(f"Session {number}", f"Séance {number}", f"Sesión {number}"),
            "starts_local": datetime(2024, 11, 7, 8 + number),
            "ends_local": datetime(2024, 11, 7, 9 + number),
            **fields,
        }  # type: ignore[arg-type]
    )


@pytest.fixture
def story(work: Work, staff: Callable[[Account | int], Visitor]) -> Story:
    """Three released sessions: one with a speaker and somebody signed up, one streamed, one of nobody."""
    with work() as ctx:
        event = make_event(ctx)
        account, place = make_member(ctx, event, Role.ORGANISER), make_place(ctx, event, name=tr("Room A", "Salle A"))
        made = [
            service.add_session(ctx, event, each)
            for each in (values(1, people=(AWA,), sign_up=True), values(2, streamed=True), values(3))
        ]
        make_invitation(ctx, event, email="awa@example.org", language="es")
        chosen = make_registration(ctx, event, state=State.APPROVED, name="Bea", email="bea@example.org", language="fr")
        make_registration(
            ctx, event, state=State.APPROVED, name="Far", email="far@example.org", language="en", mode=Mode.REMOTE
        )
        make_registration(ctx, event, state=State.SUBMITTED, name="Not yet", mode=Mode.REMOTE)
        ctx.session.add(
            SignUp(
                event_id=event.id,
                session_id=made[0].id,
                registration_id=chosen.id,
                state=SignUpState.CHOSEN,
                since_at=ctx.now,
                revision=1,
            )
        )
        service.release(ctx, event)
        ids = [session.id for session in made]
        account_id, event_id, slug, place_id = account.id, event.id, event.slug, place.id
    return Story(event_id, slug, staff(account_id), place_id, ids)


def the_event(ctx: Context, story: Story) -> Event:
    event = ctx.session.get(Event, story.event_id)
    assert event is not None
    return event


def change(work: Work, story: Story, position: int, **fields: object) -> None:
    with work() as ctx:
        event = the_event(ctx, story)
        session = queries.get_draft_session(ctx, event, story.ids[position])
        now = replace(service.values_of(session), **fields)  # type: ignore[arg-type]
        editing.edit(ctx, event, session, now, seen_at=session.updated_at)


def release(work: Work, story: Story) -> int:
    with work() as ctx:
        return service.release(ctx, the_event(ctx, story)).number


def written(work: Work) -> int:
    """Write the mails that are to go, as the worker does, and return in how many turns."""
    for turn in range(99):
        with work() as ctx:
            if not notices.write_next(ctx):
                return turn
    raise AssertionError("it never ends")


def mails(read: Work) -> dict[str, OutboxMessage]:
    with read() as ctx:
        rows = ctx.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "agenda/own_sessions_changed"))
        return {row.recipient: row for row in rows}


def later(work: Work, story: Story) -> None:
    """Move the speaker's session, cancel the streamed one, and change nothing that matters of the third."""
    change(work, story, 0, starts_local=datetime(2024, 11, 7, 14), ends_local=datetime(2024, 11, 7, 15, 30))
    change(work, story, 2, text=tr("New words"))
    with work() as ctx:
        event = the_event(ctx, story)
        editing.remove(ctx, event, queries.get_draft_session(ctx, event, story.ids[1]))


def test_those_whose_own_sessions_changed_are_told_once_after_a_look(
    app: Flask, work: Work, read: Work, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(work, story)
    assert release(work, story) == 2 and not mails(read), "nothing goes before somebody has looked"
    assert "3 people not told yet of release 2" in story.organiser.get(f"/desk/{story.slug}/").text
    listed = story.organiser.get(f"{story.url}/releases")
    assert "3 people are not told yet" in listed.text
    page = story.organiser.get(listed.links()["Look over the mails"])
    moved = ("jeudi 7 novembre, 09:00–10:00", "jueves 7 de noviembre, 09:00–10:00")
    for words in ("Awa Ndiaye", "bea@example.org", *moved):
        assert words in page.text, words
    with read() as ctx:
        event = the_event(ctx, story)
        looked_at = notices.queries.recipients_of(ctx, event, notices.queries.get_notices(ctx, event, 2).release)
    assert stored.some_from(json.loads(json.dumps(stored.to_json(looked_at))), 0, 9) == looked_at, "just this is sent"
    assert "Cancelled: “Session 2”, Thursday 7 November, 10:00." in page.text
    sent = story.organiser.submit(page, button="Send 3 mails")
    assert "3 mails are on their way." in sent.text
    again = story.organiser.submit(page, button="Send 3 mails")
    assert "Nothing was sent a second time." in again.text and "0 of 3 mails written" in again.text
    assert not mails(read), "a worker writes them"
    monkeypatch.setattr(notices, "MAILS_AT_ONCE", 2)
    with pytest.raises(ZeroDivisionError), work() as ctx:
        assert notices.write_next(ctx) == 2
        1 / 0  # noqa: B018 - the worker is killed before it is done
    assert not mails(read)
    with work() as ctx:
        assert notices.write_next(ctx) == 2
    assert "2 of 3 mails written" in story.organiser.get(f"{story.url}/releases/2/notices").text
    with app.app_context():
        assert run_jobs(AT_EACH_TURN) == 1
    assert "3 people told" in story.organiser.get(f"{story.url}/releases").text

    found = mails(read)
    assert {address: row.language for address, row in found.items()} == {
        "awa@example.org": "es",
        "bea@example.org": "fr",
        "far@example.org": "en",
    }
    transport = KeepingTransport()
    with app.app_context():
        courier(app, transport).deliver_due()
    letters = {letter.recipient: letter for letter in transport.letters if letter.recipient in found}
    assert {address: len(letter.attachments) for address, letter in letters.items()} == {
        "awa@example.org": 1,
        "bea@example.org": 1,
        "far@example.org": 1,
    }
    for address, method, sequence in (
        ("awa@example.org", "REQUEST", 2001),
        ("bea@example.org", "REQUEST", 2001),
        ("far@example.org", "CANCEL", 2001),
    ):
        (file,) = letters[address].attachments
        assert f"method={method}" in file.media_type
        assert faults(file.content) == []
        calendar = parsed(file.content)
        (entry,) = calendar.walk("VEVENT")
        assert calendar["METHOD"] == method
        assert (entry["SEQUENCE"], entry["ATTENDEE"]) == (sequence, f"mailto:{address}")
    assert "Session 1" not in letters["far@example.org"].text
    assert "Session 3" not in letters["far@example.org"].text
    assert "own-link" not in letters["bea@example.org"].text
    assert f"/fr/{story.slug}/sessions/{story.ids[0]}" in letters["bea@example.org"].text
    with read() as ctx:
        told = ctx.session.scalars(select(AuditEntry).where(AuditEntry.object_type == "release_notices")).one()
        assert (told.action, told.details["people"]) == ("send", 3)


def test_a_list_that_changed_meanwhile_is_not_sent(work: Work, read: Work, story: Story) -> None:
    later(work, story)
    release(work, story)
    page = story.organiser.get(f"{story.url}/releases/2/notices")
    with work() as ctx:
        event = the_event(ctx, story)
        make_registration(ctx, event, state=State.APPROVED, email="new@example.org", mode=Mode.REMOTE)
    refused = story.organiser.submit(page, button="Send 3 mails")
    assert "Who is concerned has changed since you looked." in refused.text
    assert not mails(read)
    story.organiser.submit(refused, button="Send 4 mails")
    written(work)
    assert len(mails(read)) == 4


def test_none_are_sent_when_nobody_shall_be_told_and_the_next_release_starts_from_there(
    work: Work, read: Work, story: Story
) -> None:
    later(work, story)
    release(work, story)
    page = story.organiser.submit(story.organiser.get(f"{story.url}/releases/2/notices"), button="Send none")
    assert "Nobody is told of release 2." in page.text
    assert "Nobody told" in page.text
    change(work, story, 2, place_id=story.place_id)
    release(work, story)
    with read() as ctx:
        rows = ctx.session.scalars(select(ReleaseNotices)).all()
        assert [(row.state, row.people) for row in rows] == [("dropped", 3)], "the third session is nobody's own"
    assert not mails(read)


def test_news_that_nobody_looked_at_go_with_those_of_the_next_release(work: Work, read: Work, story: Story) -> None:
    later(work, story)
    release(work, story)
    change(work, story, 0, title=tr("Renamed", "Rebaptisée", "Con otro nombre"))
    release(work, story)
    old = story.organiser.get(f"{story.url}/releases/2/notices")
    assert "The next release came first." in old.text
    page = story.organiser.get(f"{story.url}/releases/3/notices")
    story.organiser.submit(page, button="Send 3 mails")
    written(work)
    with read() as ctx:
        text = ctx.session.scalars(
            select(OutboxMessage.text_body).where(OutboxMessage.recipient == "bea@example.org")
        ).one()
    assert "14:00–15:30" in text and "Rebaptisée" in text, "moved in the second, renamed in the third"


def test_nobody_is_told_of_an_event_that_is_not_public_or_that_is_cancelled(
    work: Work, read: Work, story: Story
) -> None:
    with work() as ctx:
        event = the_event(ctx, story)
        events.cancel(ctx, event)
    with read() as ctx:
        assert ctx.session.scalars(select(ReleaseNotices)).all() == []
    assert not mails(read)


def withdraw(work: Work, address: str) -> None:
    with work() as ctx:
        registering.withdraw(ctx, ctx.session.scalars(select(Registration).where(Registration.email == address)).one())


def entries_in(transport: KeepingTransport) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """Return by recipient and title the methods and numbers of the entries mailed, in their order."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for letter in transport.letters:
        for file in letter.attachments:
            assert faults(file.content) == []
            calendar = parsed(file.content)
            for entry in calendar.walk("VEVENT"):
                key = (letter.recipient, str(entry["SUMMARY"]))
                found.setdefault(key, []).append((str(calendar["METHOD"]), entry["SEQUENCE"]))
    return found


def test_a_cancelled_event_takes_back_every_entry_that_was_mailed_and_tells_speakers(
    app: Flask, work: Work, read: Work, story: Story
) -> None:
    change(work, story, 0, place_id=story.place_id)
    change(work, story, 1, starts_local=datetime(2024, 11, 7, 16), ends_local=datetime(2024, 11, 7, 17))
    release(work, story)
    story.organiser.submit(story.organiser.get(f"{story.url}/releases/2/notices"), button="Send 3 mails")
    written(work)
    transport = KeepingTransport()
    with app.app_context():
        courier(app, transport).deliver_due()
    with work() as ctx:
        events.cancel(ctx, the_event(ctx, story))
    with app.app_context():
        courier(app, transport).deliver_due()
    numbers = entries_in(transport)
    last = {
        key: [method for method, _number in found] for key, found in numbers.items() if "2" in key[1] or "1" in key[1]
    }
    assert last == {
        ("awa@example.org", "Sesión 1"): ["REQUEST", "CANCEL"],
        ("bea@example.org", "Séance 1"): ["REQUEST", "CANCEL"],
        ("far@example.org", "Session 2"): ["REQUEST", "CANCEL"],
    }
    for (address, title), found in numbers.items():
        sequence = [number for _method, number in found]
        assert sequence == sorted(set(sequence)), (address, title)
    (spoken,) = [
        each
        for each in transport.letters
        if each.recipient == "awa@example.org" and "cancel" in each.subject.casefold()
    ]
    assert "Sesión 1" in spoken.text
    with read() as ctx:
        assert not any(row.is_entered for row in ctx.session.scalars(select(SignUp)))


def test_entries_go_with_those_who_do_and_nobody_hears_of_a_release_or_a_cancellation_twice(
    app: Flask, work: Work, read: Work, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Move all; some withdraw before they are written to, some after; the speaker is replaced without a word."""
    with work() as ctx:
        event = the_event(ctx, story)
        for name in ("gone", "here"):
            make_registration(
                ctx, event, state=State.APPROVED, name=name, email=f"{name}@example.org", mode=Mode.REMOTE
            )
    change(work, story, 0, place_id=story.place_id)
    change(work, story, 1, starts_local=datetime(2024, 11, 7, 16), ends_local=datetime(2024, 11, 7, 17))
    release(work, story)
    story.organiser.submit(story.organiser.get(f"{story.url}/releases/2/notices"), button="Send 5 mails")
    monkeypatch.setattr(notices, "MAILS_AT_ONCE", 1)
    with work() as ctx:
        notices.write_next(ctx)
    withdraw(work, "gone@example.org")
    assert written(work) == 3
    assert "4 people told" in story.organiser.get(f"{story.url}/releases/2/notices").text
    assert set(mails(read)) == {"awa@example.org", "bea@example.org", "far@example.org", "here@example.org"}
    transport = KeepingTransport()
    with app.app_context():
        courier(app, transport).deliver_due()
    withdraw(work, "far@example.org")
    withdraw(work, "bea@example.org")
    with work() as ctx:
        here = ctx.session.scalars(select(Registration).where(Registration.email == "here@example.org")).one()
        here.mode = Mode.IN_PERSON
        notices.follow_registration(ctx, here)
        notices.follow_registration(ctx, here)
    change(work, story, 0, people=())
    release(work, story)
    story.organiser.submit(story.organiser.get(f"{story.url}/releases/3/notices"), button="Send none")
    change(work, story, 0, people=(replace(AWA, name="Clara Puig", email="clara@example.org"),))
    release(work, story)
    change(work, story, 0, starts_local=datetime(2024, 11, 7, 18), ends_local=datetime(2024, 11, 7, 19))
    release(work, story)
    story.organiser.submit(story.organiser.get(f"{story.url}/releases/5/notices"), button="Send 1 mail")
    with work() as ctx:
        event = the_event(ctx, story)
        assert notices.queries.count_expected(ctx, event) == 2
        events.cancel(ctx, event)
    assert written(work) == 0, "Clara was to hear of the new time, and hears of the cancellation alone"
    assert "0 people told" in story.organiser.get(f"{story.url}/releases/5/notices").text
    with app.app_context():
        courier(app, transport).deliver_due()
    sent = {key: found for key, found in entries_in(transport).items() if key[1][-1].isdigit()}
    assert {key: [method for method, _number in found] for key, found in sent.items()} == {
        ("awa@example.org", "Sesión 1"): ["REQUEST", "CANCEL"],
        ("bea@example.org", "Séance 1"): ["REQUEST", "CANCEL"],
        ("far@example.org", "Session 2"): ["REQUEST", "CANCEL"],
        ("here@example.org", "Session 2"): ["REQUEST", "CANCEL"],
    }
    assert all(found[0][1] < found[1][1] for found in sent.values())
    told = [letter.recipient for letter in transport.letters if "cancel" in letter.subject.casefold()]
    told = [each for each in told if not each.startswith("guest")]  # who is not confirmed yet
    assert sorted(told) == ["awa@example.org", "clara@example.org", "here@example.org"]


def test_who_came_after_the_release_is_not_told_of_it_and_two_with_one_address_both_are(
    work: Work, read: Work, story: Story, clock: StoppedClock
) -> None:
    with work() as ctx:
        event = the_event(ctx, story)
        other = make_registration(ctx, event, state=State.APPROVED, name="Bo", email="bea@example.org")
        ctx.session.add(chosen_by(ctx, other, story.ids[2]))
    later(work, story)
    change(work, story, 2, place_id=story.place_id)
    release(work, story)
    page = story.organiser.get(f"{story.url}/releases/2/notices")
    clock.advance(minutes=5)
    with work() as ctx:
        event = the_event(ctx, story)
        new = make_registration(ctx, event, state=State.APPROVED, email="new@example.org", mode=Mode.REMOTE)
        new.decided_at = ctx.now
        known = make_registration(ctx, event, state=State.APPROVED, email="known@example.org")
        ctx.session.add(chosen_by(ctx, known, story.ids[0]))
    story.organiser.submit(page, button="Send 3 mails")
    written(work)
    found = mails(read)
    assert set(found) == {"awa@example.org", "bea@example.org", "far@example.org"}
    assert found["bea@example.org"].recipient_name == "Bea, Bo"
    with read() as ctx:
        bodies = select(OutboxMessage.text_body).where(OutboxMessage.recipient == "bea@example.org")
        (text,) = ctx.session.scalars(bodies)
    assert "Séance 1" in text and "Séance 3" in text


def chosen_by(ctx: Context, registration: Registration, session_id: int) -> SignUp:
    """Return a choice made now, its entry mailed."""
    return SignUp(
        event_id=registration.event_id,
        session_id=session_id,
        registration_id=registration.id,
        state=SignUpState.CHOSEN,
        since_at=ctx.now,
        revision=1,
    )


def test_two_releases_and_the_draft_are_compared_day_by_day(work: Work, story: Story) -> None:
    later(work, story)
    release(work, story)
    change(work, story, 2, starts_local=datetime(2024, 11, 8, 9), ends_local=datetime(2024, 11, 8, 10))
    listed = story.organiser.get(f"{story.url}/releases")
    assert listed.tree.xpath("//select[@name='older']/option[@selected]/@value") == ["1"]
    compared = story.organiser.get(f"{story.url}/releases/compare?older=2&newer=1")
    assert compared.path.endswith("/releases/1/compare/2"), "from the older to the newer"
    assert "3 changes from Release 1 to Release 2." in compared.text
    assert "from Thursday 7 November, 09:00–10:00 to 14:00–15:30" in compared.text
    draft = story.organiser.get(f"{story.url}/releases/1/compare/draft")
    assert headings(draft) == ["Thursday 7 November", "Friday 8 November"]
    backwards = story.organiser.get(f"{story.url}/releases/2/compare/1")
    assert "Added: “Session 2”" in backwards.text
    assert "No difference" in story.organiser.get(f"{story.url}/releases/2/compare/2").text
    assert story.organiser.get(f"{story.url}/releases/1/compare/9").status == 404


def headings(page: Page) -> list[str]:
    return [each.text_content().strip() for each in page.tree.xpath("//main//h2")]


def test_a_release_is_put_back_with_its_numbers_and_the_step_can_be_undone(
    work: Work, read: Work, story: Story
) -> None:
    def draft() -> list[tuple[int, str, datetime, list[str]]]:
        with read() as ctx:
            rows = queries.list_draft_sessions(ctx, the_event(ctx, story))
            return [(row.id, row.uid, row.starts_local, [each.email for each in row.people]) for row in rows]

    first = draft()
    later(work, story)
    with work() as ctx:
        service.add_session(ctx, the_event(ctx, story), values(6))
    release(work, story)
    second = draft()
    page = story.organiser.get(f"{story.url}/releases/1/restore")
    for words in ("1 session comes back", "1 session leaves the draft", "2 sessions become as they were"):
        assert words in page.text
    assert draft() == second, "looking changes nothing"
    done = story.organiser.submit(page, button="Put release 1 back")
    assert "The draft is as in release 1 again." in done.text
    assert draft() == first
    assert "Nothing to do" in story.organiser.get(f"{story.url}/releases/1/restore").text
    with work() as ctx:
        event = the_event(ctx, story)
        step = editing.queries.last_step(ctx, event)
        assert step is not None and (step.action, step.about["number"]) == ("restore", 1)
        editing.undo(ctx, event, step.id)
    assert draft() == second
    with work() as ctx:
        restoring.restore(ctx, the_event(ctx, story), 1)
    assert release(work, story) == 3
    with read() as ctx:
        third = queries.latest_release(ctx, the_event(ctx, story))
        assert third is not None
        assert {session.id: session.sequence for session in third.snapshot.sessions if not session.cancelled} == {
            story.ids[0]: 2,
            story.ids[1]: 2,
            story.ids[2]: 0,
        }


def test_parts_that_are_gone_are_named_and_left_out(work: Work, read: Work, story: Story) -> None:
    change(work, story, 2, place_id=story.place_id)
    release(work, story)
    change(work, story, 2, place_id=None)
    with work() as ctx:
        event = the_event(ctx, story)
        ctx.session.delete(next(place for place in event.places if place.id == story.place_id))
    page = story.organiser.get(f"{story.url}/releases/2/restore")
    assert "the draft is already" in page.text.lower()
    change(work, story, 2, title=tr("Other"))
    page = story.organiser.get(f"{story.url}/releases/2/restore")
    assert "This does not come back" in page.text and "Room A" in page.text
    story.organiser.submit(page, button="Put release 2 back")
    with read() as ctx:
        row = ctx.session.get(AgendaSession, story.ids[2])
        assert row is not None and row.place_id is None and row.title.text("en") == "Session 3"


def test_the_draft_is_previewed_by_staff_alone_and_kept_nowhere(
    work: Work, story: Story, visitor: Callable[[], Visitor]
) -> None:
    change(work, story, 0, title=tr("Not public", "Pas public"))
    page = story.organiser.get(f"{story.url}/preview/fr")
    assert "Pas public" in page.text
    assert page.tree.xpath("//html/@lang") == ["fr"]
    assert page.response.headers["Cache-Control"] == "no-store"
    assert visitor().get(f"{story.url}/preview/fr").path.startswith("/sign-in")
    assert "Pas public" not in visitor().get(f"/fr/{story.slug}/agenda").text
    document = story.organiser.client.get(f"{story.url}/preview/fr.pdf")
    assert document.content_type == "application/pdf" and document.data.startswith(b"%PDF")
