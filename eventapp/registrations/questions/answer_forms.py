"""Forms made of the organisers' own questions: one field a question, by its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from markupsafe import Markup, escape
from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.core.errors import DomainError
from eventapp.core.formatting import country_choices
from eventapp.core.forms import Form as BaseForm
from eventapp.core.forms import LongList
from eventapp.core.translated import Translated
from eventapp.registrations.questions import asking, files, places, values, wording
from eventapp.registrations.questions.asking import Answers, Asked, AskedOption, AskedPage
from eventapp.registrations.questions.files import CheckedFile, KeptFile
from eventapp.registrations.questions.retention import SENSITIVE_DAYS
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.questions.values import NO, YES, Problem, Unreadable


@dataclass(frozen=True)
class Put:
    """A page of questions as it is put to one person: all they answered so far, and what is left to choose."""

    page: AskedPage
    form: asking.Form
    answers: Answers
    language: str
    taken: Mapping[int, int] = field(default_factory=dict)  # by option
    held: frozenset[int] = frozenset()  # options that the person has already, full or not
    files: Mapping[str, KeptFile] = field(default_factory=dict)
    sensitive_days: int = SENSITIVE_DAYS  # after the event, until sensitive answers are deleted

    def is_full(self, option: AskedOption) -> bool:
        """Tell whether the option cannot be chosen any more by this person."""
        return (
            option.id not in self.held and option.places is not None and self.taken.get(option.id, 0) >= option.places
        )


@dataclass(frozen=True)
class ShownQuestion:
    """A question with its field, ready for the template."""

    question: Asked
    field: Field
    hint: Markup
    decider: str  # name of the field on this page that decides whether it is asked; empty if none does
    wanted: str  # answers of that field, apart by spaces
    kept: KeptFile | None
    remove: Field | None


class _RadioField(RadioField):  # type: ignore[misc]
    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, validate_choice=False, **options)
        self.type = "RadioField"  # templates choose the markup by it

    def __iter__(self) -> Iterator[Any]:
        yield from _with_attributes(super().__iter__())


class _BoxesField(SelectMultipleField):  # type: ignore[misc]
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, validate_choice=False, **options)
        self.type = "SelectMultipleField"

    def __iter__(self) -> Iterator[Any]:
        yield from _with_attributes(super().__iter__())


class _ListField(SelectField):  # type: ignore[misc]
    widget = LongList()

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, validate_choice=False, **options)
        self.type = "SelectField"


def _with_attributes(options: Iterable[Any]) -> Iterator[Any]:
    """Yield each option with the attributes of its choice, which WTForms leaves out of options in sight."""
    for option in options:
        option.render_kw = option.choice.render_kw
        yield option


class OwnForm(BaseForm):
    """A page of own questions; after `validate`, `values` holds what was answered and `uploads` the files."""

    put: Put

    def __init__(self, put: Put, **options: Any) -> None:
        self.put = put
        self.values: dict[str, Any] = {}
        self.uploads: dict[int, CheckedFile] = {}
        super().__init__(data={each.field: self._shown_value(each) for each in put.page.questions}, **options)
        for question in put.page.questions:
            if question.kind is QuestionKind.COUNTRY:
                self._fields[question.field].choices = [("", _("Choose")), *country_choices(put.language)]

    def _shown_value(self, question: Asked) -> str | list[str]:
        """Return the answer so far; an option that filled up since is shown as full, not as chosen."""
        value = values.typed_of(self.put.answers.get(question.key))
        full = {str(each.id) for each in question.options if self.put.is_full(each)}
        if isinstance(value, list):
            return [each for each in value if each not in full]
        return "" if value in full else value

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each answer by its kind, and ask for what is required where the question applies."""
        super().validate(extra_validators)
        for question in self.put.page.questions:
            self._read(question)
        asked = asking.applying(self.put.form, {**self.put.answers, **self.values})
        for question in self.put.page.questions:
            own = self._fields[question.field]
            if question.id not in asked:  # its answer falls away, and whatever is wrong with it
                own.errors = []
                self.values[question.key] = None
                self.uploads.pop(question.id, None)
            elif question.required and not own.errors and self._is_missing(question):
                own.errors = [wording.problem_words(question, Problem.MISSING)]
        return not self.errors

    def show_files(self, names: Mapping[str, str], kept: Mapping[str, KeptFile]) -> None:
        """Show files that were kept meanwhile, although the page comes back with something else to mend."""
        self.put = replace(self.put, answers={**self.put.answers, **names}, files={**self.put.files, **kept})

    @property
    def shown(self) -> list[ShownQuestion]:
        """Return the questions with their fields, in order."""
        here = {each.id: each for each in self.put.page.questions}
        return [self._shown(question, here) for question in self.put.page.questions]

    @property
    def takes_files(self) -> bool:
        """Tell whether the form has to be sent in parts."""
        return any(each.kind is QuestionKind.FILE for each in self.put.page.questions)

    @property
    def accepted(self) -> str:
        """Return the endings that the browser offers first."""
        return files.ACCEPTED

    def _shown(self, question: Asked, here: Mapping[int, Asked]) -> ShownQuestion:
        decider = here.get(question.depends_on or 0)
        hints = []
        if decider is not None:
            condition = wording.condition_in_words(question, self.put.form, self.put.language)
            hints.append(Markup('<span class="only-if">{}</span>').format(condition))
        if question.help:
            hints.append(Markup("<span>{}</span>").format(marked(question.help, self.put.language)))
        if question.kind is QuestionKind.FILE:
            hints.append(Markup("<span>{}</span>").format(files.ALLOWED))
        if question.sensitive:
            hints.append(Markup("<span>{}</span>").format(wording.in_confidence(self.put.sensitive_days)))
        return ShownQuestion(
            question=question,
            field=self._fields[question.field],
            hint=Markup(" ").join(hints),
            decider=decider.field if decider is not None else "",
            wanted=" ".join(wording.typed_conditions(question)),
            kept=self.put.files.get(str(self.put.answers.get(question.key))),
            remove=self._fields.get(_remove_name(question)),
        )

    def _read(self, question: Asked) -> None:
        own = self._fields[question.field]
        if question.kind is QuestionKind.FILE:
            self._read_file(question, own)
            return
        typed = [own.data] if isinstance(own.data, str) else list(own.data or ())
        try:
            self.values[question.key] = value = values.read(question, typed, self.put.language, self.put.held)
        except Unreadable as unreadable:
            if question.kind not in _CHOSEN:  # what was typed is kept for later; what was forged is not
                self.values[question.key] = typed[0][: values.LONGEST[QuestionKind.LONG_TEXT]]
            own.errors = [wording.problem_words(question, unreadable.problem)]
            return
        full = [
            each for _q, each in asking.chosen(self.put.form, {question.key: value}).values() if self.put.is_full(each)
        ]
        if full:
            own.errors = [places.full_words(full[0], self.put.language)]
            self.values[question.key] = None

    def _read_file(self, question: Asked, own: Field) -> None:
        upload = own.data
        if not getattr(upload, "filename", ""):
            if self._fields[_remove_name(question)].data:
                self.values[question.key] = None
            return
        try:
            self.uploads[question.id] = files.check(upload.filename, upload.stream.read(files.MOST_BYTES + 1))
        except DomainError as refusal:
            own.errors = [refusal.message]

    def _is_missing(self, question: Asked) -> bool:
        if question.id in self.uploads:
            return False
        return asking.is_empty({**self.put.answers, **self.values}.get(question.key))


_CHOSEN = frozenset({QuestionKind.YES_NO, QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF, QuestionKind.COUNTRY})


def form_of(put: Put, **options: Any) -> OwnForm:
    """Return the form of a page of questions, filled with what was sent with this request or else with the answers."""
    made: dict[str, Any] = {}
    for question in put.page.questions:
        made[question.field] = _field_of(question, put)
        if question.kind is QuestionKind.FILE:
            made[_remove_name(question)] = BooleanField(_l("Remove this file"))
    form: OwnForm = type("OwnForm", (OwnForm,), made)(put, **options)
    return form


def marked(text: Translated, language: str) -> Markup:
    """Return a text in the reader's language, marked with its own where it fell back to another."""
    words, used = text.best(language)
    return escape(words) if used == language else Markup('<span lang="{}">{}</span>').format(used, words)


def _remove_name(question: Asked) -> str:
    return f"{question.field}-remove"


def _field_of(question: Asked, put: Put) -> Any:
    label = marked(question.label, put.language)
    match question.kind:
        case QuestionKind.LONG_TEXT:
            return TextAreaField(label)
        case QuestionKind.YES_NO:
            return _RadioField(
                label, choices=[SelectChoice(YES, _("Yes")), SelectChoice(NO, _("No")), *_no_answer(question)]
            )
        case QuestionKind.ONE_OF:
            return _RadioField(label, choices=[*_options(question, put), *_no_answer(question)])
        case QuestionKind.SEVERAL_OF:
            return _BoxesField(label, choices=_options(question, put))
        case QuestionKind.COUNTRY:
            return _ListField(label)
        case QuestionKind.FILE:
            return FileField(label)
        case _:
            return StringField(label)


def _no_answer(question: Asked) -> list[SelectChoice]:
    """Return a way back for a question that need not be answered: a round button cannot be released."""
    return [] if question.required else [SelectChoice("", _("No answer"))]


def _options(question: Asked, put: Put) -> list[SelectChoice]:
    offered = [each for each in question.options if not each.retired or each.id in put.held]
    return [
        SelectChoice(str(each.id), _with_places(each, put), {"disabled": True} if put.is_full(each) else {})
        for each in offered
    ]


def _with_places(option: AskedOption, put: Put) -> Markup:
    words = wording.places_words(option, put.taken.get(option.id, 0))
    label = marked(option.label, put.language)
    return Markup('{} <span class="places-left">{}</span>').format(label, words) if words else label
