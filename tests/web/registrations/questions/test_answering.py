"""Answering the organisers' own questions, in a browser without JavaScript."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from eventapp.core.access import GRANTS, Permission, Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import service
from eventapp.registrations.answers import answers_from, saved_from_registration
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.questions.models import AnswerFile, PlaceTaken, Question
from eventapp.registrations.questions.places import NoPlaceLeft
from eventapp.registrations.questions.states import QuestionKind as K
from eventapp.registrations.states import State
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_member, make_questions, make_registration, question_to_change, tr
from tests.web.registrations.conftest import GOOD, Meeting

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(size: tuple[int, int] = (40, 30)) -> bytes:
    """A small PNG with a comment in it."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG")
    return out.getvalue()


class Asking:
    """A meeting with one page of every kind of question, and a second page that the first decides on."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        with meeting.work() as ctx:
            event = ctx.session.get_one(Event, meeting.event_id)
            travel = make_questions(
                ctx,
                event,
                "Your journey",
                {"kind": K.YES_NO, "label": "Do you need a visa?", "required": True},
                {"kind": K.COUNTRY, "label": "Nationality", "required": True},
                {"kind": K.DATE, "label": "Arrival"},
                {"kind": K.NUMBER, "label": "Nights"},
                {"kind": K.FILE, "label": "Passport copy"},
                {"kind": K.SHORT_TEXT, "label": "Rating of the hotel", "private": True},
            )
            visa, nationality = travel[0], travel[1]
            nationality.depends_on_id, nationality.depends_on_values = visa.id, [True]
            visits = make_questions(
                ctx,
                event,
                "Site visits",
                {"kind": K.ONE_OF, "label": "Which visit?", "required": True,
                 "options": [("Harbour", 1), ("Market", None), ("Tram depot", 2)]},
                {"kind": K.SEVERAL_OF, "label": "Which meals?", "options": [("Dinner", None), ("Lunch", 1)]},
                {"kind": K.LONG_TEXT, "label": "What would you ask there?", "help": tr("A sentence or two.")},
            )  # fmt: skip
            letters = make_questions(
                ctx,
                event,
                "Letter for the consulate",
                {
                    "kind": K.SHORT_TEXT,
                    "label": "Which consulate?",
                    "required": True,
                    "depends_on_id": visa.id,
                    "depends_on_values": [True],
                },
            )
            self.ids = {each.label["en"]: each.id for each in (*travel, *visits, *letters)}
            self.options = {option.label["en"]: option.id for each in visits for option in each.options}
            self.pages = [f"own-{each[0].group_id}" for each in (travel, visits, letters)]

    def field(self, label: str) -> str:
        """The name of a question's field."""
        return f"q{self.ids[label]}"

    def fill(self, guest: Visitor, **changes: Any) -> Page:
        """Fill the whole form and return the check page."""
        page = guest.get(self.meeting.my())
        mine = {
            self.pages[0]: {self.field("Do you need a visa?"): "no"},
            self.pages[1]: {self.field("Which visit?"): str(self.options[changes.pop("visit", "Market")])},
        }
        for _number in range(12):
            if page.path.endswith("/check"):
                return page
            name = page.path.rpartition("/")[2]
            values = {**GOOD.get(name, {}), **mine.get(name, {}), **changes.get(name, {})}
            if name == "taking-part":
                values["category_id"] = str(self.meeting.categories[0])
            page = guest.submit(page, values, action="/form/")
            assert page.status == 200, page.errors
        raise AssertionError("the form does not end")

    def send(self, guest: Visitor, **changes: Any) -> Page:
        """Fill the form and send it."""
        return guest.submit(self.fill(guest, **changes), action="/form/check")

    def own(self, guest: Visitor) -> dict[str, Any]:
        """What of the own questions is stored with the registration, by what the question says."""
        by_id = {str(number): label for label, number in self.ids.items()}
        with self.meeting.app.app_context():
            found = (
                reading(SYSTEM)
                .session.scalars(
                    select(Registration).where(Registration.invitation_id == guest.invitation_id)  # type: ignore[attr-defined]
                )
                .one()
            )
            return {by_id[key]: value for key, value in found.own_answers.items()}

    def all(self, thing: Any) -> list[Any]:
        """Every row of a table."""
        with self.meeting.app.app_context():
            return list(reading(SYSTEM).session.scalars(select(thing)))


@pytest.fixture
def asking(meeting: Meeting) -> Asking:
    return Asking(meeting)


def test_the_whole_way_with_conditions_a_file_and_a_limited_choice(asking: Asking, meeting: Meeting):
    guest = meeting.guest()
    visa, nationality, passport = (
        asking.field(each) for each in ("Do you need a visa?", "Nationality", "Passport copy")
    )
    page = guest.get(meeting.my("/form/needs"))
    assert "Page 3 of 6" in page.text
    page = guest.get(meeting.my(f"/form/{asking.pages[0]}"))
    assert (page.heading, "Page 4 of 6" in page.text) == ("Your journey", True)
    assert "Only if you answered “Yes” to “Do you need a visa?”." in page.text
    assert "Rating of the hotel" not in page.text
    assert page.value(visa) is None

    # The condition now holds: the page comes back, with the file kept already.
    page = guest.submit(
        page,
        {visa: "yes", asking.field("Nights"): "2,5", passport: (io.BytesIO(PDF), "C:\\scans\\Pässe\u202efdp.pdf")},
        action="/form/",
    )
    assert page.status == 422
    assert page.errors == ["Nationality: Choose a country."]
    assert "Pässefdp.pdf" in page.text
    page = guest.submit(page, {nationality: "SN", asking.field("Arrival"): "2024-11-06"}, action="/form/")
    assert page.heading == "Site visits"
    assert "Harbour 1 of 1 place left" in page.text
    page = guest.submit(
        page,
        {
            asking.field("Which visit?"): str(asking.options["Harbour"]),
            asking.field("Which meals?"): [str(asking.options["Dinner"]), str(asking.options["Lunch"])],
        },
        action="/form/",
    )
    assert page.heading == "Letter for the consulate"
    assert "Page 6 of 7" in page.text
    assert page.links()["Back to the page before"].endswith(asking.pages[1])
    page = guest.submit(page, {asking.field("Which consulate?"): "Dakar"}, action="/form/")
    assert page.heading == "What you agree to"
    page = asking.fill(guest, visit="Harbour", **{asking.pages[0]: {visa: "yes"}})
    assert "Pässefdp.pdf" in page.text
    page = guest.submit(page, action="/form/check")
    assert page.heading == "We have received your registration"
    assert [each.name for each in asking.all(AnswerFile)] == [asking.own(guest)["Passport copy"]]
    assert "Pässefdp.pdf" in guest.get(meeting.my()).text


def test_what_is_sent_is_what_was_asked(asking: Asking, meeting: Meeting):
    guest = meeting.guest()
    visa = asking.field("Do you need a visa?")
    first = {
        visa: "yes",
        asking.field("Nationality"): "SN",
        asking.field("Nights"): "2,5",
        asking.field("Arrival"): "2024-11-06",
    }
    page = asking.fill(
        guest,
        visit="Harbour",
        **{
            asking.pages[0]: first,
            asking.pages[1]: {
                asking.field("Which meals?"): [str(asking.options["Dinner"]), str(asking.options["Lunch"])]
            },
            asking.pages[2]: {asking.field("Which consulate?"): "Dakar"},
        },
    )
    for words in ("Senegal", "Wednesday 6 November 2024", "2.5", "Harbour", "Dinner · Lunch", "Dakar"):
        assert words in page.text
    assert asking.all(PlaceTaken) == [], "a draft holds no place"
    page = guest.submit(page, action="/form/check")
    assert "Dinner · Lunch" in page.text
    options = asking.options
    assert asking.own(guest) == {
        "Do you need a visa?": True,
        "Nationality": "SN",
        "Arrival": "2024-11-06",
        "Nights": "2.5",
        "Which visit?": options["Harbour"],
        "Which meals?": [options["Dinner"], options["Lunch"]],
        "Which consulate?": "Dakar",
    }
    assert {each.option_id for each in asking.all(PlaceTaken)} == {
        options["Harbour"],
        options["Dinner"],
        options["Lunch"],
    }

    # No visa any more: what hung on it falls away, on this page and on the other.
    page = guest.get(meeting.my(f"/form/{asking.pages[0]}?then=check"))
    page = guest.submit(page, {visa: "no"}, action="/form/")
    assert page.heading == "Check your answers"
    assert "Dakar" not in page.text
    guest.submit(page, action="/form/check", button="Send my changes")
    assert "Nationality" not in asking.own(guest)
    assert "Which consulate?" not in asking.own(guest)

    # And back again, from the check: the page that the answer brings up is put first.
    page = guest.get(meeting.my(f"/form/{asking.pages[0]}?then=check"))
    page = guest.submit(page, {visa: "yes", asking.field("Nationality"): "ML"}, action="/form/")
    assert page.heading == "Letter for the consulate"
    page = guest.submit(page, {asking.field("Which consulate?"): "Bamako"}, action="/form/")
    assert page.heading == "Check your answers"


def test_forged_answers_are_refused_or_ignored_and_never_stored(asking: Asking, meeting: Meeting):
    guest = meeting.guest()
    visit, meals = asking.field("Which visit?"), asking.field("Which meals?")
    address = meeting.my(f"/form/{asking.pages[1]}")
    page = guest.get(address)
    for wrong in ({visit: "999999"}, {visit: "harbour"}, {visit: str(asking.options["Market"]), meals: ["999999"]}):
        page = guest.submit(page, wrong, action="/form/")
        assert page.status == 422
        assert "Choose from the answers offered." in page.errors[0]
    guest.submit(page, {visit: "999999"}, action="/form/", press=("later", "1"))
    page = guest.get(meeting.my(f"/form/{asking.pages[0]}"))
    guest.submit(
        page,
        {
            asking.field("Do you need a visa?"): "no",
            asking.field("Nationality"): "SN",
            asking.field("Rating of the hotel"): "5 stars",
            asking.field("Which consulate?"): "Dakar",
            "q999999": "x",
        },
        action="/form/",
    )
    drafted = asking.all(RegistrationDraft)[0].answers["own_answers"]
    assert {key: value for key, value in drafted.items() if value is not None} == {
        str(asking.ids["Do you need a visa?"]): False
    }
    page = guest.get(meeting.my(f"/form/{asking.pages[2]}"))
    assert page.heading != "Letter for the consulate", "a page that is not asked leads on"
    assert guest.get(meeting.my("/form/nowhere")).status == 404


def test_a_full_choice_is_said_before_and_at_the_sending_and_a_change_never_loses_the_old_place(
    asking: Asking, meeting: Meeting
):
    first, second = meeting.guest(), meeting.guest()
    page = asking.fill(second, visit="Harbour")
    asking.send(first, visit="Harbour")
    page = second.submit(page, action="/form/check")
    assert page.status == 409
    assert "“Harbour” is full. Choose something else." in page.text
    assert len(meeting.registrations()) == 1
    page = second.get(page.links()["Choose something else"])
    assert page.heading == "Site visits"
    assert "Harbour full" in page.text
    harbour = page.tree.xpath(f"//input[@value='{asking.options['Harbour']}']")[0]
    assert harbour.get("disabled") is not None
    again = second.submit(page, {asking.field("Which visit?"): str(asking.options["Harbour"])}, action="/form/")
    assert again.errors == ["Which visit? “Harbour” is full. Choose something else."]
    page = second.submit(page, {asking.field("Which visit?"): str(asking.options["Tram depot"])}, action="/form/")
    second.submit(page, action="/form/check")
    assert asking.own(second)["Which visit?"] == asking.options["Tram depot"]

    # The first can keep what is full, and the second cannot move there.
    page = first.get(meeting.my(f"/form/{asking.pages[1]}?then=check"))
    assert page.tree.xpath(f"//input[@value='{asking.options['Harbour']}']")[0].get("disabled") is None
    with meeting.app.app_context():
        registration_id = next(
            each.id for each in meeting.registrations() if each.invitation_id == second.invitation_id
        )
    with meeting.work() as ctx:
        registration = ctx.session.get_one(Registration, registration_id)
        own = {**registration.own_answers, str(asking.ids["Which visit?"]): asking.options["Harbour"]}
        with pytest.raises(NoPlaceLeft):
            service.change_answers(ctx, registration, answers_from(saved_from_registration(registration)), own)
        ctx.session.rollback()
    assert asking.own(second)["Which visit?"] == asking.options["Tram depot"]

    # A withdrawal frees the place; who is reinstated finds it taken, and the organisers are told.
    first.submit(first.get(meeting.my("/withdraw")), action="/withdraw")
    page = second.get(meeting.my(f"/form/{asking.pages[1]}?then=check"))
    page = second.submit(page, {asking.field("Which visit?"): str(asking.options["Harbour"])}, action="/form/")
    second.submit(page, action="/form/check", button="Send my changes")
    assert asking.own(second)["Which visit?"] == asking.options["Harbour"]
    with meeting.work() as ctx:
        gone = ctx.session.scalars(select(Registration).where(Registration.state == State.WITHDRAWN)).one()
        service.reinstate(ctx, gone)
    assert "Which visit?" not in asking.own(first)
    told = [each for each in asking.all(AuditEntry) if each.action == "drop-choice"]
    assert [each.details["questions"] for each in told] == [["Which visit?"]]


def test_who_is_reinstated_is_told_of_a_choice_that_fell_away_until_it_is_made_again(asking: Asking, meeting: Meeting):
    first, second = meeting.guest(), meeting.guest()
    asking.send(first, visit="Harbour")
    first.submit(first.get(meeting.my("/withdraw")), action="/withdraw")
    asking.send(second, visit="Harbour")
    with meeting.work() as ctx:
        service.reinstate(ctx, ctx.session.scalars(select(Registration).where(Registration.state == "withdrawn")).one())
    said = "What you chose here is full by now, so your choice fell away:"
    with meeting.work() as ctx:
        letter = ctx.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "registrations/reinstated")
        ).one()
        assert ":\n- Which visit? (fr)\n\nChoisissez de nouveau sur la page" in letter.text_body
        assert ">Which visit? (fr)</li>" in letter.html_body and "Choisissez de nouveau" in letter.html_body
    page = first.get(meeting.my())
    assert said in page.text and "Which visit?" in page.text
    assert first.get(page.links()["Choose again"]).status == 200
    choice = {asking.field("Which visit?"): str(asking.options["Tram depot"])}
    open_page = first.get(meeting.my(f"/form/{asking.pages[1]}?then=check"))
    page = first.submit(open_page, choice, action="/form/")
    first.submit(page, action="/form/check", button="Send my changes")
    assert said not in first.get(meeting.my()).text

    # What somebody who withdrew sends from a page that was still open is not kept.
    first.submit(first.get(meeting.my("/withdraw")), action="/withdraw")
    assert first.submit(open_page, choice, action="/form/").status == 409
    assert asking.all(RegistrationDraft) == []


def test_a_retired_question_keeps_its_answer_through_every_later_change(asking: Asking, meeting: Meeting):
    guest = meeting.guest()
    asking.send(guest, **{asking.pages[0]: {asking.field("Do you need a visa?"): "no", asking.field("Nights"): "3"}})
    with meeting.work() as ctx:
        question_to_change(ctx, asking.ids["Nights"]).retired_at = ctx.now
    page = guest.get(meeting.my(f"/form/{asking.pages[0]}?then=check"))
    assert "Nights" not in page.text
    page = guest.submit(page, {asking.field("Arrival"): "2024-11-06", asking.field("Nights"): "9"}, action="/form/")
    guest.submit(page, action="/form/check", button="Send my changes")
    assert asking.own(guest)["Nights"] == "3"
    assert asking.own(guest)["Arrival"] == "2024-11-06"


def test_a_condition_that_organisers_add_later_loses_no_answer_and_no_place(
    asking: Asking, meeting: Meeting, staff: Any
):
    guest = meeting.guest()
    asking.send(guest, visit="Harbour")
    with meeting.work() as ctx:
        visit = question_to_change(ctx, asking.ids["Which visit?"])
        visit.depends_on_id, visit.depends_on_values = asking.ids["Do you need a visa?"], [True]
        member = make_member(ctx, ctx.session.get_one(Event, meeting.event_id), Role.ORGANISER).id
    organiser = staff(member)

    def change(page: str, **values: str) -> None:
        shown = guest.submit(guest.get(meeting.my(f"/form/{page}?then=check")), values, action="/form/")
        guest.submit(shown, action="/form/check", button="Send my changes")

    harbour = asking.options["Harbour"]
    for page, values in (("you", {"city": "Thiès"}), (asking.pages[0], {asking.field("Nights"): "3"})):
        change(page, **values)
        assert asking.own(guest)["Which visit?"] == harbour
    assert [each.option_id for each in asking.all(PlaceTaken)] == [harbour]
    assert "No longer asked Which visit? Harbour" in organiser.get(meeting.desk(f"/{meeting.only().id}")).text

    # Asked again, it is answered already; and what the person's own change hides falls away, with its place.
    visa = asking.field("Do you need a visa?")
    with meeting.work() as ctx:
        question_to_change(ctx, asking.ids["Which consulate?"]).retired_at = ctx.now
    change(asking.pages[0], **{visa: "yes", asking.field("Nationality"): "SN"})
    assert asking.own(guest)["Which visit?"] == harbour
    change(asking.pages[0], **{visa: "no"})
    assert "Which visit?" not in asking.own(guest)
    assert asking.all(PlaceTaken) == []


@pytest.mark.parametrize(
    ("filename", "data", "words"),
    [
        ("run.exe", b"MZ\x90\x00" + b"\0" * 200, "We cannot take this kind of file."),
        ("cv.pdf", b"MZ\x90\x00" + b"\0" * 200, "that is not what it holds"),
        ("cv.pdf", picture(), "that is not what it holds"),
        ("run.exe", PDF, "that is not what it holds"),
        ("page.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "This file is damaged."),
        ("empty.pdf", b"", "This file is empty."),
        ("big.pdf", PDF + b"\0" * (5 * 1024 * 1024), "This file is larger than 5 MB."),
        ("huge.pdf", PDF + b"\0" * (30 * 1024 * 1024), "This file is larger than 5 MB."),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_beside_its_field_and_nothing_typed_is_lost(
    asking: Asking, meeting: Meeting, filename: str, data: bytes, words: str
):
    guest = meeting.guest()
    page = guest.get(meeting.my(f"/form/{asking.pages[0]}", lang="en"))
    sent = {
        asking.field("Do you need a visa?"): "no",
        asking.field("Nights"): "2",
        asking.field("Passport copy"): (io.BytesIO(data), filename),
    }
    page = guest.submit(page, sent, action="/form/")
    assert page.status == 422
    assert len(page.errors) == 1
    assert words in page.errors[0]
    assert words in " ".join(page.tree.xpath(f"//*[@id='{asking.field('Passport copy')}-error']//text()"))
    assert page.value(asking.field("Nights")) == "2"
    assert asking.all(AnswerFile) == []


def test_a_file_is_kept_replaced_removed_and_given_to_its_owner_and_the_organisers_only(
    asking: Asking, meeting: Meeting, staff: Any
):
    guest, other = meeting.guest(), meeting.guest()
    passport = asking.field("Passport copy")
    address = meeting.my(f"/form/{asking.pages[0]}")
    values = {asking.field("Do you need a visa?"): "no", passport: (io.BytesIO(picture()), "me.png")}
    guest.submit(guest.get(address), values, action="/form/")
    link = guest.get(address).links()["me.png"]
    answer = guest.client.get(link)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == "attachment; filename=me.png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert other.client.get(link).status_code == 404

    guest.submit(guest.get(address), {passport: (io.BytesIO(PDF), "paper.pdf")}, action="/form/")
    assert [each.filename for each in asking.all(AnswerFile)] == ["paper.pdf"]
    assert guest.client.get(link).status_code == 404
    asking.send(guest, **{asking.pages[0]: {asking.field("Do you need a visa?"): "no"}})
    name = asking.own(guest)["Passport copy"]
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        organiser, desk_helper = make_member(ctx, event), make_registration(ctx, event)
        organiser_id, other_id = organiser.id, desk_helper.id
    person = staff(organiser_id)
    mine = next(each.id for each in meeting.registrations() if each.invitation_id == guest.invitation_id)
    served = person.client.get(meeting.desk(f"/{mine}/files/{name}"))
    assert served.status_code == 200
    assert served.data == PDF
    assert served.headers["Content-Disposition"] == "attachment; filename=paper.pdf"
    assert person.client.get(meeting.desk(f"/{other_id}/files/{name}")).status_code == 404

    # Taken away in a draft it is still there for the organisers, until the change is sent.
    page = guest.submit(guest.get(f"{address}?then=check"), {f"{passport}-remove": "y"}, action="/form/")
    assert person.client.get(meeting.desk(f"/{mine}/files/{name}")).status_code == 200
    guest.submit(page, action="/form/check", button="Send my changes")
    assert "Passport copy" not in asking.own(guest)
    assert asking.all(AnswerFile) == []


def test_saving_for_later_keeps_what_was_typed_however_wrong(asking: Asking, meeting: Meeting):
    guest = meeting.guest()
    address = meeting.my(f"/form/{asking.pages[0]}")
    page = guest.submit(guest.get(address), {asking.field("Nights"): "two"}, action="/form/", press=("later", "1"))
    assert page.heading == "Your answers are saved"
    page = guest.get(address)
    assert page.value(asking.field("Nights")) == "two"
    assert guest.get(meeting.my("/form/check")).heading == "Who you are"


def test_a_language_without_its_own_words_is_marked(asking: Asking, meeting: Meeting):
    with meeting.work() as ctx:
        question = ctx.session.get_one(Question, asking.ids["Arrival"])
        question.label = type(question.label)(en="Arrival")
    page = meeting.guest().get(meeting.my(f"/form/{asking.pages[0]}", lang="fr"))
    assert page.tree.xpath("//label//span[@lang='en']/text()") == ["Arrival"]


def test_organisers_see_all_answers_note_their_own_and_take_them_along(
    asking: Asking, meeting: Meeting, staff: Any, monkeypatch: pytest.MonkeyPatch
):
    guest = meeting.guest()
    nights, rating = asking.field("Nights"), asking.field("Rating of the hotel")
    asking.send(
        guest,
        visit="Harbour",
        **{
            asking.pages[0]: {asking.field("Do you need a visa?"): "no", nights: "3"},
            asking.pages[1]: {asking.field("What would you ask there?"): "=HYPERLINK(1)"},
        },
    )
    with meeting.work() as ctx:
        question_to_change(ctx, asking.ids["Nights"]).retired_at = ctx.now
        event = ctx.session.get_one(Event, meeting.event_id)
        people = [make_member(ctx, event, role).id for role in (Role.ORGANISER, Role.OBSERVER)]
    organiser, observer = (staff(each) for each in people)
    detail = meeting.desk(f"/{meeting.only().id}")
    page = organiser.get(detail)
    for words in ("Which visit? Harbour", "No longer asked Nights 3", "For organisers only", "Rating of the hotel"):
        assert words in page.text
    assert "Nationality" not in page.text, "it was not asked"
    seen_by_all = observer.get(detail).text
    assert "Harbour" not in seen_by_all
    assert "Rating of the hotel" not in seen_by_all

    page = organiser.submit(page, {rating: "x" * 301}, action="/private")
    assert page.errors == ["Rating of the hotel: Use at most 300 characters."]
    page = organiser.submit(page, {rating: "Five stars", nights: "9"}, action="/private")
    assert "Saved." in page.text
    assert "Changed the organisers’ own notes (Rating of the hotel)" in page.text
    assert asking.own(guest)["Rating of the hotel"] == "Five stars"
    assert asking.own(guest)["Nights"] == "3"
    assert "Five stars" not in guest.get(meeting.my()).text
    assert "Five stars" not in str([each.details for each in asking.all(AuditEntry)])

    # A change by the person keeps the note, and is shown beside what was decided on.
    organiser.submit(organiser.get(detail), action="/approve")
    page = guest.get(meeting.my(f"/form/{asking.pages[1]}?then=check"))
    page = guest.submit(page, {asking.field("Which visit?"): str(asking.options["Market"])}, action="/form/")
    guest.submit(page, action="/form/check", button="Send my changes")
    assert asking.own(guest)["Rating of the hotel"] == "Five stars"
    assert "Which visit? Harbour Market" in organiser.get(detail).text

    columns = [
        "name",
        *(
            f"own-{asking.ids[each]}"
            for each in ("Which visit?", "What would you ask there?", "Nights", "Rating of the hotel")
        ),
    ]
    page = organiser.get(meeting.desk("/export?state=approved"))
    assert "Nights (no longer asked)" in page.text
    taken = organiser.submit(page, {"columns": columns}, action="/export", press=("kind", "csv"))
    table = taken.response.get_data(as_text=True)
    assert ",3,Five stars,Market,'=HYPERLINK(1)" in table
    assert f"own-{asking.ids['Nights']}" not in observer.get(meeting.desk("/export")).body

    # Marked as sensitive it is there only for those who may see personal data, and the person is told.
    with meeting.work() as ctx:
        question_to_change(ctx, asking.ids["Which visit?"]).sensitive = True
    assert "Confidential: few of the organisers can read it" in guest.get(meeting.my(f"/form/{asking.pages[1]}")).text
    assert "Which visit? (sensitive)" in organiser.get(meeting.desk("/export")).text
    assert "Which visit? (confidential) Harbour Market" in organiser.get(detail).text
    monkeypatch.setitem(GRANTS, Role.ORGANISER, GRANTS[Role.ORGANISER] - {Permission.PERSONAL_DATA})  # type: ignore[misc]
    assert columns[1] not in organiser.get(meeting.desk("/export")).body
    shown = organiser.get(detail).text
    assert "Which visit?" not in shown and "Market" not in shown and "=HYPERLINK(1)" in shown
