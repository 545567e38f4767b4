"""Sealing under several keys, and the numbers of passports and accounts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.sponsorship.sensitive import fields
from eventapp.sponsorship.sensitive.sealing import CannotOpen, Sealer, sealed_with

OLD, NEW = "o" * 40, "n" * 40
PASSPORT = {"number": "AB1234567", "surname": "Şahin-N’Diaye"}


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=8))
def test_what_is_sealed_comes_back_as_it_was_and_never_twice_as_the_same_text(values: dict[str, str]):
    sealer = Sealer([NEW])
    sealed = sealer.seal(values, "passport:1:7")
    assert sealer.open(sealed, "passport:1:7") == values
    assert sealed != sealer.seal(values, "passport:1:7")


def test_it_opens_in_its_own_row_with_a_known_key_and_unchanged_only():
    sealed = Sealer([OLD]).seal(PASSPORT, "passport:1:7")
    assert "AB1234567" not in sealed
    assert Sealer([NEW, OLD]).open(sealed, "passport:1:7") == PASSPORT
    assert sealed_with(sealed) == Sealer([OLD]).key_id != Sealer([NEW, OLD]).key_id
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    for sealer, text, about in (
        (Sealer([NEW]), sealed, "passport:1:7"),
        (Sealer([OLD]), sealed, "passport:1:8"),
        (Sealer([OLD]), sealed, "bank:1:7"),
        (Sealer([OLD]), changed, "passport:1:7"),
    ):
        with pytest.raises(CannotOpen):
            sealer.open(text, about)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("ES91 2100 0418 4502 0005 1332", True),
        ("fr14-2004-1010-0505-0001-3m02-606", True),
        ("ES91 2100 0418 4502 0005 1333", False),
        ("ES91", False),
        ("9121000418450200051332", False),
    ],
)
def test_an_iban_is_known_by_its_check_digits(typed: str, right: bool):
    assert fields.is_iban(fields.tidy_number(typed)) is right
