"""Lines that people type: one line, without controls, with the spaces of good typography."""

from __future__ import annotations

import pytest

from eventapp.core.text import clean_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ouverture\u202f: «\u00a0Villes\u00a0»", "Ouverture\u202f: «\u00a0Villes\u00a0»"),
        ("\u00a0\u202f One\t two\r\n\x0b three \u3000\u00a0", "One two three"),
        ("a\x00b\x1cc\x85d\u2028e\u2029f\ufeffg\x7f", "a b c d e f g"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_a_line_loses_controls_and_doubled_blanks_but_no_typography(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept
    assert clean_line(kept) == kept
    assert len(clean_line(typed).splitlines()) == 1
