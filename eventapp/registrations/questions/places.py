"""Places on limited options, taken and freed under the same lock as seats (`registrations.seats`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.registrations.models import Registration
from eventapp.registrations.questions import asking
from eventapp.registrations.questions.asking import Asked, AskedOption, Form
from eventapp.registrations.questions.models import PlaceTaken, Question, QuestionOption


class NoPlaceLeft(Conflict):
    """All places of an option are taken; `question` and `option` are those."""

    def __init__(self, question: Asked, option: AskedOption, language: str) -> None:
        super().__init__(full_words(option, language), field=question.field)
        self.question = question
        self.option = option


def full_words(option: AskedOption, language: str) -> str:
    """Return the sentence that says that an option is full."""
    return str(_("“%(option)s” is full. Choose something else.", option=option.label.text(language)))


def taken_by_option(ctx: Context, event_id: int, options: Collection[int] | None = None) -> dict[int, int]:
    """Return how many people hold each option of the event, or each of the options given; exact under the lock."""
    chosen = select(PlaceTaken.option_id, func.count()).group_by(PlaceTaken.option_id)
    if options is not None:
        rows = ctx.session.execute(chosen.where(PlaceTaken.option_id.in_(options)))
    else:
        rows = ctx.session.execute(
            chosen.join(QuestionOption, QuestionOption.id == PlaceTaken.option_id)
            .join(Question, Question.id == QuestionOption.question_id)
            .where(Question.event_id == event_id)
        )
    return {row[0]: row[1] for row in rows}


def hold(ctx: Context, registration: Registration, form: Form, *, is_new: bool = False) -> None:
    """Make what the registration holds equal to what its answers choose; needs the lock, and a form read under it.

    What it held before it keeps, full or not, until a place is found on everything new. Every option chosen is
    counted, so that a limit which is set later counts right. A registration that `is_new` holds nothing yet. Raises
    `NoPlaceLeft`.
    """
    chosen = asking.chosen(form, registration.own_answers)
    held: set[int] = set() if is_new else _held(ctx, registration)
    new = {key: pair for key, pair in chosen.items() if key not in held}
    for question, option in _full(ctx, registration.event_id, new):
        raise NoPlaceLeft(question, option, ctx.language)
    _write(ctx, registration, held, chosen)


def hold_again(ctx: Context, registration: Registration, form: Form) -> list[Asked]:
    """Take the places of a registration that is opened again, and return the questions whose choice is full by now.

    What is full is dropped from the answers. Needs the lock.
    """
    chosen = asking.chosen(form, registration.own_answers)
    full = {option.id: question for question, option in _full(ctx, registration.event_id, chosen)}
    if full:
        registration.own_answers = _without(registration.own_answers, full)
    _write(ctx, registration, _held(ctx, registration), {key: chosen[key] for key in chosen if key not in full})
    return list({question.id: question for question in full.values()}.values())


def free(ctx: Context, registration: Registration) -> None:
    """Give every place of the registration back. Needs the lock."""
    ctx.session.execute(delete(PlaceTaken).where(PlaceTaken.registration_id == registration.id))


def _held(ctx: Context, registration: Registration) -> set[int]:
    return set(
        ctx.session.scalars(select(PlaceTaken.option_id).where(PlaceTaken.registration_id == registration.id)).all()
    )


def _full(ctx: Context, event_id: int, wanted: dict[int, tuple[Asked, AskedOption]]) -> list[tuple[Asked, AskedOption]]:
    limited = [key for key, (_question, option) in wanted.items() if option.places is not None]
    taken = taken_by_option(ctx, event_id, limited) if limited else {}
    return [wanted[key] for key in limited if taken.get(key, 0) >= (wanted[key][1].places or 0)]


def _write(ctx: Context, registration: Registration, held: set[int], chosen: Collection[int]) -> None:
    given_up = held.difference(chosen)
    if given_up:
        ctx.session.execute(
            delete(PlaceTaken).where(PlaceTaken.registration_id == registration.id, PlaceTaken.option_id.in_(given_up))
        )
    ctx.session.add_all(
        PlaceTaken(registration_id=registration.id, option_id=each) for each in chosen if each not in held
    )
    ctx.session.flush()


def _without(answers: dict[str, Any], full: dict[int, Asked]) -> dict[str, Any]:
    left = dict(answers)
    for option_id, question in full.items():
        value = left.pop(question.key, None)
        if isinstance(value, list) and any(each != option_id for each in value):
            left[question.key] = [each for each in value if each != option_id]
    return left
