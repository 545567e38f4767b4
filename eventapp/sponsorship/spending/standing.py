"""What every command of spending begins with: the fund locked, the line read again, and what may be done now."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.money import in_words
from eventapp.core.wall_time import to_wall
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import Fund, Line, SponsorshipRequest
from eventapp.sponsorship.spending.queries import LineAccount, account_of, get_line
from eventapp.sponsorship.spending.rules import ONE, Rate, comes_to_something, converted
from eventapp.sponsorship.states import RequestState

RUNNING = frozenset({RequestState.ACCEPTED, RequestState.TRAVELLED})  # money is spent between these two
OVER = frozenset(RequestState) - RUNNING  # only what is booked is still paid


def lock_line(ctx: Context, request: SponsorshipRequest, line_id: int) -> tuple[Fund, LineAccount]:
    """Lock the request's fund and return it with the line's account as it now stands. Raises `NotFound`."""
    fund = ledger.locked(ctx, request)
    return fund, account_of(ctx, get_line(request, line_id))


def require_running(request: SponsorshipRequest) -> None:
    """Raise `Conflict` unless the offer was accepted and the trip is not settled."""
    if request.state not in RUNNING:
        raise Conflict(_("Money of this request is not spent now: it was not accepted, or it has ended."))


def require_payable(account: LineAccount) -> None:
    """Raise `Conflict` unless money of the request is spent now, or this line is owed although the request ended."""
    if account.owed == 0:
        require_running(account.line.request)


def today_at(ctx: Context, request: SponsorshipRequest) -> date:
    """Return today's date at the event's place."""
    return to_wall(ctx.now, request.event.timezone).date()


def rate_for(ctx: Context, request: SponsorshipRequest, currency: str, rate: Rate | None) -> Rate:
    """Return the rate to the fund's currency: one for its own. Raises `DomainError` when a needed one is missing."""
    if currency == request.fund.currency:
        return Rate(ONE, today_at(ctx, request))
    if rate is None:
        raise DomainError(
            _("Enter how much 1 %(currency)s is in %(fund)s.", currency=currency, fund=request.fund.currency),
            field="rate",
        )
    if rate.on > today_at(ctx, request):
        raise DomainError(_("A rate of a day to come is not known yet. Enter an earlier day."), field="rate_on")
    if not rate.source:
        raise DomainError(_("Say where this rate comes from, for example “InforEuro”."), field="rate_source")
    return rate


def converted_by(request: SponsorshipRequest, amount: Decimal, rate: Rate) -> Decimal:
    """Return the amount in the fund's currency. Raises `DomainError` when it comes to nothing, or to too much."""
    if not comes_to_something(amount):
        raise DomainError(_("Enter an amount above nothing."), field="amount")
    found = converted(amount, rate.value, request.fund.currency)
    if not comes_to_something(found):
        raise DomainError(
            _("In %(currency)s this comes to nothing, or to too much. Check the rate.", currency=request.fund.currency),
            field="rate",
        )
    return found


def in_fund_words(ctx: Context, line: Line, amount: Decimal) -> str:
    """Return the amount in words, in the fund's currency."""
    return in_words(amount, line.request.fund.currency, ctx.language)


def changed_meanwhile() -> Conflict:
    """Return the error of a form that was filled in about something that is no longer so."""
    return Conflict(_("Something was entered here in the meantime. Look at it, and send this again if it still holds."))
