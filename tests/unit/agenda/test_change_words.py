"""What changed, in words: every kind of change, in each language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from eventapp.agenda import rules, words
from eventapp.agenda.snapshot import SessionEntry, succeed
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.core.translated import Translated
from tests.unit.agenda.entries import NOW, agenda, entry, person, wall

SIDE = Translated(en="Side room", fr="Petite salle", es="Sala pequeña")
AT_TWO = {"starts_local": wall("2024-11-07T14:00"), "ends_local": wall("2024-11-07T15:00")}
FRIDAY = {"starts_local": wall("2024-11-08T14:00"), "ends_local": wall("2024-11-08T15:00")}


@pytest.fixture(scope="module", autouse=True)
def _app(app_on: Callable[[str], Flask]) -> Iterator[None]:
    with app_on("sqlite").app_context():
        yield


def said(language: str, before: SessionEntry | None, after: SessionEntry | None, **event: Any) -> str:
    first = succeed(agenda(*([before] if before else [entry(9)])), None, NOW)
    second = succeed(agenda(*([after] if after else []), **event), first, NOW + timedelta(days=1))
    (change,) = [each for each in rules.changes_between(first, second) if each.session_id == 1]
    stored = rules.change_from_json(rules.change_to_json(change))
    assert stored == change
    with force_locale(language):
        return words.change(stored, language)


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        (None, {}, "Added: “Session 1”, Thursday 7 November, 09:00."),
        ({}, None, "Cancelled: “Session 1”, Thursday 7 November, 09:00."),
        ({}, AT_TWO, "Moved: “Session 1”, from Thursday 7 November, 09:00–10:00 to 14:00–15:00."),
        (
            {},
            FRIDAY,
            "Moved: “Session 1”, from Thursday 7 November, 09:00–10:00 to Friday 8 November, 14:00–15:00.",
        ),
        (
            {},
            {**AT_TWO, "place": SIDE},
            "Moved: “Session 1”, from Thursday 7 November, 09:00–10:00 to 14:00–15:00, in Side room.",
        ),
        (
            {},
            {**AT_TWO, "place": Translated()},
            "Moved: “Session 1”, from Thursday 7 November, 09:00–10:00 to 14:00–15:00; its place is open.",
        ),
        ({}, {"place": SIDE}, "Moved: “Session 1”, now in Side room instead of Main hall."),
        ({"place": Translated()}, {}, "Moved: “Session 1”, now in Main hall."),
        ({}, {"place": Translated()}, "Moved: “Session 1”, no longer in Main hall; its place is open."),
        ({}, {"title": Translated(en="Other")}, "Changed: “Other”. It was called “Session 1”."),
        ({}, {"text": Translated(en="x")}, "Changed: “Session 1”. Its text is another."),
        ({}, {"kind": SessionKind.PANEL}, "Changed: “Session 1”. Kind: Panel instead of Plenary."),
        ({"theme": 1}, {"theme": 2}, "Changed: “Session 1”. Theme: 2 instead of 1."),
        ({"theme": 1}, {}, "Changed: “Session 1”. It belongs to no theme any more."),
        ({}, {"languages": ("es",)}, "Changed: “Session 1”. Languages: Spanish instead of English and French."),
        ({}, {"interpretation": False}, "Changed: “Session 1”. There is no interpretation any more."),
        ({}, {"streamed": True}, "Changed: “Session 1”. It is streamed online now."),
        (
            {},
            {"sign_up": True, "capacity": 12},
            "Changed: “Session 1”. One signs up for it now. Places to sign up for: 12.",
        ),
        ({"capacity": 12}, {"capacity": 15}, "Changed: “Session 1”. Places to sign up for: 15 instead of 12."),
        ({"capacity": 12}, {}, "Changed: “Session 1”. Its places are no longer limited."),
        (
            {"people": (person(),)},
            {"people": (person(name="Clara Puig", role=PersonRole.CHAIR),)},
            "Changed: “Session 1”. No longer there: Awa Ndiaye (Speaking). New: Clara Puig (Chair).",
        ),
        (
            {"people": (person(state=PersonState.INVITED),)},
            {"people": (person(),)},
            "Changed: “Session 1”. Awa Ndiaye: Confirmed instead of Invited.",
        ),
        (
            {"people": (person(),)},
            {"people": (person(role=PersonRole.CHAIR),)},
            "Changed: “Session 1”. Awa Ndiaye: Chair instead of Speaking.",
        ),
        (
            {"people": (person(), person(name="Clara Puig"))},
            {"people": (person(name="Clara Puig"), person())},
            "Changed: “Session 1”. Its people come in another order.",
        ),
    ],
)
def test_every_change_is_a_sentence_in_each_language(
    was: dict[str, Any] | None, now: dict[str, Any] | None, sentence: str
) -> None:
    before = entry(1, **was) if was is not None else None
    after = entry(1, **now) if now is not None else None
    texts = {language: said(language, before, after) for language in ("en", "fr", "es")}
    assert texts["en"] == sentence
    assert not any(word in texts[language] for language in ("fr", "es") for word in (" now", "instead", "Its ", "It "))


def test_a_new_house_is_said_of_its_sessions() -> None:
    text = said("en", entry(1), entry(1), venue=Translated(en="Town hall"))
    assert text == "Moved: “Session 1”; the event itself takes place elsewhere or at other hours."


def test_a_move_says_what_else_is_different() -> None:
    after = replace(entry(1, place=SIDE), streamed=True)
    text = said("en", entry(1), after)
    assert text == "Moved: “Session 1”, now in Side room instead of Main hall. It is streamed online now."
