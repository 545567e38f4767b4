"""What readers see of an edition, and what it changed since the one before."""

from __future__ import annotations

from eventapp.notes.models import Edition, Publication
from eventapp.notes.paragraphs import Printed
from eventapp.notes.publishing.readings import changes, read_in


def edition(**pages: list[tuple[str, str, str]]) -> Edition:
    """An edition written in English: language of the page -> (key, text, language) in its order."""
    printed = {code: tuple(Printed(*each) for each in page) for code, page in pages.items()}
    return Edition(number=1, source_language="en", paragraphs=printed)


def test_changes_come_in_the_order_of_the_text_with_what_was_left_out() -> None:
    old = edition(en=[("title", "Day", "en"), ("a", "One.", "en"), ("b", "Two.", "en"), ("c", "Three.", "en")])
    new = edition(en=[("title", "Day", "en"), ("a", "One more.", "en"), ("d", "New.", "en"), ("c", "Three.", "en")])

    found = changes(old, new, "en")

    assert [(each.key, each.kind) for each in found] == [("a", "changed"), ("b", "removed"), ("d", "added")]
    assert [(piece.kind, piece.text) for piece in found[0].pieces] == [
        ("same", "One"),
        ("added", " more"),
        ("same", "."),
    ]


def test_a_translation_that_has_come_is_no_change_but_a_changed_source_is() -> None:
    old = edition(
        en=[("a", "One.", "en"), ("b", "Two.", "en")],
        fr=[("a", "One.", "en"), ("b", "Deux.", "fr")],
    )
    new = edition(
        en=[("a", "One.", "en"), ("b", "Two, not three.", "en")],
        fr=[("a", "Un.", "fr"), ("b", "Two, not three.", "en")],
    )

    assert [each.key for each in changes(old, new, "fr")] == ["b"]
    assert changes(old, new, "es")[0].key == "b", "a language without a page of its own reads the source"


def test_a_mark_that_changed_is_shown_as_a_mark() -> None:
    (change,) = changes(edition(en=[("a", "Ask *first*.", "en")]), edition(en=[("a", "Ask **first**.", "en")]), "en")
    assert "*" in "".join(piece.text for piece in change.pieces if piece.kind == "added")


def test_what_is_not_translated_is_counted_and_marked_and_runs_as_its_script_does() -> None:
    reading = read_in(
        "fr",
        Publication(),
        edition(
            en=[],
            fr=[
                ("title", "Jour", "fr"),
                ("a", "قالت: «نعم» 12 %", "en"),
                ("b", "(1) Two.", "en"),
                ("c", "Trois.", "fr"),
            ],
        ),
    )
    shown = reading.shown()

    assert (reading.pending_count, reading.all_pending) == (2, False)
    assert [each.opens_pending for each in shown] == [True, False, False]
    assert [each.direction for each in shown] == ["rtl", "ltr", "ltr"]
    assert (reading.teaser_in, reading.title_pending) == ("en", False)
