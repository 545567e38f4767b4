"""The page that proposes a selection for the free seats; nothing is decided on it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import gettext as _

from eventapp.core.access import Permission, requires
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.registrations import queries, reports, words
from eventapp.registrations.balance import Dimension
from eventapp.registrations.forms import SendForm
from eventapp.registrations.models import Registration
from eventapp.registrations.rules import Full, Waiting
from eventapp.registrations.selection import MOST_AT_ONCE
from eventapp.registrations.states import Mode, State
from eventapp.registrations.suggestion import Because, Candidate, Reason, suggest

bp = Blueprint("suggestion", __name__)
ADDRESS = "/desk/<event>/registrations/suggestion"
_MOST_SHOWN = 200  # of those who are not proposed


@dataclass(frozen=True)
class Row:
    """Somebody, and in words why they are proposed or not."""

    registration: Registration
    why: list[str]


@bp.get(ADDRESS)
@requires(Permission.REGISTRATIONS_DECIDE)
def show(event: Event) -> str:
    """Propose whom to confirm, each with the reasons, ticked; and say why not the others."""
    ctx = reading()
    waiting = {each.id: each for each in queries.list_to_decide(ctx, event)}
    found = suggest(
        [
            Candidate(each.id, each.submitted_at, each.mode, each.category_id, reports.group_of(each).answers)
            for each in waiting.values()
        ],
        queries.capacity_of(ctx, event),
        queries.occupancy_of(ctx, event.id),
        reports.list_confirmed_groups(ctx, event),
        MOST_AT_ONCE,
        [
            Waiting(each.id, each.mode, each.category_id)
            for mode in Mode
            for each in queries.list_waiting(ctx, event, mode)
        ],
    )
    naming = reports.Naming(ctx, event, ctx.language)
    return render_template(
        "registrations/suggestion.html",
        proposed=[
            Row(waiting[each.id], [_in_words(reason, naming) for reason in each.reasons]) for each in found.proposed
        ],
        number_not_proposed=len(found.not_proposed),
        not_proposed=[Row(waiting[each.id], [_why_not(each.full)]) for each in found.not_proposed[:_MOST_SHOWN]],
        seats=queries.seat_overview(ctx, event),
        for_the_line=found.for_the_line,
        number_waitlisted=queries.count_by_state(ctx, event).get(State.WAITLISTED, 0),
        categories={each.id: each.name for each in queries.list_categories(ctx, event)},
        modes=words.MODE,
        form=SendForm(formdata=None),
    )


def _in_words(reason: Reason, naming: reports.Naming) -> str:
    if reason.because is Because.FREE_SEAT or reason.dimension is None:
        return str(_("A seat is free"))
    answer = naming.answer(reason.dimension, reason.value, reason.value)
    if reason.because is Because.KEPT_SEAT:
        return str(_("Kept seat: %(category)s", category=answer))
    if reason.because is Because.FIRST_TIME:
        return str(_("First time"))
    if reason.because is Because.FEW:
        title = naming.title(reason.dimension)
        return str(
            _("%(dimension)s: %(answer)s (%(number)d so far)", dimension=title, answer=answer, number=reason.so_far)
        )
    if reason.dimension is Dimension.COUNTRY:
        return str(_("The first from %(country)s", country=answer))
    if reason.dimension is Dimension.LANGUAGE:
        return str(_("The first to read %(language)s", language=answer))
    return str(_("%(dimension)s: %(answer)s (nobody so far)", dimension=naming.title(reason.dimension), answer=answer))


def _why_not(full: Full | None) -> str:
    if full is None:
        return str(_("The suggestion has %(most)d people, as many as can be decided on at once.", most=MOST_AT_ONCE))
    sentences: dict[Full, str] = {
        Full.IN_PERSON: _("No seat in person is left for them."),
        Full.CATEGORY: _("No seat in person is left in their category."),
        Full.RESERVED: _("The seats in person that are left are kept for other categories."),
        Full.REMOTE: _("No remote place is left for them."),
    }
    return sentences[full]
