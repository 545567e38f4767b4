"""The desk's pages about money: what waits for whom, one person's lines, bookings, receipts and changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.forms import Form
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.sponsorship.models import Line, SponsorshipRequest
from eventapp.sponsorship.review import conflicts
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work
from eventapp.sponsorship.spending import amending, bookings, checking, settling, work
from eventapp.sponsorship.spending.forms import (
    AmendForm,
    BookingForm,
    ModeForm,
    RateForm,
    ReasonForm,
    RefusalForm,
    StayForm,
    WordsForm,
    see_again,
    stay_form,
    with_currency,
)
from eventapp.sponsorship.spending.queries import (
    LineAccount,
    account_of,
    accounts_of,
    file_of,
    get_booking,
    get_line,
    get_receipt,
)
from eventapp.sponsorship.spending.staying import CHANGEABLE, stay_of
from eventapp.sponsorship.states import LineMode
from eventapp.sponsorship.words import ENTRY, LINE, LINE_STATE, MODE, STATE

bp = Blueprint("sponsorship_spending", __name__)
bp.before_request(ask_where_they_work)
ADDRESS = "/desk/<event>/sponsorship/payments"
ONE = f"{ADDRESS}/<int(max=2147483647):request_id>"
OF_LINE = f"{ONE}/lines/<int(max=2147483647):line_id>"
Answer = str | Response | tuple[str, int]
Command = Callable[[Context, SponsorshipRequest], bool]


@bp.get(ADDRESS)
@requires(Permission.SPONSORSHIP_VIEW)
def overview(event: Event) -> Answer:
    """Show what waits: to be booked, checked, authorised, paid and settled."""
    ctx = reading()
    return render_template(
        "sponsorship/spending/overview.html",
        tasks=work.list_tasks(ctx, event),
        owed=work.list_owed(ctx, event),
        steps=work.Step,
        ready=settling.list_ready(ctx, event),
        line_words=LINE,
    )


@bp.get(ONE)
@requires(Permission.SPONSORSHIP_VIEW)
def person(event: Event, request_id: int) -> Answer:
    """Show all money of one person, line by line."""
    return person_page(event, request_id)


@bp.get(f"{OF_LINE}/book")
@requires(Permission.SPONSORSHIP_DECIDE)
def book(event: Event, request_id: int, line_id: int) -> Answer:
    """Ask what was booked."""
    found, account = at(event, request_id, line_id)
    form = BookingForm(formdata=None, data={"currency": found.fund.currency, "seen": len(account.bookings)})
    return page("book", found, account, form)


@bp.post(f"{OF_LINE}/book")
@requires(Permission.SPONSORSHIP_DECIDE)
def save_booking(event: Event, request_id: int, line_id: int) -> Answer:
    """Keep a booking and tell the person."""
    found, account = at(event, request_id, line_id)
    form = BookingForm()
    whole = form.validate()
    if not form.require_day(form.currency.data, found.fund.currency) or not whole:
        return page("book", found, account, form), 422

    def command(ctx: Context, locked: SponsorshipRequest) -> bool:
        return bookings.book(ctx, locked, line_id, form.values(), seen=form.seen.data or 0)

    return carry_out("book", found, account, form, command, told(found, _("Booked. The person is told by mail.")))


@bp.get(f"{OF_LINE}/bookings/<int(max=2147483647):booking_id>/cancel")
@requires(Permission.SPONSORSHIP_DECIDE)
def ask_cancel_booking(event: Event, request_id: int, line_id: int, booking_id: int) -> Answer:
    """Ask before a booking is cancelled."""
    found, account = at(event, request_id, line_id)
    return page("cancel_booking", found, account, Form(formdata=None), booking=_booking(account, booking_id))


@bp.post(f"{OF_LINE}/bookings/<int(max=2147483647):booking_id>/cancel")
@requires(Permission.SPONSORSHIP_DECIDE)
def cancel_booking(event: Event, request_id: int, line_id: int, booking_id: int) -> Answer:
    """Take a booking out of what will be paid."""
    found, account = at(event, request_id, line_id)
    booking = _booking(account, booking_id)

    def command(ctx: Context, locked: SponsorshipRequest) -> bool:
        return bookings.cancel(ctx, locked, line_id, booking_id)

    done = told(found, _("The booking is cancelled. The person is told by mail."))
    return carry_out("cancel_booking", found, account, Form(), command, done, booking=booking)


@bp.get(f"{ONE}/receipts/<name>")
@requires(Permission.SPONSORSHIP_VIEW)
def receipt_file(event: Event, request_id: int, name: str) -> Answer:
    """Return a receipt's photo or PDF, to be saved."""
    ctx = reading()
    return as_attachment(file_of(ctx, request_of(ctx, event, request_id), name))


@bp.get(f"{ONE}/receipts/<name>/check")
@requires(Permission.SPONSORSHIP_PAY)
def check(event: Event, request_id: int, name: str) -> Answer:
    """Show a receipt with what it needs to be found in order."""
    return _check_page(event, request_id, name, RateForm(formdata=None), RefusalForm(formdata=None))


@bp.post(f"{ONE}/receipts/<name>/check")
@requires(Permission.SPONSORSHIP_PAY)
def accept_receipt(event: Event, request_id: int, name: str) -> Answer:
    """Find a receipt in order, at a rate."""
    found = request_of(ctx := reading(), event, request_id)
    receipt, form = get_receipt(ctx, found, name), RateForm()
    whole = form.validate()
    if not form.require_day(receipt.currency, found.fund.currency) or not whole:
        return _check_page(event, request_id, name, form, RefusalForm(formdata=None)), 422
    try:
        with unit_of_work() as writing:
            checking.accept(writing, request_of(writing, event, request_id), name, form.known())
    except DomainError as error:
        form.refuse(error)
        return _check_page(event, request_id, name, form, RefusalForm(formdata=None)), int(error.status)
    flash(_("The receipt is in order."), "success")
    return to_person(event, request_id)


@bp.post(f"{ONE}/receipts/<name>/refuse")
@requires(Permission.SPONSORSHIP_PAY)
def refuse_receipt(event: Event, request_id: int, name: str) -> Answer:
    """Leave a receipt out of what is paid."""
    get_receipt(ctx := reading(), request_of(ctx, event, request_id), name)
    form = RefusalForm()
    if not form.validate():
        return _check_page(event, request_id, name, RateForm(formdata=None), form), 422
    try:
        with unit_of_work() as writing:
            checking.refuse(writing, request_of(writing, event, request_id), name, form.reason.data)
    except Conflict as error:
        form.refuse(error)
        return _check_page(event, request_id, name, RateForm(formdata=None), form), int(error.status)
    flash(_("The receipt is refused. The person reads why when the rest is paid or returned."), "success")
    return to_person(event, request_id)


@bp.get(f"{OF_LINE}/return")
@requires(Permission.SPONSORSHIP_PAY)
def ask_return(event: Event, request_id: int, line_id: int) -> Answer:
    """Ask what the person has to put right."""
    found, account = at(event, request_id, line_id)
    return page("return", found, account, WordsForm(formdata=None))


@bp.post(f"{OF_LINE}/return")
@requires(Permission.SPONSORSHIP_PAY)
def return_claim(event: Event, request_id: int, line_id: int) -> Answer:
    """Return a claim to the person."""
    found, account = at(event, request_id, line_id)
    form = WordsForm()
    if not form.validate():
        return page("return", found, account, form), 422

    def command(ctx: Context, locked: SponsorshipRequest) -> bool:
        return checking.return_claim(ctx, locked, line_id, form.reason.data)

    return carry_out("return", found, account, form, command, told(found, _("Returned. The person is told by mail.")))


@bp.get(f"{OF_LINE}/change")
@requires(Permission.SPONSORSHIP_DECIDE)
def change(event: Event, request_id: int, line_id: int) -> Answer:
    """Show what can be changed about a line: how much, how it is paid, or that it is not needed."""
    found, account = at(event, request_id, line_id)
    return _change_page(found, account)


@bp.post(f"{OF_LINE}/change/<any(amount,mode,release):what>")
@requires(Permission.SPONSORSHIP_DECIDE)
def save_change(event: Event, request_id: int, line_id: int, what: str) -> Answer:
    """Change a line and tell the person."""
    found, account = at(event, request_id, line_id)
    forms: dict[str, type[Form]] = {"amount": AmendForm, "mode": ModeForm, "release": ReasonForm}
    form: Any = with_currency(forms[what](), found.fund)
    if not form.validate():
        return _change_page(found, account, **{what: form}), 422

    def command(ctx: Context, locked: SponsorshipRequest) -> bool:
        reason = form.reason.data
        if what == "amount":
            return amending.amend(ctx, locked, line_id, form.amount.data, was=form.seen(), reason=reason)
        if what == "mode":
            return amending.change_mode(ctx, locked, line_id, form.mode.data, was=form.seen(), reason=reason)
        return amending.release(ctx, locked, line_id, reason=reason)

    def again(sent: Form) -> str:
        return _change_page(*at(event, request_id, line_id), **{what: sent})

    return carry_out(again, found, account, form, command, told(found, _("Changed. The person is told by mail.")))


def request_of(ctx: Context, event: Event, request_id: int) -> SponsorshipRequest:
    """Return a request that the person may see, also of somebody erased: their money is brought to its end."""
    return conflicts.get_request(ctx, event, request_id, erased=True)


def at(event: Event, request_id: int, line_id: int) -> tuple[SponsorshipRequest, LineAccount]:
    """Return a request that the person may see with one of its lines. Raises `NotFound`."""
    ctx = reading()
    found = request_of(ctx, event, request_id)
    return found, account_of(ctx, get_line(found, line_id))


def page(name: str, found: SponsorshipRequest, account: LineAccount, form: Form, **values: Any) -> str:
    """Return the page of one step."""
    return render_template(
        f"sponsorship/spending/{name}.html",
        found=found,
        fund=found.fund,
        account=account,
        line=account.line,
        form=form,
        line_words=LINE,
        back=url_for("sponsorship_spending.person", event=found.event.slug, request_id=found.id),
        **values,
    )


def carry_out(
    name: str | Callable[[Form], str],
    found: SponsorshipRequest,
    account: LineAccount,
    form: Form,
    command: Command,
    done: str,
    **values: Any,
) -> Answer:
    """Run the command on the request read anew; a refusal comes back beside its field, what was done before is said."""
    event, request_id, line_id = found.event, found.id, account.line.id
    try:
        with unit_of_work() as ctx:
            changed = command(ctx, request_of(ctx, event, request_id))
    except DomainError as error:
        form.refuse(error)
        request, account = at(event, request_id, line_id)
        see_again(form, account)
        if not isinstance(name, str):
            return name(form), int(error.status)
        return page(name, request, account, form, **values), int(error.status)
    if changed:
        flash(done, "success")
    else:
        flash(_("That was done already; nothing was entered twice."), "info")
    return to_person(event, request_id)


def to_person(event: Event, request_id: int) -> Response:
    """Lead to the person's page."""
    return redirect(url_for("sponsorship_spending.person", event=event.slug, request_id=request_id), 303)


def person_page(event: Event, request_id: int, sent: StayForm | None = None) -> str:
    """Return the page with all money of one person, and with the form of their nights while these can change."""
    ctx = reading()
    found = request_of(ctx, event, request_id)
    accounts = accounts_of(ctx, found.lines)
    stay = None
    if found.state in CHANGEABLE and found.fund.hotels and Permission.SPONSORSHIP_DECIDE in g.permissions:
        stay = sent or stay_form(found, formdata=None)
        stay.was.data = stay_of(found).stamp
    return render_template("sponsorship/spending/person.html", **person_values(found, accounts), stay=stay)


def person_values(found: SponsorshipRequest, accounts: Any) -> dict[str, Any]:
    """Return what the parts of a person's lines need."""
    return {
        "found": found,
        "fund": found.fund,
        "accounts": [accounts[line.id] for line in found.lines],
        "step_of": work.step_of,
        "line_words": LINE,
        "line_states": LINE_STATE,
        "modes": MODE,
        "states": STATE,
        "entry_words": ENTRY,
    }


def as_attachment(receipt: Any) -> Response:
    """Return a receipt's file to be saved, never shown in our pages."""
    answer = Response(receipt.data, content_type=receipt.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=receipt.filename)
    return answer


def told(found: SponsorshipRequest, done: str) -> str:
    """Return what was done, and that nobody is told when the person was erased."""
    return done if found.registration_id is not None else _("Done. The person was erased, so nobody is told.")


def _booking(account: LineAccount, booking_id: int) -> Any:
    return get_booking(reading(), account.line, booking_id)


def _check_page(event: Event, request_id: int, name: str, form: RateForm, refusal: RefusalForm) -> str:
    ctx = reading()
    found = request_of(ctx, event, request_id)
    receipt = get_receipt(ctx, found, name)
    account = account_of(ctx, get_line(found, receipt.line_id))
    return page("check", found, account, form, receipt=receipt, refusal=refusal)


def _change_page(found: SponsorshipRequest, account: LineAccount, **sent: Form) -> str:
    line: Line = account.line
    approved = account.approved
    blank = {
        "amount": AmendForm(formdata=None, data={"amount": approved, "was": format(approved, "f")}),
        "mode": ModeForm(formdata=None, data={"mode": line.mode, "was": line.mode.value}),
        "release": ReasonForm(formdata=None),
    }
    forms = {name: with_currency(sent.get(name) or form, found.fund) for name, form in blank.items()}
    wrong = next(iter(sent.values()), forms["amount"])
    return page("change", found, account, wrong, forms=forms, in_kind=LineMode.IN_KIND)
