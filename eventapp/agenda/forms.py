"""The forms of the agenda: a session with its people, and a release."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, SelectField, SelectMultipleField
from wtforms import Form as PlainForm
from wtforms.fields import DateTimeLocalField
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.agenda.words import KIND, PERSON_STATE, ROLE
from eventapp.core.forms import AddressField, Form, LineField, TranslatedField, at_most, refuse_unclear, required

MOST_PEOPLE = 30
_WHEN = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]

Choices = Sequence[tuple[int, str]]


def _number_or_none(value: Any) -> int | None:
    return int(value) if value not in {None, "", "None"} else None


def _member_or_none(members: type) -> Callable[[Any], Any]:
    return lambda value: members(value) if value else None


class WallField(DateTimeLocalField):  # type: ignore[misc]
    """A wall time of the event's place; skipped and repeated ones are refused. The form sets `zone`."""

    zone: str = "UTC"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take day and time, or say how they are written."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Give day and time like this: 2024-11-07 09:30.")) from None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms passes it
        """Refuse a wall time that the clock skips or shows twice."""
        if self.data is not None:
            refuse_unclear(self.data, self.zone)


class PersonForm(PlainForm):  # type: ignore[misc]
    """One row: somebody in the session; a row in which nothing is said is left out."""

    order = IntegerField(_l("Order"), validators=[Optional()])
    role = SelectField(_l("Role"), coerce=_member_or_none(PersonRole))
    name = LineField(_l("Name"), validators=[at_most(200)])
    institution_id = SelectField(_l("For the institution"), coerce=_number_or_none)
    affiliation = TranslatedField(_l("Position or affiliation"))
    state = SelectField(_l("State"), coerce=_member_or_none(PersonState))
    email = AddressField(
        _l("Mail address"), validators=[at_most(254)], description=_l("For our mails to this person; never published.")
    )
    remove = BooleanField(_l("Remove this person"))

    @property
    def is_blank(self) -> bool:
        """Tell whether the row says nothing, or is to be removed."""
        said = self.role.data or self.name.data or self.institution_id.data or self.affiliation.data or self.email.data
        return bool(self.remove.data) or not said

    def validate_role(self, field: Any) -> None:
        """Ask for a role as soon as the row says something else."""
        if field.data is None and not self.is_blank:
            raise ValidationError(_("Choose what this person does in the session."))

    def validate_name(self, field: Any) -> None:
        """Ask who it is, unless that is to be confirmed."""
        if self.is_blank or self.state.data is PersonState.TO_BE_CONFIRMED:
            return
        if not (field.data or self.institution_id.data or self.affiliation.data):
            raise ValidationError(_("Give a name, an institution or an affiliation, or choose “To be confirmed”."))

    def values(self) -> PersonValues:
        """Return what the row says."""
        return PersonValues(
            role=self.role.data,
            state=self.state.data,
            name=self.name.data or "",
            affiliation=self.affiliation.data,
            institution_id=self.institution_id.data,
            email=self.email.data or "",
        )


class SessionForm(Form):
    """A session of the draft."""

    seen_at = HiddenField()
    kind = SelectField(_l("Kind"), coerce=_member_or_none(SessionKind))
    title = TranslatedField(_l("Title"), needed=True, longest=300)
    text = TranslatedField(
        _l("Text"),
        multiline=True,
        longest=5000,
        description=_l("What happens in it, in a few sentences. Markdown works."),
    )
    starts_local = WallField(_l("Starts"), format=_WHEN, validators=[required(_l("Say when the session starts."))])
    ends_local = WallField(_l("Ends"), format=_WHEN, validators=[required(_l("Say when the session ends."))])
    theme_id = SelectField(_l("Theme"), coerce=_number_or_none)
    place_id = SelectField(_l("Place"), coerce=_number_or_none)
    languages = SelectMultipleField(
        _l("Languages spoken"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    interpretation = BooleanField(_l("Interpreted between these languages"))
    streamed = BooleanField(_l("Streamed online"))
    sign_up = BooleanField(_l("Participants sign up for it"))
    capacity = IntegerField(
        _l("Places to sign up for"),
        description=_l("For people in the room who signed up. Leave it empty if there is no limit."),
        validators=[
            Optional(),
            NumberRange(1, 100_000, message=_l("Write how many places there are, from 1, or leave it empty.")),
        ],
    )
    people = FieldList(FormField(PersonForm), max_entries=MOST_PEOPLE)

    def offer(
        self,
        *,
        event_languages: Sequence[str],
        spoken: Sequence[tuple[str, str]],
        zone: str,
        themes: Choices,
        places: Choices,
        institutions: Choices,
    ) -> None:
        """Say what there is to choose from in this event."""
        self.starts_local.zone = self.ends_local.zone = zone
        self._institutions = [("", _("None")), *institutions]
        self._event_languages = event_languages
        self.kind.choices = [(kind.value, label) for kind, label in KIND.items()]
        self.theme_id.choices = [("", _("No theme")), *themes]
        self.place_id.choices = [("", _("No place yet")), *places]
        self.languages.choices = list(spoken)
        for field in (self.title, self.text):
            field.use_languages(event_languages)
        for row in self.people:
            self._offer_row(row)

    def _offer_row(self, row: Any) -> None:
        row.form.role.choices = [("", _("Choose")), *((role.value, label) for role, label in ROLE.items())]
        row.form.state.choices = [(state.value, label) for state, label in PERSON_STATE.items()]
        row.form.institution_id.choices = self._institutions
        row.form.affiliation.use_languages(self._event_languages)

    def add_person(self) -> None:
        """Add an empty row."""
        if len(self.people) < MOST_PEOPLE:
            self._offer_row(self.people.append_entry({"order": len(self.people) + 1}))

    def validate_ends_local(self, field: Any) -> None:
        """Refuse an end that is not after the start."""
        if self.starts_local.data and field.data and field.data <= self.starts_local.data:
            raise ValidationError(_("The session must end after it starts."))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return `(id of the input or "", sentence)` of every fault, those in the rows of people too."""
        rows = [(row.form, number) for number, row in enumerate(self.people, start=1)]
        return [
            *(("", message) for message in self.form_errors),
            *(
                (_input_of(field), _fault(field.label.text, field.errors[0]))
                for field in self
                if field.errors and field is not self.people
            ),
            *(
                (
                    _input_of(field),
                    _fault(f"{_('Person %(number)d', number=number)}, {field.label.text}", field.errors[0]),
                )
                for row, number in rows
                for field in row
                if field.errors
            ),
        ]

    def values(self) -> SessionValues:
        """Return what the form says."""
        rows = [row.form for row in self.people if not row.form.is_blank]
        rows.sort(key=lambda row: row.order.data if row.order.data is not None else MOST_PEOPLE + 1)
        return SessionValues(
            kind=self.kind.data,
            title=self.title.data,
            text=self.text.data,
            starts_local=self.starts_local.data,
            ends_local=self.ends_local.data,
            theme_id=self.theme_id.data,
            place_id=self.place_id.data,
            languages=tuple(self.languages.data or ()),
            interpretation=bool(self.interpretation.data),
            streamed=bool(self.streamed.data),
            sign_up=bool(self.sign_up.data),
            capacity=self.capacity.data,
            people=tuple(row.values() for row in rows),
        )

    def started_from(self) -> datetime | None:
        """Return the version that the editor started from, or None when the form does not say."""
        try:
            return datetime.fromisoformat(self.seen_at.data or "")
        except ValueError:
            return None


def _fault(what: str, sentence: str) -> str:
    return f"{_('%(label)s:', label=what)} {sentence}"


def _input_of(field: Any) -> str:
    """Return the id of the input that a fault of the field leads to."""
    return str(field.entries[0].id if isinstance(field, TranslatedField) else field.id)


class ReleaseForm(Form):
    """The note that goes with a release, and which draft was looked at."""

    seen_hash = HiddenField()
    note = TranslatedField(
        _l("Note to readers"),
        multiline=True,
        longest=500,
        description=_l("Shown with the agenda. One or two sentences, or nothing."),
    )


def form_data(values: SessionValues, seen_at: datetime | None = None) -> Mapping[str, Any]:
    """Return the data with which the form shows these values."""
    return {
        "seen_at": seen_at.isoformat() if seen_at else "",
        "kind": values.kind,
        "title": values.title,
        "text": values.text,
        "starts_local": values.starts_local,
        "ends_local": values.ends_local,
        "theme_id": values.theme_id,
        "place_id": values.place_id,
        "languages": list(values.languages),
        "interpretation": values.interpretation,
        "streamed": values.streamed,
        "sign_up": values.sign_up,
        "capacity": values.capacity,
        "people": [
            {
                "order": number,
                "role": person.role,
                "name": person.name,
                "institution_id": person.institution_id,
                "affiliation": person.affiliation,
                "state": person.state,
                "email": person.email,
            }
            for number, person in enumerate(values.people, start=1)
        ],
    }
