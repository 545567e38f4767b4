"""Boards of ideas: from the question on the wall to the result, by people whom nobody knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.agenda import service as agenda
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.events.models import Event
from eventapp.notes.ideas import personal_data, queries, routes
from eventapp.notes.ideas.models import Idea, IdeaBoard
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data.hooks import Person
from eventapp.registrations.states import State
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_member, make_registration
from tests.support.fixtures import Work
from tests.web.agenda.test_exchange import furnish

pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.usefixtures("engine")]
SECRET = "Give every market a water tap"


@dataclass
class Room:
    """A board that a rapporteur leads, and how others come to it."""

    event_id: int
    desk: str
    page: str
    code: str
    rapporteur: Visitor
    registration_id: int
    opened: list[int]

    def lead(self, action: str, *, button: str = "") -> Page:
        return self.rapporteur.submit(self.rapporteur.get(self.desk), action=f"/step/{action}", button=button)

    def write(self, person: Visitor, text: str) -> Page:
        return person.submit(person.get(self.page), {"text": text}, action=self.page)


@pytest.fixture
def room(work: Work, staff: Callable[[Account | int], Visitor]) -> Room:
    with work() as ctx:
        event = make_event(ctx)
        furnish(ctx, event)
        agenda.release(ctx, event)
        member = make_member(ctx, event, Role.RAPPORTEUR).id
        registration = make_registration(ctx, event, state=State.APPROVED)
        opened = [registration.invitation_id, registration.invitation.link_version]
        event_id, slug, registration_id = event.id, event.slug, registration.id
    rapporteur = staff(member)
    empty = rapporteur.submit(rapporteur.get(f"/desk/{slug}/notes/ideas/new"), {"question-en": " "}, action="/new")
    assert empty.status == 422 and empty.errors
    made = rapporteur.submit(
        empty, {"question-en": "Where to begin?", "question-fr": "Par où commencer ?"}, action="/new"
    )
    assert "Nobody sees it yet" in made.text
    with work() as ctx:
        code = ctx.session.scalars(select(IdeaBoard.code)).one()
    assert rapporteur.get(f"/en/{slug}/ideas/{code}").status == 404, "not opened yet"
    return Room(event_id, made.path, f"/en/{slug}/ideas/{code}", code, rapporteur, registration_id, opened)


def test_a_room_goes_from_a_question_to_a_result(
    room: Room, work: Work, app: Flask, visitor: Callable[[], Visitor]
) -> None:
    room.lead("open")
    ann, ben = visitor(), visitor()
    with ann.client.session_transaction() as cookie:
        cookie["opened"] = {str(room.event_id): room.opened}
    assert ann.get(f"/en/{room.page.split('/')[2]}/my").links()["Where to begin?"] == room.page
    typed = ben.get(f"/en/{room.page.split('/')[2]}/ideas?code={room.code[:3].lower()}%20{room.code[3:]}")
    assert typed.path == room.page and typed.heading == "Where to begin?"
    assert len(typed.response.get_data()) < 20_000

    before = {path: ben.client.get(path).get_data() for path in (room.page, room.page + "/screen")}
    room.write(ann, SECRET)
    twice = ann.get(room.page)
    for _again in range(2):  # a double press, or a line that broke before the answer came
        ann.submit(twice, {"text": "Shade before concrete"}, action=room.page)
    room.write(ben, "x" * 281)
    refused = room.write(ben, "x" * 281)
    assert refused.status == 422 and refused.value("text").strip() == "x" * 281
    assert len(ann.get(room.page).tree.xpath("//ul[@class='ideas own']/li")) == 2
    # What others get before the reveal: the number, and nothing that grows with the words.
    for path, page in before.items():
        now = ben.client.get(path)
        assert SECRET.encode() not in now.get_data() and b"Shade" not in now.get_data()
        assert abs(len(now.get_data()) - len(page)) < 300 and "ETag" not in now.headers
    assert json.loads(ben.client.get(room.page + "/news").get_data()) == {"version": 2, "count": 2}
    for path in (room.desk, room.desk.rpartition("/")[0]):
        assert SECRET not in room.rapporteur.get(path).body, "nor does the rapporteur read them"

    edit = ann.get(ann.get(room.page).links()[f"Change {SECRET}"])
    ann.submit(edit, {"text": SECRET + "!"}, action="/own/")
    gone = room.write(ben, "To be taken back")
    ben.submit(gone, action="/remove")
    room.write(ben, "Ask the traders first")
    late = ben.get(room.page)
    room.lead("reveal")
    too_late = ben.submit(late, {"text": "One more"}, action=room.page)
    assert too_late.status == 409 and "One more" in too_late.body, "the words are not lost"
    assert SECRET + "!" in ben.get(room.page).text and SECRET in ben.get(room.page + "/screen").text


def test_what_was_gathered_is_grouped_voted_on_and_kept(
    room: Room, work: Work, app: Flask, visitor: Callable[[], Visitor]
) -> None:
    room.lead("open")
    ann, ben = visitor(), visitor()
    with ann.client.session_transaction() as cookie:
        cookie["opened"] = {str(room.event_id): room.opened}
    for person, text in ((ann, SECRET), (ann, "Shade before concrete"), (ben, "Ask the traders first")):
        room.write(person, text)
    room.lead("reveal")
    assert "Make at least one" in room.lead("vote").text
    board = room.rapporteur.get(room.desk)
    ids = {
        label.text_content(): label.get("for")[5:] for label in board.tree.xpath("//label[starts-with(@for,'idea-')]")
    }
    group = {"idea": [ids[SECRET]], "title-en": "Water", "title-es": "Agua"}
    board = room.rapporteur.submit(board, group, action=room.desk + "/ideas", press=("do", "new"))
    assert (
        room.rapporteur.submit(board, {"title-en": " "}, action=room.desk + "/ideas", press=("do", "new")).status == 422
    )
    board = room.rapporteur.submit(board, action=room.desk + "/ideas", press=("do", "rest"))
    hidden = {"idea": [ids["Shade before concrete"]]}
    board = room.rapporteur.submit(board, hidden, action=room.desk + "/ideas", press=("do", "hide"))
    assert "Shade" not in ben.get(room.page).tree.xpath("string(//ul[@class='ideas'])")
    shade = board.links()["Edit Shade before concrete"]
    others = room.rapporteur.get(shade).tree.xpath("//select[@name='into']/option")
    asked = next(each.get("value") for each in others if "traders" in each.text_content())
    room.rapporteur.submit(room.rapporteur.get(shade), {"into": asked}, action="/groups/", press=("do", "merge"))

    room.lead("vote")
    vote = ben.get(room.page)
    water, traders = sorted(name for name in vote.form("/dots").fields if name and name.startswith("group-"))
    over = ben.submit(vote, {water: "2", traders: "2"}, action="/dots")
    assert over.status == 422 and "Take away 1" in over.text and over.value(water) == "2"
    ben.submit(vote, {water: "0", traders: "3"}, action="/dots")
    ben.submit(vote, {water: "2", traders: "1"}, action="/dots")  # thought again
    ann.submit(ann.get(room.page), {water: "1"}, action="/dots")
    tablet = visitor()  # of Ann: she comes by the code, then opens her link there too
    assert tablet.get(room.page).value(water) == "0"
    with tablet.client.session_transaction() as cookie:
        cookie["opened"] = {str(room.event_id): room.opened}
    assert tablet.get(room.page).value(water) == "1", "her dots, not three more"
    tablet.submit(tablet.get(room.page), {water: "1"}, action="/dots")
    assert "dots" not in ann.get(room.page + "/screen").tree.xpath("string(//ul[@class='ideas'])")
    assert json.loads(ben.client.get(room.page + "/news").get_data())["count"] == 2
    room.lead("close")
    assert ben.submit(vote, {water: "3"}, action="/dots").status == 409
    result = ben.get(room.page)
    assert [" ".join(each.text_content().split()) for each in result.tree.xpath("//ol/li/span")] == [
        "Water 3 dots · 1 idea",
        "Ask the traders first 1 dot · 1 idea",
    ]
    with work() as ctx:
        event = ctx.session.get_one(Event, room.event_id)
        found = [(each.title.text("es"), each.ideas, each.dots) for each in queries.list_results(ctx, event)]
        assert found == [("Agua", 1, 3), ("Ask the traders first", 1, 1)]
        said = "".join(str(each.details) for each in ctx.session.scalars(select(AuditEntry)))
        assert "water" not in said.lower() and "traders" not in said
        assert not ctx.session.scalars(select(AuditEntry).where(AuditEntry.object_type == "idea")).all()
    room.lead("regroup")
    assert "Water" in room.rapporteur.get(room.desk).text


def test_ideas_are_taken_along_and_erased_without_a_trace_of_who_wrote_them(
    room: Room, work: Work, app: Flask, visitor: Callable[[], Visitor]
) -> None:
    room.lead("open")
    ann = visitor()
    with ann.client.session_transaction() as cookie:
        cookie["opened"] = {str(room.event_id): room.opened}
    room.write(ann, SECRET)
    with work() as ctx:
        event = ctx.session.get_one(Event, room.event_id)
        registration = ctx.session.get_one(Registration, room.registration_id)
        keys = app.extensions["link_keys"].keys
        held = personal_data.held(ctx, registration.invitation, keys)
        assert held is not None and held.lines[0] == ("Where to begin?", SECRET)
        person = Person(event, [registration.invitation_id], [registration.id], frozenset(), frozenset())
        personal_data.erase(ctx, person, keys)
        assert personal_data.held(ctx, registration.invitation, keys) is None
        assert [each.text for each in ctx.session.scalars(select(Idea))] == [SECRET], "it stays, as nobody’s"


def test_codes_cannot_be_guessed_and_who_is_in_stays_in(
    room: Room, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    room.lead("open")
    inside, guesser, newcomer = visitor(), visitor(), visitor()
    assert inside.get(room.page).status == 200
    monkeypatch.setattr(routes, "WRONG_CODES", "3 per hour")
    base = room.page.rpartition("/")[0]
    wrong = [guesser.get(f"{base}?code=AAAAA{each}").status for each in "BCD"]
    assert wrong == [404, 404, 404]
    assert guesser.get(f"{base}?code=AAAAAE").status == 429
    assert newcomer.get(room.page).status == 429, "even the right code tells nothing by now"
    assert inside.get(room.page).status == 200
    assert inside.get(base + "/<script>").status in {404, 429}
