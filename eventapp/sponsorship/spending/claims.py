"""What a participant does to be paid back: receipts with a file each, and the claim that sends them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.uploads import MediaType
from eventapp.registrations.questions import files
from eventapp.registrations.questions.files import CheckedFile
from eventapp.sponsorship.models import Line, SponsorshipRequest
from eventapp.sponsorship.spending.models import Receipt
from eventapp.sponsorship.spending.queries import LineAccount, get_receipt
from eventapp.sponsorship.spending.rules import DAYS_BACK, comes_to_something
from eventapp.sponsorship.spending.standing import (
    RUNNING,
    changed_meanwhile,
    lock_line,
    today_at,
)
from eventapp.sponsorship.states import LINES, LineAction, LineMode, LineState

MOST_RECEIPTS = 30  # a line
KINDS = (MediaType.PDF, MediaType.PNG, MediaType.JPEG, MediaType.WEBP)
ACCEPTED = ".pdf,.png,.jpg,.jpeg,.webp,application/pdf,image/png,image/jpeg,image/webp"
ALLOWED: LazyString = _l("A photo (JPEG, PNG or WebP) or a PDF, 5 MB at most.")


@dataclass(frozen=True)
class ReceiptValues:
    """What a receipt says."""

    spent_on: date
    what: str
    amount: Decimal
    currency: str


def check_file(filename: str, data: bytes) -> CheckedFile:
    """Return the photo or PDF as it is kept. Raises `DomainError` in plain words."""
    return files.check(filename, data, kinds=KINDS, allowed=ALLOWED)


def is_open(ctx: Context, request: SponsorshipRequest, line: Line) -> bool:
    """Tell whether the person may hand in receipts for the line now; one returned to them may always be put right."""
    last_day = request.fund.claims_until
    return (
        request.state in RUNNING
        and line.mode is LineMode.REIMBURSED
        and line.state is LineState.APPROVED
        and (last_day is None or today_at(ctx, request) <= last_day or line.returned_at is not None)
    )


def add_receipt(
    ctx: Context, request: SponsorshipRequest, line_id: int, values: ReceiptValues, file: CheckedFile, *, seen: int
) -> bool:
    """Keep a receipt; return False when it was kept before, by the same form sent twice.

    `seen` is how many receipts of the line the form knew. Raises `DomainError` and `Conflict`.
    """
    account = _open_line(ctx, request, line_id)
    if len(account.receipts) != seen:
        if account.receipts and _is_same(account.receipts[-1], values, file):
            return False
        raise changed_meanwhile()
    if len(account.receipts) >= MOST_RECEIPTS:
        raise DomainError(_("There are %(most)d receipts already, which is the most.", most=MOST_RECEIPTS))
    today = today_at(ctx, request)
    if not today - timedelta(days=DAYS_BACK) <= values.spent_on <= today:
        raise DomainError(_("Enter the day on the receipt: not in the future, and not years ago."), field="spent_on")
    if not comes_to_something(values.amount):
        raise DomainError(_("Enter an amount above nothing."), field="amount")
    ctx.session.add(
        Receipt(
            event_id=request.event_id,
            line_id=line_id,
            spent_on=values.spent_on,
            what=values.what,
            amount=values.amount,
            currency=values.currency,
            name=secrets.token_urlsafe(24),
            filename=file.filename,
            media_type=file.media_type.value,
            size=len(file.data),
            data=file.data,
            created_at=ctx.now,
        )
    )
    audit.record(ctx, account.line, "add-receipt")
    return True


def remove_receipt(ctx: Context, request: SponsorshipRequest, name: str) -> None:
    """Delete a receipt that nobody found in order. Raises `NotFound` and `Conflict`."""
    receipt = get_receipt(ctx, request, name)
    account = _open_line(ctx, request, receipt.line_id)
    ctx.session.refresh(receipt)
    if receipt.converted is not None:
        raise Conflict(_("This receipt was checked and found in order, so it stays."))
    ctx.session.delete(receipt)
    audit.record(ctx, account.line, "remove-receipt")


def send(ctx: Context, request: SponsorshipRequest, line_id: int) -> bool:
    """Hand the receipts in; return False when that was done before. Raises `DomainError` without a receipt."""
    _fund, account = lock_line(ctx, request, line_id)
    line = account.line
    if line.mode is LineMode.REIMBURSED and line.state is LineState.CLAIMED:
        return False
    if not is_open(ctx, request, line):
        raise _closed()
    if len(account.refused) == len(account.receipts):
        raise DomainError(_("Add at least one receipt first."))
    line.returned_because, line.returned_at = "", None
    LINES.move(ctx, line, LineAction.CLAIM)
    return True


def _open_line(ctx: Context, request: SponsorshipRequest, line_id: int) -> LineAccount:
    _fund, account = lock_line(ctx, request, line_id)
    if not is_open(ctx, request, account.line):
        raise _closed()
    return account


def _closed() -> Conflict:
    return Conflict(_("No receipts can be handed in for this now. Here is how it stands."))


def _is_same(receipt: Receipt, values: ReceiptValues, file: CheckedFile) -> bool:
    return (receipt.spent_on, receipt.what, receipt.amount, receipt.currency, receipt.size) == (
        values.spent_on,
        values.what,
        values.amount,
        values.currency,
        len(file.data),
    )
