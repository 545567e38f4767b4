"""The form of the print page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from eventapp.core.forms import Form
from eventapp.registrations.printing import words
from eventapp.registrations.printing.queries import BADGES, Order
from eventapp.registrations.printing.states import PrintKind


class BadgeForm(Form):
    """On what paper badges are printed, and in which order."""

    kind = RadioField(_l("Paper"), choices=[(each.value, words.KIND[each]) for each in BADGES], default=BADGES[0].value)
    order = SelectField(_l("Order"), choices=list(words.ORDER.items()), default=Order.NAME.value)


class CertificateForm(Form):
    """In which order certificates are printed; their language is the person's."""

    kind = RadioField(
        choices=[(PrintKind.CERTIFICATES.value, words.KIND[PrintKind.CERTIFICATES])],
        default=PrintKind.CERTIFICATES.value,
    )
    order = SelectField(_l("Order"), choices=list(words.ORDER.items()), default=Order.NAME.value)
