"""The organisers' page of the waiting list: who is next and why not now, moves with a reason, offers by hand."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations import queries, standing, waitlist, words
from eventapp.registrations.forms import MoveForm, OfferForm
from eventapp.registrations.models import Registration
from eventapp.registrations.rules import Window, full_because, offer_deadline
from eventapp.registrations.states import State

bp = Blueprint("waitlist_desk", __name__)
LIST = "/desk/<event>/registrations/waitlist"
ONE = "/desk/<event>/registrations/<int:registration_id>"
Answer = str | Response | tuple[str, int]


@bp.get(LIST)
@requires(Permission.REGISTRATIONS_VIEW)
def line(event: Event) -> str:
    """Show the waiting list of each mode and the offers that wait for an answer."""
    ctx = reading()
    lines = standing.lines(ctx, event)
    is_open = queries.registration_window(ctx, event) is Window.OPEN
    may_decide = Permission.REGISTRATIONS_DECIDE in g.permissions
    return render_template(
        "registrations/waitlist.html",
        lines=lines,
        offered=queries.list_offered(ctx, event),
        seats=queries.seat_overview(ctx, event),
        modes=words.MODE,
        is_open=is_open,
        closes_at=queries.registration_closes(event),
        may_decide=may_decide,
        offers_now=[each for line in lines for each in line.next_people] if is_open and may_decide else [],
    )


@bp.post(f"{LIST}/offer-free-seats")
@requires(Permission.REGISTRATIONS_DECIDE)
def offer_free_seats(event: Event) -> Answer:
    """Offer the seats that are free now to the people at the front whom they fit."""
    try:
        with unit_of_work() as ctx:
            number = waitlist.offer_free_seats(ctx, event)
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(ngettext("%(num)d seat is offered.", "%(num)d seats are offered.", number), "success")
    return redirect(url_for(".line", event=event.slug), 303)


@bp.route(f"{ONE}/place", methods=["GET", "POST"])
@requires(Permission.REGISTRATIONS_DECIDE)
def place(event: Event, registration_id: int) -> Answer:
    """Move somebody to another place on the list, with the reason."""
    ctx = reading()
    registration = queries.get_registration(ctx, event, registration_id)
    if registration.state is not State.WAITLISTED:
        return _no_longer(event)
    form = MoveForm()
    if not form.is_submitted():
        form.place.data = request.args.get("to", type=int) or queries.waitlist_position(ctx, registration)
        return _place_page(ctx, event, registration, form)
    if not form.validate():
        return _place_page(ctx, event, registration, form), 422
    try:
        with unit_of_work() as ctx:
            chosen = queries.get_registration(ctx, event, registration_id)
            waitlist.move(ctx, chosen, form.place.data or 0, reason=form.reason.data or "")
    except Conflict:
        return _no_longer(event)
    except DomainError as error:
        form.refuse(error)
        ctx = reading()
        return _place_page(ctx, event, queries.get_registration(ctx, event, registration_id), form), 422
    flash(_("Moved on the waiting list."), "success")
    return redirect(url_for(".line", event=event.slug), 303)


@bp.route(f"{ONE}/offer", methods=["GET", "POST"])
@requires(Permission.REGISTRATIONS_DECIDE)
def offer(event: Event, registration_id: int) -> Answer:
    """Offer a seat by hand, after saying whom that passes over."""
    ctx = reading()
    registration = queries.get_registration(ctx, event, registration_id)
    if registration.state is not State.WAITLISTED:
        return _no_longer(event)
    form = OfferForm()
    if not form.is_submitted():
        return _offer_page(ctx, event, registration, form)
    if not form.validate():
        return _offer_page(ctx, event, registration, form), 422
    try:
        with unit_of_work() as ctx:
            chosen = queries.get_registration(ctx, event, registration_id)
            waitlist.offer(ctx, chosen, reason=form.reason.data or "")
    except DomainError as error:
        form.refuse(error)
        ctx = reading()
        ctx.session.expire_all()
        registration = queries.get_registration(ctx, event, registration_id)
        if registration.state is not State.WAITLISTED:
            return _no_longer(event)
        return _offer_page(ctx, event, registration, form), int(error.status)
    flash(_("The seat is offered; a mail is on its way."), "success")
    return redirect(url_for(".line", event=event.slug), 303)


def _place_page(ctx: Context, event: Event, registration: Registration, form: MoveForm) -> str:
    return render_template(
        "registrations/place.html",
        registration=registration,
        form=form,
        position=queries.waitlist_position(ctx, registration),
        line=queries.list_waiting(ctx, event, registration.mode),
        mode=words.MODE[registration.mode],
    )


def _offer_page(ctx: Context, event: Event, registration: Registration, form: OfferForm) -> str:
    full = full_because(
        queries.capacity_of(ctx, event),
        queries.occupancy_of(ctx, event.id),
        registration.mode,
        registration.category_id,
    )
    rows = queries.seat_overview(ctx, event)
    return render_template(
        "registrations/offer.html",
        registration=registration,
        form=form,
        full=standing.in_the_way(rows, full, registration, ctx.language) if full is not None else "",
        is_open=queries.registration_window(ctx, event) is Window.OPEN,
        passed_over=waitlist.ahead_and_fitting(ctx, event, registration),
        until=offer_deadline(ctx.now, event.offer_days, queries.registration_closes(event)),
    )


def _no_longer(event: Event) -> Response:
    flash(_("This person is no longer on the waiting list."), "warning")
    return redirect(url_for(".line", event=event.slug), 303)
