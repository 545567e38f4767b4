"""The words people read for print jobs."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.registrations.printing.queries import Order
from eventapp.registrations.printing.states import PrintKind, PrintState

KIND: Mapping[PrintKind, LazyString] = {
    PrintKind.BADGE_SHEETS: _l("Badges, eight on a sheet of A4"),
    PrintKind.BADGES: _l("Badges, one a page (90 × 54 mm)"),
    PrintKind.CERTIFICATES: _l("Certificates of attendance"),
}

STATE: Mapping[PrintState, LazyString] = {
    PrintState.WAITING: _l("Waits for its turn"),
    PrintState.RUNNING: _l("Being made"),
    PrintState.DONE: _l("Ready"),
    PrintState.FAILED: _l("Not made"),
}

TONE: Mapping[PrintState, str] = {
    PrintState.WAITING: "wait",
    PrintState.RUNNING: "wait",
    PrintState.DONE: "good",
    PrintState.FAILED: "stop",
}

ORDER: Mapping[Order, LazyString] = {
    Order.NAME: _l("Name"),
    Order.ORGANISATION: _l("Organisation"),
}
