"""The pages of the registration form and the small forms of decisions; no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.core.forms import AddressField, Form, LineField, LongList, TextField, at_most, required
from eventapp.registrations import words
from eventapp.registrations.answers import PAGES, Answers
from eventapp.registrations.states import Sector

Choice = tuple[str, str]
YES, NO = "yes", "no"
_LONGEST = 2000


@dataclass(frozen=True)
class Choices:
    """What the event offers to choose from, in the reader's language."""

    countries: Sequence[Choice]
    modes: Sequence[Choice]  # in person, remote, as far as there are places
    categories: Sequence[Choice]
    spoken: Sequence[Choice]  # languages people may speak
    interpreted: Sequence[Choice]  # languages of the event
    mail: Sequence[Choice]  # languages our mails can be in


class _OneOfField(SelectField):  # type: ignore[misc]
    """One of several answers, from a list that drops down."""

    widget = LongList()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, validate_choice=False, **options)
        self.type = "SelectField"  # templates choose the markup by it

    def pre_validate(self, _form: Any) -> None:
        """Refuse an answer that was not offered."""
        offered = {value for value, _label in self.choices or ()}
        if self.data and self.data not in offered:
            raise StopValidation(_("Choose one of the answers offered."))


class _OneOfFewField(RadioField):  # type: ignore[misc]
    """One of a few answers, all in sight."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, validate_choice=False, **options)
        self.type = "RadioField"  # templates choose the markup by it

    def pre_validate(self, _form: Any) -> None:
        """Refuse an answer that was not offered."""
        if self.data and self.data not in {value for value, _label in self.choices or ()}:
            raise StopValidation(_("Choose one of the answers offered."))


class _SeveralOfField(SelectMultipleField):  # type: ignore[misc]
    """Any number of answers, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, validate_choice=False, **options)
        self.type = "SelectMultipleField"  # templates choose the markup by it

    def pre_validate(self, _form: Any) -> None:
        """Refuse an answer that was not offered; none at all is for `required` to refuse."""
        if set(self.data or ()) - {value for value, _label in self.choices or ()}:
            raise StopValidation(_("Choose from the answers offered."))


class PageForm(Form):
    """One page of the form; `answers` is what the draft keeps of it."""

    def offer(self, _choices: Choices) -> None:
        """Put the event's choices into the fields that have some."""

    @property
    def answers(self) -> dict[str, Any]:
        """Return the answers as JSON values."""
        known = {each.name for each in fields(Answers)}
        return {field.name: field.data for field in self if field.name in known}

    def kept(self) -> dict[str, Any]:
        """Return what was typed so far, checked or not, cut to what any field can hold."""
        return {
            name: value[:_LONGEST] if isinstance(value, str | list) else value
            for name, value in self.answers.items()
            if value is not None
        }

    @classmethod
    def question_names(cls) -> list[str]:
        """Return the names of the page's questions, in their order."""
        known = {each.name for each in fields(Answers)}
        questions = [(getattr(cls, name).creation_counter, name) for name in dir(cls) if name in known]
        return [name for _counter, name in sorted(questions)]


class WhoYouAre(PageForm):
    """Page 1: name and work."""

    name = LineField(words.QUESTION["name"], [required(_l("Enter your name.")), at_most(200)])
    organisation = LineField(
        words.QUESTION["organisation"], [required(_l("Enter the organisation you work for.")), at_most(200)]
    )
    position = LineField(words.QUESTION["position"], [required(_l("Enter your position.")), at_most(200)])
    sector = _OneOfField(words.QUESTION["sector"], [required(_l("Choose the sector you work in."))])
    country = _OneOfField(words.QUESTION["country"], [required(_l("Choose the country you work in."))])
    city = LineField(words.QUESTION["city"], [required(_l("Enter the region or city you work in.")), at_most(200)])

    def offer(self, choices: Choices) -> None:
        """Offer sectors and countries."""
        sectors = [(sector.value, str(words.SECTOR[sector])) for sector in Sector]
        self.sector.choices = [("", _("Choose")), *sectors]
        self.country.choices = [("", _("Choose")), *choices.countries]


class HowYouTakePart(PageForm):
    """Page 2: category, mode and languages."""

    mode = _OneOfFewField(words.QUESTION["mode"], [required(_l("Choose how you take part."))])
    category_id = _OneOfFewField(words.QUESTION["category_id"], [required(_l("Choose the category that fits best."))])
    speaks = _SeveralOfField(words.QUESTION["speaks"], [required(_l("Tick at least one language."))])
    interpretation = _SeveralOfField(
        words.QUESTION["interpretation"],
        [Optional()],
        description=_l("Tick the languages you would need interpreted. Tick none if you follow them all."),
    )
    language = _OneOfFewField(
        words.QUESTION["language"], [required(_l("Choose the language in which we write to you."))]
    )
    email = AddressField(words.QUESTION["email"], [required(_l("Enter an address for our mails.")), at_most(254)])

    def offer(self, choices: Choices) -> None:
        """Offer the event's modes, categories and languages."""
        self.mode.choices = list(choices.modes)
        self.category_id.choices = list(choices.categories)
        self.speaks.choices = list(choices.spoken)
        self.interpretation.choices = list(choices.interpreted)
        self.language.choices = list(choices.mail)


class WhatWeShouldKnow(PageForm):
    """Page 3: what helps to receive somebody well."""

    dietary = LineField(
        words.QUESTION["dietary"],
        [Optional(), at_most(500)],
        description=_l("For instance vegetarian, halal, or an allergy. Only the organising team sees this."),
    )
    access_needs = TextField(
        words.QUESTION["access_needs"],
        [Optional(), at_most(2000)],
        description=_l(
            "For instance step-free access, captions, or somebody who assists you. Only the team sees this."
        ),
    )
    first_time = _OneOfFewField(
        _l("Is this your first meeting of this kind?"), [required(_l("Answer yes or no."))], choices=[]
    )
    gender = LineField(
        words.QUESTION["gender"],
        [Optional(), at_most(100)],
        description=_l("Leave it empty if you like. We use it to see whether the meeting is balanced, nothing else."),
    )
    why = LineField(words.QUESTION["why"], [Optional(), at_most(300)], description=_l("One sentence is enough."))

    def offer(self, _choices: Choices) -> None:
        """Offer yes and no."""
        self.first_time.choices = [(YES, _("Yes")), (NO, _("No"))]

    @property
    def answers(self) -> dict[str, Any]:
        """Return the answers, yes or no as a truth value."""
        answers = super().answers
        if answers.pop("first_time") in (YES, NO):
            answers["first_time"] = self.first_time.data == YES
        return answers


class WhatYouAgreeTo(PageForm):
    """Page 4: consents, each one apart and none of them needed."""

    consent_directory = BooleanField(
        words.QUESTION["consent_directory"],
        description=_l("Other participants see your name, organisation and country."),
    )
    consent_photos = BooleanField(
        words.QUESTION["consent_photos"], description=_l("They may be published with the results of the event.")
    )
    consent_mail_after = BooleanField(
        words.QUESTION["consent_mail_after"],
        description=_l("A few mails on what became of the ideas. You can stop them."),
    )
    wants_summaries = BooleanField(
        words.QUESTION["wants_summaries"], description=_l("One mail when the summary of a day is published.")
    )


FORMS: Mapping[str, type[PageForm]] = dict(
    zip(PAGES, (WhoYouAre, HowYouTakePart, WhatWeShouldKnow, WhatYouAgreeTo), strict=True)
)
TITLES: Mapping[str, LazyString] = dict(
    zip(
        PAGES,
        (_l("Who you are"), _l("How you take part"), _l("What we should know"), _l("What you agree to")),
        strict=True,
    )
)
TITLES_FOR_ORGANISERS: Mapping[str, LazyString] = dict(
    zip(PAGES, (_l("Who"), _l("How they take part"), _l("What to know"), _l("What they agree to")), strict=True)
)


def form_of(page: str, saved: Mapping[str, Any], choices: Choices, *, address_locked: bool) -> PageForm:
    """Return the form of a page, filled from what was sent with this request or else from the saved answers."""
    form = FORMS[page](data={name: _shown(name, value) for name, value in saved.items()})
    if address_locked and isinstance(form, HowYouTakePart):
        del form.email
    form.offer(choices)
    return form


def _shown(name: str, value: Any) -> Any:
    """Return the saved value as its field shows it: the question of yes or no has two buttons, not a box."""
    return (YES if value else NO) if name == "first_time" and isinstance(value, bool) else value


def pages_to_mend(saved: Mapping[str, Any], choices: Choices, *, address_locked: bool) -> list[str]:
    """Return the pages whose saved answers would be refused today, such as a category that no longer exists."""
    return [page for page in PAGES if not _holds(page, saved, choices, address_locked=address_locked)]


def _holds(page: str, saved: Mapping[str, Any], choices: Choices, *, address_locked: bool) -> bool:
    form = FORMS[page](formdata=_as_sent(saved), meta={"csrf": False})
    if address_locked and isinstance(form, HowYouTakePart):
        del form.email
    form.offer(choices)
    return bool(form.validate())


def _as_sent(saved: Mapping[str, Any]) -> MultiDict[str, str]:
    sent: list[tuple[str, str]] = []
    for name, value in saved.items():
        if isinstance(value, bool):
            sent.append((name, YES if value else NO))
        elif isinstance(value, list | tuple):
            sent += [(name, str(each)) for each in value]
        elif value is not None:
            sent.append((name, str(value)))
    return MultiDict(sent)


class SendForm(Form):
    """A button that acts: nothing but the CSRF token."""


class WithdrawForm(Form):
    """Withdrawing, with a reason if one likes."""

    reason = TextField(_l("Why, if you like to tell us"), [Optional(), at_most(1000)])


class DeclineForm(Form):
    """Declining a registration."""

    reason = TextField(
        _l("A sentence for the participant"),
        [Optional(), at_most(1000)],
        description=_l("It is sent as you write it. Leave it empty to send our usual letter."),
    )


class RevokeForm(Form):
    """Taking a confirmation back."""

    reason = TextField(
        _l("Why the confirmation is taken back"),
        [required(_l("Say why; the participant will read it.")), at_most(1000)],
        description=_l("It is sent to the participant as you write it."),
    )


class OverrideForm(Form):
    """Confirming beyond the seats there are."""

    override_reason = LineField(
        _l("Why this person is confirmed all the same"),
        [required(_l("Say why; it is kept with the decision.")), at_most(500)],
    )


class ExportForm(Form):
    """Which columns of the list are taken along."""

    columns = _SeveralOfField(_l("Columns"), [required(_l("Tick at least one column."))])


class NeedsForm(Form):
    """Whether the venue's list names the people."""

    names = BooleanField(
        _l("With names"), description=_l("Only where the venue must know who it is, for instance to seat somebody.")
    )


class _PlaceField(IntegerField):  # type: ignore[misc]
    """A place on a list."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the number, or say what one looks like."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
        if typed and self.data is None:
            raise ValueError(_("Write a whole number, from 1."))


class MoveForm(Form):
    """Moving somebody on the waiting list."""

    place = _PlaceField(_l("New rank"), [required(), NumberRange(min=1, message=_l("Write a whole number, from 1."))])
    reason = LineField(
        _l("Why this person is moved"),
        [required(_l("Say why; it is kept with the move.")), at_most(500)],
        description=_l("Kept in the history; the participants do not see it."),
    )


class OfferForm(Form):
    """Offering a seat by hand; the reason is needed when people before are passed over."""

    reason = LineField(
        _l("Why this person is offered the seat"),
        [Optional(), at_most(500)],
        description=_l("Kept in the history; the participants do not see it."),
    )
