"""Organisers' own notes on a registration, and the files that came with it."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations import policy, queries, service
from eventapp.registrations.desk_routes import ONE, detail_page
from eventapp.registrations.form_routes import as_attachment
from eventapp.registrations.own_on_detail import private_form
from eventapp.registrations.questions.files import get_sent
from eventapp.registrations.questions.places import NoPlaceLeft

bp = Blueprint("registration_answers", __name__)
Answer = str | Response | tuple[str, int]


@bp.post(f"{ONE}/private")
@requires(Permission.REGISTRATIONS_DECIDE)
def save_private(event: Event, registration_id: int) -> Answer:
    """Keep what organisers note for their private questions."""
    ctx = reading()
    registration = queries.get_registration(ctx, event, registration_id)
    form = private_form(ctx, registration, sensitive=policy.sees_sensitive_answers(g.permissions))
    back = redirect(url_for("registrations_desk.detail", event=event.slug, registration_id=registration_id), 303)
    if form is None:
        return back
    if not form.validate():
        return detail_page(ctx, event, registration, private_form=form), 422
    try:
        with unit_of_work() as writing:
            found = queries.get_registration(writing, event, registration_id)
            changed = service.note_private(writing, found, form.values, form.uploads)
    except NoPlaceLeft as error:
        form.refuse(error)
        ctx = reading()
        return detail_page(ctx, event, queries.get_registration(ctx, event, registration_id), private_form=form), 409
    flash(_("Saved.") if changed else _("Nothing was changed."), "success")
    return back


@bp.get(f"{ONE}/files/<name>")
@requires(Permission.REGISTRATIONS_DECIDE)
def file(event: Event, registration_id: int, name: str) -> Answer:
    """Return a file of a registration, to be saved."""
    ctx = reading()
    registration = queries.get_registration(ctx, event, registration_id)
    sensitive = policy.sees_sensitive_answers(g.permissions)
    return as_attachment(get_sent(ctx, registration, name, sensitive=sensitive))
