"""What changes after an offer was accepted: the books stay true, and the person is told."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from eventapp.core.unit_of_work import reading
from eventapp.mail.models import OutboxMessage
from eventapp.sponsorship.models import RoomHeld, SponsorshipRequest
from eventapp.sponsorship.states import LineKind, RequestState
from tests.support.browsing import Page
from tests.support.fixtures import Work
from tests.support.sponsoring import make_fund, make_sponsorship
from tests.web.sponsorship.conftest import Trip


def test_amendments_keep_the_books_true_and_the_person_informed(trip: Trip):
    change = f"{trip.page}/lines/{trip.travel_id}/change"
    page = trip.coordinator.get(change)
    raised = trip.coordinator.submit(page, {"amount": "700", "reason": "Dearer now"}, action="/amount")
    assert "Changed. The person is told" in raised.text
    assert trip.balance().committed == 820
    replayed = trip.coordinator.submit(page, {"amount": "700", "reason": "Dearer now"}, action="/amount")
    assert "nothing was entered twice" in replayed.text
    stale = trip.coordinator.submit(page, {"amount": "650", "reason": "Less"}, action="/amount")
    assert stale.status == 409
    beyond = trip.coordinator.submit(
        trip.coordinator.get(change), {"amount": "999999", "reason": "All"}, action="/amount"
    )
    assert "which is not enough" in beyond.text
    trip.do(trip.coordinator, trip.travel_id, "book", supplier="Air", amount="300")
    trip.do(trip.coordinator, trip.travel_id, "book", supplier="Rail", amount="200")
    low = trip.coordinator.submit(trip.coordinator.get(change), {"amount": "499", "reason": "Less"}, action="/amount")
    assert "€500.00 is booked already" in low.errors[0]
    assert "Pay it another way" not in trip.coordinator.get(change).text
    trip.coordinator.submit(trip.coordinator.get(change), {"amount": "500", "reason": "Less"}, action="/amount")
    assert trip.balance().committed == 620
    for booking_id in trip.booking_ids():
        address = trip.line(trip.travel_id, f"bookings/{booking_id}/cancel")
        cancelled = trip.coordinator.submit(trip.coordinator.get(address), action="/cancel")
        assert "The booking is cancelled" in cancelled.text
    assert trip.states()[0] == "approved"
    page = trip.coordinator.get(change)
    trip.coordinator.submit(page, {"mode": "in_kind", "reason": "A host drives"}, action="/mode")
    assert trip.balance().committed == 120, "a host gives it: no money is promised"
    trip.coordinator.submit(trip.coordinator.get(change), {"mode": "reimbursed", "reason": "No car"}, action="/mode")
    assert trip.balance().committed == 620
    trip.coordinator.submit(trip.coordinator.get(change), {"reason": "Stays home"}, action="/release")
    assert trip.balance().committed == 120
    assert trip.states()[0] == "released"
    assert trip.mails().count("sponsorship/line_changed") == 5
    assert trip.mails().count("sponsorship/booking_cancelled") == 2


def test_a_stay_changes_and_its_rooms_are_free_again_once_it_is_not_needed(trip: Trip, work: Work):
    nights = [date(2024, 11, day) for day in (6, 7, 8)]
    with work() as ctx:
        request = ctx.session.get_one(SponsorshipRequest, trip.request_id)
        fund = make_fund(
            ctx, request.event, budget=5000, hotels={"Lake": dict.fromkeys(nights, 1), "Hill": {nights[0]: 1}}
        )
        lake, hill = fund.hotels
        sleeper = make_sponsorship(
            ctx, fund, state=RequestState.ACCEPTED, lines=[(LineKind.ACCOMMODATION, "300")],
            hotel=lake, first_night=nights[0], last_night=nights[2],
        )  # fmt: skip
        make_sponsorship(
            ctx, fund, state=RequestState.OFFERED, lines=[(LineKind.ACCOMMODATION, "90")],
            hotel=hill, first_night=nights[0], last_night=nights[0],
        )  # fmt: skip
        lake_id, hill_id, sleeper_id, line_id = lake.id, hill.id, sleeper.id, sleeper.lines[0].id
    page = f"{trip.payments}/{sleeper_id}"

    def held() -> list[date]:
        with trip.app.app_context():
            wanted = select(RoomHeld.night).where(RoomHeld.request_id == sleeper_id).order_by(RoomHeld.night)
            return list(reading().session.scalars(wanted))

    def stay(**values: str) -> Page:
        return trip.coordinator.submit(before, {"reason": "Leaves early"} | values, action="/stay")

    assert held() == nights
    before = trip.coordinator.get(page)
    assert "Change the nights" not in trip.holder.get(page).text
    full = stay(hotel=str(hill_id), last_night="2024-11-06")
    assert full.errors == ["Hill has no room left for the night of Wednesday 6 November 2024."]
    assert "before the first" in stay(last_night="2024-11-05").errors[0]
    assert held() == nights
    assert "Changed. The person is told" in stay(last_night="2024-11-07").text
    assert "entered twice" in stay(last_night="2024-11-07").text
    assert "in the meantime" in stay(hotel="").errors[0]
    assert held() == nights[:2]
    before = trip.coordinator.get(page)
    assert before.value("hotel") == str(lake_id)
    change = trip.coordinator.get(f"{page}/lines/{line_id}/change")
    trip.coordinator.submit(change, {"reason": "Stays with friends"}, action="/release")
    assert held() == []
    assert "No room is kept" in trip.coordinator.get(page).text
    assert trip.mails() == ["sponsorship/stay_changed", "sponsorship/line_changed"]
    with trip.app.app_context():
        told = reading().session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()
        assert told is not None
        assert "Lake, from the night of Wednesday 6 November 2024 to that of Thursday 7 November 2024" in told.text_body
