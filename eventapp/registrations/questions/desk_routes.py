"""The form builder: organisers write, order, retire and bring back their own questions, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.forms import ActionForm, EditForm
from eventapp.events.models import Event
from eventapp.events.queries import last_edit
from eventapp.events.service import Clash, StaleEdit
from eventapp.registrations.questions import places, queries, rules, service, words
from eventapp.registrations.questions.forms import GroupForm, QuestionForm, tick_of
from eventapp.registrations.questions.models import Question, QuestionGroup
from eventapp.registrations.questions.retention import sensitive_days
from eventapp.registrations.questions.states import WITH_OPTIONS, QuestionKind

bp = Blueprint("questions_desk", __name__)
FORM = "/desk/<event>/registrations/form"
GROUPS = f"{FORM}/pages"
QUESTIONS = f"{FORM}/questions"
Answer = str | Response | tuple[str, int]


@bp.get(FORM)
@requires(Permission.REGISTRATIONS_VIEW)
def builder(event: Event) -> str:
    """Show the organisers' own questions, page by page."""
    ctx = reading()
    groups = queries.list_groups(ctx, event.id)
    questions = [question for group in groups for question in group.questions]
    return render_template(
        "questions/desk/builder.html",
        event=event,
        groups=groups,
        answers=queries.count_answers(ctx, event.id, questions),
        taken=places.taken_by_option(ctx, event.id),
        may_edit=Permission.EVENT_EDIT in g.permissions,
    )


@bp.route(f"{GROUPS}/new", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def add_group(event: Event) -> Answer:
    """Add a page of questions."""
    form = GroupForm()
    form.use_languages(event.languages)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                group = service.add_group(ctx, event, form.title.data, form.text.data)
                group_id = group.id
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The page was added. Now write its first question."), "success")
            return _back(event, f"page-{group_id}")
    return _group_page(event, form, None)


@bp.route(f"{GROUPS}/<int:group_id>", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def edit_group(event: Event, group_id: int) -> Answer:
    """Edit the title and text of a page."""
    ctx = reading()
    group = queries.get_group(ctx, event, group_id)
    form = GroupForm(obj=group)
    form.use_languages(event.languages)
    if not form.is_submitted():
        form.seen.data = last_edit(ctx, group)
    elif form.validate():
        values = {"title": form.title.data, "text": form.text.data}
        try:
            with unit_of_work() as ctx:
                service.edit_group(ctx, event, queries.get_group(ctx, event, group_id), values, seen=form.mark)
        except StaleEdit as stale:
            form.seen.data = last_edit(reading(), queries.get_group(reading(), event, group_id))
            form.form_errors.append(stale.message)
            return _group_page(event, form, group, stale)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return _back(event, f"page-{group_id}")
    return _group_page(event, form, group)


@bp.post(f"{GROUPS}/<int:group_id>/<any(up,down):way>")
@requires(Permission.EVENT_EDIT)
def move_group(event: Event, group_id: int, way: str) -> Response:
    """Move a page one place up or down."""
    by = -1 if way == "up" else 1
    return _change(
        event,
        f"page-{group_id}",
        "",
        lambda ctx: service.move_group(ctx, event, queries.get_group(ctx, event, group_id), by),
    )


@bp.post(f"{GROUPS}/<int:group_id>/remove")
@requires(Permission.EVENT_EDIT)
def remove_group(event: Event, group_id: int) -> Response:
    """Remove an empty page."""
    return _change(
        event,
        "",
        _("The page was removed."),
        lambda ctx: service.remove_group(ctx, event, queries.get_group(ctx, event, group_id)),
    )


@bp.route(f"{GROUPS}/<int:group_id>/new", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def add_question(event: Event, group_id: int) -> Answer:
    """Choose a kind of question, then write it."""
    ctx = reading()
    group = queries.get_group(ctx, event, group_id)
    kind = request.args.get("kind", "")
    if kind not in {each.value for each in QuestionKind} and not request.form:
        return render_template(
            "questions/desk/kinds.html", event=event, group=group, kinds=words.KIND, about=words.ABOUT_KIND
        )
    groups = queries.list_groups(ctx, event.id)
    form = QuestionForm(groups, ctx.language, data={"group_id": str(group_id), "kind": kind})
    form.use_languages(event.languages)
    if _rearranged(form):
        return _question_page(event, form, None, group)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                chosen = queries.get_group(ctx, event, int(form.group_id.data))
                question = service.add_question(ctx, event, chosen, form.question())
                question_id = question.id
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The question was added."), "success")
            return _back(event, f"question-{question_id}")
    return _question_page(event, form, None, group)


@bp.route(f"{QUESTIONS}/<int:question_id>", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def edit_question(event: Event, question_id: int) -> Answer:
    """Edit a question."""
    ctx = reading()
    question = queries.get_question(ctx, event, question_id)
    form = QuestionForm(
        queries.list_groups(ctx, event.id),
        ctx.language,
        obj=question,
    )
    form.use_languages(event.languages)
    if _rearranged(form):
        return _question_page(event, form, question, question.group)
    if not form.is_submitted():
        form.seen.data = last_edit(ctx, question)
    elif form.validate():
        try:
            with unit_of_work() as ctx:
                chosen = queries.get_group(ctx, event, int(form.group_id.data))
                stored = queries.get_question(ctx, event, question_id)
                service.edit_question(ctx, event, stored, chosen, form.question(), seen=form.mark)
        except StaleEdit as stale:
            ctx = reading()
            question = queries.get_question(ctx, event, question_id)
            form.seen.data = last_edit(ctx, question)
            form.form_errors.append(stale.message)
            return _question_page(event, form, question, question.group, stale)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return _back(event, f"question-{question_id}")
    question = queries.get_question(reading(), event, question_id)
    return _question_page(event, form, question, question.group)


@bp.post(f"{QUESTIONS}/<int:question_id>/<any(up,down):way>")
@requires(Permission.EVENT_EDIT)
def move_question(event: Event, question_id: int, way: str) -> Response:
    """Move a question one place up or down its page."""
    by = -1 if way == "up" else 1
    return _act(event, question_id, "", lambda ctx, question: service.move_question(ctx, event, question, by))


@bp.post(f"{QUESTIONS}/<int:question_id>/duplicate")
@requires(Permission.EVENT_EDIT)
def duplicate(event: Event, question_id: int) -> Response:
    """Add a copy of a question."""
    return _act(
        event,
        question_id,
        _("A copy was added at the end of the page."),
        lambda ctx, question: service.duplicate(ctx, event, question),
    )


@bp.post(f"{QUESTIONS}/<int:question_id>/bring-back")
@requires(Permission.EVENT_EDIT)
def bring_back(event: Event, question_id: int) -> Response:
    """Ask a retired question again."""
    return _act(
        event,
        question_id,
        _("The question is asked again."),
        lambda ctx, question: service.bring_back(ctx, event, question),
    )


@bp.route(f"{QUESTIONS}/<int:question_id>/remove", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def remove_question(event: Event, question_id: int) -> Answer:
    """Ask, and retire a question that has answers, or delete one that has none."""
    ctx = reading()
    question = queries.get_question(ctx, event, question_id)
    answered = queries.has_answers(ctx, question)
    refusal, status = "", 200
    if ActionForm().validate_on_submit():
        retiring = request.form.get("how") != "delete"
        try:
            with unit_of_work() as ctx:
                stored = queries.get_question(ctx, event, question_id)
                (service.retire if retiring else service.delete)(ctx, event, stored)
        except DomainError as error:
            refusal, status = error.message, error.status
        else:
            flash(_("The question is no longer asked.") if retiring else _("The question was deleted."), "success")
            return _back(event, f"question-{question_id}" if retiring else "")
    question = queries.get_question(reading(), event, question_id)
    page = render_template(
        "questions/desk/remove.html", event=event, question=question, answered=answered, refusal=refusal
    )
    return page, status


@bp.context_processor
def _frame() -> dict[str, Any]:
    """Give the pages their words."""
    return {
        "kind_words": words.KIND,
        "field_words": words.FIELD,
        "condition_in_words": words.condition_in_words,
        "stored_in_words": _stored_in_words,
        "left": rules.left,
    }


def _stored_in_words(value: Any, event: Event) -> str:
    """Return what somebody else saved, as people read it."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, QuestionKind):
        return str(words.KIND[value])
    if isinstance(value, tuple):
        return ", ".join(each.label.text(event.first_language) for each in value if not each.gone) or "–"
    return _("Look at it on the form.") if value else "–"


def _act(event: Event, question_id: int, done: str, command: Callable[[Context, Question], object]) -> Response:
    return _change(
        event,
        f"question-{question_id}",
        done,
        lambda ctx: command(ctx, queries.get_question(ctx, event, question_id)),
    )


def _change(event: Event, anchor: str, done: str, command: Callable[[Context], object]) -> Response:
    """Change the form and come back to it, with what was refused if it was."""
    try:
        with unit_of_work() as ctx:
            command(ctx)
    except DomainError as error:
        if error.status == 404:
            raise
        flash(error.message, "warning")
    else:
        if done:
            flash(done, "success")
    return _back(event, anchor)


def _back(event: Event, anchor: str) -> Response:
    return redirect(url_for(".builder", event=event.slug, _anchor=anchor or None), 303)


def _rearranged(form: QuestionForm) -> bool:
    """Add or move rows of answers when one of their buttons was pressed; nothing is saved by that."""
    wish = request.form.get("rows")
    if wish:
        form.choices.rearrange(wish)
    return bool(wish)


def _group_page(event: Event, form: EditForm, group: QuestionGroup | None, stale: StaleEdit | None = None) -> Answer:
    page = render_template("questions/desk/page.html", event=event, form=form, group=group, clashes=_clashes(stale))
    return page, (stale.status if stale else 422 if form.errors else 200)


def _question_page(
    event: Event, form: QuestionForm, question: Question | None, group: QuestionGroup, stale: StaleEdit | None = None
) -> Answer:
    ctx = reading()
    form.choices.needed = form.kind.data in {kind.value for kind in WITH_OPTIONS}
    if form.choices.needed:
        form.choices.fill_up()
    page = render_template(
        "questions/desk/question.html",
        event=event,
        form=form,
        question=question,
        group=group,
        candidates=_candidates(ctx, event, question, group),
        answered=question is not None and queries.has_answers(ctx, question),
        taken=places.taken_by_option(ctx, event.id),
        days=sensitive_days(event),
        clashes=_clashes(stale),
    )
    return page, (stale.status if stale else 422 if form.errors else 200)


def _candidates(
    ctx: Context, event: Event, question: Question | None, group: QuestionGroup
) -> list[tuple[Question, list[tuple[str, str]]]]:
    """Return the questions that this one may depend on, and the one it does, with their answers to tick."""
    groups = queries.list_groups(ctx, event.id)
    items = queries.items_of(groups)
    if question is None:
        place = ([each.id for each in groups].index(group.id), rules.MOST_QUESTIONS)
        item = rules.Item(0, QuestionKind.SHORT_TEXT, place, private=True)
    else:
        item = next(each for each in items if each.id == question.id)
    fit = {each.id for each in rules.may_depend_on(items, item)} | {item.depends_on}
    return [
        (
            each,
            [(tick_of(each, answer), words.answer_in_words(each, answer, ctx.language)) for answer in _answers(each)],
        )
        for page in groups
        for each in page.questions
        if each.id in fit
    ]


def _answers(question: Question) -> list[bool | int]:
    if question.kind is QuestionKind.YES_NO:
        return [True, False]
    return [option.id for option in question.options if option.retired_at is None]


def _clashes(stale: StaleEdit | None) -> Sequence[Clash]:
    return stale.clashes if stale else ()
