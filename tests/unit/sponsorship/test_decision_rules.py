"""Deadlines, reminders and the what-if of decisions: pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from eventapp.registrations.balance import Dimension, Group, Stage
from eventapp.sponsorship.deciding.rules import due_reminder, offer_deadline
from eventapp.sponsorship.deciding.what_if import Candidate, Stock, what_if

NOW = datetime(2024, 10, 24, 22, 30, tzinfo=UTC)  # after midnight in Barcelona
NIGHT, NEXT = date(2024, 11, 6), date(2024, 11, 7)


def test_an_offer_ends_with_a_day_at_the_place_and_never_past_the_beginning_of_the_event():
    until = offer_deadline(NOW, 7, "Europe/Madrid", date(2024, 11, 7))
    assert until == datetime(2024, 11, 1, 22, 59, tzinfo=UTC), "25 October + 7 days, after the clocks went back"
    assert offer_deadline(NOW, 30, "Europe/Madrid", date(2024, 11, 7)) == datetime(2024, 11, 6, 23, 0, tzinfo=UTC)


def test_reminders_come_six_three_and_one_day_before_each_once_and_none_right_after_the_offer():
    until = NOW + timedelta(days=7)
    sent, last = [], None
    for hour in range(24 * 8):
        days = due_reminder(NOW, until, NOW + timedelta(hours=hour), last)
        if days is not None:
            sent.append((days, hour))
            last = days
    assert sent == [(6, 24), (3, 96), (1, 144)]
    short = NOW + timedelta(days=3, hours=6)
    assert due_reminder(NOW, short, NOW + timedelta(hours=7), None) is None, "hardly offered"
    assert due_reminder(NOW, until, until - timedelta(hours=2), None) == 1, "those missed are not sent late"
    assert due_reminder(NOW, until, until, 3) is None


def person(country: str) -> Group:
    return Group(1, frozenset({Stage.APPROVED}), {Dimension.COUNTRY: country})


def test_what_if_says_what_is_over_of_money_rooms_and_places_and_who_would_be_there():
    stock = Stock(Decimal("1000.50"), {(1, NIGHT): 1, (1, NEXT): 2}, 2, [person("SN")])
    two = [
        Candidate(7, Decimal("600.25"), [(1, NIGHT), (1, NEXT)], group=person("SN")),
        Candidate(8, Decimal("400.25"), [(1, NEXT)], unknown=True, group=person("PE")),
    ]
    found = what_if(stock, two)
    assert (found.number, found.cost, found.unknown) == (2, Decimal("1000.50"), 1)
    assert (found.money_left, found.places_left, found.fits) == (0, 0, True)
    (countries,) = (each for each in found.balance if each.dimension is Dimension.COUNTRY)
    assert {each.value: (each.before, each.after) for each in countries.changes} == {"SN": (1, 2), "PE": (0, 1)}
    over = what_if(stock, [*two, Candidate(9, Decimal("0.01"), [(1, NIGHT)])])
    assert (over.money_left, over.places_left, over.nights_over) == (Decimal("-0.01"), -1, [(1, NIGHT)])
    assert not over.fits
    assert what_if(Stock(Decimal(5), {}, None), [Candidate(1, Decimal(5), [(3, NIGHT)])]).nights_over == [(3, NIGHT)]
