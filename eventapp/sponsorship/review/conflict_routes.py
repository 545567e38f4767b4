"""The page on which everybody who handles requests declares conflicts of interest, from names alone."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.sponsorship.review import conflicts, queries, service
from eventapp.sponsorship.review.forms import ReasonForm
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work

bp = Blueprint("sponsorship_conflicts", __name__)
bp.before_request(ask_where_they_work)
NAMES = "/desk/<event>/sponsorship/conflicts"
Answer = str | Response | tuple[str, int]

# Whoever reads requests by one of these has something to declare; the others of the desk find nobody here.
_HANDLE = frozenset({
    Permission.SPONSORSHIP_REVIEW, Permission.SPONSORSHIP_DECIDE, Permission.SPONSORSHIP_AUTHORISE,
    Permission.SPONSORSHIP_PAY, Permission.SPONSORSHIP_LETTERS,
})  # fmt: skip


@bp.get(NAMES)
@requires(Permission.DESK_VIEW)
def names(event: Event) -> str:
    """Show names and organisations only, to declare a conflict of interest from."""
    return _page(event, ReasonForm(formdata=None))


@bp.post(f"{NAMES}/<int(max=2147483647):request_id>")
@requires(Permission.DESK_VIEW)
def declare(event: Event, request_id: int) -> Answer:
    """Declare a conflict with a request, which is not shown to the person any more."""
    if not _HANDLE & g.permissions:
        raise NotFound(_("There is no such request in this event."))
    form = ReasonForm()
    conflicts.get_request(reading(), event, request_id)
    if not form.validate():
        return _page(event, form, request_id), 422
    with unit_of_work() as ctx:
        service.declare(ctx, conflicts.get_request(ctx, event, request_id), form.reason.data)
    flash(_("Noted. The request is not shown to you any more."), "success")
    return redirect(url_for(".names", event=event.slug), 303)


def _page(event: Event, form: ReasonForm, about: int | None = None) -> str:
    ctx = reading()
    handles = bool(_HANDLE & g.permissions)
    return render_template(
        "sponsorship/review/conflicts.html",
        requests=queries.list_names(ctx, event) if handles else [],
        form=form,
        about=about,
    )
