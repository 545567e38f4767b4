"""The organiser's pages of materials: of the whole agenda, and of one session."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.agenda import words as agenda_words
from eventapp.agenda.materials import queries, rules, service, words
from eventapp.agenda.materials.files import headers_of
from eventapp.agenda.materials.forms import FileForm, LinkForm, MaterialForm, data_of
from eventapp.agenda.materials.models import Material
from eventapp.agenda.materials.queries import OfSession
from eventapp.agenda.materials.states import MaterialKind
from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.formatting import language_name
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event

bp = Blueprint("materials_desk", __name__, url_prefix="/desk/<event>/agenda")

Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get("/materials")
@requires(Permission.AGENDA_VIEW)
def overview(event: Event) -> str:
    """List the sessions with what belongs to each."""
    return render_template(
        "agenda/materials/overview.html",
        sessions=queries.list_by_session(reading(), event),
        words=words,
        agenda_words=agenda_words,
    )


@bp.get("/sessions/<int:session_id>/materials")
@requires(Permission.AGENDA_VIEW)
def of_session(event: Event, session_id: int) -> str:
    """Show the materials of one session, in order."""
    ctx = reading()
    found = queries.get_session(ctx, event, session_id)
    return render_template(
        "agenda/materials/of_session.html",
        found=found,
        shown={each.id: each.is_shown(ctx.now) for each in found.materials},
        words=words,
        agenda_words=agenda_words,
    )


@bp.route("/sessions/<int:session_id>/materials/add-<any(file,link):what>", methods=["GET", "POST"])
@requires(Permission.AGENDA_EDIT)
def add(event: Event, session_id: int, what: str) -> Answer:
    """Add a file or a link."""
    kind = MaterialKind(what)
    form = _form(event, kind, None)
    found = queries.get_session(reading(), event, session_id)
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as ctx:
                service.add(ctx, event, session_id, kind, form.values())
        except DomainError as error:
            _refuse(form, error)
        else:
            flash(_("Added."), "success")
            return _to_session(event, session_id)
    return _form_page(event, form, found, kind, None)


@bp.route("/materials/<int:material_id>", methods=["GET", "POST"])
@requires(Permission.AGENDA_EDIT)
def edit(event: Event, material_id: int) -> Answer:
    """Change a material."""
    ctx = reading()
    material = queries.get(ctx, event, material_id)
    found = queries.get_session(ctx, event, material.session_id)
    form = _form(event, material.kind, material)
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as ctx:
                service.edit(ctx, event, queries.get(ctx, event, material_id), form.values())
        except DomainError as error:
            _refuse(form, error)
        else:
            flash(_("Saved."), "success")
            return _to_session(event, found.session.id)
        material = queries.get(reading(), event, material_id)
    return _form_page(event, form, found, material.kind, material)


@bp.post("/materials/<int:material_id>/move-<any(up,down):way>")
@requires(Permission.AGENDA_EDIT)
def move(event: Event, material_id: int, way: str) -> Answer:
    """Move a material up or down its list."""
    with unit_of_work() as ctx:
        material = queries.get(ctx, event, material_id)
        service.move(ctx, event, material, -1 if way == "up" else 1)
        session_id = material.session_id
    return _to_session(event, session_id)


@bp.get("/materials/<int:material_id>/delete")
@requires(Permission.AGENDA_EDIT)
def confirm_delete(event: Event, material_id: int) -> str:
    """Say what deleting a material will mean."""
    ctx = reading()
    material = queries.get(ctx, event, material_id)
    found = queries.get_session(ctx, event, material.session_id)
    return render_template("agenda/materials/delete.html", material=material, found=found, words=words)


@bp.post("/materials/<int:material_id>/delete")
@requires(Permission.AGENDA_EDIT)
def delete(event: Event, material_id: int) -> Answer:
    """Take a material away."""
    with unit_of_work() as ctx:
        material = queries.get(ctx, event, material_id)
        session_id = material.session_id
        service.remove(ctx, event, material)
    flash(_("Deleted."), "success")
    return _to_session(event, session_id)


@bp.get("/materials/<int:material_id>/file")
@requires(Permission.AGENDA_VIEW)
def file(event: Event, material_id: int) -> Response:
    """Send the file of a material, shown or not."""
    material = queries.get(reading(), event, material_id)
    if material.data is None:
        abort(404)
    return Response(material.data, headers=headers_of(material))


def _form(event: Event, kind: MaterialKind, material: Material | None) -> MaterialForm:
    form = (FileForm if kind is MaterialKind.FILE else LinkForm)(data=data_of(material))
    locale = get_locale()
    language = locale.language if locale is not None else "en"
    codes = [*event.languages, *([material.language] if material and material.language not in event.languages else [])]
    named = [(code, language_name(code, language)) for code in codes if code]
    form.offer(named, event.languages, event.timezone)
    return form


def _refuse(form: MaterialForm, error: DomainError) -> None:
    if error.status is HTTPStatus.NOT_FOUND:
        raise error
    form.refuse(error)


def _form_page(
    event: Event, form: MaterialForm, found: OfSession, kind: MaterialKind, material: Material | None
) -> Answer:
    page = render_template(
        "agenda/materials/form.html",
        form=form,
        found=found,
        kind=kind,
        material=material,
        megabytes=rules.MOST_BYTES // 1_000_000,
        back=url_for(".of_session", event=event.slug, session_id=found.session.id),
        words=words,
    )
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if form.errors else page


def _to_session(event: Event, session_id: int) -> WerkzeugResponse:
    return redirect(url_for(".of_session", event=event.slug, session_id=session_id), HTTPStatus.SEE_OTHER)
