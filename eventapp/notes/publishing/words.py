"""The words around what is published."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.events.states import AttributionRule

RULE_LINES: Mapping[AttributionRule, LazyString] = {
    AttributionRule.CHATHAM_HOUSE: _l("Under the Chatham House Rule: what was said may be used, but not who said it."),
    AttributionRule.CONSENTED: _l("People are named here only where they agreed to it."),
}
"""What readers are told about names; nothing where everybody spoke on the record."""
