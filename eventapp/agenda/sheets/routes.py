"""The released agenda as a booklet and as an overview on one sheet, for everybody."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app
from flask_babel import get_locale

from eventapp.agenda import queries
from eventapp.agenda.document import Document, booklet
from eventapp.agenda.queries import Released
from eventapp.agenda.sheets.overview import overview
from eventapp.core.access import public
from eventapp.core.context import Context
from eventapp.core.documents import Documents
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event

bp = Blueprint("agenda_sheets", __name__)

_EVENT = "/<any(en,fr,es):lang>/<event>"


@bp.get(f"{_EVENT}/agenda-booklet.pdf")
@public("the released agenda as a booklet", cached=True)
def agenda_booklet(event: Event) -> Response:
    """Return the released agenda as pages of A5, as many as fill whole sheets."""

    def make(ctx: Context, release: Released, language: str) -> Document:
        logos = queries.list_logos(ctx, event)
        return booklet(current_app.jinja_env, release, language, slug=event.slug, logos=logos)

    return _answer(event, make)


@bp.get(f"{_EVENT}/agenda-overview.pdf")
@public("the released agenda on one sheet", cached=True)
def agenda_overview(event: Event) -> Response:
    """Return the released agenda as a grid on one sheet of A4, on more when it is too much for one."""

    def make(_ctx: Context, release: Released, language: str) -> Document:
        return overview(current_app.jinja_env, release, language, slug=event.slug)

    return _answer(event, make)


def _answer(event: Event, make: Callable[[Context, Released, str], Document]) -> Response:
    ctx = reading()
    release = queries.latest_release(ctx, event)
    if release is None:
        abort(404)
    locale = get_locale()
    made = make(ctx, release, str(locale.language) if locale is not None else "en")
    ctx.session.rollback()  # no transaction stays open while the document is made
    documents: Documents = current_app.extensions["documents"]
    return Response(
        made.pdf(documents),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{made.filename}"'},
    )
