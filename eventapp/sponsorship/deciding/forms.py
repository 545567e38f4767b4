"""The form of a proposal, made for the lines of one request, and the small forms beside it; no database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from eventapp.core.forms import AmountField, Form, LineField, TextField, at_most, required
from eventapp.sponsorship import words
from eventapp.sponsorship.deciding.rules import LineProposal, Proposal
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.states import LineMode, Outcome

_NO_HOTEL = ""
_A_DAY = _l("Write a day, such as 2024-11-07.")


class _Day(DateField):  # type: ignore[misc]
    """A day; what is none is said in the house's words."""

    def process_formdata(self, valuelist: Any) -> None:
        """Take the day. Raises `ValueError` with what to do."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(_A_DAY)) from None


class ProposalForm(Form):
    """What is proposed for one request; the amounts and modes of its lines come from `proposal_form`."""

    outcome = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose one."))],
        choices=[(each.value, words.OUTCOME[each]) for each in Outcome],
    )
    hotel = SelectField(_l("Hotel"))
    first_night = _Day(_l("First night"), [Optional()])
    last_night = _Day(_l("Last night"), [Optional()])
    words = TextField(_l("Words to the person"), [at_most(2000)])
    note = TextField(_l("Note among those who decide"), [at_most(2000)])
    reason = LineField(_l("Why it is decided before two people have scored it"), [at_most(300)])

    def proposal(self, request: SponsorshipRequest) -> Proposal:
        """Return what was filled in."""
        return Proposal(
            outcome=Outcome(self.outcome.data),
            lines={
                line.id: LineProposal(
                    self[amount_of(line.id)].data or Decimal(0), LineMode(self[mode_of(line.id)].data)
                )
                for line in request.lines
            },
            hotel_id=int(self.hotel.data) if self.hotel.data else None,
            first_night=self.first_night.data if self.hotel.data else None,
            last_night=self.last_night.data if self.hotel.data else None,
            words=self.words.data or "",
            note=self.note.data or "",
            reason=self.reason.data or "",
        )


class CancelForm(Form):
    """Why support is taken back; the person is told."""

    reason = TextField(_l("The reason"), [required(), at_most(1000)])


def amount_of(line_id: int) -> str:
    """Return the name of a line's amount."""
    return f"amount-{line_id}"


def mode_of(line_id: int) -> str:
    """Return the name of a line's mode."""
    return f"mode-{line_id}"


def proposal_form(fund: Fund, request: SponsorshipRequest, data: dict[str, Any]) -> ProposalForm:
    """Return the form of a request, filled with what was sent or else with the data."""
    fields: dict[str, Any] = {}
    modes = [(each.value, words.MODE[each]) for each in LineMode]
    for line in request.lines:
        kind = words.LINE[line.kind]
        fields[amount_of(line.id)] = AmountField(_l("%(kind)s: amount", kind=kind), currency=fund.currency)
        fields[mode_of(line.id)] = SelectField(_l("%(kind)s: how", kind=kind), choices=modes)
    form: ProposalForm = type("ProposalFormOfRequest", (ProposalForm,), fields)(data=data)
    form.hotel.choices = [(_NO_HOTEL, _("No hotel of this fund")), *((str(each.id), each.name) for each in fund.hotels)]
    return form
