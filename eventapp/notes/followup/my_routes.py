"""The idea that somebody takes home, written on their own page."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Carrier, personal_link
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.notes.followup import my_section, queries, rules, service
from eventapp.notes.followup.forms import IdeaForm
from eventapp.registrations import queries as registrations

bp = Blueprint("my_follow_up", __name__)
MY = "/<any(en,fr,es):lang>/<event>/my/take-home"
Answer = str | Response | tuple[str, int]


@bp.get(MY)
@personal_link(Carrier.COOKIE)
def index(event: Event, invitation: Invitation) -> Answer:
    """Ask for the idea, or show it."""
    ctx = reading()
    registration = registrations.find_registration(ctx, invitation.id)
    if registration is None or not my_section.is_asked(ctx, registration):
        return _to_participation(event)
    found = queries.find_of(ctx, registration)
    if found is not None and not my_section.may_tell(found):
        return _to_participation(event)
    return _page(event, my_section.form_of(registration, found))


@bp.post(MY)
@personal_link(Carrier.COOKIE)
def tell(event: Event, invitation: Invitation) -> Answer:
    """Keep the idea."""
    form = IdeaForm()
    if not form.validate():
        return _page(event, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with unit_of_work() as ctx:
            registration = registrations.find_registration(ctx, invitation.id)
            if registration is None:
                return _to_participation(event)
            service.tell(ctx, registration, form.idea.data, wants_mail=bool(form.ask_later.data))
    except DomainError as error:
        form.refuse(error)
        return _page(event, form), error.status
    flash(_("Thank you. Your idea is written down."), "success")
    return _to_participation(event)


def _to_participation(event: Event) -> Response:
    return redirect(url_for("registrations.my", event=event.slug), HTTPStatus.SEE_OTHER)


def _page(event: Event, form: IdeaForm) -> str:
    asks_later = rules.comes_to_second_question(event.retention_days)
    return render_template("notes/followup/mine.html", form=form, asks_later=asks_later)
