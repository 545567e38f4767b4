"""When a scan happened, whatever the phone's clock says, and to which day it belongs."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.core.access import Permission, Role, granted
from eventapp.registrations.checkin import policy
from eventapp.registrations.checkin.rules import OLDEST, Outcome, day_of, happened_at
from eventapp.registrations.checkin.words import TONE, WHY_NOT
from eventapp.registrations.models import Registration
from eventapp.registrations.states import ENDED, State

NOW = datetime(2024, 11, 7, 8, 12, tzinfo=UTC)


def test_a_day_begins_at_midnight_of_the_place():
    late = datetime(2024, 11, 6, 23, 30, tzinfo=UTC)
    assert day_of(late, "Europe/Madrid") == date(2024, 11, 7)
    assert day_of(late, "America/Lima") == date(2024, 11, 6)


def test_a_scan_without_an_instant_happened_now():
    assert happened_at(None, None, NOW) == happened_at(None, NOW - timedelta(hours=3), NOW) == NOW


@settings(max_examples=60, deadline=None)
@given(
    wrong=st.timedeltas(min_value=timedelta(days=-4000), max_value=timedelta(days=4000)),
    ago=st.timedeltas(min_value=timedelta(0), max_value=OLDEST),
)
def test_a_wrong_clock_is_put_right(wrong: timedelta, ago: timedelta):
    assert happened_at(NOW - ago + wrong, NOW + wrong, NOW) == NOW - ago


@settings(max_examples=60, deadline=None)
@given(
    scanned=st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)),
    phone=st.none()
    | st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)),
)
def test_no_scan_lies_ahead_or_far_back(scanned: datetime, phone: datetime | None):
    assert NOW - OLDEST <= happened_at(scanned, phone, NOW) <= NOW


def test_everything_that_can_be_answered_has_a_colour_and_words():
    assert set(TONE) == set(Outcome)
    assert set(WHY_NOT) == set(State) - {State.APPROVED}


def test_who_may_let_in_whom():
    desk, organiser, observer = (granted(frozenset({role})) for role in (Role.DESK, Role.ORGANISER, Role.OBSERVER))
    for state in State:
        person = Registration(state=state)
        assert policy.may_confirm(person, organiser) is (state is not State.APPROVED)
        assert policy.may_confirm(person, desk) is (state is not State.APPROVED and state not in ENDED)
        assert not policy.may_confirm(person, observer)
    assert Permission.REGISTRATIONS_CHECK_IN in desk
