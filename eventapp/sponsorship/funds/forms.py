"""Forms of funds and of hotels."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from eventapp.core.forms import (
    AmountField,
    CurrencyField,
    Form,
    InstantField,
    LineField,
    TranslatedField,
    at_most,
    required,
)
from eventapp.events.forms import MOST_OFFER_DAYS, DayField, EditForm, MomentField, NumberField
from eventapp.sponsorship.funds.words import FIELD

MOST_PLACES = 100_000


class FundForm(EditForm):
    """What a fund is, whom it takes, and what it may spend."""

    name = TranslatedField(FIELD["name"], needed=True, longest=200)
    text = TranslatedField(
        FIELD["text"],
        multiline=True,
        longest=3000,
        description=_l("What is paid, for whom, and what you expect in return. Markdown."),
    )
    currency = CurrencyField(FIELD["currency"], [required(_l("Choose a currency of the list."))])
    budget = AmountField(FIELD["budget"], [required(_l("Write the amount, or 0."))])
    budget_note = LineField(
        _l("Why the budget changes"), [at_most(300)], description=_l("Kept in the books with the change.")
    )
    places = NumberField(
        FIELD["places"],
        [
            Optional(),
            NumberRange(0, MOST_PLACES, message=_l("Write a whole number from %(min)d to %(max)d.")),
        ],
        description=_l("Leave it empty if only the money counts."),
    )
    cap_travel = AmountField(FIELD["cap_travel"])
    cap_accommodation = AmountField(FIELD["cap_accommodation"])
    cap_visa_fee = AmountField(FIELD["cap_visa_fee"])
    cap_local_transport = AmountField(FIELD["cap_local_transport"])
    opens_at = MomentField(FIELD["opens_at"], [Optional()])
    closes_at = MomentField(FIELD["closes_at"], [Optional()])
    decisions_by = DayField(
        FIELD["decisions_by"], [Optional()], description=_l("Applicants read this day on their page.")
    )
    offer_days = NumberField(
        FIELD["offer_days"],
        [required(), NumberRange(1, MOST_OFFER_DAYS, message=_l("Write a whole number from %(min)d to %(max)d."))],
        default=7,
    )
    claims_until = DayField(FIELD["claims_until"], [Optional()])

    def __init__(self, zone: str, *args: Any, **kwargs: Any) -> None:
        self.zone = zone
        super().__init__(*args, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read every moment in the event's zone."""
        for field in self:
            if isinstance(field, InstantField):
                field.zone = self.zone
        super().process(*args, **kwargs)


class HotelForm(EditForm):
    """A house in which the fund has rooms."""

    name = LineField(FIELD["name"], [required(), at_most(200)])
    address = LineField(FIELD["address"], [at_most(300)])


class NightForm(Form):
    """A further night for the table of rooms."""

    night = DayField(_l("Another night"), [Optional()])


class ActionForm(Form):
    """A button."""


MOST_ROOMS = 10_000


def cell_name(hotel_id: int, night: date) -> str:
    """Return the name of the input for a hotel's rooms in a night."""
    return f"rooms-{hotel_id}-{night.isoformat()}"
