"""Signing up for sessions: places, clashes, waiting lists, and what the mails carry."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from eventapp.agenda import queries as agenda
from eventapp.agenda.notices import queries as notice_queries
from eventapp.agenda.notices import service as notices
from eventapp.agenda.signup import feeds, queries
from eventapp.agenda.signup import service as sign_ups
from eventapp.agenda.signup.places import NotConfirmed
from eventapp.agenda.signup.states import SignUpState
from eventapp.core.errors import Conflict
from eventapp.events.models import Event
from eventapp.registrations import service as registering
from eventapp.registrations.answers import answers_from, saved_from_registration
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode
from tests.support.calendars import faults, parsed
from tests.support.clock import StoppedClock
from tests.web.agenda.signup.conftest import Signing, at

CHOSEN, WAITING = SignUpState.CHOSEN, SignUpState.WAITING


def entry(calendar: Calendar) -> Calendar:
    (found,) = calendar.walk("VEVENT")
    return found


def test_the_entry_by_mail_is_sound_and_its_number_only_grows(signing: Signing) -> None:
    ada = signing.person(language="fr")
    assert signing.choose(ada, "visit") is CHOSEN
    assert signing.choose(ada, "visit") is CHOSEN, "a second click changes nothing"
    (confirmed,) = signing.mails()
    assert confirmed.language == "fr"
    (file,) = signing.files(confirmed)
    assert file.media_type == "text/calendar; method=REQUEST; charset=utf-8"
    assert faults(file.content) == []
    assert parsed(file.content)["METHOD"] == "REQUEST"
    found = entry(parsed(file.content))
    assert found["SUMMARY"] == "Visit (fr)"
    assert (found["ATTENDEE"].params["PARTSTAT"], found["ATTENDEE"].params["RSVP"]) == ("ACCEPTED", "FALSE")
    assert signing.files(confirmed)[0].content == file.content, "a mail tried again carries the same bytes"
    numbers = [found["SEQUENCE"]]
    signing.release("visit", starts_local=at("10:15"))
    numbers.append(entry(parsed(signing.files(confirmed)[0].content))["SEQUENCE"])
    signing.do(sign_ups.leave, ada, "visit")
    signing.do(sign_ups.leave, ada, "visit")
    (left,) = signing.mails()
    (cancelled,) = signing.files(left)
    assert cancelled.media_type == "text/calendar; method=CANCEL; charset=utf-8"
    assert faults(cancelled.content) == []
    last = entry(parsed(cancelled.content))
    assert (last["STATUS"], last["UID"]) == ("CANCELLED", found["UID"])
    numbers.append(last["SEQUENCE"])
    signing.choose(ada, "visit")
    numbers.append(entry(parsed(signing.files(signing.mails()[-1])[0].content))["SEQUENCE"])
    assert numbers == sorted(set(numbers)), "each is higher than the one before"


def test_a_full_session_has_a_waiting_list_that_moves_up_in_order(signing: Signing) -> None:
    first, second, third = (signing.person(name) for name in ("First", "Second", "Third"))
    assert [signing.choose(each, "visit") for each in (first, second, third)] == [CHOSEN, WAITING, WAITING]
    signing.do(sign_ups.leave, first, "visit")
    assert signing.standing(second) == {"visit": "chosen"}
    assert signing.standing(third) == {"visit": "waiting"}
    with signing.work() as ctx:
        registering.withdraw(ctx, ctx.session.get_one(Registration, second))
    assert signing.standing(second) == {"visit": "left"}
    assert signing.standing(third) == {"visit": "chosen"}
    assert signing.choose(first, "visit") is WAITING
    signing.release("visit", capacity=2)
    assert signing.standing(first) == {"visit": "chosen"}
    with signing.work() as ctx:
        registering.revoke(ctx, ctx.session.get_one(Registration, third), reason="A mistake")
    left = [each for each in signing.mails() if each.kind == "agenda/sessions_left"]
    assert [each.recipient_name for each in left] == ["Second", "Third"]
    assert "You do not take part in this event any more" in left[-1].text_body
    assert "METHOD:CANCEL" in signing.files(left[-1])[0].content.decode()


def test_who_is_elsewhere_is_passed_over_and_told_once(signing: Signing) -> None:
    first, busy, third = (signing.person(name) for name in ("First", "Busy", "Third"))
    signing.choose(first, "visit")
    signing.choose(busy, "lab")
    assert signing.choose(busy, "visit") is WAITING, "one may wait for what clashes"
    signing.choose(third, "visit")
    signing.do(sign_ups.leave, first, "visit")
    assert signing.standing(busy) == {"lab": "chosen", "visit": "waiting"}
    assert signing.standing(third) == {"visit": "chosen"}
    signing.do(sign_ups.leave, third, "visit")
    assert [kind for kind, name in signing.told() if name == "Busy"].count("session_passed_over") == 1
    signing.do(sign_ups.leave, busy, "lab")
    assert signing.standing(busy) == {"lab": "left", "visit": "chosen"}, "the free place comes as soon as they can"


def test_a_clash_is_refused_and_can_be_exchanged_or_not_at_all(signing: Signing) -> None:
    ada, other = signing.person(), signing.person("Other")
    signing.choose(ada, "lab")
    with pytest.raises(sign_ups.Clash) as caught:
        signing.choose(ada, "visit")
    assert [each.id for each in caught.value.others] == [signing.ids["lab"]]
    assert signing.choose(ada, "talk") is CHOSEN, "without sign-up sessions may overlap"
    assert signing.do(sign_ups.exchange, ada, "visit") is CHOSEN
    assert signing.standing(ada) == {"lab": "left", "talk": "chosen", "visit": "chosen"}
    signing.choose(other, "lab")
    with pytest.raises(sign_ups.NoPlaceLeft):
        signing.do(sign_ups.exchange, other, "visit")
    assert signing.standing(other) == {"lab": "chosen"}, "both or neither"


def test_remotely_one_chooses_what_is_streamed_and_takes_no_place(signing: Signing) -> None:
    remote, present = signing.person("Remote", mode=Mode.REMOTE), signing.person("Present")
    with pytest.raises(Conflict):
        signing.choose(remote, "visit")
    assert signing.choose(remote, "late") is CHOSEN
    assert signing.choose(present, "late") is CHOSEN, "the one place in the room was free"
    change_mode(signing, remote, Mode.IN_PERSON)
    assert signing.standing(remote) == {"late": "waiting"}, "the room is full"
    change_mode(signing, remote, Mode.REMOTE)
    assert signing.standing(remote) == {"late": "chosen"}
    signing.choose(present, "visit")
    change_mode(signing, present, Mode.REMOTE)
    assert signing.standing(present) == {"late": "chosen", "visit": "left"}, "the visit is not streamed"
    assert "These sessions are not streamed" in signing.mails()[-1].text_body


def change_mode(signing: Signing, registration_id: int, mode: Mode) -> None:
    with signing.work() as ctx:
        registration = ctx.session.get_one(Registration, registration_id)
        answers = answers_from({**saved_from_registration(registration), "mode": mode.value})
        registering.change_answers(ctx, registration, answers)


def test_nothing_is_chosen_once_it_begins_and_by_nobody_unconfirmed(signing: Signing, clock: StoppedClock) -> None:
    ada, asking = signing.person(), signing.person("Asking", state="submitted")
    with pytest.raises(NotConfirmed):
        signing.choose(asking, "visit")
    signing.choose(ada, "late")
    clock.set(clock.now().replace(year=2024, month=11, day=7, hour=14, minute=0))
    for command, name in ((sign_ups.choose, "visit"), (sign_ups.leave, "late")):
        with pytest.raises(Conflict):
            signing.do(command, ada, name)


def test_all_that_is_held_can_be_told_and_forgotten(signing: Signing) -> None:
    ada = signing.person()
    signing.choose(ada, "visit")
    with signing.work() as ctx:
        feeds.make(ctx, ctx.session.get_one(Registration, ada), "es")
    with signing.work() as ctx:
        held = queries.held_about(ctx, ada)
        assert held["sessions"][0]["session"] == "Visit"
        assert held["calendar_feed"]["language"] == "es"
        sign_ups.forget(ctx, [ada])
        assert queries.held_about(ctx, ada) == {"sessions": [], "calendar_feed": None}


def test_leaving_a_cancelled_session_takes_the_entry_back_unless_the_notices_did(signing: Signing) -> None:
    ada, ben = signing.person("Ada"), signing.person("Ben", email="ben@example.org", language="fr")
    signing.choose(ada, "lab")
    signing.choose(ben, "lab")
    (first, _second) = signing.mails()
    (mailed,) = signing.files(first)
    before = entry(parsed(mailed.content))["SEQUENCE"]
    signing.cancel("lab")
    signing.do(sign_ups.leave, ada, "lab")
    left = signing.mails()[-1]
    assert (left.kind, left.recipient_name) == ("agenda/sessions_left", "Ada")
    assert "This session is cancelled" in left.text_body
    (file,) = signing.files(left)
    assert faults(file.content) == []
    assert parsed(file.content)["METHOD"] == "CANCEL"
    assert entry(parsed(file.content))["SEQUENCE"] > before
    with signing.work() as ctx:
        event = ctx.session.get_one(Event, signing.event_id)
        told = notice_queries.recipients_of(ctx, event, notice_queries.get_notices(ctx, event, 2).release)
        assert notices.send(ctx, event, 2, notice_queries.fingerprint(told)) == 1
    signing.do(sign_ups.leave, ben, "lab")
    assert ("sessions_left", "Ben") not in signing.told(), "the notice has taken it out already"


def test_a_session_that_is_streamed_no_more_ends_for_those_who_are_remote(signing: Signing) -> None:
    far, near = signing.person("Far", mode=Mode.REMOTE), signing.person("Near", email="near@example.org")
    signing.choose(far, "late")
    signing.choose(near, "late")
    signing.release("late", streamed=False)
    assert (signing.standing(far), signing.standing(near)) == ({"late": "left"}, {"late": "chosen"})
    last = signing.mails()[-1]
    assert (last.kind, last.recipient_name) == ("agenda/sessions_left", "Far")
    assert "not streamed any more" in last.text_body
    (file,) = signing.files(last)
    assert parsed(file.content)["METHOD"] == "CANCEL"
    assert faults(file.content) == []
    with signing.work() as ctx:
        event = ctx.session.get_one(Event, signing.event_id)
        release = agenda.find_latest(ctx, event)
        assert release is not None
        assert notice_queries.recipients_of(ctx, event, release) == [], "who was told at once is not told again"
