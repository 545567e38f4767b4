"""What changes after an offer was accepted: the books stay true, and the person is told."""

from __future__ import annotations

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
