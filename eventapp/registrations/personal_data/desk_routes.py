"""The organisers' side of personal data: requests to be erased, what is kept how long, and erasing somebody."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.text import clean_line
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data import queries, retention, rules, service, words
from eventapp.registrations.states import HOLDS_SEAT, MACHINE, Action

bp = Blueprint("personal_data_desk", __name__)
ADDRESS = "/desk/<event>/personal-data"
ONE = f"{ADDRESS}/<int(max=2147483647):invitation_id>"


@bp.get(ADDRESS)
@requires(Permission.PERSONAL_DATA)
def overview(event: Event) -> str:
    """Show who asks to be erased, find somebody who asked by another way, and show what is kept until when."""
    ctx = reading()
    address = clean_line(request.args.get("address", ""))[:254].lower()
    return render_template(
        "personal_data/overview.html",
        asked=queries.list_open(ctx, event),
        done=queries.list_carried_out(ctx, event),
        address=address,
        found=queries.list_by_address(ctx, event, address) if address else [],
        classes=list(retention.CLASSES.values()),
        words=words,
    )


@bp.get(f"{ONE}/erase")
@requires(Permission.PERSONAL_DATA)
def erase(event: Event, invitation_id: int) -> str | Response:
    """Say what erasing the person does before it is done."""
    ctx = reading()
    invitation = queries.get_number(ctx, event, invitation_id)
    if not invitation.email:
        flash(_("This person is erased already."), "info")
        return redirect(url_for(".overview", event=event.slug), 303)
    registration = registrations.find_registration(ctx, invitation.id)
    over = ctx.now >= rules.ends_at(event.ends_on, event.timezone)
    return render_template(
        "personal_data/erase.html",
        invitation=invitation,
        waiting=queries.find_open(ctx, invitation.id),
        withdraws=registration is not None and not over and MACHINE.allows(registration.state, Action.WITHDRAW),
        frees_seat=registration is not None and not over and registration.state in HOLDS_SEAT,
    )


@bp.post(f"{ONE}/erase")
@requires(Permission.PERSONAL_DATA)
def confirm_erase(event: Event, invitation_id: int) -> Response:
    """Erase the person for good; a second time changes nothing."""
    with unit_of_work() as ctx:
        done = service.carry_out(ctx, event, invitation_id)
    if done:
        flash(_("The person is erased. Only numbers that name nobody are left."), "success")
    else:
        flash(_("This person is erased already."), "info")
    return redirect(url_for(".overview", event=event.slug), 303)
