"""One's own data: see what is held, take it along, ask to be erased."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Carrier, personal_link
from eventapp.core.context import Context
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data import holding, queries, rules, sections, service
from eventapp.registrations.states import HOLDS_SEAT

bp = Blueprint("personal_data", __name__)
DATA = "/<any(en,fr,es):lang>/<event>/my/data"


@bp.get(DATA)
@personal_link(Carrier.COOKIE)
def held(event: Event, invitation: Invitation) -> str:
    """Show what is held about the person, why and until when."""
    ctx = reading()
    waiting = queries.find_open(ctx, invitation.id)
    return render_template(
        "personal_data/held.html",
        sections=sections.sections_of(ctx, holding.holding_of(ctx, event, invitation)),
        today=to_wall(ctx.now, event.timezone).date(),
        waiting=waiting,
        answer_by=to_wall(rules.answer_by(waiting.requested_at), event.timezone).date() if waiting else None,
    )


@bp.post("/i/<token>/data")
@personal_link(Carrier.TOKEN)
def open_by_link(event: Event, invitation: Invitation) -> WerkzeugResponse:
    """Lead somebody from their letter to what is held about them, whether or not they have answered it."""
    session["opened"] = {**session.get("opened", {}), str(event.id): [invitation.id, invitation.link_version]}
    return redirect(url_for(".held", event=event.slug), 303)


@bp.get(f"{DATA}/file")
@personal_link(Carrier.COOKIE)
def take_along(event: Event, invitation: Invitation) -> Response:
    """Send everything that is held as one JSON file."""
    ctx = reading()
    pieces = holding.document(ctx, holding.holding_of(ctx, event, invitation))
    headers = {
        "Content-Disposition": f'attachment; filename="{event.slug}-personal-data.json"',
        "Cache-Control": "no-store",
    }
    return Response((piece.encode() for piece in pieces), headers=headers, content_type="application/json")


@bp.get(f"{DATA}/erase")
@personal_link(Carrier.COOKIE)
def ask(event: Event, invitation: Invitation) -> str | WerkzeugResponse:
    """Say what erasing does before anybody asks for it."""
    ctx = reading()
    if queries.find_open(ctx, invitation.id) is not None:
        return redirect(url_for(".held", event=event.slug), 303)
    return render_template("personal_data/ask.html", holds_seat=_holds_seat(ctx, invitation), over=_over(ctx, event))


@bp.post(f"{DATA}/erase")
@personal_link(Carrier.COOKIE)
def confirm_ask(event: Event, invitation: Invitation) -> WerkzeugResponse:
    """Ask to be erased; a second time changes nothing."""
    with unit_of_work() as ctx:
        service.ask(ctx, invitation)
    return redirect(url_for(".held", event=event.slug), 303)


@bp.post(f"{DATA}/keep")
@personal_link(Carrier.COOKIE)
def take_back(event: Event, invitation: Invitation) -> WerkzeugResponse:
    """Take the request back."""
    with unit_of_work() as ctx:
        service.take_back(ctx, invitation)
    flash(_("Your data is not erased. Everything is as it was."), "success")
    return redirect(url_for(".held", event=event.slug), 303)


def _holds_seat(ctx: Context, invitation: Invitation) -> bool:
    found = registrations.find_registration(ctx, invitation.id)
    return found is not None and found.state in HOLDS_SEAT


def _over(ctx: Context, event: Event) -> bool:
    return ctx.now >= rules.ends_at(event.ends_on, event.timezone)
