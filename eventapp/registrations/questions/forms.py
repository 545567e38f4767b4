"""Forms of the form builder: a page, and a question with its answers to choose from and its condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field
from wtforms.validators import StopValidation

from eventapp.core.forms import LanguageEntry, TranslatedField
from eventapp.core.languages import own_name
from eventapp.core.text import clean_line
from eventapp.core.translated import Translated
from eventapp.events.forms import ChoiceField, EditForm
from eventapp.registrations.questions import words
from eventapp.registrations.questions.models import Question, QuestionGroup
from eventapp.registrations.questions.rules import MOST_OPTIONS, MOST_PLACES
from eventapp.registrations.questions.shape import Choice, Condition, QuestionValues
from eventapp.registrations.questions.states import WITH_OPTIONS, QuestionKind

LONGEST_NAME = 200
EMPTY_ROWS = 2  # below the answers that there are
FIRST_ROWS = 4


@dataclass(frozen=True)
class ChoiceRow:
    """One row of answers to choose from, as it was typed."""

    id: int | None = None
    label: Mapping[str, str] = field(default_factory=dict)
    places: str = ""
    gone: bool = False
    error: str = ""

    @property
    def empty(self) -> bool:
        """Tell whether nothing is in it."""
        return self.id is None and not any(self.label.values()) and not self.places

    @property
    def number_of_places(self) -> int | None:
        """Return the places; nothing typed is no limit. Raises `ValueError` when it is no number."""
        if not self.places:
            return None
        if not (self.places.isascii() and self.places.isdecimal()) or int(self.places[:9]) > MOST_PLACES:
            raise ValueError(self.places)
        return int(self.places)


class ChoicesField(Field):  # type: ignore[misc]
    """Answers to choose from, a row each; inputs are `<field>-<row>-id`, `-places`, `-gone` and `-label-<language>`."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, **options)
        self.rows: list[ChoiceRow] = []
        self.languages: Sequence[str] = ()
        self.needed = False  # there are answers to choose from, for this kind of question

    def process(self, formdata: Any, data: Any = None, **_more: Any) -> None:
        """Take the stored answers, or every row that was sent."""
        self.process_errors: list[str] = []
        stored: Sequence[Choice] = data if isinstance(data, tuple) else ()
        self.object_data = self.data = stored
        self._untouched = {each.id: each.label for each in stored if each.id is not None}
        sent = sorted(_row_numbers(formdata, self.name)) if formdata is not None else []
        if sent:
            self.rows = [self._row(formdata, f"{self.name}-{number}-") for number in sent[: MOST_OPTIONS + EMPTY_ROWS]]
        else:
            self.rows = [
                ChoiceRow(each.id, each.label.as_dict(), "" if each.places is None else str(each.places), each.gone)
                for each in stored
            ]

    def _row(self, formdata: Any, prefix: str) -> ChoiceRow:
        number = formdata.get(f"{prefix}id") or ""
        start = f"{prefix}label-"
        return ChoiceRow(
            id=int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None,
            label={name.removeprefix(start): clean_line(formdata[name]) for name in formdata if name.startswith(start)},
            places=clean_line(formdata.get(f"{prefix}places") or "")[:20],
            gone=bool(formdata.get(f"{prefix}gone")),
        )

    def rearrange(self, wish: str) -> None:
        """Move a row (`up-2`, `down-0`) or add empty ones (`more`); anything else changes nothing."""
        way, _dash, number = wish.partition("-")
        if way == "more":
            self.fill_up(EMPTY_ROWS + 2)
        elif way in ("up", "down") and number.isascii() and number.isdecimal() and int(number[:4]) < len(self.rows):
            here = int(number)
            self.rows.insert(max(here + (-1 if way == "up" else 1), 0), self.rows.pop(here))

    def fill_up(self, empty: int = EMPTY_ROWS) -> None:
        """See to it that there are empty rows at the end, as far as a question may have answers."""
        missing = empty - sum(1 for row in self.rows if row.empty)
        missing = max(missing, FIRST_ROWS - len(self.rows))
        self.rows += [ChoiceRow()] * min(missing, MOST_OPTIONS - len(self.rows))

    def pre_validate(self, _form: Any) -> None:
        """Refuse rows without a name in the first language, texts that are too long, and places that are no number."""
        if not self.needed:
            return
        self.rows = [replace(row, error=self._error(row)) for row in self.rows]
        wrong = next((row.error for row in self.rows if row.error), "")
        if wrong:
            raise StopValidation(wrong)
        self.data = tuple(self._choice(row) for row in self.rows if not row.empty)

    def _error(self, row: ChoiceRow) -> str:
        if row.empty:
            return ""
        if not row.label.get(self.languages[0]) and not row.gone:
            return str(_("Write this answer in %(language)s.", language=own_name(self.languages[0])))
        if any(len(text) > LONGEST_NAME for text in row.label.values()):
            return str(_("Use at most %(max)d characters.", max=LONGEST_NAME))
        try:
            row.number_of_places  # noqa: B018 - raises
        except ValueError:
            return str(_("Write a whole number of places, or leave it empty for no limit."))
        return ""

    def _choice(self, row: ChoiceRow) -> Choice:
        others = self._untouched.get(row.id, Translated()) if row.id else Translated()
        kept = {code: text for code, text in others.items() if code not in self.languages}
        typed = {code: row.label.get(code, "") for code in self.languages}
        label = Translated({**typed, **kept})
        return Choice(row.id, label if label else others, row.number_of_places, row.gone)

    def inputs(self, number: int) -> list[LanguageEntry]:
        """Return a row's inputs of its name, one a language, for the template."""
        row, prefix = self.rows[number], f"{self.name}-{number}-label-"
        return [
            LanguageEntry(code, own_name(code), prefix + code, prefix + code, row.label.get(code, ""), index == 0)
            for index, code in enumerate(self.languages)
        ]


class ConditionField(Field):  # type: ignore[misc]
    """Ticked answers of one other question, each sent as `<question>:<yes, no or option>`."""

    def process(self, formdata: Any, data: Any = None, **_more: Any) -> None:
        """Take the stored condition, or what was ticked."""
        self.process_errors: list[str] = []
        self.object_data = self.data = data if isinstance(data, Condition) else None
        self.ticked = {_tick(data.on, each) for each in data.answers} if isinstance(data, Condition) else set()
        if formdata is not None and f"{self.name}-shown" in formdata:
            self.ticked = {value for value in formdata.getlist(self.name) if value}
            self.data = self._read()

    def _read(self) -> Condition | None:
        pairs = [value.partition(":") for value in self.ticked]
        if not pairs:
            return None
        numbers = {number for number, _colon, _answer in pairs}
        if len(numbers) > 1:
            self.process_errors.append(_("Tick answers of one question only."))
            return None
        answers = [_answer_of(answer) for _number, _colon, answer in pairs]
        if None in answers or not all(_is_number(number) for number in numbers):
            self.process_errors.append(_("Tick answers of the list."))
            return None
        return Condition(int(numbers.pop()), frozenset(each for each in answers if each is not None))


class GroupForm(EditForm):
    """A page of the organisers' own questions."""

    title = TranslatedField(words.FIELD["title"], needed=True, longest=LONGEST_NAME)
    text = TranslatedField(words.FIELD["text"], multiline=True, longest=2000)


class QuestionForm(EditForm):
    """A question of the organisers."""

    label = TranslatedField(words.FIELD["label"], needed=True, longest=LONGEST_NAME)
    help = TranslatedField(words.FIELD["help"], multiline=True, longest=500)
    kind = ChoiceField(
        words.FIELD["kind"], choices=[(kind.value, words.KIND[kind]) for kind in QuestionKind], coerce=str
    )
    choices = ChoicesField(words.FIELD["choices"])
    required = BooleanField(words.FIELD["required"])
    private = BooleanField(
        words.FIELD["private"], description=_l("Answered and seen by the team; participants never see it.")
    )
    sensitive = BooleanField(words.FIELD["sensitive"])
    condition = ConditionField(words.FIELD["condition"])
    group_id = ChoiceField(words.FIELD["group_id"], coerce=str)

    def __init__(self, groups: Sequence[QuestionGroup], language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group_id.choices = [(str(group.id), group.title.text(language)) for group in groups]

    def use_languages(self, languages: Sequence[str]) -> None:
        """Show texts and answers in the event's languages."""
        super().use_languages(languages)
        self.choices.languages = tuple(languages)
        self.choices.needed = self.kind.data in {kind.value for kind in WITH_OPTIONS}

    def question(self) -> QuestionValues:
        """Return what the form says about the question."""
        return QuestionValues(
            kind=QuestionKind(self.kind.data),
            label=self.label.data,
            help=self.help.data,
            required=self.required.data,
            private=self.private.data,
            sensitive=self.sensitive.data,
            condition=self.condition.data,
            choices=tuple(self.choices.data) if self.choices.needed else (),
        )


def tick_of(question: Question, answer: bool | int) -> str:
    """Return how a form sends that the question has this answer."""
    return _tick(question.id, answer)


def _tick(question_id: int, answer: object) -> str:
    return f"{question_id}:{('yes' if answer else 'no') if isinstance(answer, bool) else answer}"


def _answer_of(text: str) -> bool | int | None:
    if text in ("yes", "no"):
        return text == "yes"
    return int(text) if _is_number(text) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _row_numbers(formdata: Any, name: str) -> set[int]:
    """Return the numbers of the rows that were sent."""
    found = (each.removeprefix(f"{name}-").partition("-")[0] for each in formdata if each.startswith(f"{name}-"))
    return {int(number) for number in found if _is_number(number)}
