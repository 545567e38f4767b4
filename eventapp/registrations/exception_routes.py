"""The organisers' page on which one person gets more time for the form."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import queries as invitations
from eventapp.registrations import exceptions, queries
from eventapp.registrations.exception_forms import KeepOpenForm

bp = Blueprint("form_exceptions", __name__)
ONE = "/desk/<event>/invitations/<int:invitation_id>/keep-open"
Answer = str | Response | tuple[str, int]


@bp.route(ONE, methods=["GET", "POST"])
@requires(Permission.REGISTRATIONS_DECIDE)
def keep_open(event: Event, invitation_id: int) -> Answer:
    """Keep the form open for one person after it closes for the others."""
    invitation = invitations.get_invitation(reading(), event, invitation_id)
    form = KeepOpenForm(data={"until": invitation.form_open_until_at}).in_zone(event.timezone)
    if not form.is_submitted():
        return _page(event, invitation_id, form)
    if not form.validate():
        return _page(event, invitation_id, form), 422
    until = form.until.instant
    assert until is not None  # noqa: S101 - the form requires it
    try:
        with unit_of_work() as ctx:
            found = invitations.get_invitation(ctx, event, invitation_id)
            told = exceptions.keep_open(ctx, found, until, reason=form.reason.data or "")
            name = found.name
    except Conflict:
        return _page(event, invitation_id, form), 409
    except DomainError as error:
        form.refuse(error)
        return _page(event, invitation_id, form), 422
    said = _("The form stays open for %(name)s; a mail says until when.", name=name)
    flash(said if told else _("The form stays open for %(name)s.", name=name), "success")
    return _back(event, invitation_id)


@bp.post(f"{ONE}/end")
@requires(Permission.REGISTRATIONS_DECIDE)
def end(event: Event, invitation_id: int) -> Answer:
    """End the exception: the deadline of everybody counts again."""
    with unit_of_work() as ctx:
        exceptions.end(ctx, invitations.get_invitation(ctx, event, invitation_id))
    flash(_("The form closes for this person as it does for everybody."), "success")
    return _back(event, invitation_id)


def _page(event: Event, invitation_id: int, form: KeepOpenForm) -> str:
    ctx = reading()
    ctx.session.expire_all()
    invitation = invitations.get_invitation(ctx, event, invitation_id)
    return render_template(
        "registrations/keep_open.html",
        invitation=invitation,
        registration=queries.find_registration(ctx, invitation.id),
        form=form,
        impossible=exceptions.why_impossible(ctx, event, invitation),
        told=exceptions.will_be_told(ctx, event, invitation),
        closes_at=queries.registration_closes(event),
        latest=exceptions.latest(event),
        in_force=exceptions.in_force(event, invitation),
        back=_back_url(event, invitation_id),
    )


def _back(event: Event, invitation_id: int) -> Response:
    return redirect(_back_url(event, invitation_id), 303)


def _back_url(event: Event, invitation_id: int) -> str:
    """Return the page one came from: the registration's when the address says so, otherwise the invitation's."""
    registration = queries.find_registration(reading(), invitation_id) if "registration" in request.args else None
    if registration is not None:
        return url_for("registrations_desk.detail", event=event.slug, registration_id=registration.id)
    return url_for("invitations_desk.detail", event=event.slug, invitation_id=invitation_id)
