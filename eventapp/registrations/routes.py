"""The form and one's own participation."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Carrier, personal_link
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import hooks, own_answers, policy, progress, queries, service, waitlist
from eventapp.registrations.codes import spaced
from eventapp.registrations.form_routes import not_possible
from eventapp.registrations.forms import (
    WithdrawForm,
)
from eventapp.registrations.models import Registration
from eventapp.registrations.rules import Window
from eventapp.registrations.states import HOLDS_SEAT, MACHINE, Action
from eventapp.registrations.visit import language_here, visit_of

bp = Blueprint("registrations", __name__)
MY = "/<any(en,fr,es):lang>/<event>/my"
Answer = str | Response | tuple[str, int]


@bp.get(MY)
@personal_link(Carrier.COOKIE)
def my(event: Event, invitation: Invitation) -> Answer:
    """Show where one's participation stands, or lead to the form when nothing was sent yet."""
    ctx = reading()
    visit = visit_of(ctx, event, invitation)
    registration = visit.registration
    window = queries.registration_window(ctx, event, invitation)
    if registration is None:
        if invitation.state is InvitationState.ACCEPTED and window is Window.OPEN:
            return redirect(url_for("registration_form.begin", event=event.slug), 303)
        return not_possible(visit)
    position = queries.waitlist_position(ctx, registration)
    language = language_here()
    return render_template(
        "registrations/my.html",
        registration=registration,
        headline=progress.headline(registration),
        meaning=progress.meaning(registration, ctx.now, language, position),
        steps=progress.steps(registration, ctx.now, language),
        rule=progress.travel_rule(registration, event, ctx.now, language),
        answers=visit.answered_and_sent,
        may_change=policy.may_change(registration, window),
        may_withdraw=policy.may_withdraw(registration, ctx.now),
        may_answer=policy.may_answer_offer(registration, event, ctx.now),
        closes_at=queries.form_closes(event, invitation),
        programme=hooks.programme_exists(ctx, event),
        code=spaced(registration.code) if policy.shows_code(registration, ctx.now) else "",
        certificate=hooks.certificate_is_ready(ctx, registration),
        unsent=visit.draft is not None,
        dropped=own_answers.list_dropped(ctx, registration) if visit.own_form else (),
        sections=hooks.my_sections(ctx, registration),
    )


@bp.post(f"{MY}/offer/accept")
@personal_link(Carrier.COOKIE)
def accept_offer(event: Event, invitation: Invitation) -> Answer:
    """Take the offered seat; a second click changes nothing."""
    return _answer_offer(event, invitation, waitlist.accept)


@bp.get(f"{MY}/offer/pass")
@personal_link(Carrier.COOKIE)
def pass_offer(event: Event, invitation: Invitation) -> Answer:
    """Ask once more before passing on the offered seat."""
    registration = _own_registration(reading(), invitation)
    if not MACHINE.allows(registration.state, Action.PASS):
        return redirect(url_for(".my", event=event.slug), 303)
    return render_template("registrations/pass_offer.html", registration=registration)


@bp.post(f"{MY}/offer/pass")
@personal_link(Carrier.COOKIE)
def confirm_pass(event: Event, invitation: Invitation) -> Answer:
    """Pass on the offered seat; a second time changes nothing."""
    return _answer_offer(event, invitation, waitlist.pass_on)


def _answer_offer(event: Event, invitation: Invitation, command: Callable[[Context, Registration], None]) -> Answer:
    try:
        with unit_of_work() as ctx:
            command(ctx, _own_registration(ctx, invitation))
    except Conflict as error:
        flash(error.message, "warning")
    return redirect(url_for(".my", event=event.slug), 303)


@bp.get(f"{MY}/withdraw")
@personal_link(Carrier.COOKIE)
def withdraw(event: Event, invitation: Invitation) -> Answer:
    """Ask once more before withdrawing."""
    ctx = reading()
    registration = _own_registration(ctx, invitation)
    if not policy.may_withdraw(registration, ctx.now):
        return redirect(url_for(".my", event=event.slug), 303)
    return _withdraw_page(registration, WithdrawForm())


@bp.post(f"{MY}/withdraw")
@personal_link(Carrier.COOKIE)
def confirm_withdrawal(event: Event, invitation: Invitation) -> Answer:
    """Withdraw; a second time changes nothing."""
    asked, ctx = WithdrawForm(), reading()
    registration = _own_registration(ctx, invitation)
    if not policy.may_withdraw(registration, ctx.now):
        return redirect(url_for(".my", event=event.slug), 303)
    if not asked.validate():
        return _withdraw_page(registration, asked), 422
    with unit_of_work() as ctx:
        service.withdraw(ctx, _own_registration(ctx, invitation), reason=asked.reason.data or "")
    return redirect(url_for(".my", event=event.slug), 303)


def _withdraw_page(registration: Registration, asked: WithdrawForm) -> str:
    return render_template(
        "registrations/withdraw.html",
        registration=registration,
        form=asked,
        holds_seat=registration.state in HOLDS_SEAT,
        rule=progress.travel_rule(registration, registration.event, reading().now, language_here()),
    )


def _own_registration(ctx: Context, invitation: Invitation) -> Registration:
    found = queries.find_registration(ctx, invitation.id)
    if found is None:
        raise NotFound(_("You have not registered yet."))
    return found
