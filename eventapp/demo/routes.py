"""The demo's front door: choose a moment of the story and who to be."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.accounts import service as accounts
from eventapp.core.access import public
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.core.unit_of_work import clock, reading, unit_of_work
from eventapp.demo import story
from eventapp.demo.clock import StoryClock
from eventapp.demo.content import SLUG, moments, table
from eventapp.demo.loader import find_invitation, find_staff

bp = Blueprint("demo", __name__)

_WHY = "the demo lets everybody be anybody; in production this page does not exist"
_PERSONAS = (
    "organiser",
    "rapporteur",
    "rapporteur2",
    "chair",
    "translator",
    "desk",
    "coordinator",
    "reviewer",
    "reviewer2",
    "budget_holder",
    "finance",
    "officer",
)


@bp.get("/demo/")
@public(_WHY)
def front_door() -> str:
    """Show the moments and the people of the story."""
    ctx = reading()
    invitation = find_invitation(ctx)
    keys: LinkKeys = current_app.extensions["link_keys"]
    token = keys.token(Purpose.PARTICIPATION, invitation.id, invitation.link_version) if invitation else None
    people = {row["key"]: row for row in table("people")["staff"]}
    return render_template(
        "demo/front_door.html",
        slug=SLUG,
        moments=moments(),
        invitation=invitation,
        token=token,
        personas=[people[key] for key in _PERSONAS],
    )


@bp.post("/demo/clock")
@public(_WHY)
def jump() -> Response:
    """Move the story's clock to one of its moments; what happens by itself until then, happens."""
    moment = next((each for each in moments() if each.key == request.form.get("moment")), None)
    if moment is None:
        abort(404)
    story_clock = clock()
    if isinstance(story_clock, StoryClock):
        story_clock.jump(moment.at)
    with unit_of_work() as ctx:
        story.catch_up(ctx)
    flash(_("The clock has moved. Mail that was due is in the mailbox within a minute."), "success")
    return redirect(url_for(".front_door"), 303)


@bp.post("/demo/sign-in/<key>")
@public(_WHY)
def become(key: str) -> Response:
    """Sign in as one of the people of the story, without the mail."""
    account = find_staff(reading(), key) if key in _PERSONAS else None
    if account is None:
        abort(404)
    with unit_of_work() as ctx:
        token = accounts.open_session(ctx, account, request.user_agent.string, clock().machine_now())
    session.clear()
    session["staff"] = token
    return redirect(url_for("desk.overview", event=SLUG), 303)
