"""The form and one's own participation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Carrier, personal_link
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Category, Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import hooks, policy, progress, queries, seats, service, waitlist
from eventapp.registrations.answers import PAGES, answers_from, saved_from_invitation, saved_from_registration
from eventapp.registrations.choices import choices_of, in_words
from eventapp.registrations.forms import (
    FORMS,
    TITLES,
    Choices,
    PageForm,
    SendForm,
    WithdrawForm,
    form_of,
    pages_to_mend,
)
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.rules import Full, Window, full_because
from eventapp.registrations.states import HOLDS_SEAT, MACHINE, Action, Mode

bp = Blueprint("registrations", __name__)
MY = "/<any(en,fr,es):lang>/<event>/my"
Answer = str | Response | tuple[str, int]


@bp.get(MY)
@personal_link(Carrier.COOKIE)
def my(event: Event, invitation: Invitation) -> Answer:
    """Show where one's participation stands, or lead to the form when nothing was sent yet."""
    ctx = reading()
    registration = queries.find_registration(ctx, invitation.id)
    window = queries.registration_window(ctx, event)
    if registration is None:
        if invitation.state is InvitationState.ACCEPTED and window is Window.OPEN:
            return redirect(url_for(".begin", event=event.slug), 303)
        return _not_possible(_visit(event, invitation))
    position = queries.waitlist_position(ctx, registration)
    language = _language()
    return render_template(
        "registrations/my.html",
        registration=registration,
        headline=progress.headline(registration),
        meaning=progress.meaning(registration, ctx.now, language, position),
        steps=progress.steps(registration, ctx.now, language),
        rule=progress.travel_rule(registration, event, ctx.now, language),
        answers=_in_words(ctx, event, saved_from_registration(registration)),
        may_change=policy.may_change(registration, window),
        may_withdraw=policy.may_withdraw(registration),
        may_answer=policy.may_answer_offer(registration, event, ctx.now),
        closes_at=queries.registration_closes(event),
        programme=hooks.programme_exists(ctx, event),
        sections=hooks.my_sections(ctx, registration),
        unsent=queries.find_draft(ctx, invitation.id) is not None,
    )


@bp.get(f"{MY}/form")
@personal_link(Carrier.COOKIE)
def begin(event: Event, invitation: Invitation) -> Answer:
    """Lead to the first page that still needs an answer, or to the check."""
    visit = _visit(event, invitation)
    open_pages = set(pages_to_mend(visit.saved, visit.choices, address_locked=invitation.address_locked))
    done = set(PAGES) if visit.registration else set(visit.draft.pages_done if visit.draft else ())
    page = next((each for each in PAGES if each in open_pages or each not in done), None)
    if page is None:
        return redirect(url_for(".check", event=event.slug), 303)
    return redirect(url_for(".form", event=event.slug, page=page), 303)


@bp.get(f"{MY}/form/<any('you','taking-part','needs','consents'):page>")
@personal_link(Carrier.COOKIE)
def form(event: Event, invitation: Invitation, page: str) -> Answer:
    """Show one page of the form."""
    visit = _visit(event, invitation)
    if not visit.may_fill:
        return _not_possible(visit)
    shown = form_of(page, visit.saved, visit.choices, address_locked=invitation.address_locked)
    return _form_page(visit, page, shown)


@bp.post(f"{MY}/form/<any('you','taking-part','needs','consents'):page>")
@personal_link(Carrier.COOKIE)
def save(event: Event, invitation: Invitation, page: str) -> Answer:
    """Keep one page's answers and go on to the next, back to the check, or leave for later."""
    visit = _visit(event, invitation)
    later = "later" in request.form
    sent = form_of(page, {}, visit.choices, address_locked=invitation.address_locked)
    whole = sent.validate()
    if not whole and not later:
        if not visit.may_fill:
            return _not_possible(visit)
        return _form_page(visit, page, sent), 422
    with unit_of_work() as ctx:
        service.save_draft(ctx, invitation, page if whole else "", sent.kept())
    visit = _visit(event, invitation)
    if not visit.may_fill:
        return _not_possible(visit, kept=True)
    if later:
        return redirect(url_for(".saved", event=event.slug), 303)
    following = PAGES[PAGES.index(page) + 1 :]
    if request.args.get("then") == "check" or not following:
        return redirect(url_for(".begin" if not following else ".check", event=event.slug), 303)
    return redirect(url_for(".form", event=event.slug, page=following[0]), 303)


@bp.get(f"{MY}/saved")
@personal_link(Carrier.COOKIE)
def saved(event: Event, invitation: Invitation) -> Answer:
    """Say that the answers are kept and how to come back."""
    visit = _visit(event, invitation)
    return render_template(
        "registrations/saved.html",
        closes_at=queries.registration_closes(event),
        registered=visit.registration is not None,
        rule=visit.rule,
    )


@bp.get(f"{MY}/form/check")
@personal_link(Carrier.COOKIE)
def check(event: Event, invitation: Invitation) -> Answer:
    """Show all answers once more before they are sent."""
    visit = _visit(event, invitation)
    if not visit.may_fill:
        return _not_possible(visit)
    if pages_to_mend(visit.saved, visit.choices, address_locked=invitation.address_locked):
        return redirect(url_for(".begin", event=event.slug), 303)
    return _check_page(visit, SendForm())


@bp.post(f"{MY}/form/check")
@personal_link(Carrier.COOKIE)
def submit(event: Event, invitation: Invitation) -> Answer:
    """Send the answers: register, or change what was sent before; sent twice, the second changes nothing."""
    sending = SendForm()
    if not sending.validate():
        return _check_page(_visit(event, invitation), sending), 422
    visit = _visit(event, invitation)
    registration = visit.registration
    if registration is not None and visit.draft is None:
        return redirect(url_for(".my", event=event.slug), 303)
    if pages_to_mend(visit.saved, visit.choices, address_locked=invitation.address_locked):
        return redirect(url_for(".begin", event=event.slug), 303)
    answers = answers_from(visit.saved)
    try:
        with unit_of_work() as ctx:
            if registration is None:
                service.submit(ctx, invitation, answers)
            else:
                service.change_answers(ctx, queries.get_registration(ctx, event, registration.id), answers)
    except seats.NoSeatLeft as error:
        sending.refuse(error)
        return _check_page(_visit(event, invitation), sending, no_seat=True), 409
    except (service.RegistrationClosed, service.NotInvited, Conflict):
        return _not_possible(_visit(event, invitation), kept=True)
    except DomainError as error:
        sending.refuse(error)
        return _check_page(_visit(event, invitation), sending), 422
    if registration is not None:
        flash(_("Your answers are changed."), "success")
    return redirect(url_for(".my", event=event.slug), 303)


@bp.post(f"{MY}/form/discard")
@personal_link(Carrier.COOKIE)
def discard(event: Event, invitation: Invitation) -> Answer:
    """Forget changes that were not sent; what was sent before stays."""
    with unit_of_work() as ctx:
        if queries.find_registration(ctx, invitation.id) is not None:
            seats.discard_draft(ctx, invitation.id)
    flash(_("Nothing was changed."), "info")
    return redirect(url_for(".my", event=event.slug), 303)


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
    registration = _own_registration(reading(), invitation)
    if not policy.may_withdraw(registration):
        return redirect(url_for(".my", event=event.slug), 303)
    return _withdraw_page(registration, WithdrawForm())


@bp.post(f"{MY}/withdraw")
@personal_link(Carrier.COOKIE)
def confirm_withdrawal(event: Event, invitation: Invitation) -> Answer:
    """Withdraw; a second time changes nothing."""
    asked = WithdrawForm()
    registration = _own_registration(reading(), invitation)
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
        rule=progress.travel_rule(registration, registration.event, reading().now, _language()),
    )


def _own_registration(ctx: Context, invitation: Invitation) -> Registration:
    found = queries.find_registration(ctx, invitation.id)
    if found is None:
        raise NotFound(_("You have not registered yet."))
    return found


@dataclass(frozen=True)
class _Visit:
    """One person at the form: what is known of them and what the event offers, read once."""

    ctx: Context
    event: Event
    invitation: Invitation
    registration: Registration | None
    draft: RegistrationDraft | None
    categories: Sequence[Category]

    @property
    def may_fill(self) -> bool:
        """Tell whether the form is open to this person: not yet sent and accepted, or sent and still changeable."""
        window = queries.registration_window(self.ctx, self.event)
        if self.registration is not None:
            return policy.may_change(self.registration, window)
        return window is Window.OPEN and self.invitation.state is InvitationState.ACCEPTED

    @property
    def saved(self) -> dict[str, Any]:
        """Return the answers so far: what the invitation tells, what was sent, what was filled in since."""
        if self.registration is not None:
            start = saved_from_registration(self.registration)
        else:
            start = saved_from_invitation(self.invitation, frozenset(each.id for each in self.categories))
        filled = {**start, **(self.draft.answers if self.draft is not None else {})}
        if self.invitation.address_locked:
            filled["email"] = self.invitation.email
        return {**filled, "category_id": str(filled["category_id"])} if "category_id" in filled else filled

    @property
    def choices(self) -> Choices:
        """Return what the event offers, in the reader's language."""
        keep = self.registration.mode if self.registration is not None else None
        return choices_of(self.event, self.categories, _language(), keep=keep)

    @property
    def rule(self) -> progress.Rule | None:
        """Return the travel rule as it stands for this person."""
        return progress.travel_rule(self.registration, self.event, self.ctx.now, _language())


def _visit(event: Event, invitation: Invitation) -> _Visit:
    ctx = reading()
    return _Visit(
        ctx=ctx,
        event=event,
        invitation=invitation,
        registration=queries.find_registration(ctx, invitation.id),
        draft=queries.find_draft(ctx, invitation.id),
        categories=queries.list_categories(ctx, event),
    )


def _not_possible(visit: _Visit, *, kept: bool = False) -> Answer:
    """Say why the form is not open now, and that nothing that was filled in is lost."""
    page = render_template(
        "registrations/closed.html",
        registration=visit.registration,
        invitation=visit.invitation,
        accepted=visit.invitation.state is InvitationState.ACCEPTED,
        window=queries.registration_window(visit.ctx, visit.event),
        closes_at=queries.registration_closes(visit.event),
        rule=visit.rule,
        kept=kept or visit.draft is not None,
    )
    return (page, 409) if request.method == "POST" else page


def _form_page(visit: _Visit, page: str, shown: PageForm) -> str:
    return render_template(
        "registrations/form.html",
        form=shown,
        page=page,
        title=TITLES[page],
        number=PAGES.index(page) + 1,
        pages=len(PAGES),
        previous=PAGES[PAGES.index(page) - 1] if page != PAGES[0] else None,
        then=request.args.get("then") if request.args.get("then") == "check" else None,
        invitation=visit.invitation,
        registered=visit.registration is not None,
        full_modes=_full_modes(visit) if FORMS[page] is FORMS["taking-part"] else [],
        rule=visit.rule,
    )


def _check_page(visit: _Visit, sending: SendForm, *, no_seat: bool = False) -> str:
    filled = visit.saved
    return render_template(
        "registrations/check.html",
        form=sending,
        answers=list(in_words(filled, visit.categories, _language())),
        registration=visit.registration,
        invitation=visit.invitation,
        full=_full_for(visit, filled) if visit.registration is None else None,
        no_seat=no_seat,
        change_url=lambda page: url_for(".form", event=visit.event.slug, page=page, then="check"),
        rule=visit.rule,
    )


def _full_modes(visit: _Visit) -> list[Mode]:
    """Return the modes in which nobody could be seated now, whatever the category."""
    capacity = queries.capacity_of(visit.ctx, visit.event)
    occupancy = queries.occupancy_of(visit.ctx, visit.event.id)
    offered = {value for value, _label in visit.choices.modes}
    full = [mode for mode in Mode if full_because(capacity, occupancy, mode, 0) in (Full.IN_PERSON, Full.REMOTE)]
    return [mode for mode in full if mode.value in offered]


def _full_for(visit: _Visit, filled: dict[str, Any]) -> str | None:
    """Return what is full for these answers, in words, or None when a seat is free now."""
    full = full_because(
        queries.capacity_of(visit.ctx, visit.event),
        queries.occupancy_of(visit.ctx, visit.event.id),
        Mode(filled["mode"]),
        int(filled["category_id"]),
    )
    return seats.no_seat_words(full) if full is not None else None


def _in_words(ctx: Context, event: Event, filled: dict[str, Any]) -> list[Any]:
    return list(in_words(filled, queries.list_categories(ctx, event), _language()))


def _language() -> str:
    locale = get_locale()
    return locale.language if locale is not None else "en"
