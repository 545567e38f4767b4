"""Pure rules of spending: rates as people write them, what they come to, and how much may be let through."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from babel import Locale

from eventapp.core.money import MOST, rounded

NOTHING = Decimal(0)
ONE = Decimal(1)
RATE_PLACES = 10
HIGHEST_RATE = Decimal(10) ** 8
DAYS_BACK = 730  # how long before today something may have been spent
_DIGITS = re.compile(r"\d{1,9}(?:[.,]\d+)?")


class BadRate(StrEnum):
    """Why a rate cannot be taken."""

    UNREADABLE = "unreadable"
    AMBIGUOUS = "ambiguous"
    TOO_MANY_PLACES = "too_many_places"
    OUT_OF_RANGE = "out_of_range"


class RateRefused(ValueError):
    """What was typed is no rate."""

    def __init__(self, reason: BadRate) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Rate:
    """How much one unit of a currency is in the fund's, on which day and by whose word."""

    value: Decimal
    on: date
    source: str = ""


def parse_rate(text: str, language: str) -> Decimal:
    """Return the rate that was typed. Raises `RateRefused`.

    A rate has no separators of thousands; one whose only separator could be such a one is not guessed at.
    """
    typed = "".join(text.split())
    if not _DIGITS.fullmatch(typed):
        raise RateRefused(BadRate.UNREADABLE)
    whole, separator, places = typed.partition("," if "," in typed else ".")
    decimal = str(Locale.parse(language).number_symbols["latn"]["decimal"])
    if separator and separator != decimal and len(places) == 3 and whole.strip("0"):
        raise RateRefused(BadRate.AMBIGUOUS)
    if len(places) > RATE_PLACES:
        raise RateRefused(BadRate.TOO_MANY_PLACES)
    rate = Decimal(f"{whole}.{places or 0}")
    if not 0 < rate <= HIGHEST_RATE:
        raise RateRefused(BadRate.OUT_OF_RANGE)
    return rate


def converted(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """Return what the amount comes to in the currency; it is worked out once and stored."""
    return rounded(amount * rate, currency)


def comes_to_something(amount: Decimal) -> bool:
    """Tell whether an amount is above nothing and not beyond what the books carry."""
    return NOTHING < amount <= MOST


def most_to_authorise(approved: Decimal, backed_by: Iterable[Decimal]) -> Decimal:
    """Return how much may be paid at most: what is approved, and not beyond bookings or checked receipts."""
    return min(approved, sum(backed_by, NOTHING))
