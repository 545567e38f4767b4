"""The organisers' own questions on the page of one registration: answers, what changed, and their private notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.registrations.changes import Change, own_answers_of
from eventapp.registrations.choices import AnsweredPage, AnsweredQuestion, own_in_words
from eventapp.registrations.models import Registration
from eventapp.registrations.questions import asking, files, places
from eventapp.registrations.questions.answer_forms import OwnForm, Put, form_of
from eventapp.registrations.questions.asking import Asked, AskedPage
from eventapp.registrations.questions.reading import read_form
from eventapp.registrations.questions.retention import sensitive_days
from eventapp.registrations.states import ENDED


@dataclass(frozen=True)
class OwnOnDetail:
    """What an organiser sees of the own questions of one registration."""

    pages: Sequence[AnsweredPage]
    kept: Sequence[AnsweredQuestion]  # to what this person is asked no more
    changes: Sequence[Change]
    private: OwnForm | None


def own_on_detail(
    ctx: Context, event: Event, registration: Registration, *, sensitive: bool, private: OwnForm | None = None
) -> OwnOnDetail | None:
    """Return the answers to own questions, or None for an event without any; `private` is a form that came back.

    Without `sensitive`, what organisers marked so is left out.
    """
    form = read_form(ctx, event.id)
    if not form:
        return None
    names = {name: kept.filename for name, kept in files.list_files(ctx, registration.invitation_id).items()}
    before, now = own_answers_of(registration)
    asked = asking.applying(form, now)

    def words(pages: Sequence[AskedPage], answers: asking.Answers) -> list[AnsweredPage]:
        return own_in_words(pages, answers, ctx.language, names)

    def only(wanted: Sequence[Asked]) -> list[AskedPage]:
        ids = {each.id for each in wanted}
        pages = [replace(page, questions=tuple(each for each in page.questions if each.id in ids)) for page in form]
        return [page for page in pages if page.questions]

    every = [each for each in asking.every(form) if sensitive or not each.sensitive]
    shown = [each for each in every if each.id in asked and not each.private and not each.retired]
    kept = [each for each in every if each.key in now and (each.retired or not (each.private or each.id in asked))]
    changed = [each for each in every if not each.private and before.get(each.key) != now.get(each.key)]
    pairs = zip(words(only(changed), before), words(only(changed), now), strict=True)
    return OwnOnDetail(
        pages=words(only(shown), now),
        kept=[each for page in words(only(kept), now) for each in page.questions],
        changes=[
            Change(old.question, old.answer, new.answer, old.sensitive)
            for was, is_now in pairs
            for old, new in zip(was.questions, is_now.questions, strict=True)
        ]
        if registration.changed_at is not None and registration.decided_answers is not None
        else [],
        private=private or private_form(ctx, registration, form, sensitive=sensitive, sent=False),
    )


def private_form(
    ctx: Context, registration: Registration, form: asking.Form | None = None, *, sensitive: bool, sent: bool = True
) -> OwnForm | None:
    """Return the form of the questions that organisers answer themselves, or None when there are none."""
    form = read_form(ctx, registration.event_id) if form is None else form
    answers = registration.own_answers or {}
    asked = tuple(
        each for each in asking.every(form) if each.private and not each.retired and (sensitive or not each.sensitive)
    )
    here = {each.id for each in asked}
    applying = asking.applying(form, answers)
    page = AskedPage(0, asking.NOTHING, questions=tuple(
        each for each in asked if each.id in applying or each.depends_on in here
    ))  # fmt: skip
    if not page.questions:
        return None
    limited = [option.id for each in page.questions for option in each.options if option.places is not None]
    put = Put(
        page=page,
        form=form,
        answers=answers,
        language=ctx.language,
        taken=places.taken_by_option(ctx, registration.event_id, limited) if limited else {},
        held=frozenset() if registration.state in ENDED else frozenset(asking.chosen(form, answers)),
        files=files.list_files(ctx, registration.invitation_id),
        sensitive_days=sensitive_days(registration.event),
    )
    return form_of(put) if sent else form_of(put, formdata=None)
