"""What the request offers to choose from, and a person's answers in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from eventapp.core.formatting import country_choices, country_name, day_in_words
from eventapp.core.money import in_words
from eventapp.events.models import Event
from eventapp.sponsorship import words
from eventapp.sponsorship.asking.answers import COSTS, DAYS, FUND, JOURNEY, NEED, REASONS, lines_from
from eventapp.sponsorship.asking.forms import TITLES, Choices
from eventapp.sponsorship.asking.wording import QUESTION
from eventapp.sponsorship.models import Fund
from eventapp.sponsorship.states import Need

FIELDS: Mapping[str, Sequence[str]] = {
    FUND: ("fund",),
    JOURNEY: ("origin_city", "origin_country", *DAYS),
    REASONS: ("motivation", "take_home"),
    NEED: ("need", "need_words", "other_funding"),
}


@dataclass(frozen=True)
class AnsweredPage:
    """A page of the request with its questions and answers in words."""

    page: str
    title: str
    rows: Sequence[tuple[str, str, None]]  # question, answer, and nothing to change it by


def choices_of(event: Event, funds: Sequence[Fund], fund: Fund, language: str) -> Choices:
    """Return what there is to choose from, in the reader's language; `fund` is the one that is chosen so far."""
    return Choices(
        funds=[(str(each.id), each.name.text(language)) for each in funds],
        countries=country_choices(language),
        currency=fund.currency,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        language=language,
    )


def answered(
    saved: Mapping[str, Any], pages: Sequence[str], funds: Sequence[Fund], language: str
) -> list[AnsweredPage]:
    """Return the answers page by page, in the reader's language; unanswered questions show as such."""
    return [AnsweredPage(page, str(TITLES[page]), _rows(page, saved, funds, language)) for page in pages]


def _rows(page: str, saved: Mapping[str, Any], funds: Sequence[Fund], language: str) -> list[tuple[str, str, None]]:
    if page == COSTS:
        return [
            (
                str(words.LINE[line.kind]),
                "\n".join(filter(None, (in_words(line.estimate, line.currency, language), line.note))),
                None,
            )
            for line in lines_from(saved)
        ]
    names = {str(fund.id): fund.name.text(language) for fund in funds}
    return [(str(QUESTION[name]), _answer(name, saved.get(name), names, language), None) for name in FIELDS[page]]


def _answer(name: str, value: Any, funds: Mapping[str, str], language: str) -> str:
    text = str(value or "")
    if not text:
        return ""
    if name in DAYS:
        return day_in_words(date.fromisoformat(text), language)
    if name == "fund":
        return funds.get(text, "")
    if name == "origin_country":
        return country_name(text, language)
    return str(words.NEED_FOR_PERSON[Need(text)]) if name == "need" else text
