"""Changes to what is approved after the offer was accepted: more, less, paid another way, or not needed any more."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.money import fits
from eventapp.mail import service as mail
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import Fund, Line, SponsorshipRequest
from eventapp.sponsorship.review.duties import Duty, refuse_second_duty
from eventapp.sponsorship.spending import messages, staying
from eventapp.sponsorship.spending.queries import LineAccount
from eventapp.sponsorship.spending.rules import comes_to_something
from eventapp.sponsorship.spending.standing import changed_meanwhile, in_fund_words, lock_line, require_running
from eventapp.sponsorship.states import LINES, LineAction, LineKind, LineMode, LineState

AMENDABLE = frozenset({LineState.APPROVED, LineState.BOOKED, LineState.CLAIMED})


def amend(
    ctx: Context, request: SponsorshipRequest, line_id: int, amount: Decimal, *, was: Decimal, reason: str
) -> bool:
    """Approve another amount for the line; return False when it stands already, by the same form sent twice.

    `was` is the amount that the form knew. Raises `NotEnoughMoney`, `DomainError` beyond the cap or below what is
    booked, and `Conflict`.
    """
    fund, account = lock_line(ctx, request, line_id)
    line = account.line
    if account.approved != was:
        if account.approved == amount:
            return False
        raise changed_meanwhile()
    if amount == was:
        return False
    _require_amendable(ctx, request, line)
    if line.mode is LineMode.IN_KIND:
        raise Conflict(_("A host gives this; no money is kept for it. Change how it is paid first."))
    _require_possible(ctx, fund, account, amount)
    if amount > was:
        ledger.promise(ctx, fund, line, amount - was, note=reason)
    else:
        ledger.release(ctx, fund, line, was - amount, note=reason)
    line.approved = amount
    audit.record(ctx, line, "raise" if amount > was else "lower")
    _tell(ctx, request, line, reason)
    return True


def change_mode(
    ctx: Context, request: SponsorshipRequest, line_id: int, mode: LineMode, *, was: LineMode, reason: str
) -> bool:
    """Have the line paid another way, where nothing happened yet; return False when it is so already.

    Raises `NotEnoughMoney` when money has to be promised for what a host gave, and `Conflict`.
    """
    fund, account = lock_line(ctx, request, line_id)
    line = account.line
    if line.mode is mode:
        return False
    if line.mode is not was:
        raise changed_meanwhile()
    _require_amendable(ctx, request, line)
    if not account.is_untouched:
        raise Conflict(_("Something was booked or handed in for this line, so how it is paid stays."))
    if mode is LineMode.IN_KIND:
        ledger.release(ctx, fund, line, note=reason)
        line.mode = mode
    else:
        in_kind = line.mode is LineMode.IN_KIND
        line.mode = mode
        if in_kind:
            ledger.promise(ctx, fund, line, account.approved, note=reason)
    audit.record(ctx, line, "change-mode", {"fields": ["mode"]})
    _tell(ctx, request, line, reason)
    return True


def release(ctx: Context, request: SponsorshipRequest, line_id: int, *, reason: str) -> bool:
    """Give back all that is promised for a line that is not needed; return False when that was done before.

    Raises `Conflict` while something is booked or authorised.
    """
    fund, account = lock_line(ctx, request, line_id)
    line = account.line
    if line.state is LineState.RELEASED:
        return False
    _require_amendable(ctx, request, line)
    if account.live_bookings:
        raise Conflict(_("Cancel the bookings of this line first."))
    ledger.release(ctx, fund, line, note=reason)
    if line.kind is LineKind.ACCOMMODATION:
        staying.give_up(ctx, request)
    LINES.move(ctx, line, LineAction.RELEASE)
    _tell(ctx, request, line, reason)
    return True


def _require_amendable(ctx: Context, request: SponsorshipRequest, line: Line) -> None:
    require_running(request)
    refuse_second_duty(ctx, request, Duty.OFFER)
    if line.state is LineState.AUTHORISED:
        raise Conflict(_("A payment of this line is authorised. Have that taken back first."))
    if line.state not in AMENDABLE:
        raise Conflict(_("This line is paid, refused or given back, so nothing of it changes any more."))


def _require_possible(ctx: Context, fund: Fund, account: LineAccount, amount: Decimal) -> None:
    line, cap = account.line, fund.cap(account.line.kind)
    if not comes_to_something(amount) or not fits(amount, fund.currency):
        raise DomainError(_("Enter an amount above nothing."), field="amount")
    if amount > account.approved and cap is not None and amount > cap:
        raise DomainError(
            _("The fund pays at most %(cap)s for this.", cap=in_fund_words(ctx, line, cap)), field="amount"
        )
    if amount < account.booked:
        raise DomainError(
            _("%(booked)s is booked already; it cannot be less.", booked=in_fund_words(ctx, line, account.booked)),
            field="amount",
        )


def _tell(ctx: Context, request: SponsorshipRequest, line: Line, reason: str) -> None:
    if request.registration_id is not None:
        mail.enqueue(ctx, messages.line_changed(ctx, request, line, reason))
