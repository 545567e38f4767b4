"""A rapporteur's notes in the room, by plain forms; scripts save in between through `autosave_routes`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes import rules as text_rules
from eventapp.notes.session_notes import queries, rules, service, words
from eventapp.notes.session_notes.forms import EntryForm
from eventapp.notes.session_notes.models import NoteEntry
from eventapp.notes.session_notes.states import WRITABLE, EntryKind
from eventapp.notes.session_notes.values import EntryValues

bp = Blueprint("notes_sessions", __name__)

Answer = Response | str | tuple[str, int]
SESSIONS = "/desk/<event>/notes/sessions"
SESSION = f"{SESSIONS}/<int:session_id>"


@dataclass(frozen=True)
class Shown:
    """An entry as its form shows it: as it is saved, or as it was typed and refused."""

    key: str
    version: int = 0
    kind: EntryKind = EntryKind.KEY_POINT
    text: str = ""
    speaker: str = ""
    removed: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)  # by field


@bp.get(SESSIONS)
@requires(Permission.NOTES_VIEW)
def index(event: Event) -> str:
    """List the sessions by day, with my notes, those handed in and what is missing."""
    return render_template("notes/sessions/index.html", days=queries.list_days(reading(), event), words=words)


@bp.get(f"{SESSIONS}/now")
@requires(Permission.NOTES_WRITE)
def now(event: Event) -> Response:
    """Lead to the writing page of the session that is on."""
    session = queries.session_now(reading(), event)
    if session is None:
        flash(_("The agenda has no session to take notes of yet."))
        return redirect(url_for(".index", event=event.slug), 303)
    return redirect(url_for(".write", event=event.slug, session_id=session.id), 303)


@bp.get(SESSION)
@requires(Permission.NOTES_WRITE)
def write(event: Event, session_id: int) -> Answer:
    """Show my notes of a session for writing."""
    return _page(event, session_id)


@bp.post(SESSION)
@requires(Permission.NOTES_WRITE)
def save(event: Event, session_id: int) -> Answer:
    """Save, cross out, bring back or move one entry."""
    form, action = EntryForm(), request.form.get("action", "save")
    if not form.validate_on_submit():
        return _page(
            event, session_id, _typed(form, {"text": _("This form is not complete. Load the page again.")})
        ), 422
    key, removed = form.key.data, action == "remove" or (action in {"up", "down"} and "removed" in request.form)
    try:
        with unit_of_work() as ctx:
            if action in {"remove", "bring_back"} and not form.text.data:
                service.cross_out(ctx, event, session_id, key, removed=removed)
            else:
                service.save_entry(ctx, event, session_id, key, form.values(removed=removed), form.base.data)
            if action in {"up", "down"}:
                service.move_entry(ctx, event, session_id, key, up=action == "up")
    except service.StaleEntry as stale:
        return _both_texts(session_id, form, stale)
    except service.HandedIn as error:
        return _page(event, session_id, _typed(form, {"text": error.message})), error.status
    except DomainError as error:
        if error.field is None:
            raise
        return _page(event, session_id, _typed(form, {error.field: error.message})), error.status
    place = None if action == "save" and not form.base.data else f"e-{key}"
    return redirect(url_for(".write", event=event.slug, session_id=session_id, _anchor=place or "new"), 303)


@bp.post(f"{SESSION}/language")
@requires(Permission.NOTES_WRITE)
def language(event: Event, session_id: int) -> Answer:
    """Say in which language my notes are."""
    with unit_of_work() as ctx:
        service.set_language(ctx, event, session_id, request.form.get("language", ""))
    return redirect(url_for(".write", event=event.slug, session_id=session_id), 303)


@bp.post(f"{SESSION}/hand-in")
@requires(Permission.NOTES_WRITE)
def hand_in(event: Event, session_id: int) -> Answer:
    """Hand my notes in."""
    with unit_of_work() as ctx:
        service.submit(ctx, event, session_id)
    flash(_("Your notes are handed in. Somebody reads them now."), "success")
    return redirect(url_for(".write", event=event.slug, session_id=session_id), 303)


@bp.post(f"{SESSION}/take-back")
@requires(Permission.NOTES_WRITE)
def take_back(event: Event, session_id: int) -> Answer:
    """Take my notes back before they are accepted."""
    with unit_of_work() as ctx:
        service.take_back(ctx, event, session_id)
    flash(_("Your notes are yours alone again."), "success")
    return redirect(url_for(".write", event=event.slug, session_id=session_id), 303)


def said_of(values: EntryValues) -> str:
    """Return kind and speaker of an entry in one line."""
    kind = str(words.KINDS[values.kind])
    return f"{kind} · {values.speaker}" if values.speaker else kind


def differences(stale: service.StaleEntry, mine: EntryValues) -> dict[str, Any]:
    """Return what a page needs to show how somebody's words differ from those saved elsewhere."""
    return {
        "theirs": stale.theirs,
        "their_head": said_of(stale.theirs),
        "my_head": said_of(mine),
        "difference": text_rules.difference(stale.theirs.text, mine.text),
        "language": stale.language,
    }


def _page(event: Event, session_id: int, typed: Shown | None = None) -> str:
    ctx = reading()
    queries.require_session(ctx, event, session_id)
    note = queries.find_own(ctx, event, session_id)
    session = queries.agenda_of(ctx, event).find_session(session_id)
    entries = [_shown(each) for each in note.entries] if note else []
    if typed is not None:
        entries = [typed if each.key == typed.key else each for each in entries]
    known = {each.key for each in entries}
    fresh = typed if typed is not None and typed.key not in known else Shown(secrets.token_hex(12))
    return render_template(
        "notes/sessions/write.html",
        session=session,
        session_id=session_id,
        title=session.title if session else note.session_title,  # type: ignore[union-attr]
        starts_local=session.starts_local if session else note.starts_local,  # type: ignore[union-attr]
        note=note,
        note_language=note.language
        if note
        else ctx.language
        if ctx.language in event.languages
        else event.languages[0],
        writable=note is None or note.state in WRITABLE,
        entries=entries,
        fresh=fresh,
        typed=typed,
        kinds=words.KINDS,
        marks=rules.MARKS,
        longest=rules.LONGEST_TEXT,
        words=words,
    )


def _shown(entry: NoteEntry) -> Shown:
    return Shown(entry.key, entry.version, entry.kind, entry.text, entry.speaker, entry.removed_at is not None)


def _typed(form: EntryForm, errors: Mapping[str, str]) -> Shown:
    """Return what was typed, with what is wrong with it."""
    kind = form.kind.data if form.kind.data in list(EntryKind) else EntryKind.KEY_POINT
    key = form.key.data if rules.is_key(form.key.data) else secrets.token_hex(12)
    return Shown(key, form.base.data or 0, EntryKind(kind), form.text.data, form.speaker.data, errors=errors)


def _both_texts(session_id: int, form: EntryForm, stale: service.StaleEntry) -> tuple[str, int]:
    mine = form.values(removed=False)
    page = render_template(
        "notes/sessions/stale.html",
        session_id=session_id,
        mine=Shown(form.key.data, stale.version, mine.kind, mine.text, mine.speaker),
        fresh_key=secrets.token_hex(12),
        kinds=words.KINDS,
        **differences(stale, mine),
    )
    return page, 409
