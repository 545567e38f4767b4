"""Commands about the idea that somebody takes home: ask, tell, ask again, answer, stop and go on."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.languages import interface_language
from eventapp.core.text import clean_text
from eventapp.events.models import Event
from eventapp.mail import service as mail
from eventapp.notes.followup import messages, queries, rules
from eventapp.notes.followup.models import TakeHome
from eventapp.notes.followup.states import TAKE_HOMES, Outcome, TakeHomeAction, TakeHomeState
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State

BATCH = 50


def ask(ctx: Context) -> int:
    """Ask people whose event ended yesterday for the idea that they take home; return how many, a batch at most."""
    number = 0
    for event in queries.list_events_that_ask(ctx):
        _one_at_a_time(ctx, event)
        for registration in queries.list_to_ask(ctx, event, BATCH - number):
            take_home = _begin(ctx, registration, wants_mail=True)
            mail.enqueue(ctx, messages.take_home_asked(event, registration, take_home))
            number += 1
        if number >= BATCH:
            break
    return number


def ask_again(ctx: Context) -> int:
    """Ask people, 90 days after their event, what became of their idea; return how many, a batch at most."""
    number = 0
    for event in queries.list_events_that_ask_again(ctx):
        _one_at_a_time(ctx, event)
        for take_home in queries.list_to_ask_again(ctx, event, BATCH - number):
            registration = take_home.registration
            assert registration is not None  # noqa: S101 - the query joins it
            TAKE_HOMES.move(ctx, take_home, TakeHomeAction.ASK_AGAIN)
            take_home.asked_again_at = ctx.now
            mail.enqueue(ctx, messages.take_home_followed_up(event, registration, take_home))
            number += 1
        if number >= BATCH:
            break
    return number


def tell(ctx: Context, registration: Registration, idea: str, *, wants_mail: bool) -> TakeHome:
    """Keep what somebody takes home, in whatever words they send last; `wants_mail`: ask them again after 90 days.

    Raises `DomainError` without words or before the end of the event, `Conflict` once it was asked what became of it.
    """
    _hold(ctx, registration)
    event = registration.event
    if registration.state is not State.APPROVED or ctx.now < rules.opens_at(event.ends_on, event.timezone):
        raise DomainError(_("You can write it down at the end of the event."))
    idea = clean_text(idea)
    if not idea:
        raise DomainError(_("Write down your idea first."), field="idea")
    if len(idea) > rules.LONGEST_IDEA:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_IDEA), field="idea")
    take_home = queries.find_of(ctx, registration) or _begin(ctx, registration, wants_mail=wants_mail)
    if take_home.state is TakeHomeState.STOPPED:
        _go_on(ctx, take_home)
    if not TAKE_HOMES.allows(take_home.state, TakeHomeAction.TELL):
        raise Conflict(_("We have asked what became of it. Its words stay as they are."))
    take_home.wants_mail = wants_mail
    if take_home.state is TakeHomeState.TOLD and take_home.idea == idea:
        return take_home
    TAKE_HOMES.move(ctx, take_home, TakeHomeAction.TELL)
    take_home.idea, take_home.told_at = idea, take_home.told_at or ctx.now
    mail.cancel_pending(ctx, messages.about(registration), [messages.ASKED])
    return take_home


def answer(ctx: Context, take_home: TakeHome, outcome: Outcome, words: str, *, may_share: bool) -> None:
    """Keep what became of the idea. Raises `IllegalMove` before it was asked, `DomainError` when it is too long."""
    _hold_with(ctx, take_home)
    words = clean_text(words)
    if len(words) > rules.LONGEST_OUTCOME:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_OUTCOME), field="words")
    said = (take_home.outcome, take_home.outcome_text, take_home.may_share)
    if take_home.state is TakeHomeState.ANSWERED and said == (outcome, words, may_share):
        return
    TAKE_HOMES.move(ctx, take_home, TakeHomeAction.ANSWER)
    take_home.outcome, take_home.outcome_text, take_home.may_share = outcome, words, may_share
    take_home.answered_at = ctx.now


def stop(ctx: Context, take_home: TakeHome) -> None:
    """Ask this person nothing more; what waits to be sent is called back. A second time changes nothing."""
    registration = _hold_with(ctx, take_home)
    if take_home.state is TakeHomeState.STOPPED:
        return
    TAKE_HOMES.move(ctx, take_home, TakeHomeAction.STOP)
    mail.cancel_pending(ctx, messages.about(registration), messages.KINDS)


def resume(ctx: Context, take_home: TakeHome) -> None:
    """Let the questions come again, from where they stood. A second time changes nothing."""
    _hold_with(ctx, take_home)
    if take_home.state is TakeHomeState.STOPPED:
        _go_on(ctx, take_home)
        take_home.wants_mail = True


def _go_on(ctx: Context, take_home: TakeHome) -> None:
    """Move a stopped one to where it stood, for it has kept what was said."""
    TAKE_HOMES.move(ctx, take_home, TakeHomeAction.RESUME)
    for reached, action in (
        (take_home.told_at, TakeHomeAction.TELL),
        (take_home.asked_again_at, TakeHomeAction.ASK_AGAIN),
        (take_home.answered_at, TakeHomeAction.ANSWER),
    ):
        if reached is None:
            return
        TAKE_HOMES.move(ctx, take_home, action)


def _begin(ctx: Context, registration: Registration, *, wants_mail: bool) -> TakeHome:
    take_home = TakeHome(
        event_id=registration.event_id,
        registration_id=registration.id,
        state=TakeHomeState.ASKED,
        wants_mail=wants_mail,
        language=interface_language(registration.language),
        asked_at=ctx.now,
    )
    ctx.session.add(take_home)
    audit.record(ctx, take_home, "ask")
    return take_home


def _one_at_a_time(ctx: Context, event: Event) -> None:
    """Let workers ask one after the other, so that the second sees whom the first has asked."""
    ctx.session.scalar(select(Event.id).where(Event.id == event.id).with_for_update())


def _hold(ctx: Context, registration: Registration) -> None:
    """Let what one person sends twice, and the worker, come one after the other."""
    ctx.session.scalar(select(Event.id).where(Event.id == registration.event_id).with_for_update())
    ctx.session.refresh(registration)


def _hold_with(ctx: Context, take_home: TakeHome) -> Registration:
    ctx.session.refresh(take_home, with_for_update={"of": TakeHome})
    if take_home.registration is None:
        raise NotFound(_("This link does not open anything"))
    return take_home.registration
