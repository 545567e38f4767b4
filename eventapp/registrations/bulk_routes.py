"""Deciding on several registrations at once: what it would do, doing it, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations import policy, queries, reports, seats, service, words
from eventapp.registrations.bulk import Outcome, preview, read_ids
from eventapp.registrations.forms import SendForm
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Action

bp = Blueprint("registrations_bulk", __name__)
QUEUE = "/desk/<event>/registrations"
Answer = str | Response | tuple[str, int]

_BULK: Mapping[Action, Callable[[Context, Registration], None]] = {
    Action.APPROVE: service.approve,
    Action.WAITLIST: service.put_on_waitlist,
}


@bp.get(f"{QUEUE}/decide")
@requires(Permission.REGISTRATIONS_DECIDE)
def restate(event: Event) -> Answer:
    """Restate what deciding on the ticked people will do, before anything is done."""
    action, ids = _request(request.args.get("action"), request.args.getlist("id"))
    ctx = reading()
    chosen = queries.list_registrations(ctx, event, ids)
    if action is None or not chosen:
        flash(_("Tick at least one person first."), "warning")
        return redirect(url_for("registrations_desk.list_all", event=event.slug), 303)
    return render_template(
        "registrations/bulk.html",
        action=action,
        preview=preview(ctx, event, chosen, action),
        naming=reports.Naming(ctx, event, ctx.language),
        states=words.STATE,
        no_seat_words=seats.no_seat_words,
        form=SendForm(formdata=None),
    )


@bp.post(f"{QUEUE}/decide")
@requires(Permission.REGISTRATIONS_DECIDE)
def decide(event: Event) -> Answer:
    """Decide on each of the people by itself; who could not be decided on is named afterwards."""
    action, ids = _request(request.form.get("action"), request.form.getlist("id"))
    if action is None or not ids:
        return redirect(url_for("registrations_desk.list_all", event=event.slug), 303)
    outcomes: dict[str, Any] = {outcome.value: [] for outcome in Outcome}
    for registration_id in ids:
        outcomes[_decide_one(event, registration_id, action).value].append(registration_id)
    return redirect(url_for(".done", event=event.slug, action=action.value, **outcomes), 303)


@bp.get(f"{QUEUE}/decided")
@requires(Permission.REGISTRATIONS_DECIDE)
def done(event: Event) -> Answer:
    """Say person by person what came of a decision on several."""
    action, _none = _request(request.args.get("action"), [])
    ctx = reading()
    results = {
        outcome: queries.list_registrations(ctx, event, read_ids(request.args.getlist(outcome))) for outcome in Outcome
    }
    if action is None or not any(results.values()):
        return redirect(url_for("registrations_desk.list_all", event=event.slug), 303)
    return render_template(
        "registrations/bulk_done.html",
        action=action,
        results=results,
        states=words.STATE,
        seats=queries.seat_overview(ctx, event),
    )


def _decide_one(event: Event, registration_id: int, action: Action) -> Outcome:
    try:
        with unit_of_work() as ctx:
            _BULK[action](ctx, queries.get_registration(ctx, event, registration_id))
    except seats.NoSeatLeft:
        return Outcome.FULL
    except DomainError:
        return Outcome.MOVED
    return Outcome.DONE


def _request(action: str | None, ids: Sequence[str]) -> tuple[Action | None, list[int]]:
    known = {each.value: each for each in policy.BULK}
    return known.get(action or ""), read_ids(ids)
