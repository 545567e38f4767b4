"""The page on which staff say where they work, and the way to it for whoever has not said so yet."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.globals import request_ctx
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from eventapp.accounts.rules import own_path
from eventapp.core.access import Permission, requires
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.sponsorship.review.conflicts import find_workplace
from eventapp.sponsorship.review.workplace_forms import WorkplaceForm
from eventapp.sponsorship.review.workplaces import state_workplace

bp = Blueprint("sponsorship_workplace", __name__)
Answer = str | Response | tuple[str, int]

# Where somebody goes on when they came for nothing in particular: the first page that their role opens.
_FIRST_PAGES = (
    (Permission.SPONSORSHIP_DECIDE, "sponsorship_desk.list_all"),
    (Permission.SPONSORSHIP_REVIEW, "sponsorship_review.mine"),
)


def ask_where_they_work() -> Response | None:
    """Lead whoever has not said where they work to the page that asks, before any request is shown to them.

    For `before_request` of a blueprint: it runs after access is enforced, so the event and the person are known.
    """
    event: Event | None = g.get("event")
    if event is None or g.get("account") is None or find_workplace(reading(), event) is not None:
        return None
    if request.method not in {"GET", "HEAD"}:
        flash(_("Nothing was saved yet: first say where you work, then do that once more."), "info")
    return redirect(url_for("sponsorship_workplace.ask", event=event.slug, next=_address_to_read()), 303)


@bp.get("/desk/<event>/sponsorship/workplace")
@requires(Permission.DESK_VIEW)
def ask(event: Event) -> str:
    """Ask where the signed-in person works."""
    found = find_workplace(reading(), event)
    form = WorkplaceForm(data={"organisation": found.organisation if found else ""})
    return _page(form, request.args.get("next"), stated=found is not None)


@bp.post("/desk/<event>/sponsorship/workplace")
@requires(Permission.DESK_VIEW)
def state(event: Event) -> Answer:
    """Keep where the signed-in person works and lead them on."""
    form = WorkplaceForm()
    next_path = own_path(request.form.get("next"))
    if not form.validate():
        return _page(form, next_path), 422
    with unit_of_work() as ctx:
        state_workplace(ctx, event, form.organisation.data)
    flash(_("Thank you. Requests from your organisation are not shown to you."), "success")
    return redirect(next_path or _first_page(event), 303)


def _page(form: WorkplaceForm, next_path: str | None, *, stated: bool = False) -> str:
    return render_template("sponsorship/review/workplace.html", form=form, next_path=own_path(next_path), stated=stated)


def _address_to_read() -> str | None:
    """Return the address of this request if it can be read, for the way back."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    adapter = request_ctx.url_adapter
    if adapter is None:
        return None
    try:
        adapter.match(request.path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return request.path


def _first_page(event: Event) -> str:
    endpoint = next((page for permission, page in _FIRST_PAGES if permission in g.permissions), "desk.overview")
    return url_for(endpoint, event=event.slug)
