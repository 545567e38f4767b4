"""The desk's pages of resources: what waits to be looked at, names that stand in the way, the list."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.agenda.materials.files import headers_of
from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes.attribution.forms import ReasonForm
from eventapp.notes.resources import queries, rules, service, words
from eventapp.notes.resources.forms import DeclineForm, data_of
from eventapp.notes.resources.models import Resource
from eventapp.notes.resources.my_routes import form_for
from eventapp.notes.resources.states import RESOURCES, ResourceAction, ResourceState
from eventapp.notes.resources.values import Proposer
from eventapp.registrations.models import Registration

bp = Blueprint("notes_resources", __name__, url_prefix="/desk/<event>/notes/resources")
Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get("")
@requires(Permission.NOTES_MODERATE)
def index(event: Event) -> str:
    """Show what waits, what rapporteurs noted, and the list."""
    ctx = reading()
    return render_template(
        "notes/resources/desk/index.html",
        by_state=queries.list_by_state(ctx, event),
        noted=queries.list_noted(ctx, event),
        states=ResourceState,
        words=words,
    )


@bp.route("/add-<any(link,file):what>", methods=["GET", "POST"])
@requires(Permission.NOTES_MODERATE)
def add(event: Event, what: str) -> Answer:
    """Add a link or a file for the organisers."""
    form = form_for(event, what)
    if form.validate_on_submit():
        by = Proposer(account_id=g.account.id)
        try:
            with unit_of_work() as ctx:
                resource_id = service.add(
                    ctx, event, by, form.values(), key=form.key.data or "", is_file=what == "file"
                ).id
        except DomainError as error:
            form.refuse(error)
        else:
            return _to(event, resource_id)
    page = render_template(
        "notes/resources/desk/add.html", form=form, what=what, megabytes=rules.MOST_BYTES // 1_000_000
    )
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if form.errors else page


@bp.post("/noted/<int:entry_id>")
@requires(Permission.NOTES_MODERATE)
def adopt(event: Event, entry_id: int) -> Answer:
    """Take over a resource that a rapporteur noted."""
    try:
        with unit_of_work() as ctx:
            resource_id = service.adopt(ctx, event, entry_id, account_id=g.account.id).id
    except DomainError as error:
        if error.status is HTTPStatus.NOT_FOUND:
            raise
        flash(error.message, "warning")
        return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)
    return _to(event, resource_id)


@bp.route("/<int:resource_id>", methods=["GET", "POST"])
@requires(Permission.NOTES_MODERATE)
def detail(event: Event, resource_id: int) -> Answer:
    """Show one resource with the names found in it; change what is said of it."""
    resource = queries.get(reading(), event, resource_id)
    what = "file" if resource.name else "link"
    form = form_for(event, what, **data_of(resource))
    if what == "link" and not resource.url:
        form.url.validators = []  # noted without a link: it can be looked up later
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.edit(ctx, event, resource_id, form.values())
        except DomainError as error:
            if error.status is HTTPStatus.NOT_FOUND:
                raise
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return _to(event, resource_id)
    ctx = reading()
    resource = queries.get(ctx, event, resource_id)
    page = render_template(
        "notes/resources/desk/detail.html",
        resource=resource,
        proposer=_proposer(resource),
        host=rules.ascii_host(resource.url) if resource.url else "",
        findings=queries.names_in(ctx, event, resource),
        actions=RESOURCES.actions(resource.state),
        form=form,
        what=what,
        words=words,
    )
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if form.errors else page


@bp.post("/<int:resource_id>/<any(publish,reopen):action>")
@requires(Permission.NOTES_MODERATE)
def decide(event: Event, resource_id: int, action: str) -> Answer:
    """Publish a resource, or look at a declined one again."""
    try:
        with unit_of_work() as ctx:
            command = service.publish if ResourceAction(action) is ResourceAction.PUBLISH else service.reopen
            command(ctx, event, resource_id)
    except DomainError as error:
        if error.status is HTTPStatus.NOT_FOUND:
            raise
        flash(error.message, "warning")
        return _to(event, resource_id)
    if action == "publish":
        flash(_("It is in the public list."), "success")
        return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)
    return _to(event, resource_id)


@bp.post("/<int:resource_id>/names")
@requires(Permission.NOTES_MODERATE)
def let_stand(event: Event, resource_id: int) -> Answer:
    """Let a name stand, with the reason."""
    form = ReasonForm()
    try:
        with unit_of_work() as ctx:
            service.let_name_stand(ctx, event, resource_id, form.name_hash.data or "", form.reason.data or "")
    except DomainError as error:
        if error.status is HTTPStatus.NOT_FOUND:
            raise
        flash(error.message, "warning")
    else:
        flash(_("The name may stand; the audit keeps the reason."), "success")
    return _to(event, resource_id)


@bp.route("/<int:resource_id>/decline", methods=["GET", "POST"])
@requires(Permission.NOTES_MODERATE)
def decline(event: Event, resource_id: int) -> Answer:
    """Decline a resource with a reason, also one that is published."""
    resource, form = queries.get(reading(), event, resource_id), DeclineForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.decline(ctx, event, resource_id, form.reason.data)
        except DomainError as error:
            if error.status is HTTPStatus.NOT_FOUND:
                raise
            form.refuse(error)
        else:
            flash(_("Declined."), "success")
            return redirect(url_for(".index", event=event.slug), HTTPStatus.SEE_OTHER)
    page = render_template("notes/resources/desk/decline.html", form=form, resource=resource)
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if form.errors else page


@bp.get("/<int:resource_id>/file")
@requires(Permission.NOTES_MODERATE)
def file(event: Event, resource_id: int) -> Response:
    """Send the file of a resource, published or not."""
    resource = queries.get(reading(), event, resource_id)
    if resource.data is None:
        abort(HTTPStatus.NOT_FOUND)
    return Response(resource.data, headers=headers_of(resource))


def _proposer(resource: Resource) -> str:
    """Return who proposed it; nothing for what staff added or somebody who was erased."""
    if resource.registration_id is None:
        return ""
    found = reading().session.get(Registration, resource.registration_id)
    return found.name if found is not None else ""


def _to(event: Event, resource_id: int) -> WerkzeugResponse:
    return redirect(url_for(".detail", event=event.slug, resource_id=resource_id), HTTPStatus.SEE_OTHER)
