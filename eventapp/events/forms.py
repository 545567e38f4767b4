"""Forms about the event, what belongs to it, and the people who run it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput

from eventapp.core.access import Role
from eventapp.core.forms import AddressField, Form, InstantField, LineField, TranslatedField, at_most, required
from eventapp.core.languages import LANGUAGES
from eventapp.core.translated import Translated
from eventapp.core.wall_time import zone_names
from eventapp.events.models import Event
from eventapp.events.states import Accent, AttributionRule, InstitutionKind
from eventapp.events.words import ACCENT, ATTRIBUTION, FIELD, KIND, ROLE

MOST_SEATS = 100_000
MOST_OFFER_DAYS = 60
_WEB = Regexp(r"^$|^https?://[^\s/]+\.[^\s]+$", message=_l("Write the whole address, beginning with https://"))


class NumberField(IntegerField):  # type: ignore[misc]
    """A whole number."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the number, or say what one looks like."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if typed:
            try:
                self.data = int(typed)
            except ValueError:
                raise ValueError(_("Write a whole number, such as 100.")) from None


class DayField(DateField):  # type: ignore[misc]
    """A day."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the day, or say what one looks like."""
        try:
            super().process_formdata(valuelist if valuelist and valuelist[0].strip() else [])
        except ValueError:
            raise ValueError(_("Write a day as year, month and day: 2024-11-07.")) from None


class MomentField(InstantField):
    """An instant typed as the event's wall time; says what one looks like."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take day and time, or say what they look like."""
        try:
            super().process_formdata(valuelist if valuelist and valuelist[0].strip() else [])
        except ValueError:
            raise ValueError(_("Write day and time like 2024-11-07 09:30.")) from None


class ChoiceField(SelectField):  # type: ignore[misc]
    """One of several choices."""

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is not offered."""
        if not any(match for _value, _label, match, *_rest in self.iter_choices()):
            raise ValidationError(_("Choose one of the list."))


def _known_only(_form: Any, field: Any) -> None:
    known = {str(value) for value, *_rest in field.iter_choices()}
    if any(str(value) not in known for value in field.data or ()):
        raise ValidationError(_("Choose from the list."))


def _ticks(label: Any, choices: list[tuple[str, str]]) -> SelectMultipleField:
    """Return a field of several choices, each with a box to tick."""
    return SelectMultipleField(
        label, [_known_only], choices=choices, option_widget=CheckboxInput(), validate_choice=False
    )


def _needed_number(label: Any, lowest: int, highest: int, **options: Any) -> NumberField:
    text = _l("Write a whole number from %(lowest)d to %(highest)d.", lowest=lowest, highest=highest)
    return NumberField(label, [required(), NumberRange(lowest, highest, message=text)], **options)


def _number(label: Any, lowest: int, highest: int, **options: Any) -> NumberField:
    text = _l("Write a whole number from %(lowest)d to %(highest)d.", lowest=lowest, highest=highest)
    return NumberField(label, [Optional(), NumberRange(lowest, highest, message=text)], **options)


class EditForm(Form):
    """A form that changes a thing; `seen` marks what the page showed, so that nobody's work is overwritten."""

    seen = HiddenField(default="0")

    @property
    def mark(self) -> int:
        """Return the mark as a number; nonsense counts as having seen nothing."""
        return int(self.seen.data) if (self.seen.data or "").isdecimal() and len(self.seen.data) < 10 else 0

    def use_languages(self, languages: Sequence[str]) -> None:
        """Show every translated field in the event's languages."""
        for field in self:
            if isinstance(field, TranslatedField):
                field.use_languages(languages)

    def values(self) -> dict[str, Any]:
        """Return what the form says, field by field, instants as instants."""
        return {
            field.short_name: field.instant if isinstance(field, InstantField) else field.data
            for field in self
            if field.short_name not in {"seen", "csrf_token"}
        }


class _LanguagesMixin(EditForm):
    """Which languages the event speaks: the first, in which everything exists, and the others."""

    first_language = ChoiceField(
        _l("First language"),
        choices=list(LANGUAGES.items()),
        description=_l("Everything is written in this one; where another is missing, it is shown instead."),
    )
    other_languages = _ticks(_l("Other languages"), list(LANGUAGES.items()))

    def languages(self, before: Sequence[str] = ()) -> list[str]:
        """Return the languages, the first one first, the others as they stood before."""
        others = set(self.other_languages.data or ()) - {self.first_language.data}
        order = [*before, *LANGUAGES]
        return [self.first_language.data, *sorted(others, key=order.index)]


class NewEventForm(_LanguagesMixin):
    """The few things an event begins with."""

    title = TranslatedField(FIELD["title"], needed=True, longest=200)
    slug = LineField(
        FIELD["slug"],
        [at_most(60)],
        description=_l("Part of every link, such as barcelona-2024. Leave it empty and we make one from the title."),
    )
    place = TranslatedField(FIELD["place"], needed=True, longest=200)
    timezone = ChoiceField(
        FIELD["timezone"],
        [required()],
        description=_l("All times of the event are read in this zone."),
    )
    starts_on = DayField(FIELD["starts_on"], [required()])
    ends_on = DayField(FIELD["ends_on"], [required()])
    contact_email = AddressField(
        FIELD["contact_email"],
        [required(), at_most(254)],
        description=_l("Shown on the event’s page; answers to our mails go there."),
    )
    capacity_in_person = _needed_number(FIELD["capacity_in_person"], 0, MOST_SEATS)
    capacity_remote = _needed_number(FIELD["capacity_remote"], 0, MOST_SEATS, default=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = [("", _("Choose a zone")), *_zones()]
        self.use_languages(_first_then_all(self.first_language.data))

    def values(self) -> dict[str, Any]:
        """Return the values of a new event."""
        found = super().values()
        for name in ("first_language", "other_languages"):
            del found[name]
        languages = self.languages()
        for name in ("title", "place"):
            kept = {code: text for code, text in found[name].items() if code in languages}
            found[name] = Translated(kept).ordered(languages)
        return {**found, "languages": languages}


class BasicsForm(_LanguagesMixin):
    """When, in which languages, under which address and in which colour."""

    slug = LineField(FIELD["slug"], [at_most(60)])
    starts_on = DayField(FIELD["starts_on"], [required()])
    ends_on = DayField(FIELD["ends_on"], [required()])
    timezone = ChoiceField(FIELD["timezone"], description=_l("All times of the event are read in this zone."))
    contact_email = AddressField(
        FIELD["contact_email"],
        [required(), at_most(254)],
        description=_l("Shown on the event’s page; answers to our mails go there."),
    )
    accent = ChoiceField(FIELD["accent"], choices=[(accent.value, ACCENT[accent]) for accent in Accent], coerce=Accent)

    def __init__(self, event: Event, *args: Any, **kwargs: Any) -> None:
        begin = {"first_language": event.first_language, "other_languages": event.languages[1:]}
        super().__init__(*args, obj=event, data=begin, **kwargs)
        self.timezone.choices = _zones(event.timezone)
        self.before = list(event.languages)

    def values(self) -> dict[str, Any]:
        """Return the values of the event."""
        found = super().values()
        for name in ("first_language", "other_languages"):
            del found[name]
        return {**found, "languages": self.languages(self.before)}


class TextsForm(EditForm):
    """What the event says of itself, language beside language."""

    title = TranslatedField(FIELD["title"], needed=True, longest=200)
    summary = TranslatedField(
        FIELD["summary"],
        multiline=True,
        longest=600,
        description=_l("Two or three sentences at the top of the page, in lists and in search engines."),
    )
    place = TranslatedField(FIELD["place"], longest=200)
    venue = TranslatedField(
        FIELD["venue"], longest=300, description=_l("The house and its address, or that it is to be confirmed.")
    )
    description = TranslatedField(
        FIELD["description"],
        multiline=True,
        longest=20_000,
        description=_l("Markdown: ## begins a heading, **two stars** make text bold, - begins a list."),
    )


class CapacityForm(EditForm):
    """How many places there are, and when one can register and ask for sponsorship."""

    capacity_in_person = _needed_number(FIELD["capacity_in_person"], 0, MOST_SEATS)
    capacity_remote = _needed_number(FIELD["capacity_remote"], 0, MOST_SEATS)
    registration_opens_at = MomentField(FIELD["registration_opens_at"], [Optional()])
    registration_closes_at = MomentField(FIELD["registration_closes_at"], [Optional()])
    decisions_by = DayField(
        FIELD["decisions_by"], [Optional()], description=_l("The day by which everybody who registers has an answer.")
    )
    offer_days = _needed_number(
        FIELD["offer_days"],
        1,
        MOST_OFFER_DAYS,
        default=3,
        description=_l("A seat offered to the waiting list is kept for so long, never past the end of registration."),
    )
    sponsorship_opens_at = MomentField(FIELD["sponsorship_opens_at"], [Optional()])
    sponsorship_closes_at = MomentField(FIELD["sponsorship_closes_at"], [Optional()])

    def __init__(self, zone: str, *args: Any, **kwargs: Any) -> None:
        self.zone = zone
        super().__init__(*args, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read every moment in the event's zone."""
        for field in self:
            if isinstance(field, InstantField):
                field.zone = self.zone
        super().process(*args, **kwargs)


class RulesForm(EditForm):
    """What everybody should know: travel, privacy, who may be named."""

    travel_rule = TranslatedField(
        FIELD["travel_rule"],
        multiline=True,
        longest=1000,
        description=_l("Said on every page and in every mail until a place is confirmed."),
    )
    privacy_notice = TranslatedField(
        FIELD["privacy_notice"],
        multiline=True,
        longest=20_000,
        description=_l("What you hold about people, who sees it, for how long, and their rights. Markdown."),
    )
    retention_days = _needed_number(
        FIELD["retention_days"], 1, 3650, description=_l("Counted from the last day of the event.")
    )
    attribution_rule = ChoiceField(
        FIELD["attribution_rule"],
        choices=[(rule.value, ATTRIBUTION[rule]) for rule in AttributionRule],
        coerce=AttributionRule,
    )


class InstitutionForm(EditForm):
    """An organisation that runs or supports the event."""

    name = TranslatedField(FIELD["name"], needed=True, longest=200)
    kind = ChoiceField(
        FIELD["kind"], choices=[(kind.value, KIND[kind]) for kind in InstitutionKind], coerce=InstitutionKind
    )
    text = TranslatedField(FIELD["text"], multiline=True, longest=1500)
    url = LineField(FIELD["url"], [at_most(500), _WEB])
    logo = FileField(FIELD["logo"], description=_l("PNG, JPEG, WebP or GIF, 200 KB at most."))
    remove_logo = BooleanField(_l("Take the logo away"))


class ThemeForm(EditForm):
    """A numbered theme."""

    title = TranslatedField(FIELD["title"], needed=True, longest=200)
    text = TranslatedField(FIELD["text"], multiline=True, longest=1500)
    working_group_url = LineField(
        FIELD["working_group_url"],
        [at_most(500), _WEB],
        description=_l("Where the work on this theme goes on, if there is such a place."),
    )


class CategoryForm(EditForm):
    """A category of participants."""

    name = TranslatedField(FIELD["name"], needed=True, longest=200)
    quota = _number(
        FIELD["quota"], 0, MOST_SEATS, description=_l("In person. Leave empty if only the event’s capacity counts.")
    )
    reserved = _needed_number(
        FIELD["reserved"], 0, MOST_SEATS, default=0, description=_l("In person: nobody of another category gets these.")
    )


class PlaceForm(EditForm):
    """A room or hall."""

    name = TranslatedField(FIELD["name"], needed=True, longest=200)
    directions = TranslatedField(FIELD["directions"], multiline=True, longest=1000)
    capacity = _number(FIELD["capacity"], 1, MOST_SEATS)


class RoleForm(Form):
    """Somebody, and the role they get."""

    email = AddressField(_l("Mail address"), [required(), at_most(254)])
    name = LineField(_l("Name"), [at_most(200)], description=_l("Needed if this person has no account yet."))
    role = ChoiceField(
        _l("Role"), choices=[(role.value, ROLE[role]) for role in Role], coerce=Role, default=Role.OBSERVER
    )


class ActionForm(Form):
    """A button and nothing else."""


def _first_then_all(first: str | None) -> list[str]:
    known = first if first in LANGUAGES else next(iter(LANGUAGES))
    return [str(known), *(code for code in LANGUAGES if code != known)]


def _zones(current: str = "") -> list[tuple[str, str]]:
    names = zone_names()
    if current and current not in names:
        names = [current, *names]
    return [(name, name.replace("_", " ")) for name in names]
