"""What is on now, the lobby's screen, and a remote participant's way in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.agenda import queries as agenda
from eventapp.agenda import words
from eventapp.agenda.live import queries, service
from eventapp.agenda.live import words as live_words
from eventapp.agenda.live.rules import moment
from eventapp.core.access import Carrier, personal_link, public
from eventapp.core.errors import Conflict, NotFound
from eventapp.core.unit_of_work import clock, reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations

bp = Blueprint("live", __name__)

_EVENT = "/<any(en,fr,es):lang>/<event>"


@bp.get(f"{_EVENT}/now")
@public("what is on, and where, is for everybody", cached=True)
def now(event: Event) -> str:
    """Show what is on now and what comes next."""
    return render_template("agenda/live/now.html", **_moment(event))


@bp.get(f"{_EVENT}/lobby")
@public("the same for a screen in the lobby", cached=True)
def lobby(event: Event) -> str:
    """Show the same in large letters, for a screen that nobody touches."""
    return render_template("agenda/live/lobby.html", **_moment(event))


@bp.get(f"{_EVENT}/my/connection")
@personal_link(Carrier.COOKIE)
def connection(event: Event, invitation: Invitation) -> str:
    """Show a confirmed remote participant what can be joined, or from when on."""
    ctx = reading()
    registration = registrations.find_registration(ctx, invitation.id)
    if registration is None or not queries.may_join(registration):
        raise NotFound(_("This page is for confirmed remote participants."))
    g.leads_elsewhere = True  # its buttons end at a conference system, which may lead on to another host of its own
    return render_template(
        "agenda/live/connection.html", connections=queries.connections_of(ctx, event, registration), words=words
    )


@bp.post(f"{_EVENT}/my/connection/<int:session_id>")
@personal_link(Carrier.COOKIE)
def join(event: Event, invitation: Invitation, session_id: int) -> Response:
    """Record that the person is there, and go to the session's link, to nowhere else."""
    try:
        with unit_of_work() as ctx:
            registration = registrations.find_registration(ctx, invitation.id)
            if registration is None or not queries.may_join(registration):
                raise NotFound(_("This page is for confirmed remote participants."))
            url = service.join(ctx, event, registration, session_id)
    except Conflict as error:
        flash(error.message, "warning")
        return redirect(url_for(".connection", event=event.slug), 303)
    return redirect(url, 303)


def _moment(event: Event) -> dict[str, Any]:
    ctx = reading()
    release = agenda.latest_release(ctx, event)
    story_is_ahead = round((clock().now() - clock().machine_now()).total_seconds() * 1000)  # 0 in production
    return {
        "release": release,
        "moment": moment(release.snapshot, queries.delays_of(ctx, event, release.snapshot), ctx.now)
        if release
        else None,
        "instant": ctx.now,
        "words": words,
        "live_words": live_words,
        "offset": story_is_ahead,
    }
