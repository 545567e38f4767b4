"""Authorising, paying and taking money back: each step by somebody else, each amount within the one before."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.money import fits
from eventapp.mail import service as mail
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review.duties import Duty, refuse_second_duty
from eventapp.sponsorship.spending import messages
from eventapp.sponsorship.spending.models import Authorisation
from eventapp.sponsorship.spending.queries import LineAccount
from eventapp.sponsorship.spending.standing import RUNNING, changed_meanwhile, in_fund_words, lock_line, require_payable
from eventapp.sponsorship.states import LINES, LineAction, LineMode, LineState


def authorise(ctx: Context, request: SponsorshipRequest, line_id: int, amount: Decimal) -> bool:
    """Let the line be paid with the amount; return False when the same was done before.

    Raises `DomainError` beyond what is approved or backed by bookings and receipts, and `Conflict` for a second part.
    """
    _fund, account = lock_line(ctx, request, line_id)
    line, standing = account.line, account.authorisation
    if standing is not None and standing.authorised_by_id == ctx.actor.id and standing.amount == amount:
        return False
    require_payable(account)
    refuse_second_duty(ctx, request, Duty.AUTHORISE)
    _refuse_own_work(ctx, account)
    LINES.target(line.state, LineAction.AUTHORISE)
    if account.unchecked:
        raise Conflict(
            ngettext(
                "%(num)d receipt is not checked yet.",
                "%(num)d receipts are not checked yet.",
                len(account.unchecked),
            )
        )
    if amount <= 0 or not fits(amount, request.fund.currency):
        raise DomainError(_("Enter an amount above nothing."), field="amount")
    most = min(account.most_to_authorise, account.committed)
    if amount > most:
        raise DomainError(
            _("At most %(most)s can be authorised here.", most=in_fund_words(ctx, line, most)), field="amount"
        )
    ctx.session.add(
        Authorisation(
            event_id=request.event_id,
            line_id=line.id,
            amount=amount,
            authorised_by_id=ctx.actor.id,
            authorised_at=ctx.now,
        )
    )
    LINES.move(ctx, line, LineAction.AUTHORISE)
    return True


def take_back(ctx: Context, request: SponsorshipRequest, line_id: int) -> bool:
    """Take an authorisation back, so that it can be given anew; return False when none stands any more."""
    _fund, account = lock_line(ctx, request, line_id)
    line, standing = account.line, account.authorisation
    if standing is None or line.state is not LineState.AUTHORISED:
        return False
    standing.taken_back_at = ctx.now
    LINES.move(ctx, line, LineAction.RETURN)
    LINES.move(ctx, line, LineAction.BOOK if line.mode is LineMode.PREPAID else LineAction.CLAIM)
    return True


def pay(ctx: Context, request: SponsorshipRequest, line_id: int, authorisation_id: int, *, reference: str) -> bool:
    """Record that what was authorised is paid; return False when it was recorded before.

    When the request has ended, what was kept beyond the payment is given back.
    Raises `Conflict` when another authorisation stands than the one that was seen, and for a second part.
    """
    fund, account = lock_line(ctx, request, line_id)
    line, standing = account.line, account.authorisation
    if standing is None or standing.id != authorisation_id:
        raise changed_meanwhile()
    if line.state is LineState.PAID:
        return False
    require_payable(account)
    refuse_second_duty(ctx, request, Duty.PAY)
    LINES.target(line.state, LineAction.PAY)
    ledger.pay(ctx, fund, line, standing.amount, reference=reference)
    LINES.move(ctx, line, LineAction.PAY)
    if request.state not in RUNNING:  # nobody will settle it
        ledger.release(ctx, fund, line)
    if line.mode is LineMode.REIMBURSED and request.registration_id is not None:
        mail.enqueue(ctx, messages.paid(ctx, request, line, standing.amount, account.refused))
    return True


def refund(
    ctx: Context, request: SponsorshipRequest, line_id: int, amount: Decimal, *, reference: str, note: str, seen: int
) -> bool:
    """Record money that came back; return False when it was recorded before, by the same form sent twice.

    `seen` is how many refunds of the line the form knew. Raises `DomainError` beyond what was paid, and `Conflict`.
    """
    fund, account = lock_line(ctx, request, line_id)
    if len(account.refunds) != seen:
        last = account.refunds[-1] if account.refunds else None
        if last is not None and (-last.spent, last.reference, last.note) == (amount, reference, note):
            return False
        raise changed_meanwhile()
    if account.line.state is not LineState.PAID:
        raise Conflict(_("Nothing was paid for this line, so nothing can come back."))
    refuse_second_duty(ctx, request, Duty.PAY)
    if not 0 < amount <= account.spent:
        raise DomainError(
            _("At most %(paid)s can come back.", paid=in_fund_words(ctx, account.line, account.spent)), field="amount"
        )
    ledger.refund(ctx, fund, account.line, amount, reference=reference, note=note)
    return True


def _refuse_own_work(ctx: Context, account: LineAccount) -> None:
    """Raise `Conflict` for whoever checked a receipt of the line: a third person authorises."""
    if ctx.actor.kind == ActorKind.SYSTEM:
        return
    if ctx.actor.id in {each.checked_by_id for each in account.receipts}:
        raise Conflict(_("You checked a receipt of this line, so somebody else authorises it."))
