"""One's own letters, and the page on which anybody checks a letter by its number."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Carrier, personal_link, public
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.limits import limiter
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations
from eventapp.sponsorship import queries as sponsorships
from eventapp.sponsorship.letters import document, file_routes, queries, rules, service
from eventapp.sponsorship.letters.models import Letter
from eventapp.sponsorship.sensitive import gate_routes as gate

bp = Blueprint("my_letters", __name__)
Answer = Response | WerkzeugResponse


@bp.get("/<any(en,fr,es):lang>/<event>/my/sponsorship/letters/<int(max=2147483647):letter_id>.pdf")
@limiter.limit("30 per hour")
@personal_link(Carrier.COOKIE)
def own_letter(event: Event, invitation: Invitation, letter_id: int) -> Answer:
    """Return one of one's letters; one that holds passport data only behind a fresh code."""
    ctx, sealer = reading(), current_app.extensions["sealer"]
    letter = _own(ctx, invitation, letter_id)
    if letter.sealed is None:
        return file_routes.pdf_of(ctx, letter, service.open_letter(ctx, sealer, letter))
    if not gate.is_open(gate.holder(invitation)):
        return redirect(url_for("my_sensitive.code", event=event.slug, next=request.path), 303)
    with unit_of_work() as ctx:
        letter = _own(ctx, invitation, letter_id)
        values = service.open_letter(ctx, sealer, letter)
    return file_routes.pdf_of(reading(), _own(reading(), invitation, letter_id), values)


@bp.get("/verify/<number>")
@limiter.limit("60 per hour")
@public("a consulate or an employer checks a letter by its number; it shows nothing personal")
def verify(number: str) -> str | tuple[str, int]:
    """Say whether a letter with the number was issued and still holds."""
    ctx = reading()
    letter = queries.find_by_number(ctx, rules.read_number(number))
    if letter is None:
        return render_template("sponsorship/verify.html", letter=None, number=number[:40]), 404
    event = ctx.session.get_one(Event, letter.event_id)
    standing = document.standing_of(letter)
    return render_template("sponsorship/verify.html", letter=letter, checked=event, standing=standing)


def _own(ctx: Context, invitation: Invitation, letter_id: int) -> Letter:
    registration = registrations.find_registration(ctx, invitation.id)
    found = sponsorships.find_request(ctx, registration) if registration is not None else None
    if found is None:
        raise NotFound(_("There is no such letter."))
    return queries.get_letter(ctx, found, letter_id)
