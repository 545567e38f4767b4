"""An event's own questions, read as the plain picture that `asking` works on."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.core.unit_of_work import is_writing
from eventapp.events.models import Event
from eventapp.registrations.questions.asking import Asked, AskedOption, AskedPage, Form
from eventapp.registrations.questions.models import Question, QuestionGroup, QuestionOption

_MOST_FORMS = 200
_forms: dict[tuple[int, str], Form] = {}  # by event and stamp; one per process


def read_form(ctx: Context, event_id: int) -> Form:
    """Return the event's own questions, those no longer asked and private ones among them; empty for most events.

    Every form page and every sending needs it, so each process reads a form once and knows it again by its stamp;
    whoever holds the event's lock has the stamp that holds.
    """
    stamp = ctx.session.get_one(Event, event_id).form_stamp
    if not stamp:
        return ()
    form = _forms.get((event_id, stamp))
    if form is None:
        form = _read(ctx, event_id)
        if not is_writing(ctx.session):  # what is not committed yet can still change under the same stamp
            if len(_forms) >= _MOST_FORMS:
                _forms.clear()
            _forms[event_id, stamp] = form
    return form


def _read(ctx: Context, event_id: int) -> Form:
    """Read the questions as columns, not as objects: three reads."""
    pages = ctx.session.execute(
        select(QuestionGroup.id, QuestionGroup.title, QuestionGroup.text)
        .where(QuestionGroup.event_id == event_id)
        .order_by(QuestionGroup.position, QuestionGroup.id)
    ).all()
    if not pages:
        return ()
    questions = _questions(ctx, event_id)
    return tuple(AskedPage(page.id, page.title, page.text, tuple(questions[page.id])) for page in pages)


def _questions(ctx: Context, event_id: int) -> defaultdict[int, list[Asked]]:
    options = _options(ctx, event_id)
    rows = ctx.session.execute(
        select(
            Question.id,
            Question.group_id,
            Question.kind,
            Question.label,
            Question.help,
            Question.required,
            Question.private,
            Question.sensitive,
            Question.retired_at,
            Question.depends_on_id,
            Question.depends_on_values,
        )
        .where(Question.event_id == event_id)
        .order_by(Question.position, Question.id)
    )
    questions: defaultdict[int, list[Asked]] = defaultdict(list)
    for row in rows:
        asked = Asked(
            id=row.id,
            kind=row.kind,
            label=row.label,
            help=row.help,
            required=row.required,
            private=row.private,
            sensitive=row.sensitive,
            retired=row.retired_at is not None,
            depends_on=row.depends_on_id,
            decided_by=tuple(row.depends_on_values or ()),
            options=tuple(options[row.id]),
        )
        questions[row.group_id].append(asked)
    return questions


def _options(ctx: Context, event_id: int) -> defaultdict[int, list[AskedOption]]:
    rows = ctx.session.execute(
        select(
            QuestionOption.question_id,
            QuestionOption.id,
            QuestionOption.label,
            QuestionOption.places,
            QuestionOption.retired_at,
        )
        .join(Question, Question.id == QuestionOption.question_id)
        .where(Question.event_id == event_id)
        .order_by(QuestionOption.position, QuestionOption.id)
    )
    options: defaultdict[int, list[AskedOption]] = defaultdict(list)
    for row in rows:
        options[row.question_id].append(AskedOption(row.id, row.label, row.places, row.retired_at is not None))
    return options
