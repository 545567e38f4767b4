"""What scores come to: mean, spread and the need to talk; pure functions, and the scale in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from babel import Locale
from babel.numbers import format_decimal
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

WORST, BEST = 0, 5
REVIEWS_NEEDED = 2
WIDE = 2  # scores that lie further apart ask for a discussion


class Criterion(StrEnum):
    """What a reviewer scores; the mean is of these, need is told apart."""

    RELEVANCE = "relevance"
    APPLICATION = "application"
    EQUITY = "equity"


TITLE: Mapping[str, LazyString] = {
    Criterion.RELEVANCE: _l("Relevance"),
    Criterion.APPLICATION: _l("Ability to apply it at home"),
    Criterion.EQUITY: _l("Equity"),
    "need": _l("Need"),
}

ASKED: Mapping[str, LazyString] = {
    Criterion.RELEVANCE: _l("How closely does this person’s work touch what the event is about?"),
    Criterion.APPLICATION: _l("How likely is it that something changes at home afterwards?"),
    Criterion.EQUITY: _l("Who would be missing from the exchange without this person?"),
    "need": _l("How far does coming depend on this support? This is shown beside the score, not counted in it."),
}

# What each number means, so that two reviewers mean the same by it.
ANCHORS: Mapping[str, tuple[LazyString, ...]] = {
    Criterion.RELEVANCE: (
        _l("The request does not touch the themes of the event."),
        _l("A distant link; the request does not say which."),
        _l("One theme is named, in general words."),
        _l("The person works on one theme and says how."),
        _l("The person’s daily work is at the heart of one theme, with examples."),
        _l("At the heart of several themes, with experience that others came to hear."),
    ),
    Criterion.APPLICATION: (
        _l("Nothing is said about what happens at home."),
        _l("A wish, without a way to it."),
        _l("An idea, but others would have to decide on it."),
        _l("A clear idea, and a part of it in the person’s own hands."),
        _l("A plan with partners and dates that the person can begin."),
        _l("A plan that is already under way and backed by those who decide."),
    ),
    Criterion.EQUITY: (
        _l("Place, group and experience are already well heard."),
        _l("Mostly heard already; little would be missing."),
        _l("Adds something to what is there."),
        _l("Speaks for a place or group that is seldom heard."),
        _l("Speaks for a place or group that is hardly ever heard, and has the standing to."),
        _l("Without this person nobody at the event could speak for this place or group."),
    ),
    "need": (
        _l("Could clearly come without support."),
        _l("Could come with a small effort."),
        _l("Could pay a large part."),
        _l("Could pay a small part."),
        _l("Could hardly come without support."),
        _l("Cannot come without support, and says why."),
    ),
}


@dataclass(frozen=True)
class Scores:
    """What one reviewer gives a request."""

    relevance: int
    application: int
    equity: int
    need: int
    comment: str = ""


class Scored(Protocol):
    """A review that has its scores."""

    relevance: int | None
    application: int | None
    equity: int | None
    need: int | None


@dataclass(frozen=True)
class Standing:
    """What the scores of one request come to."""

    scored: int
    mean: Fraction | None  # of all criteria of all reviewers
    means: Mapping[Criterion, Fraction]
    spreads: Mapping[Criterion, int]
    need: Fraction | None

    @property
    def spread(self) -> int | None:
        """Return how far apart the scores of the most disputed criterion are."""
        return max(self.spreads.values(), default=None)

    @property
    def to_discuss(self) -> tuple[Criterion, ...]:
        """Return the criteria on which the reviewers are far apart."""
        return tuple(criterion for criterion, spread in self.spreads.items() if spread > WIDE)


def standing_of(reviews: Sequence[Scored]) -> Standing:
    """Return what the scored reviews of one request come to."""
    scores = {criterion: _given([getattr(each, criterion.value) for each in reviews]) for criterion in Criterion}
    means = {criterion: Fraction(sum(given), len(given)) for criterion, given in scores.items() if given}
    needs = _given([each.need for each in reviews])
    return Standing(
        scored=len(reviews),
        mean=sum(means.values(), Fraction(0)) / len(means) if means else None,
        means=means,
        spreads={criterion: max(given) - min(given) for criterion, given in scores.items() if given},
        need=Fraction(sum(needs), len(needs)) if needs else None,
    )


def in_figures(value: Fraction, language: str) -> str:
    """Return a mean with one decimal, as people of the language write it."""
    return str(format_decimal(round(float(value), 1), format="0.0", locale=Locale.parse(language)))


def _given(scores: Sequence[int | None]) -> list[int]:
    return [score for score in scores if score is not None]
