"""The public pages of an event, and the list of events."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import public
from eventapp.core.unit_of_work import reading
from eventapp.core.wall_time import to_wall
from eventapp.events import hooks, queries
from eventapp.events.models import Event

bp = Blueprint("events", __name__)
LANG = "/<any(en,fr,es):lang>"
_DISALLOWED = ("/desk/", "/i/", "/my-link", "/sign-in", "/account", "/calendar/", "/verify/", "/mailbox")


@bp.get("/")
@public("everybody's way in: goes on in the visitor's language")
def home() -> WerkzeugResponse:
    """Go on to the list of events in the language the browser prefers."""
    answer = redirect(url_for(".index"), 303)
    answer.vary.add("Accept-Language")
    return answer


@bp.get(f"{LANG}/")
@public("the list of published events", cached=True)
def index() -> str:
    """Show the published events."""
    ctx = reading()
    today = ctx.now.date()
    events = queries.list_public_events(ctx)
    coming = sorted((event for event in events if event.ends_on >= today), key=lambda event: event.starts_on)
    past = [event for event in events if event.ends_on < today]
    return render_template("events/index.html", coming=coming, past=past)


@bp.get(f"{LANG}/<event>/")
@public("the event's page is there for everybody to read", cached=True)
def event_page(event: Event) -> str:
    """Show the event."""
    ctx = reading()
    return render_template(
        "events/event_page.html",
        event=event,
        over=to_wall(ctx.now, event.timezone).date() > event.ends_on,
        sections=hooks.page_sections(ctx, event),
    )


@bp.get(f"{LANG}/<event>/privacy")
@public("people read what is held about them before they give anything", cached=True)
def privacy(event: Event) -> str:
    """Show the privacy notice."""
    ctx = reading()
    return render_template(
        "events/privacy.html", event=event, sections=[make(ctx, event) for make in hooks.PRIVACY_SECTIONS]
    )


@bp.get(f"{LANG}/<event>/logo/<logo_name>")
@public("the logos of the institutions on the event's page")
def logo(event: Event, logo_name: str) -> Response:
    """Send a logo; its name is random and changes with the picture, so that it may be kept for ever."""
    institution = queries.find_logo(reading(), event, logo_name)
    if institution is None or institution.logo is None:
        abort(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{logo_name}"'}
    if request.if_none_match.contains_weak(logo_name):
        return Response(status=304, headers=headers)
    return Response(institution.logo, headers=headers, content_type=institution.logo_type)


@bp.get("/robots.txt")
@public("search engines ask what they may read")
def robots() -> Response:
    """Say which addresses are nobody's to index."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _DISALLOWED)]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
