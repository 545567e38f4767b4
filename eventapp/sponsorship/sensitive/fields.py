"""What a passport and a bank account are made of, and which values cannot be right; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.sponsorship.states import SensitiveKind


@dataclass(frozen=True)
class SensitiveField:
    """One value that is asked for."""

    name: str
    label: LazyString
    hint: LazyString | None = None
    required: bool = True
    longest: int = 100
    kind: str = "text"  # text, date or country
    autocomplete: str = "off"


FIELDS: Mapping[SensitiveKind, Sequence[SensitiveField]] = {
    SensitiveKind.PASSPORT: (
        SensitiveField("surname", _l("Surname, as in the passport"), autocomplete="family-name"),
        SensitiveField("given_names", _l("Given names, as in the passport"), autocomplete="given-name"),
        SensitiveField("number", _l("Passport number"), longest=30),
        SensitiveField("nationality", _l("Nationality"), kind="country"),
        SensitiveField("born_on", _l("Date of birth"), kind="date"),
        SensitiveField("issued_on", _l("Issued on"), kind="date"),
        SensitiveField("expires_on", _l("Valid until"), kind="date"),
    ),
    SensitiveKind.BANK: (
        SensitiveField("holder", _l("Name of the account’s holder"), autocomplete="name"),
        SensitiveField("account", _l("IBAN, or account number where there is no IBAN"), longest=40),
        SensitiveField(
            "bic", _l("BIC / SWIFT code"), _l("8 or 11 letters and digits; not needed with an IBAN."), False, 11
        ),
        SensitiveField("bank", _l("Name of the bank")),
        SensitiveField("country", _l("Country of the bank"), kind="country"),
        SensitiveField("note", _l("Anything else the bank needs"), None, False, 300),
    ),
}

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


def tidy_number(text: str) -> str:
    """Return a number as it is kept: capitals and digits, without spaces and hyphens."""
    return re.sub(r"[\s.-]", "", text).upper()


def looks_like_iban(account: str) -> bool:
    """Tell whether a tidied account number begins like an IBAN (ISO 13616)."""
    return re.match(r"[A-Z]{2}\d{2}", account) is not None


def is_iban(account: str) -> bool:
    """Tell whether a tidied account number is an IBAN whose check digits are right (ISO 7064, mod 97-10)."""
    if not _IBAN.fullmatch(account):
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def is_bic(code: str) -> bool:
    """Tell whether a tidied code has the shape of a BIC (ISO 9362)."""
    return _BIC.fullmatch(code) is not None


def is_passport_number(number: str) -> bool:
    """Tell whether a tidied number can stand in a passport: letters and digits, five at least."""
    return re.fullmatch(r"[A-Z0-9]{5,20}", number) is not None
