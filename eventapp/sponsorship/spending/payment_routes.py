"""The desk's pages of what is paid: authorising, paying, money that came back, and the end of each trip."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.forms import Form
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review import conflicts
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work
from eventapp.sponsorship.spending import paying, settling
from eventapp.sponsorship.spending.desk_routes import (
    ADDRESS,
    OF_LINE,
    ONE,
    Answer,
    at,
    carry_out,
    page,
    request_of,
    to_person,
)
from eventapp.sponsorship.spending.forms import AuthoriseForm, PaymentForm, ReasonForm, RefundForm, with_currency
from eventapp.sponsorship.spending.queries import accounts_of
from eventapp.sponsorship.states import RequestState
from eventapp.sponsorship.words import LINE

bp = Blueprint("sponsorship_payments", __name__)
bp.before_request(ask_where_they_work)


@bp.get(f"{OF_LINE}/authorise")
@requires(Permission.SPONSORSHIP_AUTHORISE)
def ask_authorise(event: Event, request_id: int, line_id: int) -> Answer:
    """Show what a line's payment rests on, and ask how much may be paid."""
    found, account = at(event, request_id, line_id)
    form = AuthoriseForm(formdata=None, data={"amount": min(account.most_to_authorise, account.committed)})
    return page("authorise", found, account, with_currency(form, found.fund))


@bp.post(f"{OF_LINE}/authorise")
@requires(Permission.SPONSORSHIP_AUTHORISE)
def authorise(event: Event, request_id: int, line_id: int) -> Answer:
    """Let a line be paid."""
    found, account = at(event, request_id, line_id)
    form = with_currency(AuthoriseForm(), found.fund)
    if not form.validate():
        return page("authorise", found, account, form), 422

    def command(ctx: Context, locked: SponsorshipRequest) -> bool:
        return paying.authorise(ctx, locked, line_id, form.amount.data)

    return carry_out("authorise", found, account, form, command, _("Authorised. Finance can pay it now."))


@bp.post(f"{OF_LINE}/take-back")
@requires(Permission.SPONSORSHIP_AUTHORISE)
def take_back(event: Event, request_id: int, line_id: int) -> Answer:
    """Take an authorisation back before it is paid."""
    at(event, request_id, line_id)
    with unit_of_work() as ctx:
        taken = paying.take_back(ctx, request_of(ctx, event, request_id), line_id)
    if taken:
        flash(_("The authorisation is taken back."), "success")
    else:
        flash(_("Nothing is authorised there any more."), "info")
    return to_person(event, request_id)


@bp.get(f"{OF_LINE}/pay")
@requires(Permission.SPONSORSHIP_PAY)
def ask_pay(event: Event, request_id: int, line_id: int) -> Answer:
    """Show what was authorised, and ask for the payment's reference."""
    found, account = at(event, request_id, line_id)
    standing = account.authorisation
    return page("pay", found, account, PaymentForm(formdata=None, authorisation=standing.id if standing else ""))


@bp.post(f"{OF_LINE}/pay")
@requires(Permission.SPONSORSHIP_PAY)
def pay(event: Event, request_id: int, line_id: int) -> Answer:
    """Record a payment."""
    found, account = at(event, request_id, line_id)
    form = PaymentForm()
    if not form.validate():
        return page("pay", found, account, form), 422

    def command(ctx: Context, locked: SponsorshipRequest) -> bool:
        return paying.pay(ctx, locked, line_id, form.seen(), reference=form.reference.data)

    return carry_out("pay", found, account, form, command, _("The payment is in the books."))


@bp.get(f"{OF_LINE}/refund")
@requires(Permission.SPONSORSHIP_PAY)
def ask_refund(event: Event, request_id: int, line_id: int) -> Answer:
    """Ask how much came back."""
    found, account = at(event, request_id, line_id)
    form = with_currency(RefundForm(formdata=None, data={"seen": len(account.refunds)}), found.fund)
    return page("refund", found, account, form)


@bp.post(f"{OF_LINE}/refund")
@requires(Permission.SPONSORSHIP_PAY)
def refund(event: Event, request_id: int, line_id: int) -> Answer:
    """Record money that came back."""
    found, account = at(event, request_id, line_id)
    form = with_currency(RefundForm(), found.fund)
    if not form.validate():
        return page("refund", found, account, form), 422

    def command(ctx: Context, locked: SponsorshipRequest) -> bool:
        return paying.refund(
            ctx,
            locked,
            line_id,
            form.amount.data,
            reference=form.reference.data,
            note=form.note.data or "",
            seen=form.seen.data or 0,
        )

    return carry_out("refund", found, account, form, command, _("The refund is in the books."))


@bp.get(f"{ADDRESS}/travelled")
@requires(Permission.SPONSORSHIP_DECIDE)
def travelled(event: Event) -> Answer:
    """Show who accepted, with the days on which they were checked in, to say who travelled."""
    ctx = reading()
    people = conflicts.list_requests(ctx, event, {RequestState.ACCEPTED}, erased=True)
    return render_template(
        "sponsorship/spending/travelled.html",
        people=people,
        days=settling.days_there(ctx, people),
        begun=settling.has_begun(ctx, event),
    )


@bp.post(f"{ADDRESS}/travelled")
@requires(Permission.SPONSORSHIP_DECIDE)
def mark_travelled(event: Event) -> Answer:
    """Note who travelled."""
    ticked = request.form.getlist("travelled")
    chosen = {int(each) for each in ticked if each.isascii() and each.isdigit() and len(each) < 10}
    try:
        with unit_of_work() as ctx:
            noted = settling.mark_travelled(ctx, event, chosen)
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(ngettext("%(num)d person travelled.", "%(num)d people travelled.", noted), "success" if noted else "info")
    return redirect(url_for(".travelled", event=event.slug), 303)


@bp.get(f"{ONE}/no-show")
@requires(Permission.SPONSORSHIP_DECIDE)
def ask_no_show(event: Event, request_id: int) -> Answer:
    """Say what happens when somebody did not come."""
    return _end_page("no_show", event, request_id, ReasonForm(formdata=None))


@bp.post(f"{ONE}/no-show")
@requires(Permission.SPONSORSHIP_DECIDE)
def no_show(event: Event, request_id: int) -> Answer:
    """Note that somebody did not come, and give back what is not paid."""
    request_of(reading(), event, request_id)
    form = ReasonForm()
    if not form.validate():
        return _end_page("no_show", event, request_id, form), 422
    try:
        with unit_of_work() as ctx:
            noted = settling.no_show(ctx, request_of(ctx, event, request_id), form.reason.data)
    except DomainError as error:
        form.refuse(error)
        return _end_page("no_show", event, request_id, form), int(error.status)
    flash(
        _("Noted. What is neither paid nor booked is free again.") if noted else _("That was noted before."), "success"
    )
    return to_person(event, request_id)


@bp.get(f"{ONE}/settle")
@requires(Permission.SPONSORSHIP_PAY)
def ask_settle(event: Event, request_id: int) -> Answer:
    """Show what goes back to the fund when a trip is settled."""
    return _end_page("settle", event, request_id, Form(formdata=None))


@bp.post(f"{ONE}/settle")
@requires(Permission.SPONSORSHIP_PAY)
def settle(event: Event, request_id: int) -> Answer:
    """Close the accounts of a trip."""
    form = Form()
    try:
        with unit_of_work() as ctx:
            settled = settling.settle(ctx, request_of(ctx, event, request_id))
    except Conflict as error:
        form.refuse(error)
        return _end_page("settle", event, request_id, form), int(error.status)
    flash(_("The trip is settled.") if settled else _("This trip was settled before."), "success")
    return to_person(event, request_id)


@bp.post(f"{ADDRESS}/settle")
@requires(Permission.SPONSORSHIP_PAY)
def settle_ready(event: Event) -> Response:
    """Settle every trip of which nothing is open."""
    with unit_of_work() as ctx:
        settled = settling.settle_ready(ctx, event)
    flash(ngettext("%(num)d trip is settled.", "%(num)d trips are settled.", settled), "success" if settled else "info")
    return redirect(url_for("sponsorship_spending.overview", event=event.slug), 303)


def _end_page(name: str, event: Event, request_id: int, form: Form) -> str:
    ctx = reading()
    found = request_of(ctx, event, request_id)
    accounts = accounts_of(ctx, found.lines)
    return render_template(
        f"sponsorship/spending/{name}.html",
        found=found,
        fund=found.fund,
        form=form,
        left=[accounts[line.id] for line in found.lines if accounts[line.id].committed > accounts[line.id].owed],
        owed=[accounts[line.id] for line in found.lines if accounts[line.id].owed],
        line_words=LINE,
        back=url_for("sponsorship_spending.person", event=event.slug, request_id=found.id),
    )
