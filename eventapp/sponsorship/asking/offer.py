"""What an offer covers and what it does not, as the person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from eventapp.sponsorship import words
from eventapp.sponsorship.asking.answers import GONE
from eventapp.sponsorship.ledger import nights_of
from eventapp.sponsorship.models import Hotel, SponsorshipRequest
from eventapp.sponsorship.states import LineMode


@dataclass(frozen=True)
class CoveredLine:
    """One thing that is paid: what it is, how it is paid, and how much at most; None for what a host gives."""

    name: str
    how: str
    state: str
    amount: Decimal | None


@dataclass(frozen=True)
class Offer:
    """What is covered, in the fund's currency, and what was asked for and is not."""

    covered: Sequence[CoveredLine]
    left_out: Sequence[str]
    total: Decimal
    currency: str
    hotel: Hotel | None
    nights: int
    first_night: date | None
    leaves_hotel_on: date | None


def offer_of(request: SponsorshipRequest) -> Offer:
    """Return what the request's approved lines cover; only for a request whose decision was released."""
    covered, left_out = [], []
    for line in request.lines:
        if line.approved is None or line.state in GONE:
            if line.estimate:
                left_out.append(str(words.LINE[line.kind]))
            continue
        covered.append(
            CoveredLine(
                name=str(words.LINE[line.kind]),
                how=str(words.MODE_FOR_PERSON[line.mode]),
                state=str(words.LINE_STATE_FOR_PERSON[line.state]),
                amount=None if line.mode is LineMode.IN_KIND else line.approved,
            )
        )
    nights = list(nights_of(request))
    return Offer(
        covered=covered,
        left_out=left_out,
        total=sum((each.amount for each in covered if each.amount is not None), Decimal(0)),
        currency=request.fund.currency,
        hotel=request.hotel if nights else None,
        nights=len(nights),
        first_night=nights[0] if nights else None,
        leaves_hotel_on=date.fromordinal(nights[-1].toordinal() + 1) if nights else None,
    )
