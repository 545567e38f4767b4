"""The forms of this room: letters, answers, interest, imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.validators import NumberRange, Optional, StopValidation

from eventapp.core.formatting import country_choices, language_name
from eventapp.core.forms import AddressField, Form, InstantField, LineField, TextField, at_most, required
from eventapp.events.models import Event
from eventapp.invitations.rules import LINE_LETTERS, REMINDER_PAUSE_DAYS, TEXT_LETTERS

Choices = Sequence[tuple[str, str]]


def _id_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def _countries(language: str) -> Choices:
    return [("", _("Not said")), *country_choices(language)]


class InvitationForm(Form):
    """A letter of invitation; `for_event` fills the choices, `without_address` is for one already sent."""

    name = LineField(
        _l("Name"), [required(), at_most(LINE_LETTERS)], description=_l("As the letter greets the person.")
    )
    email = AddressField(_l("Address"), [required(), at_most(254)])
    organisation = LineField(_l("Organisation"), [at_most(LINE_LETTERS)])
    position = LineField(_l("Position"), [at_most(LINE_LETTERS)])
    country = SelectField(_l("Country"))
    category_id = SelectField(_l("Category"), coerce=_id_or_none)
    language = SelectField(_l("Language of the letter"))
    reason = TextField(
        _l("Why this person"),
        [at_most(TEXT_LETTERS)],
        description=_l("A sentence or two in the language of the letter, which shows them first."),
    )
    personal_message = TextField(
        _l("Personal message"),
        [at_most(TEXT_LETTERS)],
        description=_l("The mail opens with it: greet the person as you would by hand."),
    )
    answer_by_at = InstantField(_l("Answer by"), [Optional()])
    preapproved = BooleanField(
        _l("Confirm without a decision"),
        description=_l("Whoever registers gets a place at once, as long as there is one."),
    )
    address_locked = BooleanField(
        _l("The person cannot change the address"),
        description=_l("For invitations that must not be passed on."),
    )
    seen = HiddenField()

    def for_event(self, event: Event, language: str) -> InvitationForm:
        """Offer the event’s categories and languages, and countries in the reader’s language."""
        self.country.choices = _countries(language)
        self.category_id.choices = [("", _("None yet"))] + [
            (str(c.id), c.name.text(language)) for c in event.categories
        ]
        self.language.choices = [(code, language_name(code, language)) for code in event.languages]
        return self

    def without_address(self) -> InvitationForm:
        """Leave the address out: the letter went there."""
        del self.email
        return self

    def in_zone(self, zone: str) -> InvitationForm:
        """Read the time to answer by as a wall time of the zone."""
        field = self.answer_by_at
        field.zone = zone
        if field.object_data is not None and field.raw_data is None:
            field.process_data(field.object_data)
        return self

    def values(self) -> dict[str, Any]:
        """Return what was typed, as the commands take it."""
        taken = {name: field.data for name, field in self._fields.items() if name not in {"seen", "csrf_token"}}
        taken["answer_by_at"] = self.answer_by_at.instant
        return taken


class DeclineForm(Form):
    """Why somebody cannot come, and whom to invite instead; all of it optional."""

    reason = TextField(_l("Why you cannot come"), [at_most(TEXT_LETTERS)])
    colleague_name = LineField(_l("Name"), [at_most(LINE_LETTERS)])
    colleague_email = AddressField(_l("Address"), [at_most(254)])
    colleague_organisation = LineField(_l("Organisation"), [at_most(LINE_LETTERS)])

    def validate_colleague_name(self, field: LineField) -> None:
        """Ask for the name of whoever is proposed."""
        if not field.data and (self.colleague_email.data or self.colleague_organisation.data):
            raise StopValidation(_("Fill in your colleague’s name, or leave the other fields empty."))

    def validate_colleague_email(self, field: AddressField) -> None:
        """Ask for the address of whoever is proposed."""
        if not field.data and (self.colleague_name.data or self.colleague_organisation.data):
            raise StopValidation(_("Fill in your colleague’s address, or leave the other fields empty."))


class AddressForm(Form):
    """One address, to which links are sent again."""

    email = AddressField(_l("The address we wrote to"), [required(), at_most(254)])


class InterestForm(Form):
    """What somebody who was not invited says."""

    name = LineField(_l("Your name"), [required(), at_most(LINE_LETTERS)])
    email = AddressField(_l("Your address"), [required(), at_most(254)], description=_l("We send a link there first."))
    organisation = LineField(_l("Organisation"), [required(), at_most(LINE_LETTERS)])
    country = SelectField(_l("Country"), [required(_l("Choose a country."))])
    motivation = TextField(
        _l("Why you would like to come"),
        [required(), at_most(TEXT_LETTERS)],
        description=_l("What you work on, what you would bring, and what you would like to take home."),
    )
    theme_id = SelectField(_l("The theme closest to your work"), coerce=_id_or_none)

    def for_event(self, event: Event, language: str) -> InterestForm:
        """Offer the event’s themes, and countries in the visitor’s language."""
        self.country.choices = [("", _("Choose a country")), *country_choices(language)]
        self.theme_id.choices = [("", _("None in particular"))] + [
            (str(theme.id), f"{theme.number}. {theme.title.text(language)}") for theme in event.themes
        ]
        return self


class ReasonForm(Form):
    """Why an invitation is taken back; the person reads it."""

    reason = TextField(
        _l("Reason"),
        [at_most(TEXT_LETTERS)],
        description=_l("The person reads this. Leave it empty to say nothing more."),
    )


class ReissueForm(Form):
    """Where the new link goes."""

    email = AddressField(_l("Address"), [required(), at_most(254)])


class SentenceForm(Form):
    """A sentence of one’s own in a kind refusal."""

    sentence = TextField(
        _l("A sentence of your own"), [at_most(TEXT_LETTERS)], description=_l("In the language of the mail. Optional.")
    )


class ProposalForm(SentenceForm):
    """How a proposed colleague is declined: whether the proposer is told, and in whose words."""

    tell = BooleanField(_l("Thank the person who proposed, by this mail"), default=True)


class RemindForm(Form):
    """After how many quiet days somebody is reminded, and the last invitation that was counted."""

    pause_days = IntegerField(
        _l("Days since we last wrote"),
        [NumberRange(1, 60, message=_l("Give a number of days from 1 to 60."))],
        default=REMINDER_PAUSE_DAYS,
    )


class ImportForm(Form):
    """A list of people to invite."""

    file = FileField(_l("CSV or XLSX file"), [FileRequired(_l("Choose a file."))])


class EmptyForm(Form):
    """A button that changes something."""
