"""The organiser's pages about institutions, themes, categories and places: one pattern for the four lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events import parts, queries
from eventapp.events.desk_routes import settings_frame
from eventapp.events.forms import ActionForm, CategoryForm, EditForm, InstitutionForm, PlaceForm, ThemeForm
from eventapp.events.models import Category, Event, Institution, Place, Theme
from eventapp.events.queries import Part
from eventapp.events.service import StaleEdit

bp = Blueprint("events_parts", __name__)
bp.context_processor(settings_frame)
Answer = str | Response | WerkzeugResponse | tuple[str, int]
LIST = "/desk/<event>/settings/<any(institutions,themes,categories,places):kind>"


@dataclass(frozen=True)
class Kind:
    """One of the four lists: what is in it and how it is spoken of."""

    model: type[Part]
    form: type[EditForm]
    title: LazyString
    adding: LazyString
    added: LazyString
    nothing: LazyString
    empty: LazyString


KINDS: Mapping[str, Kind] = {
    "institutions": Kind(
        Institution,
        InstitutionForm,
        _l("Institutions"),
        _l("Add an institution"),
        _l("The institution was added."),
        _l("No institution yet"),
        _l("Who runs this event? Add the first institution; it signs the invitation."),
    ),
    "themes": Kind(
        Theme,
        ThemeForm,
        _l("Themes"),
        _l("Add a theme"),
        _l("The theme was added."),
        _l("No theme yet"),
        _l("What is the event about? Add its themes; sessions and interests refer to them by number."),
    ),
    "categories": Kind(
        Category,
        CategoryForm,
        _l("Categories"),
        _l("Add a category"),
        _l("The category was added."),
        _l("No category yet"),
        _l("Who takes part? Add at least one category of participants; each registration belongs to one."),
    ),
    "places": Kind(
        Place,
        PlaceForm,
        _l("Rooms"),
        _l("Add a room"),
        _l("The room was added."),
        _l("No room yet"),
        _l("Where do sessions happen? Add the rooms of the venue once you know them."),
    ),
}


@bp.get(LIST)
@requires(Permission.EVENT_EDIT)
def listing(event: Event, kind: str) -> str:
    """Show one of the lists."""
    found = parts.parts_of(event, KINDS[kind].model)
    return render_template(
        "events/desk/parts.html", event=event, tab=kind, kind=kind, words=KINDS[kind], parts=found, form=ActionForm()
    )


@bp.route(f"{LIST}/new", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def add(event: Event, kind: str) -> Answer:
    """Add something to a list."""
    form = KINDS[kind].form()
    form.use_languages(event.languages)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                values, picture = _values(form)
                part = parts.add(ctx, event, KINDS[kind].model, values)
                _keep_logo(ctx, event, part, picture)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(str(KINDS[kind].added), "success")
            return redirect(url_for(".listing", event=event.slug, kind=kind), 303)
    return _form_page(event, kind, form, None)


@bp.route(f"{LIST}/<int:part_id>", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def edit(event: Event, kind: str, part_id: int) -> Answer:
    """Edit something of a list."""
    ctx = reading()
    part = queries.get_part(ctx, event, KINDS[kind].model, part_id)
    form = KINDS[kind].form(obj=part)
    form.use_languages(event.languages)
    if not form.is_submitted():
        form.seen.data = queries.last_edit(ctx, part)
    elif form.validate():
        try:
            with unit_of_work() as ctx:
                values, picture = _values(form)
                part = queries.get_part(ctx, event, KINDS[kind].model, part_id)
                parts.edit(ctx, event, part, values, seen=form.mark)
                _keep_logo(ctx, event, part, picture)
        except StaleEdit as stale:
            form.seen.data = queries.last_edit(reading(), part)
            form.form_errors.append(stale.message)
            return _form_page(event, kind, form, part, stale)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".listing", event=event.slug, kind=kind), 303)
    return _form_page(event, kind, form, part)


@bp.post(f"{LIST}/<int:part_id>/<any(up,down):way>")
@requires(Permission.EVENT_EDIT)
def move(event: Event, kind: str, part_id: int, way: str) -> Answer:
    """Move something one place up or down its list."""
    with unit_of_work() as ctx:
        part = queries.get_part(ctx, event, KINDS[kind].model, part_id)
        parts.move(ctx, event, part, -1 if way == "up" else 1)
    return redirect(url_for(".listing", event=event.slug, kind=kind, _anchor=f"part-{part_id}"), 303)


@bp.route(f"{LIST}/<int:part_id>/remove", methods=["GET", "POST"])
@requires(Permission.EVENT_EDIT)
def remove(event: Event, kind: str, part_id: int) -> Answer:
    """Ask, and remove something from its list."""
    part = queries.get_part(reading(), event, KINDS[kind].model, part_id)
    form = ActionForm()
    refusal, status = "", 200
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                parts.remove(ctx, event, queries.get_part(ctx, event, KINDS[kind].model, part_id))
        except Conflict as error:
            refusal, status = error.message, error.status
        else:
            flash(_("Removed."), "success")
            return redirect(url_for(".listing", event=event.slug, kind=kind), 303)
    page = render_template(
        "events/desk/remove_part.html",
        event=event,
        tab=kind,
        kind=kind,
        words=KINDS[kind],
        part=part,
        form=form,
        refusal=refusal,
    )
    return page, status


@bp.get("/desk/<event>/settings/institutions/<int:part_id>/logo")
@requires(Permission.EVENT_EDIT)
def logo(event: Event, part_id: int) -> Response:
    """Send an institution's logo to those who edit it, before the event is public too."""
    institution = queries.get_institution_with_logo(reading(), event, part_id)
    return Response(institution.logo, content_type=institution.logo_type)


def _values(form: EditForm) -> tuple[dict[str, Any], bytes | None]:
    """Return what the form says, and the bytes of a new logo: empty to take it away, None to leave it."""
    values = form.values()
    upload, away = values.pop("logo", None), values.pop("remove_logo", False)
    data = upload.read() if upload else b""
    return values, data or (b"" if away else None)


def _keep_logo(ctx: Context, event: Event, part: Part, picture: bytes | None) -> None:
    if isinstance(part, Institution) and picture is not None:
        parts.set_logo(ctx, event, part, picture)


def _form_page(event: Event, kind: str, form: EditForm, part: Part | None, stale: StaleEdit | None = None) -> Answer:
    page = render_template(
        "events/desk/part.html",
        event=event,
        tab=kind,
        kind=kind,
        words=KINDS[kind],
        part=part,
        form=form,
        clashes=stale.clashes if stale else (),
    )
    return page, (stale.status if stale else 422 if form.errors else 200)
