"""Notes taken in the room: private until handed in, saved twice without harm, and never one text over another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventapp.agenda import service as agenda
from eventapp.agenda.states import SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.core.access import Role
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.database import db
from eventapp.core.text import clean_text
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.notes.session_notes import personal_data, queries, rules, service
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.states import EntryKind, NoteState
from eventapp.registrations.personal_data.hooks import Person
from tests.support.browsing import Page, Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_invitation, make_member, tr
from tests.support.fixtures import Work
from tests.support.noting import make_entry, make_note
from tests.unit.core.test_markdown import VECTORS

pytestmark = [pytest.mark.usefixtures("engine"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]

Staff = Callable[[Any], Visitor]
KEY = "0123456789abcdef"


class Room:
    """An event with three sessions on its first morning, two rapporteurs, a chair and an owner."""

    def __init__(self, ctx: Context) -> None:
        event = make_event(ctx)
        self.event_id, self.slug = event.id, event.slug
        kinds = (SessionKind.PLENARY, SessionKind.BREAK, SessionKind.WORKSHOP)
        self.opening, self.pause, self.workshop = (
            agenda.add_session(
                ctx,
                event,
                SessionValues(
                    kind=kind,
                    title=tr(kind.value.title()),
                    starts_local=datetime(2024, 11, 7, 9 + number),
                    ends_local=datetime(2024, 11, 7, 10 + number),
                ),
            ).id
            for number, kind in enumerate(kinds)
        )
        roles = (Role.RAPPORTEUR, Role.RAPPORTEUR, Role.CHAIR, Role.OWNER, Role.TRANSLATOR)
        people = [make_member(ctx, event, role, name=f"{role.value} {n}").id for n, role in enumerate(roles)]
        self.ada, self.ben, self.chair, self.owner, self.translator = people

    def address(self, tail: str = "") -> str:
        return f"/desk/{self.slug}/notes/sessions{tail}"

    def event(self, ctx: Context) -> Event:
        return ctx.session.get_one(Event, self.event_id)


@pytest.fixture
def room(work: Work) -> Room:
    with work() as ctx:
        return Room(ctx)


def add(writer: Visitor, room: Room, text: str, **values: Any) -> Page:
    page = writer.get(room.address(f"/{room.opening}"))
    form = page.tree.xpath("//form[@id='new']")[0]
    data = dict(form.form_values()) | {"text": text, "action": "save"} | values
    return Page(writer.client.post(form.get("action"), data=data, follow_redirects=True))


def save(writer: Visitor, room: Room, account: int, key: str = KEY, **values: Any) -> Any:
    page = writer.get(room.address(f"/{room.opening}"))
    sent = {"kind": "key_point", "text": "Words.", "speaker": "", "removed": False, "base": 0, "account": account}
    return writer.client.post(
        room.address(f"/{room.opening}/entries/{key}"),
        json=sent | values,
        headers={"X-CSRFToken": page.value("csrf_token")},
    )


def texts(work: Work) -> list[tuple[str, str, bool]]:
    with work() as ctx:
        entries = ctx.session.scalars(select(NoteEntry).order_by(NoteEntry.position, NoteEntry.id))
        return [(each.kind.value, each.text, each.removed_at is not None) for each in entries]


def entry_form(page: Page, words: str) -> Any:
    return next(form for form in page.tree.xpath("//form[@data-entry]") if words in form.xpath("string(.//textarea)"))


def send(writer: Visitor, page: Page, words: str, action: str, **values: Any) -> Page:
    form = entry_form(page, words)
    data = dict(form.form_values()) | values | {"action": action}
    return Page(writer.client.post(form.get("action"), data=data, follow_redirects=True))


def test_plain_forms_do_all_of_it(work: Work, staff: Staff, room: Room) -> None:
    writer = staff(room.ada)
    page = add(writer, room, "First  \r\nline two", kind="question", speaker="  Ana   García ")
    page = add(writer, room, "Second")
    assert page.status == 200
    assert texts(work) == [("question", "First  \nline two", False), ("key_point", "Second", False)]

    page = send(writer, page, "Second", "up", text="Second, longer")
    assert [text for _kind, text, _out in texts(work)] == ["Second, longer", "First  \nline two"]
    page = send(writer, page, "First", "remove")
    page = send(writer, page, "First", "down")
    assert texts(work)[1] == ("question", "First  \nline two", True)
    page = send(writer, page, "First", "bring_back")
    assert texts(work)[1][2] is False
    assert page.tree.xpath("//input[@value='Ana García']")

    refused = send(writer, page, "Second", "save", text=" \n")
    assert refused.status == 422
    assert "Write something, or cross the note out." in refused.text
    long = "x" * (rules.LONGEST_TEXT + 1)
    refused = add(writer, room, long)
    assert refused.status == 422
    assert entry_form(refused, long) is not None, "what was typed stays in the form"
    assert len(texts(work)) == 2


def test_a_stale_plain_save_shows_both_texts_and_keeps_either(work: Work, staff: Staff, room: Room) -> None:
    writer = staff(room.ada)
    page = add(writer, room, "Markets <b>first</b>")
    send(writer, page, "Markets", "save", text="Markets and streets")
    stale = send(writer, page, "Markets", "save", text="Markets <i>only</i>")

    assert stale.status == 409
    assert stale.value("text").strip() == "Markets <i>only</i>"
    assert "Markets and streets" in stale.text
    assert not stale.tree.xpath("//main//i")
    assert stale.tree.xpath("//del")
    assert stale.tree.xpath("//ins")
    kept = writer.submit(stale, action=f"/sessions/{room.opening}", press=("action", "save"))
    assert kept.status == 200
    assert [text for _kind, text, _out in texts(work)] == ["Markets and streets", "Markets <i>only</i>"]
    again = send(writer, page, "Markets", "save", text="Mine")
    instead = writer.submit(
        again,
        {"key": again.tree.xpath("//input[@id='instead']/@value")[0]},
        action=f"/sessions/{room.opening}",
        press=("action", "save"),
    )
    assert instead.status == 200
    assert [text for _kind, text, _out in texts(work)] == ["Mine", "Markets <i>only</i>"]


@pytest.mark.parametrize("guarded", [True, False], ids=["with the version check", "control: without it"])
def test_saves_by_script_come_twice_and_cover_nothing(
    work: Work, staff: Staff, room: Room, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(service, "refuse_stale", lambda _entry, _base: None)
    tablet, phone = staff(room.ada), staff(room.ada)
    assert save(tablet, room, room.ada).get_json() == {"version": 1}
    assert save(tablet, room, room.ada).get_json() == {"version": 1}, "the answer was lost, the same save comes again"
    assert save(tablet, room, room.ada, text="Words of the tablet", base=1).get_json() == {"version": 2}
    answer = save(phone, room, room.ada, text="Words <script>of</script> the phone", base=1)

    lost = "Words of the tablet" not in [text for _kind, text, _out in texts(work)]
    assert lost is not guarded
    if guarded:
        assert answer.status_code == 409
        said = answer.get_json()
        assert (said["problem"], said["theirs"]["text"], said["theirs"]["version"]) == (
            "stale",
            "Words of the tablet",
            2,
        )
        assert "<ins>" in said["difference"]
        assert "<script>" not in said["difference"]


def test_a_save_asks_five_things_and_writes_one_row(app: Flask, work: Work, staff: Staff, room: Room) -> None:
    writer, asked = staff(room.ada), []
    save(writer, room, room.ada)
    page = writer.get(room.address(f"/{room.opening}"))
    with app.app_context():
        engine = db.engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", note := lambda *said: asked.append(said[2].split()[0]))
    try:
        answer = writer.client.post(
            room.address(f"/{room.opening}/entries/{KEY}"),
            json={"kind": "idea", "text": "More.", "speaker": "", "removed": False, "base": 1, "account": room.ada},
            headers={"X-CSRFToken": page.value("csrf_token")},
        )
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)
    assert answer.get_json() == {"version": 2}
    assert [word for word in asked if word != "BEGIN"] == ["SELECT"] * 5 + ["UPDATE"]


def test_what_is_no_note_is_refused_in_words(work: Work, staff: Staff, room: Room) -> None:
    writer = staff(room.ada)
    refused: tuple[dict[str, Any], ...] = (
        {"text": "x" * (rules.LONGEST_TEXT + 1)},
        {"text": " "},
        {"text": 7},
        {"kind": "poem"},
        {"kind": []},
        {"base": -1},
        {"base": True},
        {"base": 2**40},
        {"speaker": "x" * 201},
        {"key": "short"},
        {"key": "e" * 41},
    )
    for values in refused:
        answer = save(writer, room, room.ada, **values)
        assert answer.status_code == 422, values
        assert answer.get_json()["problem"] == "refused"
        assert answer.get_json()["message"]
    assert save(writer, room, room.ada, text="x" * 2_000_000).status_code == 413
    assert save(writer, room, room.ben).get_json() == {"problem": "other_account"}, (
        "another page of this browser signed in"
    )
    assert writer.client.post(room.address(f"/{room.opening}/entries/{KEY}"), json={}).status_code == 400, "no token"
    assert texts(work) == []
    signed_in = writer.client.get(room.address(f"/{room.opening}/signed-in")).get_json()
    assert signed_in["account"] == room.ada
    assert save(writer, room, room.ada, text="ä" * rules.LONGEST_TEXT).status_code == 200
    with work() as ctx:
        note = ctx.session.scalars(select(SessionNote)).one()
        for number in range(rules.MOST_ENTRIES - 1):
            ctx.session.add(
                NoteEntry(
                    note_id=note.id,
                    key=f"entry-{number}",
                    position=number + 2,
                    kind=EntryKind.IDEA,
                    text="x",
                    created_at=ctx.now,
                    updated_at=ctx.now,
                )
            )
    assert save(writer, room, room.ada, key="one-too-many").status_code == 422


def test_notes_are_their_author_s_alone_until_handed_in(work: Work, staff: Staff, room: Room) -> None:
    ada, ben, chair, owner = map(staff, (room.ada, room.ben, room.chair, room.owner))
    add(ada, room, "A secret")
    add(ben, room, "Another note of the same session")
    with work() as ctx:
        mine = {note.author_id: note.id for note in ctx.session.scalars(select(SessionNote))}
    reading = f"/desk/{room.slug}/notes/handed-in/{mine[room.ada]}"
    for other in (ben, chair, owner):
        assert other.get(reading).status == 404
        page = other.get(room.address(""))
        assert "rapporteur 0" not in page.text
    assert "A secret" not in ben.get(room.address(f"/{room.opening}")).body
    assert chair.get(room.address(f"/{room.opening}")).status == 403
    assert "2 of 2 sessions have no accepted notes yet." in chair.get(room.address("")).text

    before = ada.get(room.address(f"/{room.opening}"))
    page = ada.submit(before, action="/hand-in")
    assert "handed in" in page.text
    late = send(ada, before, "A secret", "save", text="A secret, and <b>more</b>")
    assert (late.status, late.tree.xpath("string(//textarea[@readonly])").strip()) == (409, "A secret, and <b>more</b>")
    assert save(ada, room, room.ada, text="More").status_code in {404, 409}
    assert "1 session’s notes to read" in " ".join(owner.get(f"/desk/{room.slug}/").text.split())
    for other in (ben, chair, owner):
        assert "A secret" in other.get(reading).text
    assert staff(room.translator).get(reading).status == 403
    assert ben.client.post(f"{reading}/accept", data={"csrf_token": page.value("csrf_token")}).status_code in {400, 403}

    ada.submit(ada.get(room.address(f"/{room.opening}")), action="/take-back")
    assert chair.get(reading).status == 404
    ada.submit(ada.get(room.address(f"/{room.opening}")), action="/hand-in")
    refused = chair.submit(chair.get(reading), {"remarks": " "}, action="/return")
    assert refused.status == 422
    chair.submit(chair.get(reading), {"remarks": "Who said it?\n<b>Names</b>"}, action="/return")
    assert chair.get(reading).status == 404
    assert "Who said it?" in ada.get(room.address(f"/{room.opening}")).text
    assert "came back with remarks" in ada.get(f"/desk/{room.slug}/").text
    with work() as ctx:
        (mail,) = ctx.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notes/notes_returned"))
        assert mail.recipient == ctx.session.get_one(SessionNote, mine[room.ada]).author.email
    ada.submit(ada.get(room.address(f"/{room.opening}")), action="/hand-in")
    earlier = {"seen": "2024-11-07T08:00:00+00:00"}  # when those were handed in that an old page shows
    assert chair.submit(chair.get(reading), earlier, action="/accept").status == 409
    chair.submit(chair.get(reading), action="/accept")
    assert "Accepted." in ada.get(room.address(f"/{room.opening}")).text
    assert "1 of 2 sessions has no accepted notes yet." in chair.get(room.address("")).text
    chair.submit(chair.get(reading), {"remarks": "One more thing"}, action="/return")
    with work() as ctx:
        assert ctx.session.get_one(SessionNote, mine[room.ada]).state is NoteState.RETURNED


def test_empty_notes_are_not_handed_in_and_nobody_else_s_can_be(staff: Staff, room: Room) -> None:
    ada = staff(room.ada)
    page = ada.get(room.address(f"/{room.opening}"))
    assert ada.submit(page, action="/hand-in").status == 404, "nothing was begun"
    add(ada, room, "Words")
    page = send(ada, ada.get(room.address(f"/{room.opening}")), "Words", "remove")
    refused = ada.submit(page, action="/hand-in")
    assert refused.status == 422
    assert "Nothing is noted yet." in refused.text
    assert ada.get(room.address("/999999")).status == 404


def test_the_page_opens_at_the_session_that_is_on(work: Work, staff: Staff, room: Room, clock: StoppedClock) -> None:
    ada = staff(room.ada)

    def opened() -> str:
        return str(ada.client.get(room.address("/now")).headers["Location"])

    for hour, minute, session in (
        (7, 59, room.opening),
        (8, 30, room.opening),
        (9, 30, room.workshop),
        (20, 0, room.workshop),
    ):
        clock.set(datetime(2024, 11, 7, hour, minute, tzinfo=UTC))
        ada = staff(room.ada)
        assert opened() == room.address(f"/{session}"), (hour, minute)
    with work() as ctx:
        other = make_event(ctx)
        member = make_member(ctx, other, Role.RAPPORTEUR).id
    assert staff(member).client.get(f"/desk/{other.slug}/notes/sessions/now").headers["Location"].endswith("/sessions")


def test_notes_outlive_their_session_and_are_listed_in_the_order_of_the_agenda(work: Work, room: Room) -> None:
    with work() as ctx:
        event = room.event(ctx)
        agenda.release(ctx, event)
        late = make_note(ctx, event, session_id=room.workshop, starts_local=datetime(2024, 11, 7, 8))
        first = make_note(ctx, event, session_id=room.opening)
        gone = make_note(ctx, event, starts_local=datetime(2024, 11, 8, 9))
        make_note(ctx, event, session_id=room.opening, state=NoteState.SUBMITTED)
        entries = [make_entry(ctx, each, text=text) for each, text in ((first, "b"), (first, "c"), (late, "d"))]
        crossed = make_entry(ctx, first, removed_at=ctx.now)

        found = queries.list_accepted(ctx, event)
        assert [note.id for note in found] == [first.id, late.id, gone.id]
        assert [entry.text for note in found for entry in note.entries] == ["b", "c", "d"]
        assert [note.id for note in queries.list_accepted(ctx, event, event.days[1])] == [gone.id]
        assert [each.id for each in queries.list_entries(ctx, event, [each.id for each in (*entries, crossed)])]
        (day,) = queries.missing_by_day(ctx, event)
        assert (day.wanted, day.missing, len(day.to_read)) == (2, [], 1)


def test_a_participant_named_as_speaker_is_told_and_forgotten(work: Work, room: Room) -> None:
    with work() as ctx:
        event = room.event(ctx)
        guest = make_invitation(ctx, event, name="Zoë García")
        note = make_note(ctx, event)
        named = make_entry(ctx, note, speaker="zoe GARCIA", text="We built it ourselves.")
        other = make_entry(ctx, note, speaker="Ana")
        make_entry(ctx, make_note(ctx, event, state=NoteState.PRIVATE), speaker="Zoë García", text="Private.")

        held = personal_data.held(ctx, guest)
        assert held is not None
        assert [each["text"] for each in held.values] == ["We built it ourselves."]
        person = Person(event, [guest.id], [], frozenset({guest.email}), frozenset({"Zoë García"}))
        personal_data.erase(ctx, person)
        assert (named.speaker, named.version, other.speaker) == ("", 2, "Ana")
        assert personal_data.held(ctx, guest) is None


def test_published_vectors_run_nowhere_on_these_pages(work: Work, staff: Staff, room: Room) -> None:
    with work() as ctx:
        event = room.event(ctx)
        note = make_note(ctx, event, session_id=room.opening, author_id=room.ada, state=NoteState.SUBMITTED)
        for vector in VECTORS:
            if clean_text(vector):
                make_entry(ctx, note, text=clean_text(vector), speaker=vector.replace("\n", " ")[:200])
        actor = Actor(ActorKind.STAFF, room.ada, "Ada")
    with work(actor) as ctx:
        service.take_back(ctx, room.event(ctx), room.opening)
    ada = staff(room.ada)
    clean = {each.tag for each in ada.get(room.address(f"/{room.workshop}")).tree.iter() if isinstance(each.tag, str)}
    page = ada.get(room.address(f"/{room.opening}"))
    assert {each.tag for each in page.tree.iter() if isinstance(each.tag, str)} <= clean | {"p", "input"}
    ada.submit(page, action="/hand-in")
    read = staff(room.chair).get(f"/desk/{room.slug}/notes/handed-in/{note.id}")
    assert not read.tree.xpath("//main//script|//main//img|//main//svg|//main//iframe|//main//*[@onerror]")
