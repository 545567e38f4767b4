"""What belongs to a session finds it again after it was deleted from the draft; what must not come back does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from eventapp.accounts.models import Account
from eventapp.agenda import queries as agenda
from eventapp.agenda import service as sessions
from eventapp.agenda.editing import queries as steps
from eventapp.agenda.editing import restoring
from eventapp.agenda.editing import service as editing
from eventapp.agenda.exchange import schedule_json
from eventapp.agenda.exchange import service as exchange
from eventapp.agenda.live import queries as live_queries
from eventapp.agenda.live import service as live
from eventapp.agenda.models import AgendaSession
from eventapp.agenda.signup import service as sign_ups
from eventapp.agenda.states import SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.core.access import Role
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from tests.support.browsing import Visitor
from tests.support.factories import make_account, make_event, make_member, make_registration, tr
from tests.support.fixtures import Work


def values(title: str = "Lab", hour: int = 9, **fields: Any) -> SessionValues:
    return SessionValues(
        kind=SessionKind.WORKSHOP, title=tr(title), starts_local=datetime(2024, 11, 7, hour),
        ends_local=datetime(2024, 11, 7, hour + 1), **fields,
    )  # fmt: skip


def file_of(ctx: Context, event: Event) -> bytes:
    release = agenda.latest_release(ctx, event)
    assert release is not None
    return schedule_json.write(release, "en", slug=event.slug, url="https://example.org")


def take_in(ctx: Context, event: Event, content: bytes) -> exchange.Written | None:
    account = make_account(ctx)
    read = schedule_json.read(content)
    return exchange.confirm(ctx, event, exchange.keep_preview(ctx, event, "file", read, account_id=account.id).id)


@pytest.fixture
def released(work: Work) -> tuple[int, int, bytes]:
    """A released session to sign up for: the ids of event and session, and the release as a file."""
    with work() as ctx:
        event = make_event(ctx)
        lab = editing.add(ctx, event, values(sign_up=True, capacity=1, streamed=True))
        editing.add(ctx, event, values("Other", 14))
        sessions.release(ctx, event)
        return event.id, lab.id, file_of(ctx, event)


def test_a_sign_up_survives_delete_import_and_release(work: Work, released: tuple[int, int, bytes]) -> None:
    event_id, lab_id, content = released
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        person = make_registration(ctx, event, state=State.APPROVED)
        chosen = sign_ups.choose(ctx, person, lab_id)
        assert chosen is not None
        uid = agenda.get_draft_session(ctx, event, lab_id).uid
        editing.remove(ctx, event, agenda.get_draft_session(ctx, event, lab_id))
        assert take_in(ctx, event, content) == exchange.Written(added=1, changed=0, same=1, refused=0)
        assert agenda.get_draft_session(ctx, event, lab_id).uid == uid
        with pytest.raises(Conflict, match="Nothing has changed"):
            sessions.release(ctx, event)
        sign_up_id, state, person_id = chosen.id, chosen.state, person.id
        editing.edit(
            ctx, event, (row := agenda.get_draft_session(ctx, event, lab_id)), values("Laboratory", sign_up=True),
            seen_at=row.updated_at,
        )  # fmt: skip
        sessions.release(ctx, event)
    with work() as ctx:
        again = sign_ups.choose(ctx, ctx.session.get_one(Registration, person_id), lab_id)
        assert again is not None
        assert (again.id, again.state) == (sign_up_id, state)


def test_a_session_that_no_release_knows_comes_back_by_the_steps_of_editing(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        made = editing.add(ctx, event, values())
        editing.put_many(ctx, event, "import", [editing.Wanted(values(), made.id, source_key="talk-7")])
        made_id, uid = made.id, made.uid
        editing.remove(ctx, event, agenda.get_draft_session(ctx, event, made_id))
        known = exchange.earlier.identities(ctx, event)
        assert known["talk-7"] == known[uid] == exchange.earlier.Identity(made_id, uid)


def test_a_release_put_back_knows_the_file_it_came_from(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        editing.put_many(ctx, event, "import", [editing.Wanted(values(), source_key="talk-7")])
        sessions.release(ctx, event)
        (row,) = agenda.list_draft_sessions(ctx, event)
        editing.remove(ctx, event, row)
        editing.add(ctx, event, values("Other"))
        restoring.restore(ctx, event, 1)
        (back,) = agenda.list_draft_sessions(ctx, event)
        assert (back.id, back.source_key) == (row.id, "talk-7")


def test_a_uid_that_another_event_released_is_not_taken(work: Work, released: tuple[int, int, bytes]) -> None:
    event_id, lab_id, content = released
    with work() as ctx:
        event, other = ctx.session.get_one(Event, event_id), make_event(ctx)
        uid = agenda.get_draft_session(ctx, event, lab_id).uid
        editing.remove(ctx, event, agenda.get_draft_session(ctx, event, lab_id))
        assert take_in(ctx, other, content) == exchange.Written(added=2, changed=0, same=0, refused=0)
        assert uid not in {row.uid for row in agenda.list_draft_sessions(ctx, other)}
        restoring.restore(ctx, event, 1)
        assert agenda.get_draft_session(ctx, event, lab_id).uid == uid


def test_the_connection_outlives_its_session_in_the_draft(work: Work, released: tuple[int, int, bytes]) -> None:
    event_id, lab_id, _content = released
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        person = make_registration(ctx, event, state=State.APPROVED, mode=Mode.REMOTE)
        live.set_access(ctx, event, agenda.get_draft_session(ctx, event, lab_id), url="https://meet.example.org/a",
                        passcode="1")  # fmt: skip
        editing.remove(ctx, event, agenda.get_draft_session(ctx, event, lab_id))
        ctx.session.flush()
        assert live_queries.accesses_of(ctx, event)[lab_id].url == "https://meet.example.org/a"
        assert lab_id in {each.session.id for each in live_queries.connections_of(ctx, event, person)}
        assert live_queries.get_session(ctx, event, lab_id).title["en"] == "Lab"
        sessions.release(ctx, event)
        assert lab_id not in {each.session.id for each in live_queries.connections_of(ctx, event, person)}
        step = steps.last_step(ctx, event)
        assert step is not None
        editing.undo(ctx, event, step.id)
        assert live_queries.accesses_of(ctx, event)[lab_id].passcode == "1"


@pytest.mark.parametrize("state", [EventState.CANCELLED, EventState.ARCHIVED])
def test_what_is_cancelled_or_archived_is_released_no_more(
    state: EventState, work: Work, released: tuple[int, int, bytes], staff: Callable[[Account | int], Visitor]
) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, released[0])
        organiser, slug = make_member(ctx, event, Role.ORGANISER).id, event.slug
        event.state = state
        editing.add(ctx, event, values("Late", 16))
        with pytest.raises(Conflict, match="released no more"):
            sessions.release(ctx, event)
    browser = staff(organiser)
    page = browser.get(f"/desk/{slug}/agenda/release")
    assert "released no more" in page.text
    assert "Release number" not in page.text
    assert "Look over and release" not in browser.get(f"/desk/{slug}/agenda").text


def test_sessions_move_although_the_first_language_is_another(work: Work, released: tuple[int, int, bytes]) -> None:
    event_id, lab_id, _content = released
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        row = ctx.session.get_one(AgendaSession, lab_id)
        row.title = type(row.title)({"fr": "Atelier"})
        assert event.first_language == "en"
        assert editing.postpone(ctx, event, lab_id, 10) == 1
        with pytest.raises(DomainError, match=r"“Atelier”.*end after it starts"):
            editing.resize(ctx, event, lab_id, -90)


def test_a_slug_that_begins_with_0_leads_to_the_right_session(
    work: Work, staff: Callable[[Account | int], Visitor]
) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="0-to-1")
        organiser, made = make_member(ctx, event, Role.ORGANISER).id, editing.add(ctx, event, values()).id
    page = staff(organiser).get("/desk/0-to-1/agenda")
    assert page.links()["Lab"] == f"/desk/0-to-1/agenda/sessions/{made}"
    assert f"/desk/0-to-1/agenda/sessions/{made}/arrange" in page.body


def test_a_form_that_is_sent_twice_adds_one_session(work: Work, staff: Callable[[Account | int], Visitor]) -> None:
    with work() as ctx:
        event = make_event(ctx)
        organiser, event_id = make_member(ctx, event, Role.ORGANISER).id, event.id
        url = f"/desk/{event.slug}/agenda"
    browser = staff(organiser)
    form = browser.get(f"{url}/sessions/new")
    for _time in range(2):
        browser.submit(form, {"title-en": "Opening"}, button="Save in the draft")
    with work() as ctx:
        (only,) = agenda.list_draft_sessions(ctx, ctx.session.get_one(Event, event_id))
        only_id = only.id
    page = browser.get(f"{url}/sessions/{only_id}")
    first, again = (browser.submit(page, action="/duplicate") for _time in range(2))
    assert first.path == again.path != page.path
    other = browser.submit(browser.get(f"{url}/sessions/{only_id}"), action="/duplicate")
    assert other.path not in (first.path, page.path)
    with work() as ctx:
        assert len(agenda.list_draft_sessions(ctx, ctx.session.get_one(Event, event_id))) == 3
