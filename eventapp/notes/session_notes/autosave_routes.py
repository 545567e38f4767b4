"""What the writing page asks for in the background: one entry to be saved, and who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes.session_notes import queries, rules, service
from eventapp.notes.session_notes.desk_routes import SESSION, differences
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.session_notes.values import EntryValues

bp = Blueprint("notes_autosave", __name__)


@bp.get(f"{SESSION}/signed-in")
@requires(Permission.NOTES_WRITE)
def signed_in(event: Event, session_id: int) -> Response:
    """Return who is signed in and the token to save with, for a page whose own is too old."""
    queries.require_session(reading(), event, session_id)
    return jsonify(account=g.account.id, csrf=generate_csrf())


@bp.post(f"{SESSION}/entries/<key>")
@requires(Permission.NOTES_WRITE)
def save(event: Event, session_id: int, key: str) -> Response:
    """Save one entry and return its version; what was typed is in the browser until this says that it is here."""
    request.max_content_length = rules.MOST_BYTES
    if (request.content_length or 0) > rules.MOST_BYTES:
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "refused", message=_too_long())
    sent: Any = request.get_json(silent=True)
    values = _values(sent)
    if values is None or not rules.is_key(key):
        queries.require_session(reading(), event, session_id)
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "refused", message=_("This is not a note."))
    if sent.get("account") != g.account.id:  # somebody else has signed in since the page was loaded
        return _problem(HTTPStatus.FORBIDDEN, "other_account")
    try:
        with unit_of_work() as ctx:
            version = service.save_entry(ctx, event, session_id, key, values, sent["base"]).version
    except service.StaleEntry as stale:
        return _stale(stale, values)
    except service.HandedIn as error:
        return _problem(error.status, "handed_in", message=error.message)
    except DomainError as error:
        return _problem(error.status, "refused", message=error.message)
    return jsonify(version=version)


def _stale(stale: service.StaleEntry, mine: EntryValues) -> Response:
    theirs = {"version": stale.version, **asdict(stale.theirs)}
    difference = render_template("notes/sessions/_difference.html", **differences(stale, mine))
    return _problem(stale.status, "stale", theirs=theirs, difference=difference)


def _values(sent: Any) -> EntryValues | None:
    """Return what was sent, or None when it is not an entry."""
    if not isinstance(sent, Mapping):
        return None
    kind, text, speaker, base = (sent.get(name) for name in ("kind", "text", "speaker", "base"))
    if kind not in list(EntryKind) or type(base) is not int or not 0 <= base < 2**31:
        return None
    if not isinstance(text, str) or not isinstance(speaker, str):
        return None
    return EntryValues(EntryKind(kind), text, speaker, sent.get("removed") is True)


def _too_long() -> str:
    words: str = _(
        "This note is too long: use at most %(max)d characters, and a new note for the rest.", max=rules.LONGEST_TEXT
    )
    return words


def _problem(status: int, problem: str, **more: Any) -> Response:
    answer = jsonify(problem=problem, **more)
    answer.status_code = int(status)
    return answer
