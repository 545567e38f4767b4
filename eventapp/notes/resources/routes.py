"""The public list of resources and its files."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import get_locale

from eventapp.agenda.materials.files import headers_of
from eventapp.core.access import public
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.notes.resources import choices, queries, words
from eventapp.notes.resources.queries import Wanted

bp = Blueprint("resources", __name__)
RESOURCES = "/<any(en,fr,es):lang>/<event>/resources"


@bp.get(RESOURCES)
@public("what participants share with everybody", cached=True)
def index(event: Event) -> str:
    """List what is published, filtered by theme, country and language."""
    wanted = Wanted(*(request.args.get(name, "")[:8] for name in ("theme", "country", "language")))
    found = queries.public_list(reading(), event, wanted)
    locale = get_locale()
    themes, countries, languages = choices.filters(found, locale.language if locale is not None else "en")
    return render_template(
        "notes/resources/public.html",
        found=found,
        wanted=wanted,
        theme_choices=themes,
        country_choices=countries,
        language_choices=languages,
        words=words,
    )


@bp.get(f"{RESOURCES}/files/<name>/<filename>")
@public("files that participants share with everybody")
def file(event: Event, name: str, filename: str) -> Response:
    """Send a file; its address is random, and whether it is still published is asked each time."""
    found = queries.find_published_file(reading(), event, name)
    if found is None or found.data is None or found.filename != filename:
        abort(404)
    headers = {"Cache-Control": "public, no-cache", "ETag": f'"{name}"'}
    if request.if_none_match.contains_weak(name):
        return Response(status=304, headers=headers)
    return Response(found.data, headers=headers_of(found) | headers)
