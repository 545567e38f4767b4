"""Money: exact amounts, the minor units of currencies (ISO 4217), and amounts as people write them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.numbers import (
    format_currency,
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
    get_territory_currencies,
)
from flask_babel import gettext as _
from sqlalchemy import BigInteger, Dialect, String, TypeDecorator

from eventapp.core.text import clean_line

MOST = Decimal(10) ** 12
_SCALE = 4  # no currency has more decimal places
_UNIT = Decimal(10) ** _SCALE


class AmountColumn(TypeDecorator[Decimal]):
    """An exact amount as a whole number of ten-thousandths, which both databases add up exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Store the amount. Raises `ValueError` for one with more places than any currency has."""
        if value is None:
            return None
        stored = value * _UNIT
        if stored != stored.to_integral_value():
            raise ValueError("no currency has so many decimal places")
        return int(stored)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the amount; sums come back through here too."""
        return None if value is None else (Decimal(int(value)) / _UNIT).normalize() + 0


class RateColumn(TypeDecorator[Decimal]):
    """An exchange rate exactly as it was entered, as text."""

    impl = String(30)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Store the digits."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the rate."""
        return None if value is None else Decimal(value)


def is_currency(code: str) -> bool:
    """Tell whether the code is one of ISO 4217 that is money somewhere today."""
    return code in _in_use()


@lru_cache(maxsize=1)
def _in_use() -> frozenset[str]:
    territories = get_global("territory_currencies")
    return frozenset(code for each in territories for code in get_territory_currencies(each))


def decimal_places(currency: str) -> int:
    """Return how many decimal places an amount of the currency has: EUR 2, JPY 0, TND 3."""
    return int(get_currency_precision(currency))


def fits(amount: Decimal, currency: str) -> bool:
    """Tell whether the amount is a whole number of the currency's minor unit."""
    scaled = amount.scaleb(decimal_places(currency))
    return bool(scaled == scaled.to_integral_value())


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Return the amount to the currency's minor unit, halves away from zero, as on an invoice."""
    return amount.quantize(Decimal(1).scaleb(-decimal_places(currency)), rounding="ROUND_HALF_UP")


def in_words(amount: Decimal, currency: str, language: str) -> str:
    """Return the amount as people of the language write it, with all its places."""
    return _SIGN_AT_FIGURE.sub("\\1\xa0\\2", format_currency(amount, currency, locale=Locale.parse(language)))


_SIGN_AT_FIGURE = re.compile(r"([A-Za-z])(\d)")  # TND1.5 is hard to read


def as_typed(amount: Decimal, currency: str, language: str) -> str:
    """Return the amount as somebody would type it into a form: without grouping, and never to be read in two ways."""
    if amount == amount.to_integral_value():
        return format(amount, ".0f")
    places = decimal_places(currency)
    digits = format(amount, f".{places}f")
    if places == _GROUP:  # 1.500 is a thousand and a half to some, so it is 1.5; and 1.234 becomes 1.2340
        digits = digits.rstrip("0")
        digits += "0" if len(digits.partition(".")[2]) == _GROUP else ""
    return digits.replace(".", _marks(language)[0])


class AmountProblem(ValueError):
    """What was typed is no amount of the currency; the text of the error says what to do."""


def parse_amount(text: str, language: str, currency: str) -> Decimal:
    """Return the amount that somebody typed, with a comma or a point before the decimals and with grouping or without.

    A mark before three digits may be either; it is taken for grouping only where no other reading makes sense.
    Raises `AmountProblem`, also for what is negative, beyond 10^12, or finer than the currency's minor unit.
    """
    if not is_currency(currency):
        raise AmountProblem(_("Choose a currency of the list."))
    typed = clean_line(text)
    figures = _without_currency(_plain_figures(typed), currency, language)
    if figures.startswith(("-", "(")) or figures.endswith("-"):
        raise AmountProblem(_("An amount cannot be below nothing. Leave out the minus sign."))
    whole, decimals = _taken_apart(figures, typed, language, currency)
    amount = Decimal(f"{whole or '0'}.{decimals or '0'}") if len(figures) <= _LONGEST else MOST + 1
    if amount > MOST:
        raise AmountProblem(_("This amount is too large."))
    if not fits(amount, currency):
        raise AmountProblem(_too_fine(currency))
    return amount.normalize() + 0


_GROUP = 3
_LONGEST = 40
_MINUS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "’": "'", "ʼ": "'", "´": "'", "`": "'"})
_GROUPED = re.compile(r"\d{1,3}(?:([ ',.])\d{3})(?:\1\d{3})*")


def _plain_figures(text: str) -> str:
    """Return the text with plain spaces, hyphens and apostrophes, and the digits of every script as 0 to 9."""
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS)
    return "".join(str(unicodedata.decimal(c)) if unicodedata.decimal(c, None) is not None else c for c in plain)


def _without_currency(figures: str, currency: str, language: str) -> str:
    signs = {currency, get_currency_symbol(currency, locale="en"), get_currency_symbol(currency, locale=language)}
    signs = {_plain_figures(sign) for sign in signs}
    for sign in sorted(signs, key=len, reverse=True):
        if figures.startswith(sign):
            return figures.removeprefix(sign).strip()
        if figures.endswith(sign):
            return figures.removesuffix(sign).strip()
    return figures


def _taken_apart(figures: str, typed: str, language: str, currency: str) -> tuple[str, str]:
    """Return the digits before and after the decimal mark. Raises `AmountProblem` where that cannot be told."""
    marks = [c for c in figures if c in ",."]
    mark = marks[-1] if marks else ""
    if len(marks) > 1 and len(set(marks)) == 1:  # the same several times: they group
        return _ungrouped(figures, language, currency), ""
    if not mark:
        return _ungrouped(figures, language, currency), ""
    head, _mark, tail = figures.rpartition(mark)
    if not re.fullmatch(r"\d+", tail) or mark in head:
        raise _unreadable(language, currency)
    if len(tail) == _GROUP and re.fullmatch(r"[1-9]\d{0,2}", head):
        if not _groups(mark, language, currency):
            raise _ambiguous(typed, head, tail, language, currency)
        return head + tail, ""
    return _ungrouped(head, language, currency) if head else "", tail


def _groups(mark: str, language: str, currency: str) -> bool:
    """Tell whether the mark before three digits can only group: no decimals have a place there, or it does by habit."""
    places = decimal_places(currency)
    return places == 0 or (places < _GROUP and mark == _marks(language)[1])


def _ungrouped(figures: str, language: str, currency: str) -> str:
    if re.fullmatch(r"\d+", figures):
        return figures
    if _GROUPED.fullmatch(figures):
        return re.sub(r"\D", "", figures)
    raise _unreadable(language, currency)


def _marks(language: str) -> tuple[str, str]:
    """Return the decimal mark and the grouping mark of the language."""
    symbols = Locale.parse(language).number_symbols["latn"]
    return str(symbols["decimal"]), str(symbols["group"])


def _unreadable(language: str, currency: str) -> AmountProblem:
    example = as_typed(Decimal("1250.5" if decimal_places(currency) else "1250"), currency, language)
    return AmountProblem(
        _("Write the amount in figures, for example %(example)s, in %(currency)s.", example=example, currency=currency)
    )


def _ambiguous(typed: str, head: str, tail: str, language: str, currency: str) -> AmountProblem:
    readings = (Decimal(head + tail), rounded(Decimal(f"{head}.{tail}"), currency))
    return AmountProblem(
        _(
            "“%(typed)s” can mean %(one)s or %(other)s. Write %(one_typed)s or %(other_typed)s.",
            typed=typed,
            one=in_words(readings[0], currency, language),
            other=in_words(readings[1], currency, language),
            one_typed=as_typed(readings[0], currency, language),
            other_typed=as_typed(readings[1], currency, language),
        )
    )


def _too_fine(currency: str) -> str:
    places = decimal_places(currency)
    if places == 0:
        return str(_("Amounts in %(currency)s have no decimals.", currency=currency))
    return str(_("Amounts in %(currency)s have at most %(places)d decimals.", currency=currency, places=places))


@lru_cache(maxsize=8)
def currency_choices(language: str) -> tuple[tuple[str, str], ...]:
    """Return `(code, code and name)` of every currency in use, sorted by code."""
    return tuple((code, f"{code} – {currency_name(code, language)}") for code in sorted(_in_use()))


def currency_name(currency: str, language: str) -> str:
    """Return the name of the currency in the language."""
    return str(get_currency_name(currency, locale=Locale.parse(language)))
