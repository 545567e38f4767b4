"""The transition table against the table of the domain, row by row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eventapp.registrations.policy import BULK, DECISIONS
from eventapp.registrations.states import ENDED, HOLDS_SEAT, MACHINE, TRANSITIONS, Action, State
from eventapp.registrations.words import HISTORY, STATE, TONE

S, A = State, Action
# From the design: what each state may become, and by which action.
EXPECTED = {
    S.SUBMITTED: {A.APPROVE: S.APPROVED, A.WAITLIST: S.WAITLISTED, A.DECLINE: S.DECLINED, A.WITHDRAW: S.WITHDRAWN},
    S.WAITLISTED: {A.OFFER: S.OFFERED, A.APPROVE: S.APPROVED, A.DECLINE: S.DECLINED, A.WITHDRAW: S.WITHDRAWN},
    S.OFFERED: {A.ACCEPT: S.APPROVED, A.PASS: S.WITHDRAWN, A.LAPSE: S.LAPSED, A.WITHDRAW: S.WITHDRAWN},
    S.APPROVED: {A.WITHDRAW: S.WITHDRAWN, A.REVOKE: S.REVOKED},
    S.DECLINED: {A.REINSTATE: S.SUBMITTED},
    S.WITHDRAWN: {A.REINSTATE: S.SUBMITTED},
    S.LAPSED: {A.REINSTATE: S.SUBMITTED},
    S.REVOKED: {A.REINSTATE: S.SUBMITTED},
}


def test_the_table_is_the_one_of_the_domain():
    assert {(state, action): target for state, row in EXPECTED.items() for action, target in row.items()} == TRANSITIONS


def test_every_state_can_be_reached_and_left():
    reached, frontier = {S.SUBMITTED}, [S.SUBMITTED]
    while frontier:
        state = frontier.pop()
        for action in MACHINE.actions(state):
            target = MACHINE.target(state, action)
            if target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(State)
    assert all(MACHINE.actions(state) for state in State)


def test_a_seat_is_taken_by_two_actions_only_and_never_from_an_ended_state():
    into = {(state, action) for (state, action), target in TRANSITIONS.items() if target in HOLDS_SEAT}
    assert into == {
        (S.SUBMITTED, A.APPROVE),
        (S.WAITLISTED, A.APPROVE),
        (S.WAITLISTED, A.OFFER),
        (S.OFFERED, A.ACCEPT),
    }
    assert not HOLDS_SEAT & ENDED


@given(st.lists(st.sampled_from(Action), max_size=40))
def test_any_sequence_of_actions_stays_within_the_table(actions):
    state = S.SUBMITTED
    for action in actions:
        if MACHINE.allows(state, action):
            state = MACHINE.target(state, action)
    assert state in set(State)


def test_every_state_and_action_has_its_words():
    assert set(STATE) == set(TONE) == set(State)
    assert {action.value for action in Action} <= set(HISTORY)
    assert set(BULK) <= set(DECISIONS) <= set(Action)
