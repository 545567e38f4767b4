"""What finance does with receipts: find them in order at a rate, refuse them, or return the claim to the person."""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.mail import service as mail
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.spending import messages
from eventapp.sponsorship.spending.models import Receipt
from eventapp.sponsorship.spending.queries import LineAccount, get_receipt
from eventapp.sponsorship.spending.rules import Rate
from eventapp.sponsorship.spending.standing import converted_by, lock_line, rate_for, require_running
from eventapp.sponsorship.states import LINES, LineAction, LineMode, LineState


def accept(ctx: Context, request: SponsorshipRequest, name: str, rate: Rate | None) -> None:
    """Find a receipt in order and store what it comes to, with the rate. Raises `DomainError` and `Conflict`."""
    receipt, account = _in_hand(ctx, request, name)
    known = rate_for(ctx, request, receipt.currency, rate)
    receipt.converted = converted_by(request, receipt.amount, known)
    receipt.rate, receipt.rate_on, receipt.rate_source = known.value, known.on, known.source
    receipt.refused_because = ""
    receipt.checked_by_id, receipt.checked_at = ctx.actor.id, ctx.now
    audit.record(ctx, account.line, "check-receipt")


def refuse(ctx: Context, request: SponsorshipRequest, name: str, reason: str) -> None:
    """Leave a receipt out of what is paid, and say why to the person. Raises `Conflict`."""
    receipt, account = _in_hand(ctx, request, name)
    receipt.converted = receipt.rate = receipt.rate_on = None
    receipt.rate_source, receipt.refused_because = "", reason
    receipt.checked_by_id, receipt.checked_at = ctx.actor.id, ctx.now
    audit.record(ctx, account.line, "refuse-receipt")


def return_claim(ctx: Context, request: SponsorshipRequest, line_id: int, words: str) -> bool:
    """Return the claim to the person with words on what to put right; return False when that was done before."""
    _fund, account = lock_line(ctx, request, line_id)
    line = account.line
    if line.state is LineState.APPROVED and line.returned_because == words:
        return False
    require_running(request)
    if line.mode is not LineMode.REIMBURSED or line.state is not LineState.CLAIMED:
        raise Conflict(_("This claim is not waiting to be checked any more. Here is how it stands."))
    LINES.move(ctx, line, LineAction.RETURN)
    line.returned_because, line.returned_at = words, ctx.now
    if request.registration_id is not None:
        mail.enqueue(ctx, messages.claim_returned(ctx, request, line))
    return True


def _in_hand(ctx: Context, request: SponsorshipRequest, name: str) -> tuple[Receipt, LineAccount]:
    receipt = get_receipt(ctx, request, name)
    _fund, account = lock_line(ctx, request, receipt.line_id)
    ctx.session.refresh(receipt)
    require_running(request)
    if account.line.state is not LineState.CLAIMED:
        raise Conflict(_("This claim is not waiting to be checked any more. Here is how it stands."))
    return receipt, account
