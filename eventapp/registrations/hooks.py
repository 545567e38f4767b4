"""What rooms above ours want to know; `application.wiring` fills these lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.mail.drafts import AttachmentRef
from eventapp.registrations.balance import Group
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode


@dataclass(frozen=True)
class MySection:
    """A part of one's own page that a higher room fills: its template, which finds the values as `section`."""

    template: str
    values: Mapping[str, Any]


class ReportPart(Protocol):
    """What adds a part to the event's report; with `conceal` without numbers that point at somebody."""

    def __call__(self, ctx: Context, event: Event, *, conceal: bool) -> MySection | None:
        """Return the part, or None when there is nothing to report."""
        ...


REPORT_SECTIONS: list[ReportPart] = []
MY_SECTIONS: list[Callable[[Context, Registration], MySection | None]] = []
seat_freed: list[Callable[[Context, Event, Mode, int], None]] = []  # the seat's mode and its holder's category
withdrawn: list[Callable[[Context, Registration], None]] = []
ended: list[Callable[[Context, Registration], None]] = []  # in whichever way; the event is locked
mode_chosen: list[Callable[[Context, Registration], None]] = []  # anew, by anybody; the event is locked
mode_changed: list[Callable[[Context, Registration], None]] = []  # of somebody confirmed; the event is locked
counted_before: list[Callable[[Context, Event], list[Group]]] = []  # people of whom only counts are left
certificate_ready: list[Callable[[Context, Registration], bool]] = []  # whether one can be fetched
files_with_cancellation: list[Callable[[Context, Event], Mapping[int, Sequence[AttachmentRef]]]] = []  # by person
has_programme: list[Callable[[Context, Event], bool]] = []  # whether there is an agenda to link to


def certificate_is_ready(ctx: Context, registration: Registration) -> bool:
    """Tell whether the person can fetch a certificate of attendance."""
    return any(ask(ctx, registration) for ask in certificate_ready)


def my_sections(ctx: Context, registration: Registration) -> list[MySection]:
    """Return the filled parts of one's own page, in order."""
    made = (make(ctx, registration) for make in MY_SECTIONS)
    return [section for section in made if section is not None]


def programme_exists(ctx: Context, event: Event) -> bool:
    """Tell whether participants can be sent to an agenda."""
    return any(ask(ctx, event) for ask in has_programme)
