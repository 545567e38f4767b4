"""The participant's pages to be paid back: receipts line by line, and sending them; no account, no JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Carrier, personal_link
from eventapp.core.context import Context
from eventapp.core.errors import DomainError, NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations
from eventapp.sponsorship import queries
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.spending import claims
from eventapp.sponsorship.spending.desk_routes import as_attachment
from eventapp.sponsorship.spending.forms import ReceiptForm, see_again
from eventapp.sponsorship.spending.my_section import claimable
from eventapp.sponsorship.spending.queries import LineAccount, account_of, accounts_of, file_of, get_line
from eventapp.sponsorship.words import LINE, LINE_FOR_PERSON, LINE_STATE_FOR_PERSON

bp = Blueprint("my_claims", __name__)
CLAIMS = "/<any(en,fr,es):lang>/<event>/my/sponsorship/claims"
OF_LINE = f"{CLAIMS}/<int(max=2147483647):line_id>"
MOST_READ = 40 * 1024 * 1024
Answer = str | Response | tuple[str, int]


@bp.url_value_preprocessor
def _make_room_for_photos(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001
    """Read even a photo that is too large, so that the form can say so beside it and lose nothing.

    Before the form is read, and only for somebody who opened an invitation.
    """
    if endpoint == "my_claims.add" and session.get("opened"):
        request.max_content_length = MOST_READ


@bp.get(CLAIMS)
@personal_link(Carrier.COOKIE)
def overview(event: Event, invitation: Invitation) -> Answer:
    """Show what is paid back against receipts, and what was handed in for it."""
    ctx = reading()
    found = _mine(ctx, event, invitation)
    lines = claimable(found)
    if not lines:
        raise NotFound(_("Nothing of your support is paid back against receipts."))
    accounts = accounts_of(ctx, lines)
    return render_template(
        "sponsorship/my/claims.html",
        found=found,
        fund=found.fund,
        accounts=[accounts[line.id] for line in lines],
        open_lines=[line.id for line in lines if claims.is_open(ctx, found, line)],
        line_words=LINE,
        meanings=LINE_FOR_PERSON,
        states=LINE_STATE_FOR_PERSON,
    )


@bp.get(f"{OF_LINE}/add")
@personal_link(Carrier.COOKIE)
def receipt(event: Event, invitation: Invitation, line_id: int) -> Answer:
    """Ask for one receipt."""
    ctx = reading()
    found = _mine(ctx, event, invitation)
    account = _account(ctx, found, line_id)
    if not claims.is_open(ctx, found, account.line):
        return redirect(url_for(".overview", event=event.slug), 303)
    last = account.receipts[-1].currency if account.receipts else found.fund.currency
    form = ReceiptForm(formdata=None, data={"currency": last, "seen": len(account.receipts)})
    return _receipt_page(found, account, form)


@bp.post(f"{OF_LINE}/add")
@personal_link(Carrier.COOKIE)
def add(event: Event, invitation: Invitation, line_id: int) -> Answer:
    """Keep one receipt."""
    ctx = reading()
    found = _mine(ctx, event, invitation)
    account = _account(ctx, found, line_id)
    form = ReceiptForm()
    whole = form.validate()
    file = form.checked() if "csrf_token" not in form.errors else None
    if not whole or file is None:
        return _receipt_page(found, account, form), 422
    try:
        with unit_of_work() as writing:
            mine = _mine(writing, event, invitation)
            kept = claims.add_receipt(writing, mine, line_id, form.values(), file, seen=form.seen.data or 0)
    except DomainError as error:
        form.refuse(error)
        found = _mine(ctx := reading(), event, invitation)
        account = _account(ctx, found, line_id)
        see_again(form, account)
        return _receipt_page(found, account, form), int(error.status)
    if kept:
        flash(_("The receipt is kept. Add another one, or send them all."), "success")
    else:
        flash(_("This receipt was kept already; it stands here once."), "info")
    return redirect(url_for(".overview", event=event.slug), 303)


@bp.post(f"{CLAIMS}/receipts/<name>/remove")
@personal_link(Carrier.COOKIE)
def remove(event: Event, invitation: Invitation, name: str) -> Answer:
    """Delete a receipt that was not found in order."""
    try:
        with unit_of_work() as ctx:
            claims.remove_receipt(ctx, _mine(ctx, event, invitation), name)
    except NotFound:
        raise
    except DomainError as error:
        flash(error.message, "warning")
    else:
        flash(_("The receipt is removed."), "success")
    return redirect(url_for(".overview", event=event.slug), 303)


@bp.get(f"{CLAIMS}/receipts/<name>")
@personal_link(Carrier.COOKIE)
def file(event: Event, invitation: Invitation, name: str) -> Answer:
    """Return a receipt's file to the person who handed it in."""
    ctx = reading()
    return as_attachment(file_of(ctx, _mine(ctx, event, invitation), name))


@bp.post(f"{OF_LINE}/send")
@personal_link(Carrier.COOKIE)
def send(event: Event, invitation: Invitation, line_id: int) -> Answer:
    """Hand the receipts of a line in."""
    try:
        with unit_of_work() as ctx:
            sent = claims.send(ctx, _mine(ctx, event, invitation), line_id)
    except NotFound:
        raise
    except DomainError as error:
        flash(error.message, "warning")
    else:
        thanks = _("Thank you. We check your receipts and write to you.")
        flash(thanks if sent else _("You sent these receipts before."), "success")
    return redirect(url_for(".overview", event=event.slug), 303)


def _mine(ctx: Context, event: Event, invitation: Invitation) -> SponsorshipRequest:
    registration = registrations.find_registration(ctx, invitation.id)
    found = queries.find_request(ctx, registration) if registration is not None else None
    if found is None or found.event_id != event.id:
        raise NotFound(_("You have no request for support in this event."))
    return found


def _account(ctx: Context, found: SponsorshipRequest, line_id: int) -> LineAccount:
    line = get_line(found, line_id)
    if line not in claimable(found):
        raise NotFound(_("There is no such line in this request."))
    return account_of(ctx, line)


def _receipt_page(found: SponsorshipRequest, account: LineAccount, form: ReceiptForm) -> str:
    return render_template(
        "sponsorship/my/claims_receipt.html",
        found=found,
        line=account.line,
        form=form,
        line_words=LINE,
        allowed=claims.ALLOWED,
        accepted=claims.ACCEPTED,
    )
