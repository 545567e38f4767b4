"""The organisers' own questions as columns of the lists that are taken along."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.core.tables import Cell
from eventapp.registrations.models import Registration
from eventapp.registrations.questions import asking, files, wording
from eventapp.registrations.questions.reading import read_form
from eventapp.registrations.questions.states import QuestionKind

_PREFIX = "own-"


def is_own(name: str) -> bool:
    """Tell whether a column is an own question."""
    return name.startswith(_PREFIX)


class OwnColumns:
    """The own questions of an event, each a column; those no longer asked too, because their answers are kept."""

    def __init__(self, ctx: Context, event_id: int, *, with_files: bool = False) -> None:
        form = read_form(ctx, event_id)
        self._language = ctx.language
        self._questions = {f"{_PREFIX}{each.id}": each for each in asking.every(form)}
        asks_files = with_files and asking.asks(form, QuestionKind.FILE)
        self._files = files.list_names(ctx, event_id) if asks_files else {}

    def offered(self, *, sensitive: bool) -> list[tuple[str, str]]:
        """Return name and title of each column, in the order of the form; sensitive ones only if asked for."""
        return [
            (name, self.title_of(name)) for name, each in self._questions.items() if sensitive or not each.sensitive
        ]

    def title_of(self, name: str) -> str:
        """Return the question as the title of its column."""
        question = self._questions.get(name)
        if question is None:
            return name
        label = question.label.text(self._language)
        label = str(_("%(label)s (sensitive)", label=label)) if question.sensitive else label
        if question.retired:
            return str(_("%(label)s (no longer asked)", label=label))
        return str(_("%(label)s (organisers only)", label=label)) if question.private else label

    def cell(self, person: Registration, name: str) -> Cell:
        """Return one person's answer; numbers and days as such, which spreadsheets can add up and sort."""
        question = self._questions.get(name)
        value = (person.own_answers or {}).get(question.key) if question is not None else None
        if question is None or asking.is_empty(value):
            return None
        try:
            text = str(value)
            if question.kind is QuestionKind.NUMBER:
                return Decimal(text)
            if question.kind is QuestionKind.DATE:
                return date.fromisoformat(text)
        except (InvalidOperation, ValueError):
            return str(value)
        return wording.answer_in_words(question, value, self._language, self._files)


def without_numbers(columns: Collection[str]) -> list[str]:
    """Return the names of columns for the audit, all own questions under one name."""
    known = [name for name in columns if not is_own(name)]
    return [*known, "own_answers"] if len(known) < len(columns) else known
