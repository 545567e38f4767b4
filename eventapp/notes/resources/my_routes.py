"""What a participant shares: links and files, where each stands, and taking it back."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Carrier, personal_link
from eventapp.core.errors import DomainError, NotFound
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.notes.resources import choices, queries, rules, service, words
from eventapp.notes.resources.forms import FileForm, LinkForm, ResourceForm, language_codes
from eventapp.notes.resources.values import Proposer
from eventapp.registrations import queries as registrations
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State

bp = Blueprint("my_resources", __name__)
MY = "/<any(en,fr,es):lang>/<event>/my/resources"
Answer = WerkzeugResponse | str | tuple[str, int]


@bp.get(MY)
@personal_link(Carrier.COOKIE)
def index(event: Event, invitation: Invitation) -> Answer:
    """Show what one has shared, and where it stands."""
    registration = _confirmed(invitation)
    if registration is None:
        return redirect(url_for("registrations.my", event=event.slug), HTTPStatus.SEE_OTHER)
    return render_template(
        "notes/resources/mine.html", resources=queries.list_own(reading(), registration.id), words=words
    )


@bp.route(f"{MY}/add-<any(link,file):what>", methods=["GET", "POST"])
@personal_link(Carrier.COOKIE)
def add(event: Event, invitation: Invitation, what: str) -> Answer:
    """Share a link or a file."""
    registration = _confirmed(invitation)
    if registration is None:
        return redirect(url_for("registrations.my", event=event.slug), HTTPStatus.SEE_OTHER)
    form, by = form_for(event, what), Proposer(registration_id=registration.id)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.add(ctx, event, by, form.values(), key=form.key.data or "", is_file=what == "file")
        except DomainError as error:
            if error.status is HTTPStatus.NOT_FOUND:
                raise
            form.refuse(error)
        else:
            flash(_("Thank you. The team looks at it before it appears in the list."), "success")
            return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)
    page = render_template("notes/resources/add.html", form=form, what=what, megabytes=rules.MOST_BYTES // 1_000_000)
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if form.errors else page


@bp.post(f"{MY}/<int:resource_id>/withdraw")
@personal_link(Carrier.COOKIE)
def withdraw(event: Event, invitation: Invitation, resource_id: int) -> Answer:
    """Take a resource back."""
    with unit_of_work() as ctx:
        registration = registrations.find_registration(ctx, invitation.id)
        if registration is None:
            raise NotFound(_("There is no such resource."))
        service.withdraw(ctx, event, registration.id, resource_id)
    flash(_("It is withdrawn, and no longer in the list."), "success")
    return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)


def form_for(event: Event, what: str, **data: object) -> ResourceForm:
    """Return the form of a link or a file with what there is to choose from."""
    locale = get_locale()
    language = locale.language if locale is not None else "en"
    said = {"language": language, "key": rules.new_key(), **data}
    form = (LinkForm if what == "link" else FileForm)(data=said)
    form.offer(
        choices.themes_of(event, language),
        choices.countries(language),
        choices.languages(language_codes(event), language),
        (_("Several, or another"), _("None in particular")),
    )
    return form


def _confirmed(invitation: Invitation) -> Registration | None:
    registration = registrations.find_registration(reading(), invitation.id)
    return registration if registration is not None and registration.state is State.APPROVED else None
