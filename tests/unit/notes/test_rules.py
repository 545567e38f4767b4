"""Differences of texts, teasers and where a language stands."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.notes.rules import Piece, content_hash, difference, language_state, teaser_of
from eventapp.notes.states import LanguageState


def joined(pieces: list[Piece], without: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != without)


def test_a_difference_names_the_words_that_changed() -> None:
    pieces = difference("One line.\nThe cheapest offer was best.\n", "One line.\nThe dearest offer was best.\n")

    assert [(p.kind, p.text) for p in pieces] == [
        ("same", "One line.\nThe "),
        ("removed", "cheapest"),
        ("added", "dearest"),
        ("same", " offer was best.\n"),
    ]


@given(st.text(alphabet="ab \n<&é", max_size=80), st.text(alphabet="ab \n<&é", max_size=80))
def test_the_pieces_join_to_both_texts(old: str, new: str) -> None:
    pieces = difference(old, new)

    assert joined(pieces, "added") == old
    assert joined(pieces, "removed") == new


@pytest.mark.parametrize("text", ["a " * 30_000, " ".join(str(n) for n in range(12_000)), "\n".join(["same"] * 12_000)])
def test_a_very_long_text_is_compared_quickly(text: str) -> None:
    started = time.perf_counter()

    pieces = difference(text, text[::-1])

    assert joined(pieces, "added") == text
    assert time.perf_counter() - started < 5


def test_a_language_is_missing_then_draft_then_published_then_changed() -> None:
    assert language_state(None, None) is LanguageState.MISSING
    assert language_state(1, None) is LanguageState.DRAFT
    assert language_state(1, 1) is LanguageState.PUBLISHED
    assert language_state(2, 1) is LanguageState.CHANGED


def test_a_teaser_is_the_first_paragraph_without_marks() -> None:
    assert teaser_of("# Head\n\n- a list\n\nThe **first** words.\n\nMore.") == "The first words."
    assert teaser_of("# Only a head") == ""
    cut = teaser_of("word " * 200, longest=50)
    assert cut.endswith("word…")
    assert len(cut) <= 51


def test_the_hash_of_an_edition_is_of_its_words() -> None:
    assert content_hash({"en": "a", "fr": "b"}, {}) == content_hash({"fr": "b", "en": "a"}, {})
    assert content_hash({"en": "a"}, {}) != content_hash({}, {"en": "a"})
