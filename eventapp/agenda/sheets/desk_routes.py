"""The signs for the doors, for whoever prints them."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import force_locale

from eventapp.agenda import queries, words
from eventapp.agenda.sheets.door_signs import door_signs, signs_of
from eventapp.core.access import Permission, requires
from eventapp.core.documents import Documents
from eventapp.core.languages import DEFAULT_LANGUAGE, LANGUAGES
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event

bp = Blueprint("agenda_signs", __name__, url_prefix="/desk/<event>/agenda")


@bp.get("/door-signs")
@requires(Permission.AGENDA_VIEW)
def signs(event: Event) -> str:
    """List the signs of the released agenda by day, and say how the other documents are printed."""
    release = queries.latest_release(reading(), event)
    made = signs_of(release.snapshot) if release else []
    days = {sign.date: [each for each in made if each.date == sign.date] for sign in made}
    return render_template(
        "agenda/desk/door_signs.html",
        release=release,
        days=days,
        offered=_offered(event),
        language=_wanted(event),
        words=words,
    )


@bp.get("/door-signs.pdf")
@requires(Permission.AGENDA_VIEW)
def signs_pdf(event: Event) -> Response:
    """Return all signs, or those of `?day=` and `?place=`, in `?language=`."""
    ctx = reading()
    release, language = queries.latest_release(ctx, event), _wanted(event)
    try:
        day = date.fromisoformat(request.args["day"]) if "day" in request.args else None
        place_id = int(request.args["place"]) if "place" in request.args else None
    except ValueError:
        abort(404)
    if release is None:
        abort(404)
    with force_locale(language):
        made = door_signs(current_app.jinja_env, release, language, slug=event.slug, place_id=place_id, day=day)
    if made is None:
        abort(404)
    ctx.session.rollback()  # no transaction stays open while the document is made
    documents: Documents = current_app.extensions["documents"]
    return Response(
        made.pdf(documents),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{made.filename}"'},
    )


def _wanted(event: Event) -> str:
    """Return the language asked for, if the event and the house have it, else the event's first."""
    wanted, offered = request.args.get("language", ""), _offered(event)
    return wanted if wanted in offered else offered[0]


def _offered(event: Event) -> list[str]:
    return [code for code in event.languages if code in LANGUAGES] or [DEFAULT_LANGUAGE]
