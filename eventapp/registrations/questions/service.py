"""Commands that build the form: pages and questions are added, changed, ordered, retired; no answer is ever lost.

All happen under the event's row lock. What a change would break elsewhere in the form refuses it (`rules.broken`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.languages import own_name
from eventapp.core.text import fold
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.events.service import lock, refuse_stale
from eventapp.registrations.questions import queries, rules, words
from eventapp.registrations.questions.models import Question, QuestionGroup, QuestionOption
from eventapp.registrations.questions.shape import Choice, QuestionValues
from eventapp.registrations.questions.states import WITH_OPTIONS

T = TypeVar("T")


def add_group(ctx: Context, event: Event, title: Translated, text: Translated) -> QuestionGroup:
    """Add a page at the end of the form. Raises `DomainError`."""
    groups = _locked_form(ctx, event)
    if len(groups) >= rules.MOST_GROUPS:
        raise DomainError(_("A form can have at most %(count)d pages of your own.", count=rules.MOST_GROUPS))
    _check_title(event, groups, title, None)
    last = max((group.position for group in groups), default=0)
    group = QuestionGroup(event_id=event.id, position=last + 1, title=title, text=text)
    ctx.session.add(group)
    audit.record(ctx, group, "add")
    return group


def edit_group(
    ctx: Context, event: Event, group: QuestionGroup, values: Mapping[str, Translated], *, seen: int
) -> list[str]:
    """Change a page's texts and return the names of the fields that changed. Raises `StaleEdit` and `DomainError`."""
    groups = _locked_form(ctx, event)
    refuse_stale(ctx, group, values, seen)
    _check_title(event, groups, values["title"], group)
    fields = audit.changed_fields(group, values)
    if fields:
        audit.record(ctx, group, "edit", {"fields": fields})
    return fields


def move_group(ctx: Context, event: Event, group: QuestionGroup, by: int) -> None:
    """Move a page up (negative) or down; it stops at the ends. Raises `Conflict` when a condition forbids it."""
    groups = list(_locked_form(ctx, event))
    before = rules.broken(queries.items_of(groups))
    if not _shift(groups, group, by):
        return
    _refuse_what_breaks(ctx, groups, before)
    for position, each in enumerate(groups, start=1):
        each.position = position
    audit.record(ctx, group, "move")


def remove_group(ctx: Context, event: Event, group: QuestionGroup) -> None:
    """Remove an empty page. Raises `Conflict` when it has questions."""
    _locked_form(ctx, event)
    if group.questions:
        raise Conflict(_("This page has questions. Move them to another page first, or delete them."))
    audit.record(ctx, group, "remove")
    ctx.session.delete(group)


def add_question(ctx: Context, event: Event, group: QuestionGroup, values: QuestionValues) -> Question:
    """Add a question at the end of a page. Raises `DomainError` naming the field that cannot be."""
    groups = _locked_form(ctx, event)
    number = sum(len(each.questions) for each in groups)
    if number >= rules.MOST_QUESTIONS:
        raise DomainError(_("A form can have at most %(count)d questions of your own.", count=rules.MOST_QUESTIONS))
    _check_texts(event, groups, values, None)
    before = rules.broken(queries.items_of(groups))
    question = Question(
        event_id=event.id,
        group_id=group.id,
        position=0,
        kind=values.kind,
        label=values.label,
        help=values.help,
        required=values.required,
        private=values.private,
        sensitive=values.sensitive,
        depends_on_id=values.condition.on if _is_here(groups, values) and values.condition else None,
        depends_on_values=values.condition.as_values() if values.condition else [],
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(question)
    _put(group, question)
    _set_choices(ctx, question, values.choices)
    ctx.session.flush()
    _refuse_what_breaks(ctx, groups, before, question, values)
    audit.record(ctx, question, "add")
    return question


def edit_question(
    ctx: Context, event: Event, question: Question, group: QuestionGroup, values: QuestionValues, *, seen: int
) -> list[str]:
    """Change a question, perhaps to another page, and return the names of the fields that changed.

    Raises `StaleEdit` when somebody else has changed the same fields since `seen`, and `DomainError`. Answers stay:
    the kind of an answered question is fixed, and an option that somebody chose is retired instead of removed.
    """
    groups = _locked_form(ctx, event)
    wanted = {**values.by_field(), "group_id": group.id}
    refuse_stale(ctx, question, wanted, seen)
    _check_texts(event, groups, values, question)
    _check_answered(ctx, question, values)
    before, earlier = rules.broken(queries.items_of(groups)), _as_fields(question)
    for name in ("kind", "label", "help", "required", "private", "sensitive"):
        setattr(question, name, getattr(values, name))
    question.depends_on_id = values.condition.on if _is_here(groups, values) and values.condition else None
    question.depends_on_values = values.condition.as_values() if values.condition else []
    _set_choices(ctx, question, values.choices)
    if group.id != question.group_id:
        _put(group, question)
    ctx.session.flush()
    _refuse_what_breaks(ctx, groups, before, question, values)
    now = _as_fields(question)
    changed = sorted(name for name, value in now.items() if value != earlier[name])
    if changed:
        question.updated_at = ctx.now
        audit.record(ctx, question, "edit", {"fields": changed})
    return changed


def move_question(ctx: Context, event: Event, question: Question, by: int) -> None:
    """Move a question up (negative) or down its page; it stops at the ends. Raises `Conflict`."""
    groups = _locked_form(ctx, event)
    before = rules.broken(queries.items_of(groups))
    order = [each for each in question.group.questions if each.retired_at is None]
    if question.retired_at is not None or not _shift(order, question, by):
        return
    _number(question.group, order)
    ctx.session.flush()
    ctx.session.expire(question.group, ["questions"])
    _refuse_what_breaks(ctx, groups, before)
    audit.record(ctx, question, "move")


def duplicate(ctx: Context, event: Event, question: Question) -> Question:
    """Add a copy of the question, with its options and condition, at the end of its page. Raises `DomainError`."""
    groups = _locked_form(ctx, event)
    names = [each.label.text(event.first_language) for group in groups for each in group.questions]
    copied = Translated({code: _copied(text, code) for code, text in question.label.items()})
    while rules.first_repeated([*names, copied.text(event.first_language)]) == len(names):
        copied = Translated({code: _copied(text, code) for code, text in copied.items()})
    values = QuestionValues(
        kind=question.kind,
        label=copied,
        help=question.help,
        required=question.required,
        private=question.private,
        sensitive=question.sensitive,
        condition=question.condition,
        choices=tuple(replace(each, id=None) for each in question.choices if not each.gone),
    )
    return add_question(ctx, event, question.group, values)


def retire(ctx: Context, event: Event, question: Question) -> None:
    """Ask the question no more and keep its answers. Raises `Conflict` when others depend on it."""
    groups = _locked_form(ctx, event)
    if question.retired_at is not None:
        return
    before = rules.broken(queries.items_of(groups))
    question.retired_at = ctx.now
    _refuse_what_breaks(ctx, groups, before)
    audit.record(ctx, question, "retire")


def bring_back(ctx: Context, event: Event, question: Question) -> None:
    """Ask a retired question again, at the end of its page. Raises `DomainError` when it no longer fits."""
    groups = _locked_form(ctx, event)
    if question.retired_at is None:
        return
    before = rules.broken(queries.items_of(groups))
    _check_label(event, groups, question.label, question)
    question.retired_at = None
    others = [each for each in question.group.questions if each.retired_at is None and each is not question]
    _number(question.group, [*others, question])
    ctx.session.flush()
    ctx.session.expire(question.group, ["questions"])
    _refuse_what_breaks(ctx, groups, before, question)
    audit.record(ctx, question, "bring-back")


def delete(ctx: Context, event: Event, question: Question) -> None:
    """Delete a question that nobody has answered. Raises `Conflict` when it has answers, or others depend on it."""
    groups = _locked_form(ctx, event)
    others = rules.dependents(queries.items_of(groups), question.id)
    if others:
        by_id = {each.id: each for group in groups for each in group.questions}
        fault = rules.Broken(others[0].id, question.id, rules.Fault.UNKNOWN)
        raise Conflict(words.why_not_because_of(fault, by_id, ctx.language))
    if queries.has_answers(ctx, question):
        raise Conflict(_("It has answers by now, and they are kept. Ask it no more instead."))
    audit.record(ctx, question, "delete")
    ctx.session.delete(question)


def put_languages_in_order(ctx: Context, event: Event) -> None:
    """Put the event's languages first in every text, in their order: it is the order of fallback."""
    _stamp(event)
    for group in queries.list_groups(ctx, event.id):
        _order_texts(event, group, "title", "text")
        for question in group.questions:
            _order_texts(event, question, "label", "help")
            for option in question.options:
                _order_texts(event, option, "label")


def _order_texts(event: Event, thing: QuestionGroup | Question | QuestionOption, *names: str) -> None:
    for name in names:
        setattr(thing, name, getattr(thing, name).ordered(event.languages))
        flag_modified(thing, name)  # equal texts in another order look unchanged otherwise


def _locked_form(ctx: Context, event: Event) -> Sequence[QuestionGroup]:
    """Lock the event, give the form a new stamp and return it as it now stands, whatever was read before."""
    lock(ctx, event)
    _stamp(event)
    ctx.session.flush()
    ctx.session.expire_all()
    return queries.list_groups(ctx, event.id)


def _stamp(event: Event) -> None:
    """Tell every process that the form it has read is not the form any more (`reading.read_form`)."""
    event.form_stamp = secrets.token_hex(16)


def _shift(order: list[T], thing: T, by: int) -> bool:
    """Move the thing within the list, up to its ends; tell whether it moved."""
    here = order.index(thing)
    there = min(max(here + by, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    return here != there


def _put(group: QuestionGroup, question: Question) -> None:
    """Put the question on a page, after those that are asked."""
    order = [each for each in group.questions if each.retired_at is None]
    question.group = group
    _number(group, [*order, question])


def _number(group: QuestionGroup, order: Sequence[Question]) -> None:
    """Give a page's questions their numbers, those that are no longer asked last."""
    rest = [each for each in group.questions if each not in order]
    for position, each in enumerate([*order, *rest], start=1):
        each.position = position


def _as_fields(question: Question) -> Mapping[str, object]:
    names = ("kind", "label", "help", "required", "private", "sensitive", "condition", "choices", "group_id")
    return {name: getattr(question, name) for name in names}


def _is_here(groups: Sequence[QuestionGroup], values: QuestionValues) -> bool:
    """Tell whether the other question is in this form: a number of another event's never reaches the table."""
    on = values.condition.on if values.condition else None
    return any(question.id == on for group in groups for question in group.questions)


def _check_texts(
    event: Event, groups: Sequence[QuestionGroup], values: QuestionValues, question: Question | None
) -> None:
    _check_label(event, groups, values.label, question)
    offered = [each.label.get(event.first_language, "") for each in values.choices if not each.gone]
    if values.kind in WITH_OPTIONS and len(values.choices) > rules.MOST_OPTIONS:
        raise DomainError(
            _("A question can have at most %(count)d answers to choose from.", count=rules.MOST_OPTIONS),
            field="choices",
        )
    if not rules.enough_options(values.kind, offered):
        raise DomainError(
            _(
                "There has to be something to choose: write at least two answers in %(language)s.",
                language=own_name(event.first_language),
            ),
            field="choices",
        )
    repeated = rules.first_repeated(offered)
    if values.kind in WITH_OPTIONS and repeated is not None:
        raise DomainError(_("“%(answer)s” is there twice.", answer=offered[repeated]), field="choices")


def _check_title(event: Event, groups: Sequence[QuestionGroup], title: Translated, group: QuestionGroup | None) -> None:
    first = event.first_language
    others = {fold(each.title.text(first)) for each in groups if each is not group}
    if fold(title.text(first)) in others:
        raise DomainError(
            _("Another page of this form is called the same. Give one of them another title."), field="title"
        )


def _check_label(event: Event, groups: Sequence[QuestionGroup], label: Translated, question: Question | None) -> None:
    others = [each for group in groups for each in group.questions if each is not question and each.retired_at is None]
    first = event.first_language
    names = [each.label.text(first) for each in others]
    if rules.first_repeated([*names, label.text(first)]) == len(names):
        raise DomainError(
            _("Another question of this form is called the same. Word one of them differently."), field="label"
        )


def _check_answered(ctx: Context, question: Question, values: QuestionValues) -> None:
    """Refuse what would make answers unreadable, or change who wrote them, and for whom."""
    kind_changes = values.kind is not question.kind
    changes_hands = question.private != values.private
    opens_up = question.sensitive and not values.sensitive
    if not (kind_changes or changes_hands or opens_up) or not queries.has_answers(ctx, question):
        return
    field = "kind" if kind_changes else "private" if changes_hands else "sensitive"
    if kind_changes:
        why = _("It has answers by now, so they stay of this kind. Add a new question instead.")
    elif not changes_hands:
        why = _("It has answers that were given in confidence, so it stays sensitive. Add a new question instead.")
    elif question.private:
        why = _("It has answers that were written for organisers only. Add a new question for participants instead.")
    else:
        why = _("It has answers that participants gave. Add a new question for organisers only instead.")
    raise DomainError(why, field=field)


def _set_choices(ctx: Context, question: Question, choices: Sequence[Choice]) -> None:
    """Set the options in their order; what somebody chose stays, retired if need be, and so does what was not shown."""
    if question.kind not in WITH_OPTIONS:
        question.options.clear()
        return
    stored = {option.id: option for option in question.options}
    if any(choice.id is not None and choice.id not in stored for choice in choices):
        raise DomainError(
            _("One of these answers is not of this question any more. Look at them again."), field="choices"
        )
    chosen = queries.count_chosen(ctx, question) if stored else {}
    order: list[QuestionOption] = []
    for choice in choices:
        option = stored.pop(choice.id) if choice.id is not None else QuestionOption()
        if choice.gone and (choice.id is None or not chosen.get(choice.id)):
            if choice.id is not None:
                question.options.remove(option)
            continue
        option.label, option.places = choice.label, choice.places
        option.retired_at = (option.retired_at or ctx.now) if choice.gone else None
        order.append(option)
        if choice.id is None:
            question.options.append(option)
    for position, option in enumerate([*order, *stored.values()], start=1):
        option.position = position
    ctx.session.flush()
    ctx.session.expire(question, ["options"])


def _refuse_what_breaks(
    ctx: Context,
    groups: Sequence[QuestionGroup],
    before: Sequence[rules.Broken],
    question: Question | None = None,
    values: QuestionValues | None = None,
) -> None:
    """Raise `DomainError` at the question's own condition, or `Conflict` when another's would break."""
    by_id = {each.id: each for group in groups for each in group.questions}
    if question is not None and values is not None and values.condition and question.depends_on_id is None:
        unknown = rules.Broken(question.id, values.condition.on, rules.Fault.UNKNOWN)
        raise DomainError(words.why_not(unknown, by_id, ctx.language), field="condition")
    new = [each for each in rules.broken(queries.items_of(groups)) if each not in before]
    if question is not None:
        for fault in new:
            if fault.item == question.id:
                raise DomainError(words.why_not(fault, by_id, ctx.language), field="condition")
    if new:
        raise Conflict(words.why_not_because_of(new[0], by_id, ctx.language))


def _copied(text: str, language: str) -> str:
    with force_locale(language):
        return str(_("%(question)s (copy)", question=text))
