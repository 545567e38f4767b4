"""The sample event: loaded once, told through the commands people use, and carried on by its own clock."""

from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from eventapp.demo import loader, story
from eventapp.demo.content import SLUG, moments
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.mail.models import OutboxMessage
from eventapp.notes import queries as notes
from eventapp.notes.models import Edition
from eventapp.notes.session_notes.models import SessionNote
from eventapp.notes.session_notes.states import NoteState
from eventapp.notes.states import PublicationKind
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.states import State
from eventapp.sponsorship.ledger import balance_of
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.states import RequestState

pytestmark = pytest.mark.both_engines


def test_loading_twice_changes_nothing(sample, work, read):
    with read() as ctx:
        before = [ctx.session.scalar(select(func.count()).select_from(each)) for each in (Invitation, OutboxMessage)]
    with work() as ctx:
        assert not loader.load(ctx)
    with read() as ctx:
        after = [ctx.session.scalar(select(func.count()).select_from(each)) for each in (Invitation, OutboxMessage)]
    assert before == after


def test_sixty_people_stand_everywhere_on_the_way(sample, read):
    with read() as ctx:
        invited = Counter(ctx.session.scalars(select(Invitation.state)))
        registered = Counter(ctx.session.scalars(select(Registration.state)))
        assert ctx.session.scalar(select(func.count()).select_from(RegistrationDraft)) == 3
    assert sum(invited.values()) == 62, "sixty, and two colleagues proposed instead"
    assert set(invited) == {"draft", "sent", "accepted", "declined", "delegated", "expired", "revoked"}
    assert registered == {
        State.SUBMITTED: 11,
        State.APPROVED: 18,
        State.WAITLISTED: 3,
        State.OFFERED: 2,  # two seats that became free went to the first in rank
        State.DECLINED: 2,
        State.WITHDRAWN: 2,
        State.REVOKED: 1,
    }


def test_the_story_goes_on_with_the_clock(sample, clock, visitor, read):
    reader = visitor()
    summary = f"/fr/{SLUG}/summaries/1"
    assert reader.get(summary).status == 404
    for moment in moments():
        clock.set(moment.at)
        door = reader.get("/demo/")
        assert reader.submit(door, {"moment": moment.key}, action="/demo/clock").status == 200
        expected = 200 if moment.key in {"day_2", "after_90_days"} else 404
        assert reader.get(summary).status == expected, moment.key
    with read() as ctx:
        states = Counter(ctx.session.scalars(select(Registration.state)))
        event = ctx.session.scalars(select(Event).where(Event.slug == SLUG)).one()
        approved = [each for each in story.registrations.list_confirmed(ctx, event) if each.mode == "in_person"]
        assert len(approved) <= event.capacity_in_person
        asked = Counter(ctx.session.scalars(select(SponsorshipRequest.state)))
        fund = ctx.session.scalars(select(Fund)).one()
        balance = balance_of(ctx, fund.id)
    assert State.SUBMITTED not in states, "everybody has an answer by the day that was promised"
    assert asked == {
        RequestState.ACCEPTED: 3,
        RequestState.OFFERED: 1,  # until the worker looks
        RequestState.DECLINED: 1,
        RequestState.WAITLISTED: 1,
        RequestState.REJECTED: 1,
        RequestState.DRAFT: 1,
    }
    assert (balance.spent, balance.committed) == (780, Decimal("3580.47"))


def test_what_has_happened_does_not_happen_again(sample, clock, work, read):
    clock.set(moments()[-1].at)
    mails = []
    for _ in range(2):
        with work() as ctx:
            story.catch_up(ctx)
        with read() as ctx:
            mails.append(ctx.session.scalar(select(func.count()).select_from(OutboxMessage)))
    assert mails[0] == mails[1]


@pytest.mark.parametrize("key", ["organiser", "rapporteur", "reviewer", "desk"])
def test_anybody_can_be_anybody(sample, visitor, key):
    person = visitor()
    door = person.get("/demo/")
    desk = person.submit(door, action=f"/demo/sign-in/{key}")
    assert desk.path == f"/desk/{SLUG}/"


def test_the_first_evening_publishes_what_two_rapporteurs_noted(sample, clock, visitor, read):
    clock.set(moments()[3].at)
    reader = visitor()
    reader.submit(reader.get("/demo/"), {"moment": moments()[3].key}, action="/demo/clock")
    with read() as ctx:
        event = ctx.session.scalars(select(Event).where(Event.slug == SLUG)).one()
        summary = notes.get_publication(ctx, event, PublicationKind.SUMMARY, 1)
        states = Counter(ctx.session.scalars(select(SessionNote.state)))
        sources = notes.list_sources(ctx, summary)
        (edition,) = ctx.session.scalars(select(Edition))
        assert summary.approved_by.name == "Ingvild Strand Okoye"
    assert states == {NoteState.ACCEPTED: 5}
    assert sum(map(len, sources.values())) == 14
    assert all(paragraph.language == code for code, page in edition.paragraphs.items() for paragraph in page)
