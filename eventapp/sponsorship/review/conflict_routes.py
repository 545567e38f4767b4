"""The list of names from which staff declare a conflict of interest, for reviewers and for coordinators alike."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.sponsorship.review import conflicts, queries, service
from eventapp.sponsorship.review.forms import ReasonForm

Answer = str | Response | tuple[str, int]


def conflicts_page(event: Event, action: str, form: ReasonForm | None = None, about: int | None = None) -> str:
    """Render the list of names; `action` is the endpoint that declares."""
    ctx = reading()
    return render_template(
        "sponsorship/review/conflicts.html",
        requests=queries.list_names(ctx, event),
        hidden=conflicts.count_hidden(ctx, event),
        action=action,
        form=form or ReasonForm(formdata=None),
        about=about,
    )


def declare_conflict(event: Event, request_id: int, action: str, back: str) -> Answer:
    """Keep a declared conflict and lead back to the list of names."""
    form = ReasonForm()
    conflicts.get_request(reading(), event, request_id)
    if not form.validate():
        return conflicts_page(event, action, form, request_id), 422
    with unit_of_work() as ctx:
        service.declare(ctx, conflicts.get_request(ctx, event, request_id), form.reason.data)
    flash(_("Noted. The request is not shown to you any more."), "success")
    return redirect(url_for(back, event=event.slug), 303)
