"""Materials for the public and for those who take part."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.agenda import words as agenda_words
from eventapp.agenda.materials import queries, words
from eventapp.agenda.materials.files import headers_of
from eventapp.agenda.materials.states import Audience
from eventapp.core.access import Carrier, personal_link, public
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations
from eventapp.registrations.states import State

bp = Blueprint("materials", __name__)
_EVENT = "/<any(en,fr,es):lang>/<event>"


@bp.get(f"{_EVENT}/materials/<material_name>")
@public("files of sessions that everybody may have")
def file(event: Event, material_name: str) -> Response:
    """Send a file; its name is random and changes with its bytes, its dates are asked each time."""
    found = queries.find_file(reading(), event, material_name, Audience.EVERYBODY)
    if found is None or found.data is None:
        abort(404)
    headers = {"Cache-Control": "public, no-cache", "ETag": f'"{material_name}"'}
    if request.if_none_match.contains_weak(material_name):
        return Response(status=304, headers=headers)
    return Response(found.data, headers=headers_of(found) | headers)


@bp.get(f"{_EVENT}/my/materials")
@personal_link(Carrier.COOKIE)
def mine(event: Event, invitation: Invitation) -> str | WerkzeugResponse:
    """Show all that those who take part may have now."""
    if not _takes_part(invitation):
        return redirect(url_for("registrations.my", event=event.slug), 303)
    return render_template(
        "agenda/materials/mine.html",
        sessions=queries.shown_to_participants(reading(), event),
        words=words,
        agenda_words=agenda_words,
        my_file_url=lambda name: url_for(".my_file", event=event.slug, material_name=name),
    )


@bp.get(f"{_EVENT}/my/materials/<material_name>")
@personal_link(Carrier.COOKIE)
def my_file(event: Event, invitation: Invitation, material_name: str) -> Response:
    """Send a file to somebody who takes part."""
    if not _takes_part(invitation):
        abort(404)
    found = queries.find_file(reading(), event, material_name, Audience.EVERYBODY, Audience.PARTICIPANTS)
    if found is None or found.data is None:
        abort(404)
    return Response(found.data, headers=headers_of(found))


def _takes_part(invitation: Invitation) -> bool:
    registration = registrations.find_registration(reading(), invitation.id)
    return registration is not None and registration.state is State.APPROVED
