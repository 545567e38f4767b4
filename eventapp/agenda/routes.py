"""The released agenda and its sessions: pages, calendars, documents."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask_babel import get_locale

from eventapp.agenda import calendar, queries, words
from eventapp.agenda.document import programme
from eventapp.agenda.event_entry import event_entry
from eventapp.agenda.live import queries as live
from eventapp.agenda.materials import queries as materials
from eventapp.agenda.materials import words as material_words
from eventapp.agenda.queries import Released
from eventapp.agenda.snapshot import Day, SessionEntry
from eventapp.core.access import public
from eventapp.core.config import Settings
from eventapp.core.documents import Documents
from eventapp.core.pdf import VARIANTS
from eventapp.core.unit_of_work import clock, reading
from eventapp.events.models import Event

bp = Blueprint("agenda", __name__)

_EVENT = "/<any(en,fr,es):lang>/<event>"


@bp.get(f"{_EVENT}/agenda")
@public("the released agenda is for everybody", cached=True)
def agenda(event: Event) -> str:
    """Show the released agenda, or say that there is none yet."""
    ctx = reading()
    story_is_ahead = round((clock().now() - clock().machine_now()).total_seconds())  # 0 in production
    release = queries.latest_release(ctx, event)
    return render_template(
        "agenda/agenda.html",
        release=release,
        delays=live.delays_of(ctx, event, release.snapshot) if release else {},
        words=words,
        instant=ctx.now,
        offset=story_is_ahead * 1000,
    )


@bp.get(f"{_EVENT}/agenda.ics")
@public("the released agenda as a calendar feed", cached=True)
def agenda_ics(event: Event) -> Response:
    """Return the released agenda as iCalendar."""
    release = _release_of(event)
    content = calendar.agenda_calendar(
        release.snapshot, _language(), url=_page(event), address_of=lambda session: _session_page(event, session)
    )
    return _calendar_file(content, f"{event.slug}-agenda-{_language()}.ics")


@bp.get(f"{_EVENT}/event.ics")
@public("the days of the event as a calendar entry", cached=True)
def event_ics(event: Event) -> Response:
    """Return the days of the event as iCalendar, whether there is an agenda or not."""
    url = _base_url() + url_for("events.event_page", event=event.slug)
    return _calendar_file(event_entry(reading(), event, _language(), url=url), f"{event.slug}-{_language()}.ics")


@bp.get(f"{_EVENT}/agenda/<day>.ics")
@public("a day of the released agenda as a calendar feed", cached=True)
def day_ics(event: Event, day: str) -> Response:
    """Return one day of the released agenda as iCalendar; the day is written as in 2024-11-07."""
    release = _release_of(event)
    snapshot = release.snapshot
    found = next((each for each in snapshot.days if each.date.isoformat() == day), None)
    if found is None and (on := next((each for each in event.days if each.isoformat() == day), None)) is not None:
        found = Day(on, ())  # calendars that follow a day go on when all its sessions move to another
    if found is None:
        abort(404)
    content = calendar.day_calendar(
        snapshot,
        found,
        _language(),
        url=_page(event),
        address_of=lambda session: _session_page(event, session),
    )
    return _calendar_file(content, f"{event.slug}-{day}-{_language()}.ics")


@bp.get(f"{_EVENT}/agenda.pdf")
@public("the released agenda as a document", cached=True)
def agenda_pdf(event: Event) -> Response:
    """Return the released agenda as tagged PDF; `?variant=pdf/a-3a` makes it one for archives."""
    variant = request.args.get("variant", "pdf/ua-1")
    if variant not in VARIANTS:
        abort(400)
    ctx = reading()
    release, logos = _release_of(event), queries.list_logos(ctx, event)
    made = programme(current_app.jinja_env, release, _language(), slug=event.slug, logos=logos)
    ctx.session.rollback()  # no transaction stays open while the document is made
    documents: Documents = current_app.extensions["documents"]
    return Response(
        made.pdf(documents, variant=variant),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{made.filename}"'},
    )


@bp.get(f"{_EVENT}/sessions/<int:session_id>")
@public("a session of the released agenda", cached=True)
def session(event: Event, session_id: int) -> str:
    """Show one session of the released agenda."""
    release = _release_of(event)
    return render_template(
        "agenda/session.html",
        release=release,
        session=_session_of(release, session_id),
        materials=materials.shown_to_public(reading(), event, session_id),
        material_words=material_words,
        file_url=lambda name: url_for("materials.file", event=event.slug, material_name=name),
        delays=live.delays_of(reading(), event, release.snapshot),
        words=words,
    )


@bp.get(f"{_EVENT}/sessions/<int:session_id>.ics")
@public("a session of the released agenda as a calendar entry", cached=True)
def session_ics(event: Event, session_id: int) -> Response:
    """Return one session of the released agenda as iCalendar."""
    release = _release_of(event)
    content = calendar.session_calendar(
        release.snapshot,
        _session_of(release, session_id),
        _language(),
        url=_page(event),
        address_of=lambda session: _session_page(event, session),
    )
    return _calendar_file(content, f"{event.slug}-session-{session_id}-{_language()}.ics")


def _release_of(event: Event) -> Released:
    release = queries.latest_release(reading(), event)
    if release is None:
        abort(404)
    return release


def _session_of(release: Released, session_id: int) -> SessionEntry:
    found = release.snapshot.find_session(session_id)
    if found is None:
        abort(404)
    return found


def _calendar_file(content: bytes, filename: str) -> Response:
    return Response(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{filename}"', "Content-Language": _language()},
    )


def _page(event: Event) -> str:
    return _base_url() + url_for("agenda.agenda", event=event.slug)


def _session_page(event: Event, session: SessionEntry) -> str:
    return _base_url() + url_for("agenda.session", event=event.slug, session_id=session.id)


def _base_url() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"
