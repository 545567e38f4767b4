"""Differences of texts, teasers and the hash of an edition."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.notes.paragraphs import Paragraph, Printed, by_key
from eventapp.notes.rules import Piece, compare, content_hash, difference, teaser_of


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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 30_000, " a" * 30_000),
        ("!?" * 30_000, "?!" * 30_000),
        ("\n".join(["same"] * 12_000), "\n".join(["emas"] * 12_000)),
        (" ".join(map(str, range(12_000))), " ".join(map(str, range(12_000)))[::-1]),
        ("\n".join(str(n * n % 101) for n in range(20_000)), "\n".join(str(n * n % 103) for n in range(20_000))),
    ],
    ids=["words", "marks", "lines", "numbers", "few lines"],
)
def test_a_very_long_text_is_compared_quickly(old: str, new: str) -> None:
    started = time.process_time()

    pieces = difference(old, new)

    assert joined(pieces, "added") == old
    assert joined(pieces, "removed") == new
    assert time.process_time() - started < 2  # alone it takes a tenth of a second


PARAGRAPHS = st.lists(
    st.builds(
        Paragraph,
        key=st.sampled_from("abcdefg"),
        text=st.sampled_from(["", "One line.", "One other line.", "## Head"]),
        reviewed=st.booleans(),
    ),
    max_size=7,
    unique_by=lambda paragraph: paragraph.key,
)


@given(PARAGRAPHS, PARAGRAPHS)
def test_comparing_paragraphs_leaves_nothing_out_and_adds_nothing(old: list[Paragraph], new: list[Paragraph]) -> None:
    changes = compare(old, new)

    before, after = by_key(old), by_key(new)
    assert sorted(change.key for change in changes) == sorted({*before, *after})
    assert [change.key for change in changes if change.key in after] == [paragraph.key for paragraph in new]
    for change in changes:
        assert joined(change.pieces, "added") == (before[change.key].text if change.key in before else "")
        assert joined(change.pieces, "removed") == (after[change.key].text if change.key in after else "")
    assert all(change.kind == "same" for change in compare(new, new))


def test_what_became_of_each_paragraph_is_named() -> None:
    old = [Paragraph(key, f"Text {key}.") for key in "abcde"]
    new = [
        old[0],
        old[3],
        Paragraph("b", "Text b, new."),
        old[2],
        Paragraph("x", "More."),
        old[4]._replace(reviewed=True),
    ]

    assert [(change.key, change.kind) for change in compare(old, new)] == [
        ("a", "same"),
        ("d", "moved"),
        ("b", "changed"),
        ("c", "same"),
        ("x", "added"),
        ("e", "confirmed"),
    ]
    assert [(change.key, change.kind) for change in compare(old, [old[0], old[2]])][1:3] == [
        ("b", "removed"),
        ("c", "same"),
    ]


def test_a_teaser_is_the_first_paragraph_without_marks() -> None:
    assert teaser_of("# Head\n\n- a list\n\nThe **first** words.\n\nMore.") == "The first words."
    assert teaser_of("# Only a head") == ""
    cut = teaser_of("word " * 200, longest=50)
    assert cut.endswith("word…")
    assert len(cut) <= 51


def test_the_hash_of_an_edition_is_of_its_words() -> None:
    one, other = (Printed("a", "A", "en"),), (Printed("a", "B", "fr"),)
    assert content_hash({"en": one, "fr": other}, {}) == content_hash({"fr": other, "en": one}, {})
    assert content_hash({"en": one}, {}) != content_hash({"en": other}, {})
    assert content_hash({"en": one}, {}) != content_hash({"en": one}, {"more": 1})
