"""The released agenda for other programs: JSON, schedule XML and CSV at addresses that stay."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, url_for
from flask_babel import get_locale

from eventapp.agenda import queries
from eventapp.agenda.exchange import schedule_csv, schedule_json, schedule_xml
from eventapp.agenda.queries import Released
from eventapp.agenda.snapshot import SessionEntry
from eventapp.core.access import public
from eventapp.core.config import Settings
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event

bp = Blueprint("agenda_exchange", __name__)

_AGENDA = "/<any(en,fr,es):lang>/<event>/agenda"


@bp.get(f"{_AGENDA}.json")
@public("the released agenda for other programs, whole", cached=True)
def agenda_json(event: Event) -> Response:
    """Return the released agenda as JSON, in every language."""
    content = schedule_json.write(_release_of(event), _language(), slug=event.slug, url=_page(event))
    return _file(event, content, "json", "application/json", inline=True)


@bp.get(f"{_AGENDA}.xml")
@public("the released agenda for conference apps", cached=True)
def agenda_xml(event: Event) -> Response:
    """Return the released agenda as schedule XML, in one language."""

    def address_of(session: SessionEntry) -> str:
        return _base_url() + url_for("agenda.session", event=event.slug, session_id=session.id)

    content = schedule_xml.write(
        _release_of(event), _language(), slug=event.slug, url=_page(event), address_of=address_of
    )
    return _file(event, content, "xml", "application/xml", inline=True)


@bp.get(f"{_AGENDA}.csv")
@public("the released agenda as a table", cached=True)
def agenda_csv(event: Event) -> Response:
    """Return the released agenda as CSV, one session a row."""
    content = schedule_csv.write(_release_of(event), _language())
    return _file(event, content, "csv", "text/csv; charset=utf-8", inline=False)


def _release_of(event: Event) -> Released:
    release = queries.latest_release(reading(), event)
    if release is None:
        abort(404)
    return release


def _file(event: Event, content: bytes, suffix: str, content_type: str, *, inline: bool) -> Response:
    """Return what a program reads at its address, and a person saves under a name that says what it is."""
    name = f"{event.slug}-agenda-{_language()}.{suffix}"
    shown = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"', "Content-Language": _language()}
    return Response(content, content_type=content_type, headers=headers)


def _page(event: Event) -> str:
    return _base_url() + url_for("agenda.agenda", event=event.slug)


def _base_url() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"
