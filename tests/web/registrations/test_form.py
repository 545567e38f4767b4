"""The invitee's way from the accepted letter to the answer, page by page, in a browser without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.invitations.states import InvitationState
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.states import Mode, State
from tests.support.clock import StoppedClock
from tests.web.registrations.conftest import GOOD, PAGES, Meeting


def test_the_whole_way_without_javascript(meeting: Meeting):
    guest = meeting.guest(name="Amina D.", organisation="Saint-Louis")
    page = guest.get(meeting.my())
    assert page.heading == "Who you are"
    assert page.value("name") == "Amina D."
    assert page.value("organisation") == "Saint-Louis"
    for name in PAGES:
        values = dict(GOOD[name])
        if name == "taking-part":
            values["category_id"] = str(meeting.categories[0])
        page = guest.submit(page, values, action="/form/")
    assert page.heading == "Check your answers"
    assert "Neighbourhood budgets." in page.text
    assert "French and English" in page.text
    assert meeting.registrations() == []
    page = guest.submit(page, action="/form/check")
    assert page.path == meeting.my()
    assert page.heading == "We have received your registration"
    assert "Friday 27 September 2024" in page.text
    assert "Do not book travel yet." in page.text
    sent = meeting.only()
    assert (sent.state, sent.mode, sent.speaks, sent.first_time) == (
        State.SUBMITTED,
        Mode.IN_PERSON,
        ["fr", "en"],
        True,
    )
    assert (sent.consent_directory, sent.consent_photos, sent.wants_summaries) == (True, False, True)
    assert meeting.kinds() == ["registration_received"]


@pytest.mark.parametrize("name", PAGES)
def test_the_travel_rule_stands_on_every_page(meeting: Meeting, name: str):
    shown = meeting.guest().get(meeting.my(f"/form/{name}", lang="es"))
    assert "No reserve todavía." in shown.text


@pytest.mark.parametrize(
    ("name", "field", "wrong", "words"),
    [
        ("you", "name", "", "Enter your name."),
        ("you", "name", "   ", "Enter your name."),
        ("you", "name", "x" * 201, "Use at most 200 characters."),
        ("you", "organisation", "", "Enter the organisation you work for."),
        ("you", "position", "", "Enter your position."),
        ("you", "sector", "", "Choose the sector you work in."),
        ("you", "sector", "pirate", "Choose one of the answers offered."),
        ("you", "country", "", "Choose the country you work in."),
        ("you", "country", "ZZ", "Choose one of the answers offered."),
        ("you", "city", "", "Enter the region or city you work in."),
        ("taking-part", "mode", None, "Choose how you take part."),
        ("taking-part", "mode", "by_proxy", "Choose one of the answers offered."),
        ("taking-part", "category_id", "999", "Choose one of the answers offered."),
        ("taking-part", "speaks", None, "Tick at least one language."),
        ("taking-part", "speaks", ["tlh"], "Choose from the answers offered."),
        ("taking-part", "interpretation", ["ar"], "Choose from the answers offered."),
        ("taking-part", "language", "de", "Choose one of the answers offered."),
        ("taking-part", "email", "amina@", "This is not a complete address."),
        ("taking-part", "email", "", "Enter an address for our mails."),
        ("needs", "first_time", None, "Answer yes or no."),
        ("needs", "dietary", "x" * 501, "Use at most 500 characters."),
        ("needs", "access_needs", "x" * 2001, "Use at most 2000 characters."),
        ("needs", "why", "x" * 301, "Use at most 300 characters."),
    ],
)
def test_a_wrong_answer_is_named_beside_its_field_and_nothing_typed_is_lost(
    meeting: Meeting, name: str, field: str, wrong: object, words: str
):
    guest = meeting.guest()
    values = {**GOOD[name], **({"category_id": str(meeting.categories[0])} if name == "taking-part" else {})}
    shown = guest.submit(guest.get(meeting.my(f"/form/{name}")), {**values, field: wrong}, action="/form/")
    assert shown.status == 422
    assert len(shown.errors) == 1
    assert words in shown.errors[0]
    assert words in " ".join(shown.tree.xpath(f"//*[@id='{field}-error']//text()"))
    for kept, value in values.items():
        if kept != field and isinstance(value, str):
            assert (shown.value(kept) or "").strip() == value
    with meeting.app.app_context():
        assert reading(SYSTEM).session.scalars(select(RegistrationDraft)).all() == []


def test_saving_for_later_keeps_even_a_half_filled_page(meeting: Meeting):
    guest = meeting.guest()
    page = guest.get(meeting.my("/form/you"))
    page = guest.submit(page, {**GOOD["you"], "city": "", "name": "Half"}, action="/form/", press=("later", "1"))
    assert page.heading == "Your answers are saved"
    again = meeting.opened(guest.invitation_id).get(meeting.my())
    assert again.heading == "Who you are"
    assert (again.value("name"), again.value("city")) == ("Half", "")


def test_saving_for_later_does_not_answer_yes_or_no_for_anybody(meeting: Meeting):
    guest = meeting.guest()
    for page in ("you", "taking-part"):
        values = {**GOOD[page], **({"category_id": str(meeting.categories[0])} if page == "taking-part" else {})}
        guest.submit(guest.get(meeting.my(f"/form/{page}")), values, action="/form/")
    guest.submit(guest.get(meeting.my("/form/needs")), {"why": "So."}, action="/form/", press=("later", "1"))
    page = guest.get(meeting.my("/form/check"))
    assert page.heading == "What we should know"
    assert page.value("first_time") is None


def test_coming_back_leads_to_the_first_page_that_is_not_done(meeting: Meeting):
    guest = meeting.guest()
    guest.submit(guest.get(meeting.my("/form/you")), GOOD["you"], action="/form/")
    assert guest.get(meeting.my()).heading == "How you take part"


def test_an_answer_can_be_changed_from_the_check(meeting: Meeting):
    guest = meeting.guest()
    page = meeting.fill(guest)
    page = guest.get(page.links()["Change Who you are"])
    page = guest.submit(page, {"city": "Dakar"}, action="/form/")
    assert page.heading == "Check your answers"
    assert "Dakar" in page.text


def test_sending_twice_makes_one_row_one_mail_and_the_same_page(meeting: Meeting):
    guest = meeting.guest()
    check = meeting.fill(guest)
    first = guest.submit(check, action="/form/check")
    second = guest.submit(check, action="/form/check")
    assert first.heading == second.heading == "We have received your registration"
    assert len(meeting.registrations()) == 1
    assert meeting.kinds() == ["registration_received"]


def test_a_locked_address_cannot_be_changed(meeting: Meeting):
    guest = meeting.guest(email="fixed@example.org", address_locked=True)
    meeting.register(guest)
    assert meeting.only().email == "fixed@example.org"
    guest2 = meeting.guest(email="fixed2@example.org", address_locked=True)
    page = guest2.get(meeting.my("/form/taking-part"))
    assert "fixed2@example.org" in page.text
    values = {**GOOD["taking-part"], "category_id": str(meeting.categories[0])}
    guest2.submit(page, values, action="/form/")
    with meeting.app.app_context():
        draft = reading(SYSTEM).session.scalars(select(RegistrationDraft)).one()
    assert "email" not in draft.answers


def test_what_nobody_asked_for_is_ignored(meeting: Meeting):
    guest = meeting.guest()
    page = guest.get(meeting.my("/form/you"))
    evil = {"state": "approved", "status": "approved", "event_id": "99", "role": "owner", "override_reason": "me"}
    guest.submit(page, {**GOOD["you"], **evil}, action="/form/")
    check = meeting.fill(guest)
    guest.submit(check, evil, action="/form/check")
    sent = meeting.only()
    assert (sent.state, sent.event_id, sent.override_reason) == (State.SUBMITTED, meeting.event_id, "")


def test_before_the_window_one_reads_when_it_opens(meeting: Meeting):
    meeting.change(registration_opens_at=datetime(2024, 9, 16, 7, tzinfo=UTC))
    page = meeting.guest().get(meeting.my())
    assert page.heading == "Registration has not opened yet"
    assert "Monday 16 September 2024, 09:00 (Madrid, UTC+2)" in page.text


def test_a_link_that_is_no_longer_open_keeps_what_was_typed(meeting: Meeting):
    guest = meeting.guest()
    page = guest.get(meeting.my("/form/you"))
    with guest.client.session_transaction() as cookie:
        opened = cookie.pop("opened")
    kept = guest.submit(page, {**GOOD["you"], "city": "Thiès"}, action="/form/")
    assert (kept.status, kept.heading) == (404, "Your link is no longer open in this browser")
    with guest.client.session_transaction() as cookie:
        cookie["opened"] = opened
    assert guest.submit(kept, action="/form/you").heading == "How you take part"
    assert guest.get(meeting.my("/form/you")).value("city") == "Thiès"


def test_a_window_that_closes_while_one_writes_loses_nothing(meeting: Meeting, clock: StoppedClock):
    guest = meeting.guest()
    check = meeting.fill(guest)
    page = guest.get(meeting.my("/form/you"))
    clock.advance(days=30)
    closed = guest.submit(check, action="/form/check")
    assert (closed.status, closed.heading) == (409, "Registration is closed")
    assert "What you have filled in is kept." in closed.text
    late = guest.submit(page, {"city": "Thiès"}, action="/form/")
    assert (late.status, late.heading) == (409, "Registration is closed")
    assert meeting.registrations() == []
    meeting.change(registration_closes_at=datetime(2024, 11, 1, tzinfo=UTC))
    again = guest.get(meeting.my())
    assert again.heading == "Check your answers"
    assert "Thiès" in again.text


def test_a_cancelled_event_takes_no_registration(meeting: Meeting):
    guest = meeting.guest()
    check = meeting.fill(guest)
    meeting.change(state=EventState.CANCELLED)
    page = guest.submit(check, action="/form/check")
    assert (page.status, page.heading) == (409, "This event was cancelled")
    assert meeting.registrations() == []


def test_a_full_event_is_said_before_and_registering_is_still_possible(meeting: Meeting):
    meeting.change(capacity_in_person=1)
    meeting.register(meeting.guest(preapproved=True))
    guest = meeting.guest()
    assert "All seats in person are taken." in guest.get(meeting.my("/form/taking-part")).text
    check = meeting.fill(guest)
    assert "All seats in person are taken." in check.text
    guest.submit(check, action="/form/check")
    assert [each.state for each in meeting.registrations()] == [State.APPROVED, State.SUBMITTED]


def test_approved_beforehand_means_confirmed_at_once(meeting: Meeting):
    page = meeting.register(meeting.guest(preapproved=True))
    assert page.heading == "Your participation is confirmed"
    assert "You may now book your travel." in page.text
    assert meeting.kinds() == ["participation_confirmed"]
    attached = [each[0] for each in meeting.mails()[0].attachments]
    assert attached == ["agenda.confirmation_calendar", "agenda.programme_pdf", "registrations.badge_code"]


def test_approved_beforehand_and_full_means_the_waiting_list_in_order(meeting: Meeting):
    small = meeting.categories[1]
    guests = [meeting.guest(preapproved=True, category_id=small) for _n in range(3)]
    pages = [meeting.register(guest, category_id=str(small)) for guest in guests]
    assert [page.heading for page in pages] == ["Your participation is confirmed", *["You are on the waiting list"] * 2]
    assert [each.waitlist_rank for each in meeting.registrations()] == [None, 1, 2]
    assert "number 2" in pages[2].text
    assert meeting.kinds() == ["participation_confirmed", "waitlisted", "waitlisted"]


def test_answers_can_be_changed_until_the_window_closes(meeting: Meeting, clock: StoppedClock):
    guest = meeting.guest()
    meeting.register(guest)
    page = guest.get(meeting.my("/form/needs?then=check"))
    page = guest.submit(page, {"why": "A better reason."}, action="/form/needs")
    assert page.heading == "Check your answers"
    assert meeting.only().why == "Neighbourhood budgets."
    assert "You have changes that are not sent yet." in guest.get(meeting.my()).text
    page = guest.submit(page, action="/form/check")
    assert "Your answers are changed." in page.text
    assert meeting.only().why == "A better reason."
    assert meeting.kinds() == ["registration_received"]
    with meeting.app.app_context():
        entries = reading(SYSTEM).session.scalars(
            select(AuditEntry).where(AuditEntry.object_type == "registration").order_by(AuditEntry.id)
        )
        assert [(each.action, each.details.get("fields")) for each in entries] == [("submit", None), ("edit", ["why"])]
    clock.advance(days=30)
    assert guest.get(meeting.my("/form/needs")).heading == "Your answers can no longer be changed"
    assert "Change my answers" not in guest.get(meeting.my()).links()


def test_changes_can_be_left(meeting: Meeting):
    guest = meeting.guest()
    meeting.register(guest)
    page = guest.get(meeting.my("/form/needs?then=check"))
    page = guest.submit(page, {"why": "No."}, action="/form/needs")
    page = guest.submit(page, action="/form/discard")
    assert "Nothing was changed." in page.text
    assert meeting.only().why == "Neighbourhood budgets."


def test_somebody_with_a_seat_keeps_it_when_the_other_mode_is_full(meeting: Meeting):
    meeting.change(capacity_remote=1)
    meeting.register(meeting.guest(preapproved=True), mode="remote")
    guest = meeting.guest(preapproved=True)
    meeting.register(guest)
    page = guest.get(meeting.my("/form/taking-part?then=check"))
    page = guest.submit(page, {"mode": "remote"}, action="/form/taking-part")
    page = guest.submit(page, action="/form/check")
    assert page.status == 409
    assert "All remote places are taken." in page.text
    assert "You keep the seat you have." in page.text
    kept = meeting.registrations()[1]
    assert (kept.mode, kept.state) == (Mode.IN_PERSON, State.APPROVED)
    meeting.change(capacity_remote=2)
    guest.submit(page, action="/form/check")
    assert meeting.registrations()[1].mode is Mode.REMOTE


def test_who_waits_reads_before_sending_that_a_change_of_mode_loses_the_place(meeting: Meeting):
    meeting.change(capacity_in_person=1)
    meeting.register(meeting.guest(preapproved=True))
    guest = meeting.guest(preapproved=True)
    meeting.register(guest)
    warning = "You would lose your place on the waiting list."
    page = guest.get(meeting.my("/form/taking-part?then=check"))
    assert warning not in guest.submit(page, {"mode": "in_person"}, action="/form/taking-part").text
    assert warning in guest.submit(page, {"mode": "remote"}, action="/form/taking-part").text


def test_a_mode_without_places_is_not_offered(meeting: Meeting):
    meeting.change(capacity_remote=0)
    guest = meeting.guest()
    meeting.register(guest)
    page = guest.get(meeting.my("/form/taking-part?then=check"))
    assert 'value="in_person"' in page.body
    assert 'value="remote"' not in page.body
    assert "All remote places are taken." not in page.text


def test_somebody_remote_may_change_answers_after_the_remote_places_are_gone(meeting: Meeting):
    guest = meeting.guest(preapproved=True)
    meeting.register(guest, mode="remote")
    meeting.change(capacity_remote=0)
    page = guest.get(meeting.my("/form/needs?then=check"))
    guest.submit(guest.submit(page, {"why": "Still here."}, action="/form/needs"), action="/form/check")
    assert (meeting.only().mode, meeting.only().why) == (Mode.REMOTE, "Still here.")


def test_the_page_before_withdrawing_says_the_travel_rule_until_a_place_is_confirmed(meeting: Meeting):
    waiting, confirmed = meeting.guest(), meeting.guest(preapproved=True)
    meeting.register(waiting)
    meeting.register(confirmed)
    assert "Do not book travel yet." in waiting.get(meeting.my("/withdraw")).text
    assert "book" not in confirmed.get(meeting.my("/withdraw")).text


def test_a_change_of_category_goes_through_its_quota(meeting: Meeting):
    first = meeting.guest(preapproved=True, category_id=meeting.categories[1])
    second = meeting.guest(preapproved=True)
    meeting.register(first, category_id=str(meeting.categories[1]))
    meeting.register(second)
    page = second.get(meeting.my("/form/taking-part?then=check"))
    page = second.submit(page, {"category_id": str(meeting.categories[1])}, action="/form/taking-part")
    page = second.submit(page, action="/form/check")
    assert page.status == 409
    assert meeting.registrations()[1].category_id == meeting.categories[0]


def test_withdrawing_asks_once_and_acts_once(meeting: Meeting):
    guest = meeting.guest(preapproved=True)
    meeting.register(guest)
    ask = guest.get(meeting.my("/withdraw"))
    assert ask.heading == "Do you want to withdraw?"
    assert meeting.only().state is State.APPROVED
    for _n in range(2):
        page = guest.submit(ask, {"reason": "Illness"}, action="/withdraw")
        assert page.heading == "You have withdrawn"
    assert meeting.only().state is State.WITHDRAWN
    assert meeting.kinds() == ["withdrawal_confirmed"], "the confirmation that had not left was called back"
    assert [each[0] for each in meeting.mails()[0].attachments] == ["agenda.cancellation_calendar"]
    assert "Change my answers" not in guest.get(meeting.my()).links()


def test_nobody_withdraws_from_what_is_over(meeting: Meeting):
    guest = meeting.guest(preapproved=True)
    meeting.register(guest)
    ask = guest.get(meeting.my("/withdraw"))
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        event.starts_on = event.ends_on = ctx.now.date() - timedelta(days=1)
    assert "Withdraw" not in guest.get(meeting.my()).links()
    guest.submit(ask, {"reason": "Too late"}, action="/withdraw")
    assert meeting.only().state is State.APPROVED


def test_reading_changes_nothing(meeting: Meeting):
    guest = meeting.guest()
    meeting.register(guest)
    before = meeting.only().updated_at
    for rest in (
        "",
        "/form",
        "/form/you",
        "/form/taking-part",
        "/form/needs",
        "/form/consents",
        "/form/check",
        "/saved",
        "/withdraw",
    ):
        for method in (guest.client.get, guest.client.head):
            assert method(meeting.my(rest)).status_code in (200, 303)
    assert (meeting.only().updated_at, meeting.only().state) == (before, State.SUBMITTED)


def test_an_invitation_not_accepted_opens_no_form(meeting: Meeting):
    for state in (InvitationState.SENT, InvitationState.DECLINED):
        guest = meeting.guest(state=state)
        assert guest.get(meeting.my()).heading == "You have not accepted the invitation"
        assert guest.get(meeting.my("/form/you")).heading == "You have not accepted the invitation"


def test_without_a_link_there_is_no_participation(meeting: Meeting, client):
    for rest in ("", "/form/you", "/form/check", "/withdraw"):
        assert client.get(meeting.my(rest)).status_code == 404


def test_odd_names_come_through_unharmed(meeting: Meeting):
    odd = "O’Brien “the ; , mayor” عمر <b>" + "x" * 100
    page = meeting.register(meeting.guest(), name=odd)
    assert meeting.only().name == odd
    assert "<b>x" not in page.body
    assert odd in meeting.mails()[0].text_body
    assert "&lt;b&gt;" in meeting.mails()[0].html_body


def test_a_category_that_is_gone_is_asked_again_not_lost(meeting: Meeting):
    guest = meeting.guest()
    check = meeting.fill(guest, category_id=str(meeting.categories[1]))
    with meeting.work() as ctx:
        from eventapp.events.models import Category

        ctx.session.delete(ctx.session.get_one(Category, meeting.categories[1]))
    page = guest.submit(check, action="/form/check")
    assert page.heading == "How you take part"
    assert meeting.registrations() == []


def test_the_waiting_is_said_by_the_day_that_was_promised(meeting: Meeting, clock: StoppedClock):
    guest = meeting.guest()
    meeting.register(guest)
    clock.advance(days=16)
    assert clock.now() - timedelta(days=16) < datetime(2024, 9, 28, tzinfo=UTC)
    assert "27 September" not in guest.get(meeting.my()).text


def test_one_person_sees_nothing_of_another(meeting: Meeting):
    meeting.register(meeting.guest(), name="Secret Person")
    other = meeting.guest()
    assert "Secret Person" not in other.get(meeting.my("/form/you")).body
    with meeting.app.app_context():
        assert len(reading(SYSTEM).session.scalars(select(Registration)).all()) == 1
