"""The form of the print page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from eventapp.core.forms import Form
from eventapp.registrations.printing import words
from eventapp.registrations.printing.queries import BADGES, Order
from eventapp.registrations.printing.states import PrintKind

E = TypeVar("E", bound=StrEnum)


def _choices(said: Mapping[E, LazyString], offered: Iterable[E]) -> list[SelectChoice]:
    return [SelectChoice(each.value, said[each]) for each in offered]


class BadgeForm(Form):
    """On what paper badges are printed, and in which order."""

    kind = RadioField(_l("Paper"), choices=_choices(words.KIND, BADGES), default=BADGES[0].value)
    order = SelectField(_l("Order"), choices=_choices(words.ORDER, Order), default=Order.NAME.value)


class CertificateForm(Form):
    """In which order certificates are printed; their language is the person's."""

    kind = RadioField(choices=_choices(words.KIND, [PrintKind.CERTIFICATES]), default=PrintKind.CERTIFICATES.value)
    order = SelectField(_l("Order"), choices=_choices(words.ORDER, Order), default=Order.NAME.value)
