"""Names step down in size until they fit, in any script."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.registrations.printing.rules import NAME, ORGANISATION, SPEAKS, fits, fitting_size, reads_from_the_right


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Li Na", 28),
        ("Amina Diallo", 28),
        ("王小明", 28),
        ("Nguyễn Thị Minh Khai", 22),
        ("محمد عبد الرحمن الخطيب", 17),
        ("Dr. María del Carmen Fernández-Villaverde y Ruiz de la Torre", 13),
        ("W" * 40, 8),
        ("Ana " * 50, 9),
    ],
)
def test_names_are_as_large_as_they_fit(name: str, size: int) -> None:
    assert fitting_size(name, NAME) == size


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=200), st.text(max_size=20))
def test_more_letters_are_never_larger(name: str, more: str) -> None:
    assert fitting_size(name + more, NAME) <= fitting_size(name, NAME) or reads_from_the_right(name + more)
    assert fitting_size(name, ORGANISATION) in ORGANISATION.sizes


def test_the_languages_are_named_while_they_fit() -> None:
    assert fits("Français · English", SPEAKS)
    assert not fits("Français · English · Español · Português · العربية · Русский", SPEAKS)


def test_words_read_in_their_own_direction() -> None:
    assert reads_from_the_right("محمد (UN)")
    assert not reads_from_the_right("UN محمد")
    assert not reads_from_the_right("12")
