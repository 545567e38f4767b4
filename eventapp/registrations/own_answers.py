"""Answers to the organisers' own questions within a registration: what is stored of them, and the places they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import Conflict
from eventapp.core.translated import Translated
from eventapp.registrations.models import Registration
from eventapp.registrations.questions import asking, files, places, values
from eventapp.registrations.questions.files import CheckedFile
from eventapp.registrations.questions.models import Question
from eventapp.registrations.questions.reading import read_form
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.questions.values import Problem
from eventapp.registrations.states import ENDED


class FormChanged(Conflict):
    """The organisers changed their questions while somebody answered them; what was answered is kept."""


def to_store(
    ctx: Context, event_id: int, own: Mapping[str, Any], before: Mapping[str, Any], *, some_are_enough: bool = False
) -> tuple[asking.Form, dict[str, Any]]:
    """Return the form as it is now and what of the answers is stored. Needs the seats' lock; raises `FormChanged`.

    With `some_are_enough`, what is required may be missing.
    """
    form = read_form(ctx, event_id)
    faults = values.faults(form, own, asking.chosen(form, before))
    if any(not (some_are_enough and problem is Problem.MISSING) for _question, problem in faults):
        raise FormChanged(
            _("The organisers have changed their questions meanwhile. Please look at your answers again.")
        )
    return form, asking.kept(form, own, before)


def settle(ctx: Context, registration: Registration, form: asking.Form, *, is_new: bool = False) -> None:
    """Take the places that the answers choose, and forget files that none of them names. Raises `NoPlaceLeft`.

    A registration that `is_new` holds none yet.
    """
    if not form:
        return
    places.hold(ctx, registration, form, is_new=is_new)
    if asking.asks(form, QuestionKind.FILE):
        files.tidy(ctx, registration.invitation_id)


def take_again(ctx: Context, registration: Registration) -> None:
    """Take the places of a registration that is opened again; what is full by now is dropped and recorded."""
    form = read_form(ctx, registration.event_id)
    if not form:
        return
    dropped = places.hold_again(ctx, registration, form)
    if dropped:
        labels = [question.label.text(ctx.language) for question in dropped]
        ids = [question.id for question in dropped if not question.private]
        audit.record(ctx, registration, "drop-choice", {"questions": labels, "question_ids": ids})
        ctx.session.flush()  # for the mail that tells the person


def list_dropped(ctx: Context, registration: Registration) -> Sequence[Translated]:
    """Return the questions whose choice fell away, as long as the person has not changed the answers since."""
    ids: set[int] = set()
    about = {Registration.__tablename__: [registration.id]}
    for entry in audit.list_about(ctx, registration.event_id, about):
        if entry.action == "drop-choice":
            ids.update(entry.details.get("question_ids", ()))
        elif entry.action in ("edit", "submit-again") and entry.actor_kind == ActorKind.PARTICIPANT:
            ids.clear()
    if not ids or registration.state in ENDED:
        return ()
    asked = select(Question.label).where(Question.id.in_(ids), Question.retired_at.is_(None)).order_by(Question.id)
    return ctx.session.scalars(asked).all()


def add_files(ctx: Context, event_id: int, invitation_id: int, uploads: Mapping[int, CheckedFile]) -> dict[str, str]:
    """Keep files and return the answers that name them."""
    return {
        str(question_id): files.keep(ctx, invitation_id, event_id, question_id, checked)
        for question_id, checked in uploads.items()
    }


def set_private(
    ctx: Context, registration: Registration, private: Mapping[str, Any], uploads: Mapping[int, CheckedFile]
) -> list[str]:
    """Keep what organisers wrote for their private questions and return the keys of those that changed.

    Needs the seats' lock, because a private choice can be limited too. Raises `NoPlaceLeft`.
    """
    form = read_form(ctx, registration.event_id)
    known = {each.key: each for each in asking.every(form) if each.private and not each.retired}
    new = {**private, **add_files(ctx, registration.event_id, registration.invitation_id, uploads)}
    after = {**(registration.own_answers or {}), **{key: value for key, value in new.items() if key in known}}
    after = {key: value for key, value in after.items() if not asking.is_empty(value)}
    before = registration.own_answers or {}
    changed = [key for key in known if before.get(key) != after.get(key)]
    if not changed:
        return []
    registration.own_answers = after
    if registration.decided_answers is not None:  # the organisers' own words are no change by the person
        decided = registration.decided_answers
        own = {key: value for key, value in (decided.get("own_answers") or {}).items() if key not in known}
        mine = {key: after[key] for key in known if key in after}
        registration.decided_answers = {**decided, "own_answers": {**own, **mine}}
    registration.updated_at = ctx.now
    if registration.state not in ENDED:
        places.hold(ctx, registration, form)
    if asking.asks(form, QuestionKind.FILE):
        ctx.session.flush()
        files.tidy(ctx, registration.invitation_id)
    audit.record(ctx, registration, "note", {"questions": [known[key].label.text(ctx.language) for key in changed]})
    return changed
