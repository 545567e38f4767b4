"""Addresses of events, and what is missing before one is published."""

from __future__ import annotations

import pytest

from eventapp.core.translated import Translated
from eventapp.events.rules import RESERVED_SLUGS, gaps_before_publishing, is_slug, suggested_slug


@pytest.mark.parametrize("slug", ["barcelona-2024", "abc", "a1-b2-c3", "x" * 60])
def test_an_address_is_small_letters_digits_and_hyphens(slug: str) -> None:
    assert is_slug(slug)


@pytest.mark.parametrize(
    "slug", ["", "ab", "Barcelona", "a--b", "-abc", "abc-", "a b", "café", "a/b", "x" * 61, "abc\n", "desk", "my-link"]
)
def test_other_addresses_are_refused(slug: str) -> None:
    assert not is_slug(slug)


@pytest.mark.parametrize(
    ("title", "taken", "expected"),
    [
        ("Local action – Local solutions", [], "local-action-local-solutions-2024"),
        ("Économie d’été", [], "economie-d-ete-2024"),
        ("Forum", ["forum-2024", "forum-2024-2"], "forum-2024-3"),
        ("日本語", [], "event-2024"),
    ],
)
def test_an_address_is_suggested_from_the_title(title: str, taken: list[str], expected: str) -> None:
    assert suggested_slug(title, 2024, taken) == expected


@pytest.mark.parametrize("title", ["a" * 300, "word " * 80, "–", "1", *sorted(RESERVED_SLUGS)])
def test_every_suggestion_is_an_address(title: str) -> None:
    assert is_slug(suggested_slug(title, 2024))


def test_what_is_missing_is_named_with_its_page() -> None:
    texts = {
        "title": Translated(en="T"),
        "summary": Translated(fr="R"),
        "place": Translated(en="B"),
        "travel_rule": Translated(),
        "privacy_notice": Translated(en="P"),
    }
    gaps = gaps_before_publishing(texts, "en", contact="a@example.org", organisers=1, categories=0)
    assert [(gap.field, gap.page) for gap in gaps] == [
        ("summary", "texts"),
        ("travel_rule", "rules"),
        ("categories", "categories"),
    ]
