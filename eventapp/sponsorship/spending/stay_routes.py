"""The desk's form for the nights of one person, on the page of their money."""

from __future__ import annotations

from flask import Blueprint, flash
from flask_babel import gettext as _

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work
from eventapp.sponsorship.spending import staying
from eventapp.sponsorship.spending.desk_routes import ONE, Answer, person_page, request_of, to_person, told
from eventapp.sponsorship.spending.forms import stay_form

bp = Blueprint("sponsorship_stay", __name__)
bp.before_request(ask_where_they_work)


@bp.post(f"{ONE}/stay")
@requires(Permission.SPONSORSHIP_DECIDE)
def save_stay(event: Event, request_id: int) -> Answer:
    """Change the nights of a person and tell them."""
    found = request_of(reading(), event, request_id)
    form = stay_form(found)
    if not form.validate():
        return person_page(event, request_id, form), 422
    try:
        with unit_of_work() as ctx:
            changed = staying.change_stay(
                ctx, request_of(ctx, event, request_id), form.stay(), was=form.was.data or "", reason=form.reason.data
            )
    except DomainError as error:
        form.refuse(error)
        return person_page(event, request_id, form), int(error.status)
    if changed:
        flash(told(found, _("Changed. The person is told by mail.")), "success")
    else:
        flash(_("That was done already; nothing was entered twice."), "info")
    return to_person(event, request_id)
